//! Open items: a temporary address is in sight until it is taken back.

use crate::support::Xtask;
use crate::support::killed::{Before, Mortal as _};
use crate::support::rehearsal::Bench;

use super::fresh;
use super::restore_mgmt_ip::{STEP as RESTORE, launched};

const PICK: &str = "webservice pick-temp-ip --node webservice0 --ip 10.16.0.12";
const SETTINGS: &str = "gen-settings --node webservice0 --mgmt-address 10.16.0.12 --stamp 20260101";
const OPEN: &str = "open: webservice0 has the temporary address 10.16.0.12 until `webservice restore-mgmt-ip` restores 10.16.0.10: do not update packages of other nodes (X0.23)";
const CLOSE: &str =
    "to close it: cargo xtask --rehearse webservice restore-mgmt-ip --node webservice0";

fn runs(bench: &Bench, line: &str) -> String {
    let words: Vec<&str> = ["runs"].into_iter().chain(line.split_whitespace()).collect();
    let outcome = Xtask::new(bench.state.path(), &words).run();
    assert_eq!(outcome.code, 0, "{line}\n{}", outcome.stderr);
    outcome.stdout + &outcome.stderr
}

/// The open items of `runs list`, and how often one is named.
fn listed(bench: &Bench) -> usize {
    let list = runs(bench, "list");
    assert_eq!(list.matches(OPEN).count(), list.matches(CLOSE).count(), "{list}");
    list.matches(OPEN).count()
}

fn events(bench: &Bench, event: &str) -> usize {
    bench.journals().iter().flatten().filter(|line| line["event"] == event).count()
}

/// X0.23: from the run that gives the address to the run that takes it back, every step says so once.
#[test]
fn an_open_item_is_shown_until_the_step_that_closes_it_has_run() {
    let bench = launched();
    // Two runs have opened it, and it is one item.
    assert_eq!((events(&bench, "opened"), listed(&bench)), (2, 1));
    let first = bench.runs().into_iter().find(|run| run.contains("pick-temp-ip")).expect("a run");
    let list = runs(&bench, "list");
    assert!(list.contains(&format!(", by {first}\n")), "{list}");
    let shown = runs(&bench, &format!("show {first}"));
    assert!(
        shown.contains("  open    webservice0 has the temporary address 10.16.0.12"),
        "{shown}"
    );
    assert!(shown.contains("next: close what is open:  cargo xtask --rehearse webservice"));
    let json: serde_json::Value =
        serde_json::from_str(runs(&bench, "list --json").trim()).expect("JSON");
    let items = json["runs"].as_array().expect("runs").iter().map(|run| &run["items"]);
    let items: Vec<_> = items.filter(|items| items[0]["host"] == "firstbox").collect();
    assert_eq!(items.len(), 2);
    assert_eq!(items[0][0]["closes"], "--rehearse webservice restore-mgmt-ip --node webservice0");
    // A step of this inventory says it once, also one that finds it on the host.
    for step in [
        "webservice plan-order",
        "webservice build-pkgs -n",
        "webservice check-services --node webservice1 -n",
    ] {
        let said = bench.run(step).stderr;
        assert_eq!(said.matches(&format!("note: {OPEN}; {CLOSE}")).count(), 1, "{step}: {said}");
        assert_eq!(said.matches("temporary address").count(), 1, "{step}: {said}");
    }
    // A plan of the closing step closes nothing.
    bench.ends(0, &format!("{RESTORE} -n"));
    assert_eq!(listed(&bench), 1);
    bench.ends(0, RESTORE);
    assert_eq!((events(&bench, "closed"), listed(&bench)), (4, 0));
    assert!(!runs(&bench, &format!("show {first}")).contains("open "));
    let said = bench.ends(0, "webservice plan-order").stderr;
    assert!(!said.contains("open:"), "{said}");
    // The way back of the closing run opens it again; both openers have it.
    let undo = bench.runs().into_iter().find(|run| run.contains("restore-mgmt-ip"));
    bench.ends(0, &format!("undo {} --yes", undo.expect("a run")));
    assert_eq!(listed(&bench), 1);
    assert!(runs(&bench, &format!("show {first}")).contains("open "));
}

/// Killed between verification and record, it stays open; the next run closes it without a change.
#[test]
fn a_closing_run_that_is_killed_leaves_it_open_and_the_next_closes_it() {
    let bench = launched().with_env("TZ", "UTC");
    let whole = bench.save();
    bench.ends(0, RESTORE);
    let journal = bench.journal(&bench.last());
    let is_check = |line: &serde_json::Value| {
        line["what"].as_str().is_some_and(|what| what.contains("no host answers"))
    };
    let check = journal.iter().rposition(is_check).expect("the check that closes it");
    whole.bring_back();
    let at = Before::Line(check + 1);
    bench.dies(at, "webservice-restore-mgmt-ip", RESTORE);
    assert_eq!((events(&bench, "closed"), listed(&bench)), (0, 1));
    bench.ends(0, RESTORE);
    assert_eq!(listed(&bench), 0);
}

/// On disk before the change: whichever way the run dies, the address is not used unseen.
#[test]
fn an_opening_run_that_is_killed_anywhere_is_not_forgotten() {
    let whole = Bench::mortal();
    fresh::make(&whole);
    whole.ends(0, "backup-settings --stamp 20260101");
    let start = whole.save();
    whole.ends(0, PICK);
    let journal = whole.journal(&whole.last());
    let opened = journal.iter().position(|line| line["event"] == "opened").expect("it opens");
    assert_eq!(journal[opened - 1]["event"], "intent");
    assert_eq!(journal[opened - 1]["op"], journal[opened]["op"]);
    let reserved =
        |bench: &Bench| bench.read("firstbox", "/var/lib/xtask/webservice/webservice0").is_some();
    // Before the line: no change. Behind it: no change either, and open. Before the result: changed, and open.
    for (line, changed, open) in [(opened + 1, false, 0), (opened + 2, true, 1)] {
        start.bring_back();
        whole.dies(Before::Line(line), "webservice-pick-temp-ip", PICK);
        assert_eq!((reserved(&whole), listed(&whole)), (changed, open), "line {line}");
        whole.ends(0, PICK);
        assert_eq!((reserved(&whole), listed(&whole)), (true, 1), "line {line}");
    }
}

/// Two openers, each undone by itself; with the last one nothing is open. Only then a record may go.
#[test]
fn an_undo_of_the_opener_closes_it_and_open_items_keep_their_record() {
    let bench = fresh::bench();
    for step in ["backup-settings --stamp 20260101", PICK, SETTINGS] {
        bench.ends(0, step);
    }
    let id = |step: &str| bench.runs().into_iter().find(|run| run.contains(step)).expect("a run");
    let (pick, settings) = (id("pick-temp-ip"), id("gen-settings"));
    bench.ends(0, &format!("undo {settings} -n"));
    bench.ends(0, &format!("undo {settings} --yes"));
    assert_eq!(listed(&bench), 1);
    // As if the opener were a point of no return: only the open item keeps its record.
    bench.forge(&pick, |lines| {
        lines.iter_mut().filter(|line| line["event"] == "intent").for_each(|line| {
            line["undo"] = serde_json::Value::Null;
        });
    });
    let said = runs(&bench, "prune --keep 0 --yes");
    assert!(said.contains(&format!("{pick}: kept, it has open items")), "{said}");
    assert!(said.contains(&format!("{settings}: deleted")), "{said}");
    let bench = fresh::bench();
    bench.ends(0, PICK);
    bench.ends(0, &format!("undo {} --yes", bench.last()));
    assert_eq!((events(&bench, "closed"), listed(&bench)), (1, 0));
}

/// Names of hosts mean the same within one inventory only.
#[test]
fn the_items_of_another_inventory_are_not_said() {
    let bench = fresh::bench();
    bench.ends(0, PICK);
    let sample = std::fs::read_to_string(crate::support::root().join("hosts.toml")).unwrap();
    let other = bench.state.path().join("other.toml");
    crate::support::write(&other, &sample);
    let said = bench.run(&format!("-i {} webservice plan-order -n", other.display())).stderr;
    assert!(!said.contains("open:"), "{said}");
    assert_eq!(listed(&bench), 1);
}

/// Firstbox may lose the reservation: without the original address nothing shows that the node has it.
#[test]
fn a_lost_reservation_closes_nothing_unasked() {
    let bench = fresh::bench();
    bench.ends(0, PICK);
    let lost = bench.path("firstbox", "/var/lib/xtask/webservice/webservice0");
    std::fs::remove_file(lost).expect("a reservation");
    let said = bench.ends(0, RESTORE).stderr;
    assert!(said.contains("restore-mgmt-ip --node webservice0 --ip ORIGINAL"), "{said}");
    assert_eq!(listed(&bench), 1);
    bench.ends(0, &format!("{RESTORE} --ip 10.16.0.10"));
    assert_eq!(listed(&bench), 0);
}
