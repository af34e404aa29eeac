//! `purge-known-hosts`, WS-24, with the real ssh-keygen.

use super::fresh;
use crate::support::rehearsal::{Bench, compare};
use crate::support::shellcheck;

const STEP: &str = "webservice purge-known-hosts --node webservice0";
const FILE: &str = "/root/.ssh/known_hosts";
const KEY: &str =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGmVtcZm2zk2a4jpgZYPYyBzl3jRYQ1cMsnTcvrAX6j7";

fn known(names: &[&str]) -> String {
    names.iter().map(|name| format!("{name} {KEY}\n")).collect()
}

/// A platform in which the node has a temporary address and everybody knows the old keys.
fn bench() -> Bench {
    let bench = fresh::bench();
    bench.ends(0, "webservice pick-temp-ip --node webservice0 --ip 10.16.0.12");
    for host in ["firstbox", "webservice1", "node1"] {
        bench.write(
            host,
            FILE,
            &known(&["node1", "webservice0,10.16.0.10", "10.16.0.12", "webservice1"]),
        );
    }
    bench
}

/// X0.17, X0.29, XX.8: name, original and temporary address; a host without the file is fine.
#[test]
fn every_form_of_the_node_goes_everywhere() {
    let bench = bench();
    bench.keeps_its_word(STEP);
    for host in ["firstbox", "webservice1", "node1"] {
        assert_eq!(bench.read(host, FILE).unwrap(), known(&["node1", "webservice1"]), "{host}");
    }
    assert!(bench.read("node2", FILE).is_none());
    bench.is_kept(STEP);
    assert!(
        bench.intents().iter().filter(|intent| intent["what"] != "").all(|i| !i["undo"].is_null())
    );
}

/// X0.29: hashed entries are other lines, and also found.
#[test]
fn hashed_names_are_found() {
    let bench = bench();
    bench.ends(0, &format!("rehearsal shell firstbox -- ssh-keygen -q -H -f {FILE}"));
    assert!(!bench.read("firstbox", FILE).unwrap().contains("webservice0"));
    let plan = bench.ends(0, &format!("{STEP} -n --targets firstbox")).stderr;
    assert!(plan.contains("firstbox: needed") && plan.contains("10.16.0.12"), "{plan}");
    bench.ends(0, &format!("{STEP} --targets firstbox"));
    assert_eq!(bench.read("firstbox", FILE).unwrap().lines().count(), 2);
    bench.is_kept(&format!("{STEP} --targets firstbox"));
}

/// X0.28: ten names in one file go in one process; none is put back by another.
#[test]
fn many_names_of_one_file_all_go() {
    let bench = bench();
    let ips: Vec<String> = (1..=10).map(|n| format!("10.16.1.{n}")).collect();
    let names: Vec<&str> = ips.iter().map(String::as_str).collect();
    bench.write("firstbox", FILE, &known(&names));
    let list = ips.join(",");
    bench.ends(0, &format!("{STEP} --ips {list} --targets firstbox"));
    assert_eq!(bench.read("firstbox", FILE).unwrap(), "");
    let dir = std::fs::read_dir(bench.path("firstbox", "/root/.ssh")).unwrap();
    let left: Vec<_> = dir.map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left.len(), 2, "{left:?}");
}

#[test]
fn the_script_of_emit_does_on_a_twin_what_the_step_does() {
    let (real, twin) = (bench(), bench());
    real.ends(0, &format!("{STEP} --targets firstbox"));
    let script = twin.ends(0, &format!("{STEP} --targets firstbox --emit firstbox")).stdout;
    shellcheck(&script);
    assert_eq!(twin.xtask("rehearsal shell firstbox -- sh -s").fed(&script).code, 0);
    assert_eq!(real.read("firstbox", FILE), twin.read("firstbox", FILE));
    compare(&real.result(), &twin.result());
}

#[test]
fn an_unreachable_target_does_not_keep_the_others_from_their_turn() {
    let bench = bench();
    let heal = bench.cut_off("node1");
    let failed = bench.ends(4, STEP).stderr;
    assert!(failed.contains("node1"), "{failed}");
    assert_eq!(bench.read("webservice1", FILE).unwrap(), known(&["node1", "webservice1"]));
    heal();
    bench.ends(0, STEP);
    bench.is_kept(STEP);
}

/// X0.17: the scripts after the launch log in, so the key that the new VM shows is trusted; a second run
/// keeps it.
#[test]
fn the_key_of_the_new_vm_is_accepted_and_stays() {
    let bench = bench();
    let step = format!("{STEP} --accept");
    bench.ends(0, &step);
    let known = bench.read("firstbox", FILE).unwrap();
    let line = known
        .lines()
        .find(|line| line.starts_with("webservice0,10.16.0.10 "))
        .expect("the new key");
    assert!(!known.contains(&format!("webservice0,10.16.0.10 {KEY}")), "{line}");
    bench.is_kept(&step);
    bench.is_kept(STEP);
    bench.write_shared("virsh/node1/webservice0/state", "shut off\n");
    let silent = bench.ends(6, &step).stderr;
    assert!(silent.contains("webservice0 shows no host key at 10.16.0.10"), "{silent}");
    assert_eq!(bench.read("firstbox", FILE).unwrap(), known);
}
