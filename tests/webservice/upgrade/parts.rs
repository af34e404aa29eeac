//! `--from`, `--only-stage`, `--only-node`, the gates, the map.

use super::{STEP, bench, is_upgraded};
use crate::support::rehearsal::compare;

/// WS-25, WS-26: the next node has its turn when the one before is seen to be well.
#[test]
fn the_second_node_is_not_touched_before_the_first_is_well() {
    let bench = bench();
    bench.order("firstbox", "curl", "code=7\n");
    let failed = bench.ends(1, &format!("{STEP} --patience 2")).stderr;
    assert!(failed.contains("http://console.example/ answers as it should"), "{failed}");
    assert!(failed.contains("check-console                ✗ failed"), "{failed}");
    let untouched = || {
        assert_eq!(bench.calls("webservice1", "supervisorctl", "stop"), 0);
        assert_eq!(bench.calls("webservice1", "systemctl", "stop"), 0);
        assert_eq!(
            super::shared(&bench, "virsh/node2/webservice1/state").as_deref(),
            Some("running\n")
        );
    };
    untouched();
    // X0.20: not by its name either, while the other one is under way.
    let refused = bench.ends(6, &format!("{STEP} --only-node webservice1")).stderr;
    assert!(
        refused.contains("webservice0 is in progress: webservice1 is next when it is finished"),
        "{refused}"
    );
    untouched();
    bench.heal("firstbox", "curl");
    bench.order("webservice0", "supervisorctl", "code=4\n");
    let failed = bench.ends(1, &format!("{STEP} --wait-timeout 2")).stderr;
    assert!(failed.contains("supervisorctl: exit 4"), "{failed}");
    untouched();
    bench.heal("webservice0", "supervisorctl");
    bench.ends(0, STEP);
    is_upgraded(&bench);
}

#[test]
fn stages_and_nodes_are_done_one_by_one() {
    let bench = bench();
    let early = bench.ends(6, &format!("{STEP} --from deploy")).stderr;
    assert!(early.contains("webservice0 was not launched yet: deploy needs its new VM"), "{early}");
    let holder = bench.ends(6, &format!("{STEP} --only-node webservice1")).stderr;
    assert!(
        holder.contains("webservice1 holds the floating IP: upgrade webservice0 first (X0.20)"),
        "{holder}"
    );
    let wrong = bench.ends(2, &format!("{STEP} --only-node webservice7")).stderr;
    assert!(wrong.contains("webservice7 is not a webservice node"), "{wrong}");
    bench.ends(2, &format!("{STEP} --only-node webservice0/1"));
    bench.ends(0, &format!("{STEP} check-prereqs"));
    bench.ends(0, &format!("{STEP} plan-order"));
    bench.ends(0, &format!("{STEP} --only-stage backup-settings"));
    let map = bench.ends(0, &format!("{STEP} --map")).stdout;
    assert!(map.contains("  backup-node-files            → next"), "{map}");
    bench.ends(0, &format!("{STEP} --only-node webservice0"));
    let map = bench.ends(0, &format!("{STEP} --map")).stdout;
    assert!(map.contains("finished, on node2          node2 -> node1"), "{map}");
    assert!(map.contains("  release-vip                  ✓ done"), "{map}");
    assert!(
        map.lines().any(|line| line.starts_with("  release-vip") && line.contains("next")),
        "{map}"
    );
    assert!(map.lines().all(|line| line.chars().count() <= 100), "{map}");
    let early = bench.ends(6, &format!("{STEP} --only-stage stop-services")).stderr;
    assert!(early.contains("the backup of webservice1's files is incomplete"), "{early}");
    bench.ends(0, &format!("{STEP} --only-stage release-vip"));
    bench.ends(0, &format!("{STEP} --from backup-node-files"));
    is_upgraded(&bench);
    bench.is_kept(STEP);
}

/// It says how far the upgrade is, and changes nothing; it needs no values, and takes no lock.
#[test]
fn the_map_changes_nothing() {
    let bench = bench();
    let before = bench.snapshot();
    let map = bench.ends(0, "webservice upgrade --map");
    compare(&before, &bench.snapshot());
    assert!(map.stdout.contains("  check-prereqs                → next\n"), "{}", map.stdout);
    assert!(
        map.stdout
            .contains("  relaunch-vm        no return · to come                   · to come\n"),
        "{}",
        map.stdout
    );
    assert!(!map.stdout.contains('\u{1b}'));
    let colour = bench.ends(0, "webservice upgrade --map --color always").stdout;
    assert!(map.stdout.contains("\nsum: 0 of 44 stages done, "), "{}", map.stdout);
    let json = bench.ends(0, "webservice upgrade --map --json").stdout;
    let json: serde_json::Value = serde_json::from_str(&json).expect("one document");
    let map = &json["findings"]["map"];
    let first = (&map["stages"][0]["stage"], &map["stages"][0]["state"]);
    assert_eq!(first, (&"check-prereqs".into(), &"next".into()));
    let last = (&map["stages"][43]["host"], &map["stages"][43]["state"]);
    assert_eq!(last, (&"webservice1".into(), &"to come".into()));
    assert_eq!(
        (&map["runbook"], &map["sum"]["stages"]),
        (&"webservice upgrade".into(), &44.into())
    );
    assert!(colour.contains("\u{1b}[1m→ next   \u{1b}[0m"), "{colour}");
}

/// WS-29: the way back of a node, and the way on from there.
#[test]
fn a_node_that_was_taken_back_is_upgraded_again() {
    let bench = bench();
    bench.write_shared("virsh/node1/webservice0/autostart", "enable\n");
    bench.order("firstbox", "update.sh", "code=1\n");
    bench.ends(1, STEP);
    assert_eq!(
        super::shared(&bench, "virsh/node1/webservice0/autostart").as_deref(),
        Some("disable\n")
    );
    let run = bench.ends(6, "undo last").stderr;
    assert!(run.contains("no changes since the point of no return"), "{run}");
    bench.ends(0, "webservice rollback-vm --node webservice0");
    assert_eq!(
        super::shared(&bench, "virsh/node1/webservice0/autostart").as_deref(),
        Some("enable\n")
    );
    assert_eq!(
        super::shared(&bench, "virsh/node1/webservice0/state").as_deref(),
        Some("running\n")
    );
    bench.heal("firstbox", "update.sh");
    // The guest of the rehearsal has a new disk: the old one comes back with the image.
    for program in ["ks-api", "webconsole", "website"] {
        bench.write_shared(&format!("guests/webservice0/supervisor/{program}"), "RUNNING\n");
    }
    bench.write_shared("interfaces/webservice0", "eth0 device 10.16.0.10/24\n");
    let map = bench.ends(0, &format!("{STEP} --map")).stdout;
    assert!(map.contains("  release-vip                  "), "{map}");
    bench.ends(0, &format!("{STEP} --only-node webservice0 --from pick-temp-ip"));
    let map = bench.ends(0, &format!("{STEP} --map")).stdout;
    assert!(map.contains("finished, on node2          node2 -> node1"), "{map}");
}

/// Work after the last point of no return is taken back at the node's address of then; the upgrade continues from there.
#[test]
fn what_was_done_on_the_new_vm_is_taken_back() {
    let bench = bench();
    bench.order("firstbox", "curl", "code=7\n");
    bench.ends(1, &format!("{STEP} --wait-timeout 1"));
    let conf = "/etc/keepalived/keepalived.conf";
    assert!(bench.read("webservice0", conf).is_some());
    let told = bench.ends(0, "undo last").stderr;
    assert!(told.contains("webservice0: at 10.16.0.12\n"), "{told}");
    assert!(told.contains("== webservice0/keepalived-vip"), "{told}");
    assert!(bench.read("webservice0", conf).is_none());
    bench.heal("firstbox", "curl");
    bench.ends(0, &format!("{STEP} --only-node webservice0"));
    assert!(bench.read("webservice0", conf).is_some());
}

/// A node that is finished is not given a temporary address again, by no step.
#[test]
fn a_finished_node_does_not_begin_again() {
    let bench = bench();
    bench.ends(0, &format!("{STEP} --only-node webservice0 --stamp 20260101"));
    let before = bench.snapshot();
    for step in [
        "webservice pick-temp-ip --node webservice0 --ip 10.16.0.12",
        "gen-settings --node webservice0 --mgmt-address 10.16.0.12 --stamp 20260101",
    ] {
        let refused = bench.ends(6, step).stderr;
        assert!(
            refused.contains("webservice0 was launched from its present settings"),
            "{refused}"
        );
        assert!(refused.contains("rollback-vm --node webservice0"), "{refused}");
    }
    // X0.10: another day's backup would swap the physical hosts back.
    let other = bench.ends(6, &format!("{STEP} --stamp 20260102")).stderr;
    assert!(
        other.contains(
            "the upgrade that started with /pitrix/conf/settings.20260101 is in progress"
        ),
        "{other}"
    );
    compare(&before, &bench.snapshot());
}
