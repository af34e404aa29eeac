//! Runs that were killed: the step again, or `resume`, ends where an undisturbed run ends.
//!
//! That holds at every place of the journal, which two made-up steps prove: it is the engine's doing, not a step's.
//! A real step is killed once, where it is hardest: its change is done, and the journal does not have that.

use serde_json::Value;

use crate::support::apart::Apart;
use crate::support::killed::{Before, Mortal, Saved, in_the_middle};
use crate::support::records;
use crate::support::rehearsal::{Bench, Snapshot, compare};
use crate::webservice::fresh;

/// A step to kill: `name` is its name in the record.
struct Step<'a, M: Mortal> {
    on: &'a M,
    name: &'a str,
    line: &'a str,
    fresh: (Saved, Snapshot),
    whole: Snapshot,
    /// The journal of an undisturbed run.
    journal: Vec<Value>,
}

impl<'a, M: Mortal> Step<'a, M> {
    fn new(on: &'a M, name: &'a str, line: &'a str) -> Self {
        let fresh = (on.save(), on.result());
        on.ends(0, line);
        let journal = records::journal(on.state(), &on.last());
        Self { on, name, line, fresh, whole: on.result(), journal }
    }

    fn count(&self, events: &[&str]) -> usize {
        self.journal
            .iter()
            .filter(|line| events.iter().any(|event| line["event"] == *event))
            .count()
    }

    /// Every place of the journal.
    fn everywhere(&self) {
        let syncs = self.count(&["start", "intent", "end"]);
        (1..=self.journal.len()).map(Before::Line).for_each(|place| self.killed(place));
        (1..=syncs).map(Before::Sync).for_each(|place| self.killed(place));
    }

    /// Between the change of an operation in the middle and the line about it.
    fn in_the_middle(&self) {
        self.killed(in_the_middle(&self.journal));
    }

    fn killed(&self, place: Before) {
        let Self { on, line, whole, .. } = self;
        self.fresh.0.bring_back();
        on.dies(place, self.name, line);
        let before = on.tells_the_truth_of_a_killed_run();
        if before.last().is_some_and(|line| line["event"] == "end") {
            compare(whole, &on.result());
            on.ends(2, "resume");
            return;
        }
        if !before.iter().any(|line| line["event"] == "intent") {
            compare(&self.fresh.1, &on.result());
        }
        let killed = on.save();
        on.ends(0, line);
        compare(whole, &on.result());
        killed.bring_back();
        if before.is_empty() {
            // Nothing is known of this run but that it wanted to begin.
            on.ends(2, "resume");
            compare(&self.fresh.1, &on.result());
            return;
        }
        on.ends(0, &on.resume(line));
        compare(whole, &on.result());
        goes_on(&before, &records::journal(on.state(), &on.last()));
        on.ends(2, "resume");
    }
}

/// The same journal, and nothing in it is done twice.
fn goes_on(before: &[Value], after: &[Value]) {
    let (old, new) = after.split_at(before.len());
    assert_eq!(
        (old, &new[0]["event"], &new[0]["kind"]),
        (before, &"resume".into(), &"resume".into())
    );
    assert_eq!(
        (&new[new.len() - 1]["event"], &new[new.len() - 1]["exit"]),
        (&"end".into(), &0.into())
    );
    for done in before.iter().filter(|line| line["event"] == "result") {
        let again = new.iter().find(|line| {
            line["event"] == "result"
                && line["host"] == done["host"]
                && line["what"] == done["what"]
        });
        assert_eq!(again.expect("a second look")["outcome"], "kept", "{done}");
    }
}

#[test]
fn stages_on_two_hosts_killed_anywhere_are_completed() {
    Step::new(&Apart::new(&["one", "two"]), "drill", "staged").everywhere();
}

#[test]
fn changes_of_files_killed_anywhere_are_completed() {
    Step::new(&Apart::new(&["one"]), "drill", "files").everywhere();
}

#[test]
fn a_backup_killed_before_its_first_line_and_before_its_last_is_completed() {
    let bench = Bench::mortal();
    bench.prepare("firstbox");
    let step = Step::new(&bench, "backup-settings", "backup-settings --stamp 20260101");
    step.killed(Before::Line(1));
    step.killed(Before::Line(step.journal.len()));
    step.killed(Before::Sync(step.count(&["start", "intent", "end"])));
}

#[test]
fn a_backup_killed_in_the_middle_is_completed() {
    let bench = Bench::mortal();
    bench.prepare("firstbox");
    Step::new(&bench, "backup-settings", "backup-settings --stamp 20260101").in_the_middle();
}

#[test]
fn settings_killed_in_the_middle_are_completed() {
    let bench = Bench::mortal();
    bench.ends(0, "backup-settings --stamp 20260101");
    let line = "gen-settings --node webservice0 --mgmt-address 10.16.0.12 --stamp 20260101";
    Step::new(&bench, "gen-settings", line).in_the_middle();
}

#[test]
fn a_launch_killed_in_the_middle_is_completed() {
    let bench = Bench::mortal();
    fresh::moved_aside(&bench);
    bench.ends(0, "backup-settings --stamp 20260101");
    bench.ends(0, "gen-settings --node webservice0 --mgmt-address 10.16.0.12 --stamp 20260101");
    Step::new(&bench, "relaunch-vm", "relaunch-vm --node webservice0").in_the_middle();
}

#[test]
fn keepalived_of_webservice_killed_in_the_middle_is_completed() {
    let bench = Bench::mortal();
    bench.prepare("firstbox,webservice[0-1]");
    let line = "keepalived-vip --profile webservice --node webservice0";
    Step::new(&bench, "keepalived-vip", line).in_the_middle();
}

#[test]
fn keepalived_of_uecm_killed_in_the_middle_is_completed() {
    let bench = Bench::mortal().with_env("VRRP_PASSWORD", "Zq7kW2x");
    bench.prepare("phy[1-2]");
    let line = "keepalived-vip --profile uecm --vip 172.18.5.224 --only phy[1-2]";
    Step::new(&bench, "keepalived-vip", line).in_the_middle();
}

#[test]
fn paas_of_three_hosts_killed_in_the_middle_is_completed() {
    let bench = Bench::unpacked().with_env("TZ", "UTC");
    bench.prepare("paas[1-3],bk-control");
    Step::new(&bench, "bk-upgrade-paas", "bk-upgrade paas").in_the_middle();
}
