//! The events of a stage: equal lines are folded over their hosts, a stage without changes is one line.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::time::{Duration, Instant};

use super::line::Line;
use crate::data::natural;
use crate::data::range::fold;
use crate::text::merge;

/// A line with its hosts, in their order.
pub type Folded = (Vec<String>, Line);

/// The events of one stage.
#[derive(Debug, Default)]
pub struct Stage {
    /// Lines that are not shown yet, by the number of the operation on its host.
    ended: BTreeMap<usize, Vec<Ended>>,
    /// How many operations each host has ended.
    counts: HashMap<String, usize>,
    /// The hosts of the present pass that have not left it.
    pass: HashSet<String>,
    /// How many of them have ended so many operations.
    places: BTreeMap<usize, usize>,
    kept: BTreeSet<String>,
    open: bool,
    shown: bool,
}

/// One operation on one host.
#[derive(Debug)]
struct Ended {
    host: String,
    line: Line,
    at: Instant,
}

impl Stage {
    /// A stage with a heading has started.
    pub fn open(&mut self) {
        *self = Self { open: true, ..Self::default() };
    }

    /// A pass over these hosts begins; none: it is over. Each has its own first operation.
    pub fn pass(&mut self, hosts: &[&str]) {
        self.counts.clear();
        self.pass = hosts.iter().map(|host| (*host).to_owned()).collect();
        self.places = (!hosts.is_empty()).then_some((0, self.pass.len())).into_iter().collect();
    }

    /// A host has no further operation in this pass.
    pub fn over(&mut self, host: &str) {
        if self.pass.remove(host) {
            self.leaves(self.counts.get(host).copied().unwrap_or_default());
        }
    }

    /// One host less with so many operations.
    fn leaves(&mut self, count: usize) {
        if let Some(hosts) = self.places.get_mut(&count) {
            *hosts -= 1;
            if *hosts == 0 {
                self.places.remove(&count);
            }
        }
    }

    /// A host had nothing to do in an operation.
    pub fn kept(&mut self, host: &str) {
        self.place(host);
        self.kept.insert(host.to_owned());
    }

    /// An operation has ended; `line` has no host yet, because other hosts may have the same.
    pub fn ended(&mut self, host: &str, line: Line) {
        let place = self.place(host);
        let ended = Ended { host: host.to_owned(), line, at: Instant::now() };
        self.ended.entry(place).or_default().push(ended);
    }

    /// The number of a host's next operation.
    fn place(&mut self, host: &str) -> usize {
        let count = self.counts.entry(host.to_owned()).or_default();
        *count += 1;
        let place = *count;
        if self.pass.contains(host) {
            self.leaves(place - 1);
            *self.places.entry(place).or_default() += 1;
        }
        place
    }

    /// The lines of the operations that no host of the pass has before it, as [`Self::flush`] gives them.
    pub fn settled(&mut self) -> Vec<Folded> {
        self.up_to(self.places.keys().next().copied().unwrap_or(usize::MAX))
    }

    /// The lines of the operations of which one was held for `age`, and of those before.
    pub fn aged(&mut self, age: Duration) -> Vec<Folded> {
        // The first line of an operation is its oldest.
        let is_old = |ended: &[Ended]| ended.first().is_some_and(|first| first.at.elapsed() >= age);
        let last = self.ended.iter().rev().find(|(_, ended)| is_old(ended));
        last.map(|(place, _)| *place).map_or_else(Vec::new, |place| self.up_to(place))
    }

    /// The lines still to print, in the order of the operations.
    pub fn flush(&mut self) -> Vec<Folded> {
        self.up_to(usize::MAX)
    }

    /// The lines of the operations up to this number.
    fn up_to(&mut self, place: usize) -> Vec<Folded> {
        let mut lines = Vec::new();
        while let Some(first) = self.ended.first_entry().filter(|first| *first.key() <= place) {
            lines.extend(folded(first.remove()));
        }
        self.shown |= !lines.is_empty();
        lines
    }

    /// The hosts of a stage with a heading and no other line.
    pub fn quiet(&mut self) -> Option<String> {
        let quiet = std::mem::take(&mut self.open) && !self.shown && !self.kept.is_empty();
        let mut hosts: Vec<&String> = self.kept.iter().collect();
        hosts.sort_by(|left, right| natural::compare(left, right));
        quiet.then(|| fold(&hosts))
    }
}

/// The lines of one operation: equal ones as one, and those that differ only in a few values of their diffs.
fn folded(ended: Vec<Ended>) -> Vec<Folded> {
    let mut lines: Vec<Folded> =
        ended.into_iter().map(|Ended { host, line, .. }| (vec![host], line)).collect();
    let order = |(left, _): &Folded, (right, _): &Folded| natural::compare(&left[0], &right[0]);
    lines.sort_by(order);
    let equal = grouped(lines, Line::said).into_iter().map(|lines| joined(lines, None)).collect();
    let mut lines = Vec::new();
    for alike in grouped(equal, Line::shape) {
        let texts: Vec<_> =
            alike.iter().map(|(hosts, line)| (hosts.as_slice(), line.diff.as_slice())).collect();
        match merge::merged(&texts) {
            Some(diff) => lines.push(joined(alike, Some(diff))),
            None => lines.extend(alike),
        }
    }
    lines.sort_by(order);
    lines
}

/// Lines with the same `key`, each group where its first one is.
fn grouped(lines: Vec<Folded>, key: impl Fn(&Line) -> Vec<String>) -> Vec<Vec<Folded>> {
    let mut groups: Vec<Vec<Folded>> = Vec::new();
    let mut known: HashMap<Vec<String>, usize> = HashMap::new();
    for (hosts, line) in lines {
        let at = *known.entry(key(&line)).or_insert(groups.len());
        if at == groups.len() {
            groups.push(Vec::new());
        }
        groups[at].push((hosts, line));
    }
    groups
}

/// The lines of a group, which has at least one, as one; `diff` takes the place of their diffs.
fn joined(lines: Vec<Folded>, diff: Option<Vec<String>>) -> Folded {
    let mut lines = lines.into_iter();
    let (mut hosts, mut line) = lines.next().unwrap_or_default();
    for (more, other) in lines {
        line.join(&other);
        hosts.extend(more);
    }
    hosts.sort_by(|left, right| natural::compare(left, right));
    line.diff = diff.unwrap_or(line.diff);
    (hosts, line)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(what: &str) -> Line {
        Line { word: "changed".to_owned(), what: what.to_owned(), ..Line::default() }
    }

    fn texts(lines: Vec<Folded>) -> Vec<String> {
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
    fn one_odd_host_leaves_the_others_together() {
        let mut stage = Stage::default();
        for (host, diff) in [("n1", "+p 1"), ("n2", "+p 2\n+q"), ("n3", "+p 3"), ("n4", "-p 1")] {
            let diff = diff.lines().map(str::to_owned).collect();
            stage.ended(host, Line { diff, ..line("x") });
        }
        let merged = "n[1,3]: changed  x\n    +p {n1=1 n3=3}";
        let odd = ["n2: changed  x\n    +p 2\n    +q", "n4: changed  x\n    -p 1"];
        assert_eq!(texts(stage.flush()), [merged, odd[0], odd[1]]);
    }

    #[test]
    fn a_host_that_hangs_holds_the_lines_of_the_others_for_a_while_only() {
        let mut stage = Stage::default();
        stage.pass(&["a1", "a2", "a3"]);
        for (host, what) in [("a2", "x"), ("a3", "x"), ("a3", "y")] {
            stage.ended(host, line(what));
        }
        assert!(stage.settled().is_empty());
        assert!(stage.aged(Duration::from_secs(60)).is_empty());
        assert_eq!(texts(stage.aged(Duration::ZERO)), ["a[2-3]: changed  x", "a3: changed  y"]);
        stage.ended("a1", line("x"));
        assert_eq!(texts(stage.settled()), ["a1: changed  x"]);
        // One that is not of the pass, and one that has left it twice.
        stage.ended("b", line("z"));
        ["a1", "a1", "a2"].into_iter().for_each(|host| stage.over(host));
        assert_eq!(texts(stage.settled()), ["b: changed  z"]);
    }

    #[test]
    fn many_hosts_with_values_of_their_own_are_folded_at_once() {
        let names: Vec<String> = (0..3000).map(|number| format!("h{number}")).collect();
        let mut stage = Stage::default();
        stage.pass(&names.iter().map(String::as_str).collect::<Vec<_>>());
        let begun = Instant::now();
        for name in &names {
            let diff = vec![format!("+address {name}")];
            stage.ended(name, Line { diff, ..line("x") });
            stage.settled();
        }
        assert!(stage.flush().is_empty(), "the last host has settled it");
        assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
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
