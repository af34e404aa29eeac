//! The topology of a business in the CMDB: sets, modules, templates, and the hosts in the modules.

use std::collections::{BTreeMap, BTreeSet};

use engine::prelude::*;
use serde_json::Value as Json;

use super::cmdb::Cmdb;

/// The levels without custom ones.
const LEVELS: [&str; 4] = ["biz", "set", "module", "host"];
/// The parts of the answers, and of an export: the name of each is that of its file.
const PARTS: [Part; 7] = [
    Part { name: "levels", interface: "get_mainline_object_topo", list: None },
    Part { name: "topology", interface: "search_biz_inst_topo", list: None },
    Part { name: "idle", interface: "get_biz_internal_module", list: None },
    Part { name: "service-templates", interface: "list_service_template", list: Some("info") },
    Part { name: "set-templates", interface: "list_set_template", list: Some("info") },
    Part { name: "hosts", interface: "list_biz_hosts", list: Some("info") },
    Part { name: "relations", interface: "find_host_topo_relation", list: Some("data") },
];

/// One answer of the CMDB.
struct Part {
    name: &'static str,
    interface: &'static str,
    /// For a list with pages: the place of its rows.
    list: Option<&'static str>,
}

/// A set or a module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Node {
    /// `jobv3`
    pub(crate) name: String,
    /// Made by this template; 0: by hand.
    pub(crate) template: u64,
}

/// The topology; everything by its id.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Topology {
    /// Levels that a person has added between business and host.
    pub(crate) custom_levels: Vec<String>,
    /// Without the pool of idle hosts.
    pub(crate) sets: BTreeMap<u64, Node>,
    /// Those of the sets.
    pub(crate) modules: BTreeMap<u64, Node>,
    /// Their names.
    pub(crate) service_templates: BTreeMap<u64, String>,
    /// Their names.
    pub(crate) set_templates: BTreeMap<u64, String>,
    /// Their inner addresses.
    pub(crate) hosts: BTreeMap<u64, String>,
    /// Host and module, also those of the pool.
    pub(crate) relations: BTreeSet<(u64, u64)>,
    /// The modules of the pool.
    pub(crate) pool: BTreeSet<u64>,
}

/// The answers of the CMDB, by the name of the part.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Answers(BTreeMap<&'static str, Json>);

impl Answers {
    /// Asks the CMDB.
    pub(crate) fn read(host: &Reader<'_>, cmdb: &Cmdb) -> Result<Self> {
        let mut answers = BTreeMap::new();
        for part in PARTS {
            let answer = match part.list {
                Some(key) => Json::Array(cmdb.list(host, part.interface, key)?),
                None => cmdb.ask(host, part.interface)?,
            };
            answers.insert(part.name, answer);
        }
        Ok(Self(answers))
    }

    /// The files of an export: name and text.
    pub(crate) fn files(&self) -> impl Iterator<Item = (String, String)> {
        self.0.iter().map(|(name, answer)| (format!("{name}.json"), format!("{answer:#}\n")))
    }

    /// Reads the files of an export; in a dry run those that it would have.
    ///
    /// # Errors
    /// A file is missing, or is no JSON.
    pub(crate) fn load(host: &Reader<'_>, dir: &AbsPath) -> Result<Self> {
        let mut answers = BTreeMap::new();
        for part in PARTS {
            let path = format!("{dir}/{}.json", part.name);
            let Entry::File(file) = host.read(path.as_str().into())? else {
                return Err(Fault::refused(format!("the export has no {path}")).into());
            };
            let answer = serde_json::from_slice(&file.bytes)
                .map_err(|error| Fault::refused(format!("{path}: {error}")))?;
            answers.insert(part.name, answer);
        }
        Ok(Self(answers))
    }

    /// What they say.
    ///
    /// # Errors
    /// An answer has another form.
    pub(crate) fn topology(&self) -> Result<Topology> {
        let mut topology = Topology::default();
        let rows = |name: &str| list(&self.0[name]);
        for level in rows("levels")? {
            let id = text(level, "bk_obj_id")?;
            if !LEVELS.contains(&id) {
                topology.custom_levels.push(id.to_owned());
            }
        }
        let idle = &self.0["idle"];
        let pool = number(idle, "bk_set_id")?;
        for module in list(&idle["module"])? {
            topology.pool.insert(number(module, "bk_module_id")?);
        }
        for node in rows("topology")? {
            topology.add(node, pool)?;
        }
        for row in rows("service-templates")? {
            topology.service_templates.insert(number(row, "id")?, text(row, "name")?.to_owned());
        }
        for row in rows("set-templates")? {
            topology.set_templates.insert(number(row, "id")?, text(row, "name")?.to_owned());
        }
        for row in rows("hosts")? {
            let address = text(row, "bk_host_innerip")?.to_owned();
            topology.hosts.insert(number(row, "bk_host_id")?, address);
        }
        for row in rows("relations")? {
            let pair = (number(row, "bk_host_id")?, number(row, "bk_module_id")?);
            topology.relations.insert(pair);
        }
        Ok(topology)
    }
}

impl Topology {
    /// A node and all below it.
    fn add(&mut self, node: &Json, pool: u64) -> Result<()> {
        let (kind, id) = (text(node, "bk_obj_id")?, number(node, "bk_inst_id")?);
        if kind == "set" && (id == pool || node["default"].as_u64().unwrap_or(0) != 0) {
            return Ok(());
        }
        let name = text(node, "bk_inst_name")?.to_owned();
        let template = |key: &str| node[key].as_u64().unwrap_or(0);
        match kind {
            "set" => {
                self.sets.insert(id, Node { name, template: template("set_template_id") });
            }
            "module" => {
                self.modules.insert(id, Node { name, template: template("service_template_id") });
            }
            _ => {}
        }
        if !node["child"].is_null() {
            for child in list(&node["child"])? {
                self.add(child, pool)?;
            }
        }
        Ok(())
    }

    /// Whether it has neither sets nor templates.
    pub(crate) fn is_empty(&self) -> bool {
        self.sets.is_empty() && self.service_templates.is_empty() && self.set_templates.is_empty()
    }

    /// The hosts in these modules.
    pub(crate) fn hosts_in(&self, modules: &BTreeMap<u64, Node>) -> BTreeSet<u64> {
        let inside = self.relations.iter().filter(|(_, module)| modules.contains_key(module));
        inside.map(|(host, _)| *host).collect()
    }

    /// The names of the modules that the host with this address is in, without those of the pool.
    pub(crate) fn modules_of(&self, address: &str) -> BTreeSet<&str> {
        let ids: BTreeSet<u64> =
            self.hosts.iter().filter(|(_, known)| *known == address).map(|(id, _)| *id).collect();
        let own = self.relations.iter().filter(|(host, _)| ids.contains(host));
        own.filter_map(|(_, module)| self.modules.get(module)).map(|m| m.name.as_str()).collect()
    }
}

fn list(json: &Json) -> Result<&Vec<Json>, Fault> {
    json.as_array().ok_or_else(|| odd("a list", json))
}

fn number(json: &Json, key: &str) -> Result<u64, Fault> {
    json[key].as_u64().ok_or_else(|| odd(key, json))
}

fn text<'a>(json: &'a Json, key: &str) -> Result<&'a str, Fault> {
    json[key].as_str().ok_or_else(|| odd(key, json))
}

fn odd(wanted: &str, json: &Json) -> Fault {
    let found: String = json.to_string().chars().take(200).collect();
    Fault::failed(format!("an answer of the CMDB has no `{wanted}`")).detail("in", found)
}
