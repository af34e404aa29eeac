//! An undo that was killed is completed by `resume`, and by itself run again.

use super::{UECM, WEBSERVICE, last, state, uecm};
use crate::support::killed::Before;
use crate::support::rehearsal::{Bench, compare};

fn killed_anywhere(bench: &Bench, hosts: &[&str], line: &str, step: usize) {
    let before = state(bench, hosts);
    bench.ends(0, line);
    let undo = format!("undo {}", last(bench));
    let done = bench.save();
    bench.ends(0, &undo);
    compare(&before, &state(bench, hosts));
    let journal = bench.journal(&last(bench));
    let synced =
        |line: &&serde_json::Value| ["start", "intent"].iter().any(|event| line["event"] == *event);
    let syncs = journal.iter().filter(synced).count();
    // Before its first line it is nothing yet; the first operation is where it begins to matter.
    let places = (2..=journal.len()).map(Before::Line).chain((1..=syncs).map(Before::Sync));
    for place in places.step_by(step) {
        done.bring_back();
        bench.dies(place, "undo", &undo);
        bench.tells_the_truth_of_a_killed_run();
        let killed = bench.save();
        bench.ends(0, "resume");
        compare(&before, &state(bench, hosts));
        killed.bring_back();
        bench.ends(0, &undo);
        compare(&before, &state(bench, hosts));
    }
}

#[test]
fn an_undo_of_two_hosts_killed_between_them_is_completed() {
    killed_anywhere(&uecm(), &["phy1", "phy2"], &format!("{UECM} --only phy[1-2]"), 3);
}

#[test]
fn an_undo_of_webservice_killed_anywhere_is_completed() {
    let bench = Bench::mortal();
    bench.prepare("firstbox,webservice[0-1]");
    killed_anywhere(&bench, &["webservice0"], WEBSERVICE, 1);
}
