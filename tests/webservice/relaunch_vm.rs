//! `relaunch-vm`, WS-18.

use std::time::Duration;

use super::fresh;
use crate::support::rehearsal::{Bench, compare};
use crate::support::{shellcheck, snapshot};

const STEP: &str = "relaunch-vm --node webservice0";

/// Settings that name the new physical host.
fn bench() -> Bench {
    Bench::made("moved aside", |bench| {
        fresh::moved_aside(bench);
        bench.ends(0, "backup-settings --stamp 20260101");
        bench.ends(0, "gen-settings --node webservice0 --mgmt-address 10.16.0.12 --stamp 20260101");
    })
}

fn builds(bench: &Bench) -> usize {
    let log = std::fs::read_to_string(bench.shared("virsh/node2/webservice0/builds"));
    log.unwrap_or_default().lines().count()
}

fn vm(bench: &Bench, host: &str, node: &str) -> String {
    std::fs::read_to_string(bench.shared(&format!("virsh/{host}/{node}/state"))).unwrap_or_default()
}

/// X0.17: the plan says when the host keys have to go. X0.5: it also names the files that the new VM lacks.
#[test]
fn what_the_plan_says_is_done_once() {
    let bench = bench();
    let plan = bench.ends(3, &format!("{STEP} -n --exit-code"));
    snapshot::same("relaunch-vm.plan", &(plan.stderr.clone() + &plan.stdout));
    assert!(plan.stderr.contains("(X0.17)") && plan.stderr.contains("(X0.5)"));
    bench.keeps_its_word(STEP);
    assert_eq!(vm(&bench, "node2", "webservice0"), "running\n");
    bench.is_kept(STEP);
    // With `-f` every call builds the VM again: the second run must not have called.
    assert_eq!((builds(&bench), bench.calls("firstbox", "launch_vms.sh", "")), (1, 1));
    assert_eq!(bench.intents().pop().unwrap()["undo"], serde_json::Value::Null);
}

/// X0.3: a node is one node.
#[test]
fn two_nodes_in_one_name_are_refused_before_any_host() {
    let bench = Bench::new();
    let wrong = bench.ends(2, "relaunch-vm --node webservice0/1");
    assert!(wrong.stderr.contains("webservice0/1"), "{}", wrong.stderr);
    assert!(bench.snapshot().is_empty());
}

/// X0.14: the old VM runs, on whichever host; `launch_vms.sh -f` would destroy it.
#[test]
fn a_node_that_still_runs_is_not_launched_anew() {
    let bench = bench();
    bench.write_shared("virsh/node1/webservice0/state", "running\n");
    let refused = bench.ends(6, STEP);
    assert!(refused.stderr.contains("webservice0 is running on node1"), "{}", refused.stderr);
    bench.ends(6, &format!("{STEP} --only node2"));
    bench.write_shared("virsh/node1/webservice0/state", "in shutdown\n");
    bench.write_shared("virsh/node1/webservice0/slow", "9\n");
    bench.ends(6, STEP);
    // The settings of webservice1 still name the host it runs on: that VM is the old one.
    let refused = bench.ends(6, "relaunch-vm --node webservice1 --without-peer");
    assert!(refused.stderr.contains("webservice1 is running on node2"), "{}", refused.stderr);
    assert!(refused.stderr.contains("still name the old physical host"), "{}", refused.stderr);
    assert_eq!(vm(&bench, "node2", "webservice1"), "running\n");
    assert_eq!(bench.calls("firstbox", "launch_vms.sh", ""), 0);
}

/// X0.15: a complete image without a running VM is the way back; it is not built over.
#[test]
fn a_complete_image_in_the_way_is_left_alone() {
    let bench = bench();
    bench.write_shared("kernels/node2/webservice0.img", "the only copy\n");
    bench.write_shared("kernels/node2/webservice0.Done", "");
    let refused = bench.ends(6, STEP);
    assert!(refused.stderr.contains("is complete and its VM does not run"), "{}", refused.stderr);
    let image = std::fs::read_to_string(bench.shared("kernels/node2/webservice0.img")).unwrap();
    assert_eq!(image, "the only copy\n");
}

/// X0.20: one after the other; without a peer that serves it takes an explicit word.
#[test]
fn the_last_running_node_is_not_taken_away() {
    let bench = bench();
    bench.write_shared("virsh/node2/webservice1/state", "shut off\n");
    let refused = bench.ends(6, STEP);
    assert!(
        refused.stderr.contains("no other webservice node runs (looked for webservice1)"),
        "{}",
        refused.stderr
    );
    bench.ends(0, &format!("{STEP} --without-peer"));
}

/// The launch script fails, or says it is fine and no VM runs: the run fails, the next one completes it.
#[test]
fn a_failed_launch_is_told_and_done_again() {
    let bench = bench();
    bench.order("firstbox", "launch_vms.sh", "code=3\nmessage=no space left on node2\n");
    let failed = bench.ends(1, STEP);
    snapshot::same("relaunch-vm.failed", &snapshot::plain(&failed.stderr, bench.state.path()));
    bench.order("firstbox", "launch_vms.sh", "code=0\n");
    bench.heal("firstbox", "launch_vms.sh");
    let lie = bench.path("firstbox", "/pitrix/install/lie.sh");
    crate::support::write(&lie, "#!/bin/sh\nexit 0\n");
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(&lie, mode).unwrap();
    let failed = bench.ends(1, &format!("{STEP} --launch /pitrix/install/lie.sh --wait-timeout 1"));
    assert!(
        failed.stderr.contains("the check still fails 1 s after the change"),
        "{}",
        failed.stderr
    );
    assert!(failed.stderr.contains("node2: webservice0 does not run"), "{}", failed.stderr);
    bench.ends(0, STEP);
    bench.is_kept(STEP);
}

#[test]
fn a_run_that_was_killed_is_finished_by_the_next() {
    let whole = bench();
    whole.ends(0, STEP);
    for after in [0, 40, 120, 300] {
        let bench = bench();
        bench.kill(STEP, 1, Duration::from_millis(after));
        bench.ends(0, STEP);
        compare(&whole.result(), &bench.result());
        bench.is_kept(STEP);
    }
}

/// Killed after the script built the VM and before that was written down: the VM that runs is ours.
#[test]
fn a_vm_of_a_launch_that_was_cut_short_is_known_as_ours() {
    let bench = bench();
    bench.ends(0, STEP);
    let mark = bench.path("firstbox", "/var/lib/xtask/launched/webservice0");
    std::fs::rename(&mark, mark.with_extension("begun")).unwrap();
    bench.ends(0, STEP);
    bench.is_kept(STEP);
    std::fs::remove_file(&mark).unwrap();
    let refused = bench.ends(6, STEP);
    assert!(refused.stderr.contains("webservice0 is running on node2"), "{}", refused.stderr);
}

#[test]
fn an_unreachable_physical_host_stops_before_the_launch() {
    let bench = bench();
    let heal = bench.cut_off("node1");
    let failed = bench.ends(4, STEP);
    assert!(failed.stderr.contains("node1"), "{}", failed.stderr);
    assert_eq!(bench.calls("firstbox", "launch_vms.sh", ""), 0);
    heal();
    bench.ends(0, STEP);
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
}
