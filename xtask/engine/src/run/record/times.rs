//! The stages of earlier runs of a step: the duration of each, and the last one that finished.

use std::collections::BTreeMap;

use anyhow::Result;
use camino::Utf8Path;

use super::entry::Entry;
use super::journal::{Journal, Line, is_running};
use super::store;
use super::summary::is_command;
use crate::run::context::Context;

/// The number of newest runs to read.
const RUNS: usize = 20;

/// A stage in earlier runs.
#[derive(Debug, Clone, PartialEq)]
pub struct Time {
    /// Its duration when it last changed something; its last duration when it never did.
    pub seconds: f64,
    /// The time of its last end, in UTC.
    pub ended: String,
    /// It has changed something.
    pub changed: bool,
}

/// The stages of earlier runs, by name.
#[derive(Debug, Default)]
pub(super) struct Stages {
    /// Those that have finished.
    pub(super) times: BTreeMap<String, Time>,
    /// Those whose last try has no end, and whether a process is at work on it.
    pub(super) unfinished: BTreeMap<String, bool>,
}

/// Gives the journals of earlier runs of `step` to `look`, the newest first.
fn newest(
    step: &str,
    inventory: Option<&str>,
    rehearsal: bool,
    mut look: impl FnMut(&store::Run, &Journal),
) -> Result<()> {
    let ending = format!("-{}", step.replace(' ', "-"));
    let runs = store::all()?;
    let ours = |run: &&store::Run| run.id.contains(&ending);
    for run in runs.iter().rev().filter(ours).take(RUNS) {
        let journal = run.journal()?;
        let same = journal.entries().any(|entry| match entry {
            Entry::Start(start) => {
                start.step == step
                    && start.rehearsal == rehearsal
                    && start.inventory.as_deref() == inventory
            }
            _ => false,
        });
        if same {
            look(run, &journal);
        }
    }
    Ok(())
}

impl Context {
    /// The stages of `step` that have finished, by name; and those whose last try has no end, with whether another
    /// process is at work on it. Only runs with this inventory and the same kind of hosts count (throw-away or real).
    ///
    /// # Errors
    /// When a record cannot be read.
    pub fn times(&self, step: &str) -> Result<(BTreeMap<String, Time>, BTreeMap<String, bool>)> {
        let mut found = Stages::default();
        self.newest(step, |run, journal| {
            let is_other = self.record_dir() != Some(run.dir.as_path());
            read(journal, || is_other && is_running(&run.dir), &mut found);
        })?;
        Ok((found.times, found.unfinished))
    }

    /// The duration of the last successful run of `step` with this inventory that changed something, in seconds.
    ///
    /// # Errors
    /// When a record cannot be read.
    pub fn took(&self, step: &str) -> Result<Option<f64>> {
        let mut took = None;
        self.newest(step, |_, journal| took = took.or_else(|| whole(journal)))?;
        Ok(took)
    }

    /// Gives the journals of earlier runs of `step` with this inventory and these hosts to `look`, the newest first.
    pub(super) fn newest(&self, step: &str, look: impl FnMut(&store::Run, &Journal)) -> Result<()> {
        let inventory = self.inventory.path.canonicalize_utf8().ok();
        newest(step, inventory.as_deref().map(Utf8Path::as_str), self.is_rehearsal(), look)
    }
}

/// The duration of the last successful run with the command line of the run in `dir` that changed something.
///
/// # Errors
/// When a record cannot be read.
pub fn of_the_same(dir: &Utf8Path) -> Result<Option<f64>> {
    let own = Journal::read(dir)?;
    let Some(Entry::Start(own)) = own.entries().next() else { return Ok(None) };
    let mut took = None;
    newest(&own.step, own.inventory.as_deref(), own.rehearsal, |_, journal| {
        let same =
            matches!(journal.entries().next(), Some(Entry::Start(it)) if it.args == own.args);
        took = took.or_else(|| same.then(|| whole(journal)).flatten());
    })?;
    Ok(took)
}

/// The duration of a whole run in one process that succeeded and changed something.
fn whole(journal: &Journal) -> Option<f64> {
    let is = |line: &Line| match &line.entry {
        Entry::Intent(_) => true,
        // It has no intents, and takes what its command takes.
        Entry::Start(start) => is_command(&start.step),
        _ => false,
    };
    let (first, last) = (journal.lines.first()?, journal.lines.last()?);
    let good = matches!(last.entry, Entry::End { exit: 0, .. });
    let alone = !journal.entries().any(|entry| matches!(entry, Entry::Resume(_)));
    (good && alone && journal.lines.iter().any(is)).then(|| between(first, last)).flatten()
}

/// Adds the stages of one journal; values from later runs stay.
pub(super) fn read(journal: &Journal, is_running: impl FnOnce() -> bool, found: &mut Stages) {
    let mut own: BTreeMap<String, Time> = BTreeMap::new();
    let mut cut: BTreeMap<String, bool> = BTreeMap::new();
    // `paas/stop` is inside of `paas`.
    let mut open: Vec<Open<'_>> = Vec::new();
    for line in &journal.lines {
        match &line.entry {
            Entry::Stage { name, .. } => {
                let is_inside = |outer: &Open<'_>| {
                    name.strip_prefix(outer.0).is_some_and(|rest| rest.starts_with('/'))
                };
                let outer = open.iter().take_while(|outer| is_inside(outer)).count();
                open.drain(outer..).for_each(|ended| close(&mut own, ended, line));
                open.push((name, line, false));
            }
            Entry::End { exit: 0, .. } => {
                open.drain(..).for_each(|ended| close(&mut own, ended, line));
            }
            // The stage did not finish.
            Entry::Resume(_) | Entry::End { .. } => {
                cut.extend(open.drain(..).map(|(name, ..)| (name.to_owned(), false)));
            }
            Entry::Intent(_) => open.iter_mut().for_each(|stage| stage.2 = true),
            _ => {}
        }
    }
    if !open.is_empty() {
        let is_running = is_running();
        cut.extend(open.drain(..).map(|(name, ..)| (name.to_owned(), is_running)));
    }
    // What a later try has finished is finished, in this run and in a newer one.
    let is_last = |name: &String| !own.contains_key(name) && !found.times.contains_key(name);
    cut.retain(|name, _| is_last(name));
    for (name, is_running) in cut {
        found.unfinished.entry(name).or_insert(is_running);
    }
    for (name, time) in own {
        match found.times.get_mut(&name) {
            None => drop(found.times.insert(name, time)),
            Some(later) if !later.changed && time.changed => {
                later.seconds = time.seconds;
                later.changed = true;
            }
            Some(_) => {}
        }
    }
}

/// The seconds from one line to another; none when the clock went back between them.
fn between(begin: &Line, end: &Line) -> Option<f64> {
    let at = |line: &Line| line.at.parse::<jiff::Timestamp>().ok();
    let seconds = at(end)?.duration_since(at(begin)?).as_secs_f64();
    (seconds >= 0.0).then_some(seconds)
}

/// A stage that has not ended: its name, its first line, and whether it has changed something.
type Open<'a> = (&'a str, &'a Line, bool);

fn close(own: &mut BTreeMap<String, Time>, (name, begin, changed): Open<'_>, end: &Line) {
    let Some(seconds) = between(begin, end) else { return };
    let known = own.get(name).filter(|known| known.changed && !changed);
    let seconds = known.map_or(seconds, |known| known.seconds);
    let changed = changed || known.is_some();
    own.insert(name.to_owned(), Time { seconds, ended: end.at.clone(), changed });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn journal(lines: &[(&str, &str)]) -> Journal {
        let line = |(number, (at, body)): (usize, &(&str, &str))| {
            let text =
                format!("{{\"line\":{},\"at\":\"2026-11-21T02:{at}.000Z\",{body}}}", number + 1);
            serde_json::from_str(&text).expect("a line")
        };
        Journal { lines: lines.iter().enumerate().map(line).collect(), ..Journal::default() }
    }

    const INTENT: &str =
        r#""event":"intent","op":1,"host":"h","what":"w","diff":"","hash":"","undo":null"#;

    #[test]
    fn a_stage_took_what_it_took_when_it_last_changed_something() {
        let stage = |name: &str| format!("\"event\":\"stage\",\"name\":\"{name}\",\"of\":2");
        let (one, two) = (stage("one"), stage("two"));
        let end = |exit: u8| format!("\"event\":\"end\",\"exit\":{exit}");
        let mut found = Stages::default();
        // The later run: `one` had nothing to do, `two` failed.
        read(
            &journal(&[("30:00", &one), ("30:01", &two), ("30:05", &end(1))]),
            || false,
            &mut found,
        );
        assert_eq!(found.times["one"].seconds, 1.0);
        assert!(!found.unfinished["two"] && !found.times.contains_key("two"));
        // The earlier one.
        let (good, intent) = (end(0), INTENT);
        read(
            &journal(&[("10:00", &one), ("10:01", intent), ("10:20", &two), ("10:50", &good)]),
            || false,
            &mut found,
        );
        assert_eq!(
            (found.times["one"].seconds, found.times["one"].ended.as_str()),
            (20.0, "2026-11-21T02:30:01.000Z")
        );
        assert_eq!(found.times["two"].seconds, 30.0);
        // The last try counts, not the last success.
        assert_eq!(found.unfinished, [("two".to_owned(), false)].into());
    }

    #[test]
    fn the_last_try_of_a_stage_decides_whether_it_has_failed() {
        let one = r#""event":"stage","name":"one","of":2"#;
        let two = r#""event":"stage","name":"two","of":2"#;
        let resume = r#""event":"resume","kind":"resume","args":[],"user":"u","from":"f","pid":1,"only":null,"torn":null"#;
        let good = r#""event":"end","exit":0"#;
        let mut found = Stages::default();
        // Killed in `one`, then finished; a process is at work on `two`.
        let resumed = [("10:00", one), ("10:09", resume), ("10:10", one), ("10:20", two)];
        read(&journal(&resumed), || true, &mut found);
        assert_eq!(found.unfinished, [("two".to_owned(), true)].into());
        assert_eq!(found.times["one"].seconds, 10.0);
        // An earlier failure of `one` is over.
        read(&journal(&[("09:00", one), ("09:10", good)]), || false, &mut found);
        read(&journal(&[("08:00", one)]), || false, &mut found);
        assert!(!found.unfinished.contains_key("one"), "{found:?}");
    }

    #[test]
    fn a_stage_lasts_as_long_as_its_parts() {
        let stage = |name: &str| format!("\"event\":\"stage\",\"name\":\"{name}\",\"of\":2");
        let names = ["paas", "paas/stop", "paas/update", "paas2"].map(stage);
        let [paas, stop, update, other] = &names;
        let lines =
            [("10:00", paas.as_str()), ("10:01", stop), ("10:05", INTENT), ("10:11", update)];
        let rest = [("10:20", other.as_str()), ("10:25", "\"event\":\"end\",\"exit\":0")];
        let mut found = Stages::default();
        read(&journal(&[&lines[..], &rest].concat()), || false, &mut found);
        let seen: Vec<_> = found
            .times
            .iter()
            .map(|(name, time)| (name.as_str(), time.seconds, time.changed))
            .collect();
        let expected = [
            ("paas", 20.0, true),
            ("paas/stop", 10.0, true),
            ("paas/update", 9.0, false),
            ("paas2", 5.0, false),
        ];
        assert_eq!(seen, expected);
    }

    #[test]
    fn a_stage_over_which_the_clock_went_back_was_not_measured() {
        let one = r#""event":"stage","name":"one","of":1"#;
        let end = r#""event":"end","exit":0"#;
        let mut found = Stages::default();
        let later = journal(&[("30:00", one), ("30:01", INTENT), ("12:00", end)]);
        assert_eq!(whole(&later), None);
        read(&later, || false, &mut found);
        assert!(found.times.is_empty(), "{found:?}");
        let earlier = journal(&[("10:00", one), ("10:01", INTENT), ("10:20", end)]);
        assert_eq!(whole(&earlier), Some(20.0));
        read(&earlier, || false, &mut found);
        assert_eq!(found.times["one"].seconds, 20.0);
    }
}
