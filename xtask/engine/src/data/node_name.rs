//! Names of nodes: host names of one label.

use super::word::word;

/// A host name of one label in lower case: `webservice0` (RFC 1123, section 2.1).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeName(String);

word!(NodeName, "a node name");

impl NodeName {
    fn check(text: &str) -> Result<String, String> {
        if let Some((one, other)) = alternatives(text) {
            return Err(format!("it means one of {one} and {other}: name one of them"));
        }
        if text.is_empty() || text.len() > 63 {
            return Err(format!("it has {} characters, 1 to 63 are allowed", text.len()));
        }
        if text.chars().any(|c| c.is_ascii_uppercase()) {
            return Err(format!("write it in lower case, {}", text.to_lowercase()));
        }
        match text.find(|c: char| !matches!(c, 'a'..='z' | '0'..='9' | '-')) {
            Some(at) => Err(format!("character {} is not a letter, a digit or `-`", at + 1)),
            None if text.starts_with('-') || text.ends_with('-') => {
                Err("it cannot begin or end with `-`".into())
            }
            None => Ok(text.to_owned()),
        }
    }
}

/// The two names that runbooks write as `webservice0/1` (trap X0.3).
fn alternatives(text: &str) -> Option<(&str, String)> {
    let (one, number) = text.split_once('/')?;
    let stem = one.trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
    (digits && stem.len() < one.len()).then(|| (one, format!("{stem}{number}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn node_names_are_one_label() {
        let shown =
            |text: &str| text.parse::<NodeName>().map_or_else(|e| e.message, |m| m.to_string());
        for good in ["webservice0", "vm-1", "0a"] {
            assert_eq!(shown(good), good);
        }
        for (text, why) in [
            ("webservice0/1", "it means one of webservice0 and webservice1: name one of them"),
            ("web/x", "character 4 is not a letter, a digit or `-`"),
            ("Web1", "write it in lower case, web1"),
            ("web_1", "character 4 is not a letter, a digit or `-`"),
            ("-web", "it cannot begin or end with `-`"),
            ("", "it has 0 characters, 1 to 63 are allowed"),
            (
                "<host>",
                "character 1 begins the placeholder `<host>` (put the real value in its place)",
            ),
        ] {
            assert_eq!(shown(text), format!("`{text}` is not a node name: {why}"));
        }
    }
}
