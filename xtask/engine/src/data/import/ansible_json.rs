//! The JSON of `ansible-inventory --list`, and of programs that print an inventory.

use std::ops::Range;

use super::ansible::{Model, Value};
use super::found::{Found, Word};
use super::tree;
use crate::data::source::{Problems, Source};
use tree::Node;

const HINT: &str = "a group is \"NAME\": { \"hosts\": […], \"children\": […], \"vars\": {…} }";

struct Reader<'r, 's> {
    source: &'r Source<'s>,
    problems: &'r mut Problems,
    model: Model,
}

/// Reads a document.
pub(in crate::data) fn read(source: &Source<'_>, problems: &mut Problems) -> Found {
    let mut reader = Reader { source, problems, model: Model::default() };
    match tree::json(source.text) {
        Ok(root) => reader.root(&root),
        Err((at, why)) => {
            reader.problems.push(source.problem(at..at, format!("{why}, at byte {at}")))
        }
    }
    let Reader { model, problems, .. } = reader;
    model.found(source, problems)
}

impl Reader<'_, '_> {
    /// A mistake at the name of what is wrong: a value may be a password.
    fn bad(&mut self, at: Range<usize>, message: &str) {
        let problem = self.source.problem(at, message);
        self.problems.push(problem.hint(Some(HINT.to_owned())));
    }

    fn root(&mut self, root: &Node) {
        let Some(groups) = root.entries() else {
            return self.bad(0..0, "the document needs groups: an object");
        };
        for (name, group) in groups.iter().filter(|(name, _)| name.text != "_meta") {
            self.group(name, group);
        }
        let meta = groups.iter().find(|(name, _)| name.text == "_meta");
        let vars = meta.and_then(|(_, meta)| entry(meta, "hostvars"));
        for (name, vars) in vars.and_then(Node::entries).unwrap_or_default() {
            let host = self.model.host(name);
            let values = values(vars);
            self.model.host_vars(host).extend(values);
        }
    }

    /// An object, or a list of hosts.
    fn group(&mut self, name: &Word, node: &Node) {
        let number = self.model.group(name);
        if let (Some(hosts), None) = (node.members(), node.entries()) {
            return self.hosts(name, number, hosts);
        }
        let Some(entries) = node.entries() else {
            return self.bad(name.span.clone(), &format!("group `{}` needs an object", name.text));
        };
        for (key, value) in entries {
            match (key.text.as_str(), value.members()) {
                ("hosts", Some(hosts)) => self.hosts(name, number, hosts),
                ("children", Some(children)) => {
                    for name in children.iter().filter_map(Node::word) {
                        let child = self.model.group(&name);
                        self.model.at(number).children.push(child);
                    }
                }
                ("vars", _) => {
                    let values = values(value);
                    self.model.at(number).vars.extend(values);
                }
                ("hosts" | "children", None) => {
                    self.bad(key.span.clone(), &format!("`{}` needs a list of names", key.text));
                }
                // Other keys mean nothing to Ansible either.
                _ => {}
            }
        }
    }

    fn hosts(&mut self, of: &Word, group: usize, hosts: &[Node]) {
        for node in hosts {
            let Some(name) = node.word() else {
                self.bad(of.span.clone(), "each host of the group needs a name");
                continue;
            };
            let host = self.model.host(&name);
            self.model.at(group).hosts.push(host);
        }
    }
}

fn entry<'n>(node: &'n Node, key: &str) -> Option<&'n Node> {
    node.entries()?.iter().find(|(name, _)| name.text == key).map(|(_, value)| value)
}

fn values(node: &Node) -> Vec<(String, Value)> {
    let value = |(name, node): &(Word, Node)| (name.text.clone(), node.value());
    node.entries().unwrap_or_default().iter().map(value).collect()
}
