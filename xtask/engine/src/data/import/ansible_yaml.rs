//! Ansible's inventory as YAML: groups with `hosts`, `children` and `vars`.

use std::ops::Range;

use super::ansible::{Model, Value};
use super::found::{Found, Word};
use super::{pattern, tree};
use crate::data::nearest::did_you_mean;
use crate::data::source::{Problems, Source};
use tree::Node;

const KEYS: [&str; 3] = ["hosts", "children", "vars"];

struct Reader<'r, 's> {
    source: &'r Source<'s>,
    problems: &'r mut Problems,
    model: Model,
}

/// Reads a file.
pub(in crate::data) fn read(source: &Source<'_>, problems: &mut Problems) -> Found {
    let mut reader = Reader { source, problems, model: Model::default() };
    match tree::yaml(source.text) {
        Ok(root) => match root.entries() {
            Some(groups) => groups.iter().for_each(|(name, group)| reader.group(name, group)),
            None => reader.bad(0..0, "the file needs groups: a map"),
        },
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
        let hint = "a group is NAME: { hosts: {…}, children: {…}, vars: {…} }";
        let problem = self.source.problem(at, message);
        self.problems.push(problem.hint(Some(hint.to_owned())));
    }

    fn group(&mut self, name: &Word, node: &Node) {
        let number = self.model.group(name);
        let Some(entries) = node.entries() else {
            return self.bad(name.span.clone(), &format!("group `{}` needs a map", name.text));
        };
        for (key, value) in entries {
            if !KEYS.contains(&key.text.as_str()) {
                self.unknown(name, key);
                continue;
            }
            // A name alone is as good as a map of it.
            let name_alone = value.word().filter(|_| key.text != "vars");
            let name_alone = name_alone.map(|name| [(name, Node::nothing())]);
            let entries = name_alone.as_ref().map(|it| it.as_slice()).or_else(|| value.entries());
            let Some(entries) = entries else {
                let message = format!("`{}` of group `{}` needs a map", key.text, name.text);
                self.bad(key.span.clone(), &message);
                continue;
            };
            match key.text.as_str() {
                "hosts" => entries.iter().for_each(|(name, vars)| self.hosts(number, name, vars)),
                "children" => {
                    for (name, group) in entries {
                        self.group(name, group);
                        let child = self.model.group(name);
                        self.model.at(number).children.push(child);
                    }
                }
                _ => {
                    let vars = values(entries);
                    self.model.at(number).vars.extend(vars);
                }
            }
        }
    }

    /// Ansible goes on behind a key that it does not know; one that is only misspelt is an error here.
    fn unknown(&mut self, group: &Word, key: &Word) {
        match did_you_mean(&key.text, KEYS) {
            Some(hint) => {
                let message = format!("unknown key `{}` in group `{}`", key.text, group.text);
                let problem = self.source.problem(key.span.clone(), message);
                self.problems.push(problem.hint(Some(hint)));
            }
            None => drop(self.model.unused.insert(format!("{}.{}", group.text, key.text))),
        }
    }

    /// `web[01:10]: { NAME: VALUE }`
    fn hosts(&mut self, group: usize, pattern: &Word, vars: &Node) {
        let Some(entries) = vars.entries() else {
            let message = format!("host `{}` needs a map of variables, or nothing", pattern.text);
            return self.bad(pattern.span.clone(), &message);
        };
        let (names, port) = match pattern::expand(pattern) {
            Ok(expanded) => expanded,
            Err(wrong) => {
                let problem = self.source.problem(pattern.span.clone(), wrong.message);
                return self.problems.push(problem.hint(wrong.hint));
            }
        };
        let vars = values(entries);
        for name in &names {
            let host = self.model.host_with_port(name, port.as_ref());
            self.model.host_vars(host).extend(vars.clone());
            self.model.at(group).hosts.push(host);
        }
    }
}

fn values(entries: &[(Word, Node)]) -> Vec<(String, Value)> {
    let value = |(name, node): &(Word, Node)| (name.text.clone(), node.value());
    entries.iter().map(value).collect()
}
