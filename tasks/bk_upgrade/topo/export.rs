//! The export of a topology, and its comparison with the present one.
//!
//! Ids of the CMDB are never used again. So the ids of the export say what is old, whatever happened meanwhile: the old
//! things that are left, the rebuilt ones, and those that the export lacks.

use std::collections::BTreeMap;
use std::fmt;

use engine::ops::Need;
use engine::prelude::*;
use engine::text::snippet::Function;

use crate::bk_upgrade::common::cmdb::Cmdb;
use crate::bk_upgrade::common::topology::{Answers, Topology};

const EXPORT: Snippet = snippet!("bk-upgrade/topo_export");

/// The age limit of an export. Within it, the comparison with the present topology decides.
pub(super) const AGE: Duration = Duration::from_secs(7 * 24 * 3600);

/// The backup that the export is.
pub(super) fn backup(cmdb: &Cmdb, dir: &AbsPath) -> Backup {
    let thing = format!("the topology of the business {}", cmdb.biz);
    let cluster = format!("the CMDB at {}", cmdb.address);
    Backup::directory(thing, cluster, dir.as_str(), "bk-upgrade topo guard")
}

/// The files of the export. They are written before its manifest, and never again.
pub(super) struct Written {
    dir: AbsPath,
    files: Vec<(String, String)>,
    what: String,
}

impl Written {
    pub(super) fn new(answers: &Answers, topology: &Topology, dir: &AbsPath) -> Self {
        let files = answers.files().collect();
        // All of it would go away.
        let what = Left::of(topology, topology).to_string();
        Self { dir: dir.clone(), files, what }
    }

    fn action(&self, function: Function) -> Action {
        let names = self.files.iter().map(|(name, _)| name.as_str());
        let values = [("DIR", Value::from(self.dir.as_str())), ("NAMES", Value::list(names))];
        Action::new(EXPORT, function, values)
    }
}

impl Op for Written {
    fn describe(&self) -> String {
        format!("export the topology to {}", self.dir)
    }

    fn probe(&self, host: &Reader<'_>) -> Result<State> {
        if !host.is_verifying() {
            // A run that was cut short may have left a part of them.
            let after = self.leaves();
            return Ok(State::Needed(Need { diff: format!("+ {}\n", self.what), after }));
        }
        for (path, planned) in self.leaves() {
            let Planned::Text(wanted) = planned else { continue };
            match host.read(path.as_str().into())? {
                Entry::File(file) if file.bytes == wanted => {}
                _ => return Ok(State::needed(format!("{path} is not whole"))),
            }
        }
        Ok(State::Kept)
    }

    fn change(&self, _: &Reader<'_>) -> Result<Vec<Action>> {
        let parts = self.files.iter().map(|(name, text)| format!("== {name}\n{text}"));
        let bytes = parts.collect::<String>().into_bytes();
        Ok(vec![self.action(Function::Change).stdin(bytes, false)])
    }

    fn undo(&self, _: &Reader<'_>) -> Result<Option<Vec<Undo>>> {
        Ok(Some(vec![Undo::new(self.dir.as_str(), self.action(Function::Undo))]))
    }

    fn leaves(&self) -> Vec<(String, Planned)> {
        let file = |(name, text): &(String, String)| {
            (format!("{}/{name}", self.dir), Planned::Text(text.clone().into_bytes()))
        };
        self.files.iter().map(file).collect()
    }
}

/// What is left of an exported topology.
pub(super) struct Left<'t> {
    /// The topology of the export.
    exported: &'t Topology,
    pub(super) sets: Vec<u64>,
    pub(super) modules: Vec<u64>,
    pub(super) set_templates: Vec<u64>,
    pub(super) service_templates: Vec<u64>,
    /// Hosts in its modules.
    pub(super) hosts: Vec<u64>,
}

impl<'t> Left<'t> {
    pub(super) fn of(exported: &'t Topology, now: &Topology) -> Self {
        Self {
            exported,
            sets: kept(&exported.sets, &now.sets),
            modules: kept(&exported.modules, &now.modules),
            set_templates: kept(&exported.set_templates, &now.set_templates),
            service_templates: kept(&exported.service_templates, &now.service_templates),
            hosts: now.hosts_in(&exported.modules).into_iter().collect(),
        }
    }

    pub(super) fn is_nothing(&self) -> bool {
        !self.has_structure() && self.hosts.is_empty()
    }

    /// A set or a template is left.
    pub(super) fn has_structure(&self) -> bool {
        !self.sets.is_empty() || self.has_templates()
    }

    pub(super) fn has_templates(&self) -> bool {
        !self.set_templates.is_empty() || !self.service_templates.is_empty()
    }

    /// The names of the sets.
    pub(super) fn set_names(&self) -> Vec<&str> {
        self.sets
            .iter()
            .filter_map(|id| self.exported.sets.get(id))
            .map(|set| set.name.as_str())
            .collect()
    }

    /// The names of all templates.
    pub(super) fn template_names(&self) -> Vec<&str> {
        let sets = self.set_templates.iter().filter_map(|id| self.exported.set_templates.get(id));
        let services =
            self.service_templates.iter().filter_map(|id| self.exported.service_templates.get(id));
        sets.chain(services).map(String::as_str).collect()
    }

    /// The addresses of the hosts.
    pub(super) fn addresses(&self) -> Vec<&str> {
        let address = |id| self.exported.hosts.get(id).map_or("an unknown host", String::as_str);
        self.hosts.iter().map(address).collect()
    }
}

/// `5 sets with 32 modules, 5 set templates and 32 service templates, and the places of 3 hosts`.
impl fmt::Display for Left<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} with {}, {} and {}, and the places of {}",
            count(self.sets.len(), "set"),
            count(self.modules.len(), "module"),
            count(self.set_templates.len(), "set template"),
            count(self.service_templates.len(), "service template"),
            count(self.hosts.len(), "host"),
        )
    }
}

/// The ids of old things that are still there.
fn kept<T>(old: &BTreeMap<u64, T>, now: &BTreeMap<u64, T>) -> Vec<u64> {
    old.keys().filter(|id| now.contains_key(id)).copied().collect()
}

/// `1 set`, `5 sets`.
pub(super) fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

/// Refuses an export that lacks something of the present topology, while something of it is left (X4.62).
///
/// # Errors
/// Exit 6 with the things that it lacks.
pub(super) fn is_of(exported: &Topology, now: &Topology, dir: &AbsPath) -> Result<()> {
    if !Left::of(exported, now).has_structure() {
        return Ok(());
    }
    let mut lacks = Vec::new();
    let nodes = [("set", &exported.sets, &now.sets), ("module", &exported.modules, &now.modules)];
    for (noun, old, new) in nodes {
        let found = new.iter().filter(|(id, node)| old.get(id) != Some(node));
        lacks.extend(found.map(|(id, node)| format!("{noun} {id} {}", node.name)));
    }
    let templates = [
        ("set template", &exported.set_templates, &now.set_templates),
        ("service template", &exported.service_templates, &now.service_templates),
    ];
    for (noun, old, new) in templates {
        let found = new.iter().filter(|(id, name)| old.get(id) != Some(name));
        lacks.extend(found.map(|(id, name)| format!("{noun} {id} {name}")));
    }
    for (host, module) in &now.relations {
        let old = exported
            .modules
            .get(module)
            .filter(|_| !exported.relations.contains(&(*host, *module)));
        lacks.extend(old.map(|module| format!("host {host} in {}", module.name)));
    }
    if lacks.is_empty() {
        return Ok(());
    }
    lacks.truncate(20);
    Err(Fault::refused("the export is older than the topology")
        .detail("it lacks", lacks.join("\n"))
        .detail("at", dir.as_str())
        .hint(format!("move it away, then make a new one: mv {dir} {dir}.old; cargo xtask bk-upgrade topo guard"))
        .into())
}
