//! `restore-mgmt-ip`, WS-28.

use std::time::Duration;

use super::fresh::{self, shared};
use crate::support::rehearsal::Bench;

pub(crate) const STEP: &str = "webservice restore-mgmt-ip --node webservice0";
const RESERVED: &str = "/var/lib/xtask/webservice/webservice0";

/// The node after its launch and installation, at its temporary address.
pub(crate) fn launched() -> Bench {
    Bench::made("deployed", |bench| {
        fresh::make(bench);
        fresh::backed_up(bench);
        for step in [
            "backup-settings --stamp 20260101",
            "webservice pick-temp-ip --node webservice0 --ip 10.16.0.12",
            "gen-settings --node webservice0 --mgmt-address 10.16.0.12 --stamp 20260101",
            "webservice gen-node-list",
            "webservice build-pkgs",
            "relaunch-vm --node webservice0",
            "webservice install-node --node webservice0",
            "webservice deploy --node webservice0",
        ] {
            bench.ends(0, step);
        }
    })
}

/// X0.6: an upgrade that was begun without a reservation.
#[test]
fn an_address_that_firstbox_does_not_remember_is_told() {
    let bench = launched();
    std::fs::remove_file(bench.path("firstbox", RESERVED)).expect("a reservation");
    let said = bench.ends(0, STEP).stderr;
    assert!(said.contains("webservice0 has no temporary address"), "{said}");
    let told = format!("{STEP} --ip 10.16.0.10");
    bench.ends(0, &told);
    assert_eq!(address(&bench), "eth0 device 10.16.0.10/24\n");
    assert!(bench.read("firstbox", RESERVED).is_none());
    bench.is_kept(&told);
}

fn address(bench: &Bench) -> String {
    shared(bench, "interfaces/webservice0").expect("an interface")
}

/// X0.6: the temporary address is given back, and nothing has to be launched or installed again.
#[test]
fn a_node_gets_its_original_address_back_once() {
    let bench = launched();
    assert_eq!(address(&bench), "eth0 device 10.16.0.12/24\n");
    bench.ends(3, &format!("{STEP} -n --exit-code"));
    bench.ends(0, STEP);
    assert_eq!(address(&bench), "eth0 device 10.16.0.10/24\n");
    let settings = bench.read("firstbox", "/pitrix/conf/settings/webservice0").unwrap();
    assert!(settings.contains("mgmt_network_address=\"10.16.0.10\""), "{settings}");
    let interfaces = shared(&bench, "guests/webservice0/etc/network/interfaces").unwrap();
    assert!(interfaces.contains("    address 10.16.0.10\n"), "{interfaces}");
    assert!(
        bench
            .read("firstbox", "/pitrix/conf/node_list")
            .unwrap()
            .contains("10.16.0.10 webservice0")
    );
    assert!(bench.read("firstbox", RESERVED).is_none());
    let said = bench.ends(0, STEP).stderr;
    assert!(said.contains("webservice0 has no temporary address"), "{said}");
    bench.is_kept(STEP);
    for step in [
        "relaunch-vm --node webservice0",
        "webservice install-node --node webservice0",
        "webservice gen-node-list",
        "webservice build-pkgs",
    ] {
        bench.is_kept(step);
    }
    bench.ends(0, "webservice check-services --node webservice0");
}

#[test]
fn the_old_vm_must_be_off() {
    let bench = launched();
    bench.write_shared("virsh/node1/webservice0/state", "running\n");
    let refused = bench.ends(6, STEP).stderr;
    assert!(refused.contains("webservice0 runs on node1 and node2"), "{refused}");
    assert_eq!(address(&bench), "eth0 device 10.16.0.12/24\n");
}

/// A node that does not come back leaves the reservation open: the next run continues.
#[test]
fn a_node_that_does_not_come_back_stays_open() {
    let bench = launched();
    bench.order("firstbox", "shutdown", "code=255\n");
    let failed = bench.ends(1, &format!("{STEP} --wait-timeout 1")).stderr;
    assert!(failed.contains("10.16.0.10 does not answer"), "{failed}");
    assert!(bench.read("firstbox", RESERVED).is_some());
    bench.heal("firstbox", "shutdown");
    bench.write_shared("interfaces/webservice0", "eth0 device 10.16.0.10/24\n");
    bench.ends(0, STEP);
    assert!(bench.read("firstbox", RESERVED).is_none());
}

#[test]
fn a_run_that_was_killed_is_finished_by_the_next() {
    for intents in [1, 2, 3] {
        let bench = launched();
        bench.kill(STEP, intents, Duration::from_millis(20));
        bench.ends(0, STEP);
        assert_eq!(address(&bench), "eth0 device 10.16.0.10/24\n");
        assert!(bench.read("firstbox", RESERVED).is_none());
        bench.is_kept("relaunch-vm --node webservice0");
    }
}

/// The list of nodes and the packages are points of no return in the middle of the step. Earlier work stays
/// at first, and the record says so. The marks of the launch follow the settings.
#[test]
fn an_undo_up_to_the_point_of_no_return_and_past_it() {
    let bench = launched();
    let launched = marks(&bench);
    bench.ends(0, STEP);
    let (run, restored) = (bench.runs().pop().expect("a run"), marks(&bench));
    assert_ne!(launched.0, restored.0);
    bench.ends(0, &format!("undo {run}"));
    let list = bench.ends(0, "runs list").stdout;
    let [undo, undone] = [1, 2].map(|line| list.lines().nth(line).expect("a run"));
    assert!(undone.starts_with(&run) && undone.contains("  partly undone  "), "{list}");
    assert!(undone.contains("  undo  ") && !undo.contains("  undo  "), "{list}");
    let stays = bench.ends(0, "runs prune --keep 0 --yes").stderr;
    assert!(stays.contains(&format!("{run}: kept, it can still be undone")), "{stays}");
    assert_eq!(address(&bench), "eth0 device 10.16.0.12/24\n");
    assert_eq!(marks(&bench), restored);

    bench.ends(0, &format!("undo {run} --past"));
    assert_eq!(marks(&bench).0, launched.0);
    for step in ["relaunch-vm --node webservice0", "webservice install-node --node webservice0"] {
        bench.is_kept(step);
    }
    let list = bench.ends(0, "runs list").stdout;
    let undone = list.lines().find(|line| line.starts_with(&run)).expect("the run");
    assert!(undone.contains("  undone  ") && !undone.contains("  undo  "), "{list}");
    bench.ends(0, STEP);
    assert_eq!(address(&bench), "eth0 device 10.16.0.10/24\n");
}

/// The marks of launch and installation on firstbox, without the time.
fn marks(bench: &Bench) -> (String, String) {
    let read = |mark: &str| bench.read("firstbox", &format!("/var/lib/xtask/{mark}/webservice0"));
    let installed = read("installed").expect("a mark");
    let (hash, _) = installed.split_once(' ').expect("hash and time");
    (read("launched").expect("a mark"), hash.to_owned())
}
