//! The old VM goes, and comes back: WS-15, WS-16, WS-17, WS-29.

use std::time::Duration;

use super::fresh::{self, shared};
use crate::support::rehearsal::Bench;

const STOP: &str = "webservice stop-services --node webservice0";
const OFF: &str = "webservice shutdown-vm --node webservice0 --stamp 20260101";
const ASIDE: &str = "webservice backup-vm-image --node webservice0 --stamp 20260101";
const BACK: &str = "webservice rollback-vm --node webservice0 --stamp 20260101";

/// Everything is backed up.
fn bench() -> Bench {
    Bench::made("backed up", back_up)
}

fn back_up(bench: &Bench) {
    fresh::make(bench);
    bench.ends(0, "backup-settings --stamp 20260101");
    bench.ends(0, "webservice backup-node-files --node webservice0");
}

fn state(bench: &Bench, host: &str) -> String {
    shared(bench, &format!("virsh/{host}/webservice0/state")).unwrap_or_default()
}

fn kernels(bench: &Bench, host: &str) -> Vec<String> {
    let dir = bench.shared(&format!("kernels/{host}"));
    let entries = std::fs::read_dir(dir).into_iter().flatten().flatten();
    let mut names: Vec<_> =
        entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.retain(|name| name.contains("webservice0"));
    names.sort();
    names
}

/// X0.11: programs that take their time are waited for.
#[test]
fn the_services_of_one_node_are_stopped_once() {
    let bench = bench();
    bench.write_shared("guests/webservice0/supervisor/slow", "1\n");
    bench.ends(3, &format!("{STOP} -n --exit-code"));
    bench.ends(0, STOP);
    bench.is_kept(STOP);
    assert_eq!(bench.calls("webservice0", "supervisorctl", "stop"), 1);
    assert!(bench.intents().pop().unwrap()["undo"][0]["script"].is_string());
}

/// X0.11: `stop all` succeeds also when a program ignores it.
#[test]
fn a_program_that_ignores_the_stop_fails_the_step() {
    let bench = bench();
    bench.write_shared("guests/webservice0/supervisor/ignores", "webconsole\n");
    let failed = bench.ends(1, &format!("{STOP} --wait-timeout 1")).stderr;
    assert!(failed.contains("webconsole is RUNNING"), "{failed}");
    std::fs::remove_file(bench.shared("guests/webservice0/supervisor/ignores")).unwrap();
    bench.ends(0, STOP);
}

/// X0.20: not without a backup, not while the other node is down, not the holder of the address first.
#[test]
fn a_node_that_has_not_its_turn_is_not_stopped() {
    let bench = fresh::bench();
    let refused = bench.ends(6, STOP).stderr;
    assert!(refused.contains("backup-node-files --node webservice0"), "{refused}");
    for node in ["webservice0", "webservice1"] {
        bench.ends(0, &format!("webservice backup-node-files --node {node}"));
    }
    let holder = bench.ends(6, "webservice stop-services --node webservice1").stderr;
    assert!(holder.contains("webservice1 holds the floating IP"), "{holder}");
    assert!(holder.contains("webservice0, then webservice1 (holds 10.16.0.20)"), "{holder}");
    bench.write_shared("guests/webservice1/supervisor/ks-api", "STOPPED\n");
    let alone = bench.ends(6, STOP).stderr;
    assert!(
        alone.contains("webservice1 does not serve") && alone.contains("ks-api is STOPPED"),
        "{alone}"
    );
    assert_eq!(bench.calls("webservice0", "supervisorctl", "stop"), 0);
    bench.ends(0, &format!("{STOP} --without-peer"));
    bench.ends(2, "webservice stop-services --node webservice0/1");
}

/// X0.13, XX.8: ssh ends with 255, and virsh on the old physical host decides. X0.14: the host of the backup.
#[test]
fn the_old_vm_is_shut_down_once() {
    let bench = bench();
    let early = bench.ends(6, OFF).stderr;
    assert!(early.contains("services of webservice0 still run"), "{early}");
    bench.ends(0, STOP);
    bench.ends(0, "gen-settings --node webservice0 --mgmt-address 10.16.0.12 --stamp 20260101");
    bench.write_shared("virsh/node1/webservice0/slow", "2\n");
    bench.keeps_its_word(OFF);
    assert_eq!(state(&bench, "node1"), "shut off\n");
    bench.is_kept(OFF);
    let intent = bench.intents().pop().unwrap();
    assert!(intent["undo"][0]["script"].is_string());
}

/// A guest that hangs is switched off on request only.
#[test]
fn a_vm_that_does_not_come_down_is_switched_off_when_asked_for() {
    let bench = bench();
    bench.ends(0, STOP);
    bench.write_shared("virsh/node1/webservice0/slow", "100000\n");
    let hangs = bench.ends(1, &format!("{OFF} --wait-timeout 1")).stderr;
    assert!(hangs.contains("node1: webservice0 is in shutdown"), "{hangs}");
    let off = format!("{OFF} --force-after 1");
    bench.ends(0, &off);
    assert_eq!(state(&bench, "node1"), "shut off\n");
    assert_eq!(bench.calls("firstbox", "ssh", "destroy"), 1);
    bench.is_kept(&off);
}

/// X0.13: a node that nobody reaches was not shut down, although ssh says 255 then too.
#[test]
fn a_real_connection_error_is_not_taken_for_a_shutdown() {
    let bench = bench();
    bench.ends(0, STOP);
    bench.write("firstbox", "/var/lib/standins/ssh.refuse", "webservice0\n");
    // At once: nobody waits for a node that got no command.
    let failed = bench.ends(1, OFF).stderr;
    let told = "nothing was sent: webservice0 cannot be reached at 10.16.0.10";
    assert!(failed.contains(told), "{failed}");
    assert_eq!(state(&bench, "node1"), "running\n");
    let wrong = bench.ends(6, &format!("{OFF} --physical-host node2")).stderr;
    assert!(wrong.contains("node2 has no VM webservice0"), "{wrong}");
}

/// X0.12: the image of a VM that runs stays. X0.16: the marker goes last. XX.2, XX.7: all of it on the
/// physical host of the backup, nothing where the program runs.
#[test]
fn the_old_image_is_moved_aside_once() {
    let bench = bench();
    let early = bench.ends(6, ASIDE).stderr;
    assert!(early.contains("webservice0 is running on node1"), "{early}");
    bench.write_shared("virsh/node1/webservice0/state", "shut off\n");
    bench.write_shared("virsh/node1/webservice0/autostart", "enable\n");
    let (_, run) = bench.keeps_its_word(ASIDE);
    let done: Vec<&str> = run["operations"]
        .as_array()
        .unwrap()
        .iter()
        .map(|op| op["operation"].as_str().unwrap())
        .collect();
    assert!(
        done[0].contains("old-webservice0.img") && done[1].contains("old-webservice0.xml"),
        "{done:?}"
    );
    assert!(done[2].contains("webservice0.Done"), "{done:?}");
    // That it started with its host is remembered for the way back.
    assert_eq!(
        kernels(&bench, "node1"),
        [
            "old-webservice0.autostart",
            "old-webservice0.img",
            "old-webservice0.img.xtask-manifest",
            "old-webservice0.xml"
        ]
    );
    assert_eq!(shared(&bench, "virsh/node1/webservice0/autostart").as_deref(), Some("disable\n"));
    bench.is_kept(ASIDE);
    bench.ends(0, &format!("{ASIDE} --undefine"));
    bench.is_kept(&format!("{ASIDE} --undefine"));
    assert!(!bench.shared("virsh/node1/webservice0").exists());
    let intents = bench.intents();
    assert!(
        intents
            .iter()
            .filter(|intent| intent["host"] == "node1")
            .all(|intent| intent["undo"].is_array())
    );
}

/// X0.15: the good old image is never replaced by another one.
#[test]
fn an_old_image_that_is_there_is_not_overwritten() {
    let bench = bench();
    bench.write_shared("virsh/node1/webservice0/state", "shut off\n");
    bench.write_shared("kernels/node1/old-webservice0.img", "the only way back\n");
    let refused = bench.ends(6, ASIDE).stderr;
    assert!(refused.contains("old-webservice0.img is there already"), "{refused}");
    assert_eq!(
        shared(&bench, "kernels/node1/old-webservice0.img").as_deref(),
        Some("the only way back\n")
    );
    assert!(bench.shared("kernels/node1/webservice0.Done").exists());
}

#[test]
fn a_move_that_was_cut_short_is_finished_by_the_next_run() {
    for intents in [1, 2, 3] {
        let bench = bench();
        bench.write_shared("virsh/node1/webservice0/state", "shut off\n");
        bench.kill(ASIDE, intents, Duration::from_millis(5));
        bench.ends(0, ASIDE);
        let manifest = "old-webservice0.img.xtask-manifest";
        let all = ["old-webservice0.img", manifest, "old-webservice0.xml"];
        assert_eq!(kernels(&bench, "node1"), all);
        bench.is_kept(ASIDE);
    }
}

/// The node after its launch on the new physical host.
fn launched() -> Bench {
    Bench::made("launched after a backup", launch)
}

fn launch(bench: &Bench) {
    back_up(bench);
    let generate = "gen-settings --node webservice0 --mgmt-address 10.16.0.12 --stamp 20260101";
    for step in [STOP, OFF, ASIDE, generate, "relaunch-vm --node webservice0"] {
        bench.ends(0, step);
    }
    assert_eq!(
        (state(bench, "node1"), state(bench, "node2")),
        ("shut off\n".into(), "running\n".into())
    );
}

#[test]
fn the_old_vm_comes_back_with_its_settings_and_the_new_image_is_kept() {
    let bench = launched();
    bench.keeps_its_word(BACK);
    assert_eq!(
        (state(&bench, "node1"), state(&bench, "node2")),
        ("running\n".into(), String::new())
    );
    assert_eq!(
        kernels(&bench, "node1"),
        ["webservice0.Done", "webservice0.img", "webservice0.xml"]
    );
    assert_eq!(
        shared(&bench, "kernels/node1/webservice0.img").as_deref(),
        Some("image of webservice0, 14.04.5\n")
    );
    let kept = kernels(&bench, "node2");
    assert!(
        kept.len() == 2 && kept.iter().all(|name| name.starts_with("failed-webservice0.")),
        "{kept:?}"
    );
    let settings = bench.read("firstbox", "/pitrix/conf/settings/webservice0").unwrap();
    assert_eq!(
        Some(settings),
        bench.read("firstbox", "/pitrix/conf/settings.20260101/webservice0")
    );
    bench.is_kept(BACK);
}

#[test]
fn a_way_back_that_was_cut_short_is_finished_by_the_next_run() {
    for intents in [1, 3, 5] {
        let bench = launched();
        bench.kill(BACK, intents, Duration::from_millis(5));
        bench.ends(0, BACK);
        assert_eq!(state(&bench, "node1"), "running\n");
        assert_eq!(
            kernels(&bench, "node1"),
            ["webservice0.Done", "webservice0.img", "webservice0.xml"]
        );
        bench.is_kept(BACK);
    }
}

/// X0.15: without the old image the new VM is not destroyed.
#[test]
fn nothing_is_destroyed_without_a_way_back() {
    let bench = launched();
    std::fs::remove_file(bench.shared("kernels/node1/old-webservice0.img")).unwrap();
    let refused = bench.ends(6, BACK).stderr;
    assert!(refused.contains("node1 has no old image of webservice0"), "{refused}");
    bench.write_shared("kernels/node1/old-webservice0.img", "old\n");
    bench.write_shared("kernels/node1/webservice0.img", "other\n");
    let refused = bench.ends(6, BACK).stderr;
    assert!(refused.contains("node1 has two images of webservice0"), "{refused}");
    assert_eq!(state(&bench, "node2"), "running\n");
}
