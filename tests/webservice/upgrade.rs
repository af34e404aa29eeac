//! `webservice upgrade`, WS-30: the whole runbook as one step.

mod branches;
mod killed;
mod parts;
mod refused;
mod window;

use serde_json::Value;

use super::fresh::{self, shared};
use crate::support::rehearsal::{Bench, compare};

/// All that an environment gives.
pub(crate) const STEP: &str = "webservice upgrade --base-image /pitrix/images/xenial.img --repo-dir /pitrix/repo \
    --temp-ip webservice0=10.16.0.12 --temp-ip webservice1=10.16.0.13 --db-host account-db --db-user reader \
    --console-url http://console.example/ --console-expect made-up.company --node-list /pitrix/conf/node_list";

/// The platform before the upgrade; only webservice1 runs keepalived and has the floating IP.
pub(crate) fn bench() -> Bench {
    let bench = Bench::mortal().with_env("ACCOUNT_DB_PASSWORD", "made-up-database-password");
    fresh::make(&bench);
    bench
}

/// Both nodes are on the other physical host, with the new system, their own address and their own files.
pub(crate) fn is_upgraded(bench: &Bench) {
    for (node, host, address) in
        [("webservice0", "node2", "10.16.0.10"), ("webservice1", "node1", "10.16.0.11")]
    {
        let read = |path: String| shared(bench, &path).unwrap_or_default();
        assert_eq!(read(format!("virsh/{host}/{node}/state")), "running\n");
        let interfaces = read(format!("interfaces/{node}"));
        assert!(interfaces.starts_with(&format!("eth0 device {address}/24")), "{interfaces}");
        assert!(read(format!("guests/{node}/os-release")).contains("16.04"));
        let web = format!("guests/{node}/pitrix/lib/pitrix-webconsole");
        assert!(read(format!("{web}/static/img/logo.svg")).contains("a made-up company"));
        assert!(read(format!("{web}/mysite/local_config.yaml")).contains("brand: made-up company"));
        assert!(bench.read("firstbox", &format!("/var/lib/xtask/webservice/{node}")).is_none());
        assert_eq!(read(format!("virsh/{host}/{node}/builds")).lines().count(), 1, "{node}");
    }
    for (node, host) in [("webservice0", "node1"), ("webservice1", "node2")] {
        assert!(bench.shared(&format!("kernels/{host}/old-{node}.img")).exists());
        assert_eq!(
            shared(bench, &format!("virsh/{host}/{node}/state")).as_deref(),
            Some("shut off\n")
        );
    }
}

/// Host and operation, in the order of the journal or plan.
fn told(operations: &[Value]) -> Vec<(String, String, String)> {
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    let one = |operation: &Value| {
        (text(&operation["host"]), text(&operation["operation"]), text(&operation["outcome"]))
    };
    operations.iter().map(one).collect()
}

/// Before any work for it: of the first node before anything at all.
fn asked_once_for_each_node(journal: &[Value]) {
    let asked = |node: &str| -> Vec<usize> {
        let about = |line: &Value| {
            line["event"] == "confirm"
                && line["what"].as_str().is_some_and(|text| text.contains(node))
        };
        journal.iter().enumerate().filter(|(_, line)| about(line)).map(|(at, _)| at).collect()
    };
    let begins = |wanted: &dyn Fn(&Value) -> bool| journal.iter().position(wanted).expect("a line");
    let first = begins(&|line| line["event"] == "intent");
    let second =
        begins(&|line| line["name"].as_str().is_some_and(|name| name.starts_with("webservice1/")));
    let (one, other) = (asked("webservice0"), asked("webservice1"));
    assert!(matches!(one[..], [at] if at < first), "{one:?}, {first}");
    assert!(matches!(other[..], [at] if at < second && at > first), "{other:?}, {second}");
}

/// X0.20: both nodes, one after the other, the holder of the floating IP last. The run does the operations
/// of `-n`, in its order; a second run does nothing.
#[test]
fn both_nodes_are_upgraded_as_the_dry_run_says() {
    let bench = bench();
    let before = bench.snapshot();
    let plan = bench.json(3, &format!("{STEP} -n --exit-code"));
    compare(&before, &bench.snapshot());
    let planned = told(plan["operations"].as_array().expect("operations"));
    for operation in plan["operations"].as_array().expect("operations") {
        if operation["outcome"] == "unknown" {
            assert!(operation["diff"].as_str().is_some_and(|why| why.len() > 10), "{operation}");
        }
    }
    bench.ends(0, &format!("{STEP} --yes"));
    is_upgraded(&bench);
    let journal = bench.journals().pop().expect("a run");
    asked_once_for_each_node(&journal);
    let done: Vec<(String, String, String)> = journal
        .iter()
        .filter(|line| line["event"] == "result")
        .map(|line| {
            let text = |key: &str| line[key].as_str().expect("text").to_owned();
            (text("host"), text("what"), text("outcome"))
        })
        .collect();
    // Hosts of one operation are asked at once, and answer in any order.
    let key = |list: &[(String, String, String)]| {
        let mut keys: Vec<(String, String)> =
            list.iter().map(|(host, what, _)| (host.clone(), what.clone())).collect();
        keys.sort();
        keys
    };
    assert_eq!(key(&planned), key(&done));
    for (host, what, outcome) in &done {
        let said: Vec<&str> = planned
            .iter()
            .filter(|(other, operation, _)| (other, operation) == (host, what))
            .map(|(_, _, outcome)| outcome.as_str())
            .collect();
        let fits = |said: &&str| match outcome.as_str() {
            "changed" => ["needed", "unknown"].contains(said),
            _ => ["kept", "unknown"].contains(said),
        };
        assert!(said.iter().any(fits), "{host}: {what}: {outcome}, and -n said {said:?}");
    }
    let firsts = |list: &[(String, String, String)]| {
        let mut seen = Vec::new();
        for (_, what, _) in list {
            if !seen.contains(what) {
                seen.push(what.clone());
            }
        }
        seen
    };
    assert_eq!(firsts(&planned), firsts(&done));
    // The holder of the floating IP gave it away before it was taken out of service.
    assert!(shared(&bench, "interfaces/webservice0").unwrap().contains("10.16.0.20/32"));
    bench.is_kept(STEP);
    let again = bench.ends(0, STEP).stderr;
    for node in ["webservice0", "webservice1"] {
        assert!(again.contains(&format!("{node} is finished")), "{again}");
    }
}
