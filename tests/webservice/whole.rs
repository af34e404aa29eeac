//! The steps one after the other, as the runbook has them, for both nodes.

use super::fresh::{self, shared};
use crate::support::rehearsal::Bench;

/// Once for the platform.
const BEFORE: [&str; 4] = [
    "webservice check-prereqs --base-image /pitrix/images/xenial.img --repo-dir /pitrix/repo",
    "webservice plan-order",
    "backup-settings --stamp 20260101",
    "webservice plan-placement --stamp 20260101",
];

/// For each node; NODE, TEMP and BRIDGE are put in.
const NODE: [&str; 25] = [
    "webservice backup-node-files --node NODE",
    "webservice sync-access-keys --node NODE --db-host account-db --db-user reader",
    "webservice sync-console-keys --node NODE --db-host account-db --db-user reader",
    "webservice pick-temp-ip --node NODE --ip TEMP",
    "webservice detect-bridge",
    "gen-settings --node NODE --mgmt-address TEMP --bridge BRIDGE --stamp 20260101",
    "webservice gen-mac --node NODE",
    "webservice gen-node-list --node-list /pitrix/conf/node_list",
    "webservice build-pkgs",
    "webservice stop-services --node NODE --out-of-turn",
    "webservice shutdown-vm --node NODE --stamp 20260101",
    "webservice backup-vm-image --node NODE --stamp 20260101",
    "relaunch-vm --node NODE",
    "webservice purge-known-hosts --node NODE --accept",
    "webservice install-node --node NODE",
    "webservice deploy --node NODE",
    "webservice restore-node-files --node NODE",
    "webservice nginx-conf --node NODE",
    "webservice keepalived-vip --node NODE",
    "webservice rc-local-keepalived --node NODE",
    "webservice check-services --node NODE",
    "webservice check-console --url http://console.example/ --via-node TEMP --expect made-up.company",
    "webservice restore-mgmt-ip --node NODE",
    "webservice check-services --node NODE",
    "webservice gen-node-list",
];

fn bench() -> Bench {
    let bench = Bench::new().with_env("ACCOUNT_DB_PASSWORD", "made-up-database-password");
    fresh::make(&bench);
    bench
}

/// Both nodes end on the other physical host, with the new system, their own address and their own files.
#[test]
fn both_nodes_are_upgraded_step_by_step() {
    let bench = bench();
    for step in BEFORE {
        bench.ends(0, step);
    }
    for (node, temporary, bridge) in
        [("webservice0", "10.16.0.12", "br1"), ("webservice1", "10.16.0.13", "br0")]
    {
        for step in NODE {
            let step =
                step.replace("NODE", node).replace("TEMP", temporary).replace("BRIDGE", bridge);
            bench.ends(0, &step);
        }
    }
    for (node, host, address) in
        [("webservice0", "node2", "10.16.0.10"), ("webservice1", "node1", "10.16.0.11")]
    {
        let read = |path: String| shared(&bench, &path).unwrap_or_default();
        assert_eq!(read(format!("virsh/{host}/{node}/state")), "running\n");
        assert_eq!(read(format!("interfaces/{node}")), format!("eth0 device {address}/24\n"));
        assert!(read(format!("guests/{node}/os-release")).contains("16.04"));
        let web = format!("guests/{node}/pitrix/lib/pitrix-webconsole");
        assert!(read(format!("{web}/static/img/logo.svg")).contains("a made-up company"));
        assert!(read(format!("{web}/mysite/local_config.yaml")).contains("brand: made-up company"));
        assert!(bench.read("firstbox", &format!("/var/lib/xtask/webservice/{node}")).is_none());
    }
    for (node, host) in [("webservice0", "node1"), ("webservice1", "node2")] {
        assert!(bench.shared(&format!("kernels/{host}/old-{node}.img")).exists());
        assert_eq!(
            shared(&bench, &format!("virsh/{host}/{node}/state")).as_deref(),
            Some("shut off\n")
        );
    }
}
