//! An upgrade that is killed is finished by the next call, wherever that was.

use super::{STEP, bench, is_upgraded};

/// Operations at which it is killed, each in the run that the one before has left: about as long as they last.
const PLACES: [&str; 12] = [
    "write the manifest of /root/webservice1-bak",
    "write /pitrix/conf/settings/webservice1",
    "stop all programs of supervisor",
    "shut webservice0 down on node1",
    "move /pitrix/kernels/webservice0.xml",
    "launch webservice0 on node2",
    "trust the host keys of webservice0",
    "install the platform on webservice0",
    "set mgmt_network_address in /pitrix/conf/settings/webservice0",
    "give webservice0 the address 10.16.0.10",
    "remove /var/lib/xtask/webservice/webservice0",
    "move the floating IP 10.16.0.20 away from webservice1",
];

#[test]
fn an_upgrade_killed_at_many_places_is_finished() {
    let bench = bench();
    for what in PLACES {
        bench.kill_at(STEP, what);
    }
    bench.ends(0, "resume");
    is_upgraded(&bench);
    bench.is_kept(STEP);
}

/// The settings have the original address again, the node not yet: it is not launched again for that.
#[test]
fn a_node_on_its_way_back_is_not_launched_anew() {
    let bench = bench();
    bench.order("firstbox", "shutdown", "code=1\nonly=-r\n");
    bench.ends(1, &format!("{STEP} --only-node webservice0"));
    let map = bench.ends(0, &format!("{STEP} --map")).stdout;
    assert!(map.contains("  restore-mgmt-ip    no return ✗ failed"), "{map}");
    bench.heal("firstbox", "shutdown");
    // It stood before the restart: its file has the address, and its programs are stopped.
    let interfaces = super::shared(&bench, "guests/webservice0/etc/network/interfaces").unwrap();
    assert!(interfaces.contains("address 10.16.0.10\n"), "{interfaces}");
    bench.ends(0, STEP);
    is_upgraded(&bench);
}
