//! The events of a stage: equal lines are folded over their hosts, a stage without changes is one line.

use std::collections::{BTreeMap, BTreeSet};

use super::line::Line;
use crate::data::natural;
use crate::data::range::fold;
use crate::text::merge;

/// The events of one stage, in the order of arrival.
#[derive(Debug, Default)]
pub struct Stage {
    ended: Vec<Ended>,
    counts: BTreeMap<String, usize>,
    kept: BTreeSet<String>,
    open: bool,
    shown: bool,
    /// The hosts of the present pass.
    pass: BTreeSet<String>,
}

/// One operation on one host.
#[derive(Debug)]
struct Ended {
    host: String,
    /// The number of the operation on its host.
    place: usize,
    line: Line,
}

impl Stage {
    /// A stage with a heading has started.
    pub fn open(&mut self) {
        *self = Self { open: true, ..Self::default() };
    }

    /// A pass over these hosts begins; none: it is over. Each has its own first operation.
    pub fn pass(&mut self, hosts: &[&str]) {
        self.pass = hosts.iter().map(|host| (*host).to_owned()).collect();
        self.counts.clear();
    }

    /// A host has no further operation in this pass.
    pub fn over(&mut self, host: &str) {
        self.pass.remove(host);
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

    /// An operation has ended; `line` has no host yet, because other hosts may have the same.
    pub fn ended(&mut self, host: &str, line: Line) {
        let place = self.place(host);
        self.ended.push(Ended { host: host.to_owned(), place, line });
    }

    /// The number of a host's next operation.
    fn place(&mut self, host: &str) -> usize {
        let place = self.counts.entry(host.to_owned()).or_default();
        *place += 1;
        *place
    }

    /// The lines of the operations that no host of the pass has before it, as [`Self::flush`] gives them.
    pub fn settled(&mut self) -> Vec<(String, Line)> {
        let count = |host| self.counts.get(host).copied().unwrap_or_default();
        let behind = self.pass.iter().map(count).min().unwrap_or(usize::MAX);
        let (over, open) = std::mem::take(&mut self.ended)
            .into_iter()
            .partition(|ended: &Ended| ended.place <= behind);
        self.ended = open;
        self.folded(over)
    }

    /// The lines still to print, each with its hosts, in the order of the operations.
    pub fn flush(&mut self) -> Vec<(String, Line)> {
        let ended = std::mem::take(&mut self.ended);
        self.folded(ended)
    }

    fn folded(&mut self, mut ended: Vec<Ended>) -> Vec<(String, Line)> {
        ended.sort_by(|left, right| {
            left.place.cmp(&right.place).then_with(|| natural::compare(&left.host, &right.host))
        });
        let mut groups: Vec<(usize, Line, Vec<String>)> = Vec::new();
        for Ended { host, place, line } in ended {
            match groups.iter_mut().find(|(at, said, _)| *at == place && said.is_same(&line)) {
                Some((_, said, hosts)) => {
                    said.join(&line);
                    hosts.push(host);
                }
                None => groups.push((place, line, vec![host])),
            }
        }
        let groups = near_equal(groups);
        self.shown |= !groups.is_empty();
        groups.into_iter().map(|(_, line, hosts)| (fold(&hosts), line)).collect()
    }

    /// The hosts of a stage with a heading and no other line.
    pub fn quiet(&mut self) -> Option<String> {
        let quiet = std::mem::take(&mut self.open) && !self.shown && !self.kept.is_empty();
        let mut hosts: Vec<&String> = self.kept.iter().collect();
        hosts.sort_by(|left, right| natural::compare(left, right));
        quiet.then(|| fold(&hosts))
    }
}

/// The lines of one operation that differ only in a few values of their diffs become one.
fn near_equal(groups: Vec<(usize, Line, Vec<String>)>) -> Vec<(usize, Line, Vec<String>)> {
    let mut rest: Vec<Option<_>> = groups.into_iter().map(Some).collect();
    let mut merged = Vec::new();
    for at in 0..rest.len() {
        let Some((place, mut line, mut hosts)) = rest[at].take() else { continue };
        let like = |other: &Option<(usize, Line, Vec<String>)>| {
            other.as_ref().is_some_and(|(its, other, _)| *its == place && other.is_like(&line))
        };
        let others: Vec<usize> = (at + 1..rest.len()).filter(|other| like(&rest[*other])).collect();
        let mut texts = vec![(hosts.clone(), line.diff.as_slice())];
        let known = others.iter().filter_map(|other| rest[*other].as_ref());
        texts.extend(known.map(|(_, line, hosts)| (hosts.clone(), line.diff.as_slice())));
        if let Some(diff) = merge::merged(&texts) {
            for (_, other, its) in others.iter().filter_map(|other| rest[*other].take()) {
                line.join(&other);
                hosts.extend(its);
            }
            hosts.sort_by(|left, right| natural::compare(left, right));
            line.diff = diff;
        }
        merged.push((place, line, hosts));
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(what: &str) -> Line {
        Line { word: "changed".to_owned(), what: what.to_owned(), ..Line::default() }
    }

    fn texts(lines: Vec<(String, Line)>) -> Vec<String> {
        lines.iter().map(|(hosts, line)| line.text(hosts, None)).collect()
    }

    #[test]
    fn equal_plans_are_folded_in_the_order_of_operations() {
        let mut stage = Stage::default();
        for (host, text) in [("b2", "x"), ("b10", "x"), ("b1", "y"), ("b2", "z"), ("b1", "z")] {
            stage.ended(host, line(text));
        }
        let lines = texts(stage.flush());
        assert_eq!(lines, ["b1: changed  y", "b[2,10]: changed  x", "b[1-2]: changed  z"]);
        assert!(stage.flush().is_empty());
    }

    #[test]
    fn near_equal_diffs_become_one() {
        let mut stage = Stage::default();
        for (host, value) in [("n1", "100"), ("n2", "90"), ("n3", "90")] {
            let diff = vec![format!("+priority {value}")];
            stage.ended(host, Line { diff, ..line("write /x") });
        }
        stage.ended("n4", Line { diff: vec!["-gone".to_owned()], ..line("remove /y") });
        let lines = texts(stage.flush());
        let merged = "n[1-3]: changed  write /x\n    +priority {n1=100 n[2-3]=90}";
        assert_eq!(lines, [merged, "n4: changed  remove /y\n    -gone"]);
    }

    #[test]
    fn an_operation_is_shown_when_the_last_host_has_ended_it() {
        let mut stage = Stage::default();
        stage.pass(&["a1", "a2", "a3"]);
        stage.ended("a1", line("x"));
        stage.ended("a1", line("y"));
        stage.ended("a2", line("x"));
        assert!(stage.settled().is_empty());
        // It had nothing to do.
        stage.kept("a3");
        assert_eq!(texts(stage.settled()), ["a[1-2]: changed  x"]);
        stage.pass(&[]);
        assert_eq!(texts(stage.settled()), ["a1: changed  y"]);
        stage.ended("a1", line("z"));
        assert_eq!(texts(stage.settled()), ["a1: changed  z"]);
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
