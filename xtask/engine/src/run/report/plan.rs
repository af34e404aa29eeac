//! The events of a stage: a plan is folded over its hosts, a stage without changes is one line.

use std::collections::{BTreeMap, BTreeSet};

use crate::data::natural;
use crate::data::range::fold;

/// The events of one stage, in the order of arrival.
#[derive(Debug, Default)]
pub struct Stage {
    planned: Vec<Planned>,
    counts: BTreeMap<String, usize>,
    kept: BTreeSet<String>,
    open: bool,
    shown: bool,
}

/// One operation of a dry run on one host.
#[derive(Debug)]
struct Planned {
    host: String,
    /// The number of the operation on its host.
    place: usize,
    text: String,
}

impl Stage {
    /// A stage with a heading has started.
    pub fn open(&mut self) {
        *self = Self { open: true, ..Self::default() };
    }

    /// Something of this stage was printed.
    pub fn shown(&mut self) {
        self.shown = true;
    }

    /// A host had nothing to do in an operation.
    pub fn kept(&mut self, host: &str) {
        self.place(host);
        self.kept.insert(host.to_owned());
    }

    /// A dry run found a change; `text` has no host yet, because other hosts may have the same.
    pub fn plan(&mut self, host: &str, text: String) {
        let place = self.place(host);
        self.planned.push(Planned { host: host.to_owned(), place, text });
    }

    /// The number of a host's next operation.
    fn place(&mut self, host: &str) -> usize {
        let place = self.counts.entry(host.to_owned()).or_default();
        *place += 1;
        *place
    }

    /// The lines still to print, each with its hosts, in the order of the operations.
    pub fn flush(&mut self) -> Vec<(String, String)> {
        let mut planned = std::mem::take(&mut self.planned);
        planned.sort_by(|left, right| {
            left.place.cmp(&right.place).then_with(|| natural::compare(&left.host, &right.host))
        });
        let mut groups: Vec<(usize, String, Vec<String>)> = Vec::new();
        for Planned { host, place, text } in planned {
            match groups.iter_mut().find(|(at, said, _)| *at == place && *said == text) {
                Some((_, _, hosts)) => hosts.push(host),
                None => groups.push((place, text, vec![host])),
            }
        }
        self.shown |= !groups.is_empty();
        groups.into_iter().map(|(_, text, hosts)| (fold(&hosts), text)).collect()
    }

    /// The hosts of a stage with a heading and no other line.
    pub fn quiet(&mut self) -> Option<String> {
        let quiet = std::mem::take(&mut self.open) && !self.shown && !self.kept.is_empty();
        let mut hosts: Vec<&String> = self.kept.iter().collect();
        hosts.sort_by(|left, right| natural::compare(left, right));
        quiet.then(|| fold(&hosts))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_plans_are_folded_in_the_order_of_operations() {
        let mut stage = Stage::default();
        for (host, text) in [("b2", "x"), ("b10", "x"), ("b1", "y"), ("b2", "z"), ("b1", "z")] {
            stage.plan(host, text.to_owned());
        }
        let lines: Vec<_> = stage.flush();
        let lines: Vec<_> =
            lines.iter().map(|(host, text)| (host.as_str(), text.as_str())).collect();
        assert_eq!(lines, [("b1", "y"), ("b[2,10]", "x"), ("b[1-2]", "z")]);
        assert_eq!(stage.flush(), []);
    }

    #[test]
    fn a_stage_without_a_line_names_its_hosts() {
        let mut stage = Stage::default();
        stage.kept("a1");
        assert_eq!(stage.quiet(), None);
        stage.open();
        stage.kept("a2");
        stage.kept("a1");
        assert_eq!(stage.quiet().as_deref(), Some("a[1-2]"));
        assert_eq!(stage.quiet(), None);
    }
}
