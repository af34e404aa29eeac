//! What becomes of a run that was killed: the step again, or `resume`, ends where an undisturbed run ends.

use serde_json::Value;

use crate::support::killed::Before;
use crate::support::rehearsal::{Bench, compare};
use crate::webservice::fresh;

/// Kills `line` at every place of its journal; `name` is that of the step in the record.
fn every_place(bench: &Bench, name: &str, line: &str, step: usize) {
    let fresh = (bench.save(), bench.result());
    bench.ends(0, line);
    let (whole, journal) = (bench.result(), bench.journals().pop().expect("a run"));
    let synced =
        |line: &&Value| ["start", "intent", "end"].iter().any(|event| line["event"] == *event);
    let syncs = journal.iter().filter(synced).count();
    let places = (1..=journal.len()).map(Before::Line).chain((1..=syncs).map(Before::Sync));
    for place in places.step_by(step) {
        fresh.0.bring_back();
        bench.dies(place, name, line);
        let before = bench.tells_the_truth_of_a_killed_run();
        if before.last().is_some_and(|line| line["event"] == "end") {
            compare(&whole, &bench.result());
            bench.ends(2, "resume");
            continue;
        }
        if !before.iter().any(|line| line["event"] == "intent") {
            compare(&fresh.1, &bench.result());
        }
        let killed = bench.save();
        bench.ends(0, line);
        compare(&whole, &bench.result());
        killed.bring_back();
        if before.is_empty() {
            // Nothing is known of this run but that it wanted to begin.
            bench.ends(2, "resume");
            compare(&fresh.1, &bench.result());
            continue;
        }
        bench.ends(0, "resume");
        compare(&whole, &bench.result());
        goes_on(&before, &bench.journals().pop().expect("a run"));
        bench.ends(2, "resume");
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
fn a_backup_killed_anywhere_is_completed() {
    let bench = Bench::mortal();
    bench.prepare("firstbox");
    every_place(&bench, "backup-settings", "backup-settings --stamp 20260101", 1);
}

#[test]
fn settings_killed_anywhere_are_completed() {
    let bench = Bench::mortal();
    bench.ends(0, "backup-settings --stamp 20260101");
    let line = "gen-settings --node webservice0 --mgmt-address 10.16.0.12 --stamp 20260101";
    every_place(&bench, "gen-settings", line, 1);
}

#[test]
fn a_launch_killed_anywhere_is_completed() {
    let bench = Bench::mortal();
    fresh::moved_aside(&bench);
    bench.ends(0, "backup-settings --stamp 20260101");
    bench.ends(0, "gen-settings --node webservice0 --mgmt-address 10.16.0.12 --stamp 20260101");
    every_place(&bench, "relaunch-vm", "relaunch-vm --node webservice0", 1);
}

#[test]
fn keepalived_of_webservice_killed_anywhere_is_completed() {
    let bench = Bench::mortal();
    bench.prepare("firstbox,webservice[0-1]");
    let line = "keepalived-vip --profile webservice --node webservice0";
    every_place(&bench, "keepalived-vip", line, 1);
}

#[test]
fn keepalived_of_uecm_killed_anywhere_is_completed() {
    let bench = Bench::mortal().with_env("VRRP_PASSWORD", "Zq7kW2x");
    bench.prepare("phy[1-2]");
    let line = "keepalived-vip --profile uecm --vip 172.18.5.224 --only phy[1-2]";
    every_place(&bench, "keepalived-vip", line, 1);
}

#[test]
fn paas_killed_anywhere_is_completed() {
    let bench = Bench::mortal();
    bench.prepare("paas1,bk-control");
    every_place(&bench, "bk-upgrade-paas", "bk-upgrade paas --exclude paas[2-3]", 1);
}

/// One after the other the hosts add places of the same kinds; some of them are enough here.
#[test]
fn paas_of_three_hosts_killed_between_them_is_completed() {
    let bench = Bench::mortal();
    bench.prepare("paas[1-3],bk-control");
    every_place(&bench, "bk-upgrade-paas", "bk-upgrade paas", 8);
}
