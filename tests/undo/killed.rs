//! An undo that was killed is completed by `resume`, and by itself run again.
//!
//! At every place of its journal for two made-up steps, and once for the undo of a real one, as in `resume`.

use serde_json::Value;

use super::{UECM, WEBSERVICE, state, uecm};
use crate::support::apart::Apart;
use crate::support::killed::{Before, Mortal, Saved, in_the_middle};
use crate::support::records;
use crate::support::rehearsal::{Bench, Snapshot, compare};

/// An undo to kill, and its required result.
struct Undo<'a, M: Mortal> {
    on: &'a M,
    /// Reads the state to compare.
    state: &'a dyn Fn() -> Snapshot,
    before: Snapshot,
    line: String,
    done: Saved,
    /// The journal of an undisturbed undo.
    journal: Vec<Value>,
}

impl<'a, M: Mortal> Undo<'a, M> {
    fn of(step: &str, on: &'a M, state: &'a dyn Fn() -> Snapshot) -> Self {
        let before = state();
        on.ends(0, step);
        let line = format!("undo {} --yes", on.last());
        let done = on.save();
        on.ends(0, &line);
        compare(&before, &state());
        let journal = records::journal(on.state(), &on.last());
        Self { on, state, before, line, done, journal }
    }

    /// Every place but the first line, before which it is nothing yet.
    fn everywhere(&self) {
        let synced =
            |line: &&Value| ["start", "intent"].iter().any(|event| line["event"] == *event);
        let syncs = self.journal.iter().filter(synced).count();
        (2..=self.journal.len()).map(Before::Line).for_each(|place| self.killed(place));
        (1..=syncs).map(Before::Sync).for_each(|place| self.killed(place));
    }

    /// Between the change of an operation in the middle and the line about it.
    fn in_the_middle(&self) {
        self.killed(in_the_middle(&self.journal));
    }

    fn killed(&self, place: Before) {
        self.done.bring_back();
        self.on.dies(place, "undo", &self.line);
        self.on.tells_the_truth_of_a_killed_run();
        let killed = self.on.save();
        self.on.ends(0, "resume --yes");
        compare(&self.before, &(self.state)());
        killed.bring_back();
        self.on.ends(0, &self.line);
        compare(&self.before, &(self.state)());
    }
}

/// The files of the hosts; the log of started commands is not taken back.
fn files(on: &Apart) -> Snapshot {
    let mut files = on.result();
    files.retain(|path, _| !path.ends_with("/log"));
    files
}

#[test]
fn an_undo_of_stages_on_two_hosts_killed_anywhere_is_completed() {
    let on = Apart::new(&["one", "two"]);
    Undo::of("staged", &on, &|| files(&on)).everywhere();
}

#[test]
fn an_undo_of_changes_of_files_killed_anywhere_is_completed() {
    let on = Apart::new(&["one"]);
    Undo::of("files", &on, &|| files(&on)).everywhere();
}

#[test]
fn an_undo_of_two_hosts_killed_between_them_is_completed() {
    let bench = uecm();
    let state = || state(&bench, &["phy1", "phy2"]);
    Undo::of(&format!("{UECM} --only phy[1-2]"), &bench, &state).in_the_middle();
}

#[test]
fn an_undo_of_webservice_killed_in_the_middle_is_completed() {
    let bench = Bench::mortal();
    bench.prepare("firstbox,webservice[0-1]");
    Undo::of(WEBSERVICE, &bench, &|| state(&bench, &["webservice0"])).in_the_middle();
}
