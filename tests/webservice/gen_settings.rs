//! `gen-settings`, WS-12.

use std::time::Duration;

use crate::support::rehearsal::{Bench, compare};
use crate::support::{shellcheck, snapshot};

const STEP: &str = "gen-settings --node webservice0 --mgmt-address 10.16.0.12 --stamp 20260101";
const BACKUP: &str = "backup-settings --stamp 20260101";
const DIR: &str = "/pitrix/conf/settings";

/// A firstbox with the backup that the step asks for.
fn bench() -> Bench {
    Bench::made("backup of settings", |bench| drop(bench.ends(0, BACKUP)))
}

fn line(bench: &Bench, node: &str, key: &str) -> String {
    let text = bench.read("firstbox", &format!("{DIR}/{node}")).expect("settings");
    text.lines().find(|line| line.starts_with(key)).expect("a key").to_owned()
}

/// X0.6: the plan says that the address is a temporary one, and which is the original.
#[test]
fn what_the_plan_says_is_done_once() {
    let bench = bench();
    let plan = bench.ends(3, &format!("{STEP} -n --exit-code"));
    snapshot::same("gen-settings.plan", &(plan.stderr.clone() + &plan.stdout));
    assert!(
        plan.stderr.contains("10.16.0.12 is a temporary address")
            && plan.stderr.contains("10.16.0.10")
    );
    bench.keeps_its_word(STEP);
    bench.is_kept(STEP);
    let intent = bench.intents().pop().unwrap();
    let before = intent["undo"][0]["feed"].as_str().expect("the bytes before").to_owned();
    let mut runs: Vec<_> = std::fs::read_dir(bench.state.path().join("xtask/runs"))
        .unwrap()
        .map(|run| run.unwrap().path().join("before").join(&before))
        .filter(|path| path.exists())
        .collect();
    let kept = std::fs::read_to_string(runs.pop().expect("a before-state")).unwrap();
    assert!(kept.contains("os_name=\"trusty\""), "{kept}");
}

/// X0.10: the hosts swap as in the backup; a second run swaps nothing back, whichever node is first.
#[test]
fn the_nodes_swap_their_physical_hosts_once() {
    let bench = bench();
    let other = "gen-settings --node webservice1 --mgmt-address 10.16.0.13 --stamp 20260101";
    for step in [STEP, other, STEP, other] {
        bench.ends(0, step);
    }
    assert_eq!(line(&bench, "webservice0", "physical_host="), "physical_host=\"node2\"");
    assert_eq!(line(&bench, "webservice1", "physical_host="), "physical_host=\"node1\"");
    let same = bench.ends(6, &format!("{STEP} --physical-host node1"));
    assert!(
        same.stderr.contains("node1 is the old physical host of webservice0"),
        "{}",
        same.stderr
    );
}

/// X0.19: the MAC address that is there stays. X0.21: so do size and bridge; the document's numbers
/// are for nodes that have none.
#[test]
fn what_is_not_given_comes_from_the_present_file() {
    let bench = bench();
    bench.ends(0, "gen-settings --node webservice1 --mgmt-address 10.16.0.13 --stamp 20260101");
    for (key, value) in [
        ("mgmt_network_mac_address=", "52:54:9e:00:10:11"),
        ("memory_size=", "16000"),
        ("cpu_cores=", "8"),
        ("physical_host_network_interface=", "br1"),
        ("os_version=", "16.04.5"),
        ("hostname=", "webservice1"),
    ] {
        assert_eq!(line(&bench, "webservice1", key), format!("{key}\"{value}\""));
    }
}

/// X0.3, XX.4, XX.5: `webservice0/1`, placeholders and full-width marks are refused before any host.
#[test]
fn what_is_no_name_or_address_is_a_usage_error_before_any_host() {
    let bench = Bench::new();
    for (node, address) in [
        ("webservice0/1", "10.16.0.12"),
        ("{{node}}", "10.16.0.12"),
        ("<node>", "10.16.0.12"),
        ("webservice0，", "10.16.0.12"),
        ("webservice0", "IP0/1"),
        ("webservice0", "10.16.0"),
        ("webservice0", "10.16.0.１２"),
    ] {
        let wrong = bench.ends(2, &format!("gen-settings --node {node} --mgmt-address {address}"));
        assert!(
            wrong
                .stderr
                .contains(&format!("'{}'", if node == "webservice0" { address } else { node })),
            "{}",
            wrong.stderr
        );
    }
    assert!(bench.snapshot().is_empty());
}

/// The scripts of the platform source the file: a value ends where its quotes do, and runs nothing.
#[test]
fn a_value_that_would_end_its_quotes_is_refused() {
    let bench = bench();
    for (flag, text) in [
        ("--zone-id", "x\";id;\""),
        ("--region-id", "$(id)"),
        ("--os-name", "`id`"),
        ("--os-version", "16\\"),
    ] {
        let wrong = bench.ends(2, &format!("{STEP} {flag} {text}"));
        assert!(wrong.stderr.contains("would end or change the quoted text"), "{}", wrong.stderr);
    }
    let path = format!("{DIR}/webservice0");
    let old = bench.read("firstbox", &path).expect("settings");
    bench.write("firstbox", &path, &old.replace("\"zone-a\"", "\"$ZONE\""));
    let wrong = bench.ends(6, STEP);
    let said = format!("zone_id of {path} is \"$ZONE\": `$` would end or change");
    assert!(wrong.stderr.contains(&said), "{}", wrong.stderr);
    bench.ends(0, &format!("{STEP} --zone-id zone-a"));
    // Files that went through another system's editor.
    bench.write("firstbox", &path, &old.replace('\n', "\r\n"));
    bench.ends(0, STEP);
    assert!(!bench.read("firstbox", &path).expect("settings").contains('\r'));
}

/// X0.6: the temporary address is the reserved one, so that the original one is remembered.
#[test]
fn an_address_that_is_not_reserved_is_told_and_another_one_refused() {
    let bench = bench();
    let told = bench.ends(0, STEP).stderr;
    assert!(told.contains("firstbox has no original address of webservice0"), "{told}");
    bench.write(
        "firstbox",
        "/var/lib/xtask/webservice/webservice0",
        "temporary=10.16.0.13\noriginal=10.16.0.10\n",
    );
    let refused = bench.ends(6, STEP).stderr;
    assert!(refused.contains("10.16.0.13 is the temporary address of webservice0"), "{refused}");
    let told = bench.ends(0, &STEP.replace("10.16.0.12", "10.16.0.13")).stderr;
    assert!(!told.contains("has no original address"), "{told}");
}

/// X0.6: the address must be nobody's; and it must fit the network.
#[test]
fn an_address_that_is_taken_or_does_not_fit_is_refused() {
    let bench = bench();
    for (flags, code, said) in [
        ("--mgmt-address 10.16.0.11", 6, "address 10.16.0.11 belongs to webservice1"),
        ("--mgmt-address 10.16.0.254", 2, "is the gateway"),
        ("--mgmt-address 10.17.0.12", 2, "is not in the network of gateway 10.16.0.254"),
        ("--mgmt-address 10.16.0.12 --mac 52:54:9E:00:10:11", 6, "belongs to webservice1"),
    ] {
        let refused =
            bench.ends(code, &format!("gen-settings --node webservice0 --stamp 20260101 {flags}"));
        assert!(refused.stderr.contains(said), "{}", refused.stderr);
    }
    assert_eq!(line(&bench, "webservice0", "os_name="), "os_name=\"trusty\"");
}

#[test]
fn nothing_is_overwritten_without_a_backup() {
    let bench = Bench::new();
    let refused = bench.ends(6, STEP);
    assert!(refused.stderr.contains("cargo xtask backup-settings"), "{}", refused.stderr);
    assert_eq!(line(&bench, "webservice0", "os_name="), "os_name=\"trusty\"");
}

#[test]
fn a_run_that_was_killed_is_finished_by_the_next() {
    let whole = bench();
    whole.ends(0, STEP);
    for after in [0, 15] {
        let bench = bench();
        bench.kill(STEP, 1, Duration::from_millis(after));
        bench.ends(0, STEP);
        compare(&whole.result(), &bench.result());
    }
}

#[test]
fn the_script_of_emit_does_on_a_twin_what_the_step_does() {
    let (real, twin) = (bench(), bench());
    real.ends(0, STEP);
    let script = twin.ends(0, &format!("{STEP} --emit firstbox")).stdout;
    shellcheck(&script);
    let ran = twin.xtask("rehearsal shell firstbox -- sh -s").fed(&script);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    compare(&real.result(), &twin.result());
    // The script was computed for the old file: run again, it leaves everything alone.
    let again = twin.xtask("rehearsal shell firstbox -- sh -s").fed(&script);
    assert_ne!(again.code, 0);
    assert!(again.stderr.contains("no longer the file that was read"), "{}", again.stderr);
    compare(&real.result(), &twin.result());
}
