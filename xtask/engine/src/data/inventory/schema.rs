//! The JSON Schema of `hosts.toml`, for editors. It says what the reader says, as far as a schema can.

use serde_json::{Map, Value};

/// The schema with the flags that `[defaults]` can have: each with the schema of its value.
pub fn schema(defaults: Map<String, Value>) -> Value {
    let text = include_str!("hosts.schema.json");
    let mut schema: Value = serde_json::from_str(text).expect("a test reads it");
    schema["properties"]["defaults"]["properties"] = Value::Object(defaults);
    schema
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::data::inventory::read::known_keys;

    #[test]
    fn it_has_the_keys_of_the_reader() {
        let schema = schema(Map::new());
        let names = |at: &Value| -> BTreeSet<String> {
            at["properties"].as_object().unwrap().keys().cloned().collect()
        };
        let root = &schema["properties"];
        let secrets = root["secrets"]["additionalProperties"]["oneOf"].as_array().unwrap();
        let cluster = &root["clusters"]["additionalProperties"];
        let group = root["groups"]["additionalProperties"]["anyOf"].as_array().unwrap();
        let mut found = vec![
            ("the inventory".to_owned(), names(&schema)),
            ("[ssh]".to_owned(), names(&root["ssh"])),
            ("a secret".to_owned(), secrets.iter().flat_map(names).collect()),
            ("a host".to_owned(), names(&root["hosts"]["additionalProperties"])),
            ("a group".to_owned(), names(group.last().unwrap())),
            ("[import]".to_owned(), names(&root["import"])),
            ("[policy]".to_owned(), names(&root["policy"])),
            ("[notify]".to_owned(), names(&root["notify"])),
            ("[metrics]".to_owned(), names(&root["metrics"])),
        ];
        for rule in cluster["allOf"].as_array().unwrap() {
            let kind = rule["if"]["properties"]["kind"]["const"].as_str().unwrap();
            let keys = rule["then"]["propertyNames"]["enum"].as_array().unwrap();
            let keys = keys.iter().map(|key| key.as_str().unwrap().to_owned()).collect();
            assert!(names(cluster).is_superset(&keys), "{kind}");
            found.push((format!("a cluster of kind {kind}"), keys));
        }
        let known = known_keys().into_iter().map(|(table, keys)| {
            (table, keys.into_iter().map(str::to_owned).collect::<BTreeSet<_>>())
        });
        assert_eq!(found, known.collect::<Vec<_>>());
    }
}
