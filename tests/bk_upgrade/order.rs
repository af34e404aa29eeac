//! The order of the stages of a module, as the document has it: section 7.15 and 7.16.

use super::containers::{at_once, installed};
use crate::support::rehearsal::{Bench, compare};

/// The order of the document: the old services go first. Each stage says which one is missing, and waits for nothing.
#[test]
fn a_stage_whose_turn_has_not_come_is_refused_at_once() {
    let bench = Bench::unpacked();
    bench.prepare("bk-control,paas[1-3]");
    let before = bench.snapshot();
    let has = "paas1  bk-monitor.service (active), /data/bkce/.envs/bkmonitorv3-monitor";
    let first = "first: cargo xtask bk-upgrade monitor stop, then cargo xtask bk-upgrade monitor remove-units, \
                 then cargo xtask bk-upgrade monitor rm-venv";
    for line in ["update", "saas", "--from saas", "update -n"] {
        let refused = at_once(&bench, 6, &format!("bk-upgrade monitor {line}"));
        assert!(refused.contains("old services are still there, which go first"), "{refused}");
        assert!(refused.contains(has) && refused.contains(first), "{refused}");
    }
    let failed = at_once(&bench, 1, "bk-upgrade monitor check");
    assert!(failed.contains(first), "{failed}");
    compare(&before, &bench.snapshot());

    // One after the other, the hint names those that are left.
    bench.ends(0, "bk-upgrade monitor stop");
    let refused = at_once(&bench, 6, "bk-upgrade monitor update");
    assert!(
        refused.contains("first: cargo xtask bk-upgrade monitor remove-units, then"),
        "{refused}"
    );
    bench.ends(0, "bk-upgrade monitor remove-units");
    let refused = at_once(&bench, 6, "bk-upgrade monitor update");
    assert!(refused.contains("first: cargo xtask bk-upgrade monitor rm-venv\n"), "{refused}");
    bench.ends(0, "bk-upgrade monitor rm-venv");
    let failed = at_once(&bench, 1, "bk-upgrade monitor check");
    assert!(failed.contains("bk-monitor.service\tnot-found"), "{failed}");
    assert!(failed.contains("install it: cargo xtask bk-upgrade monitor update"), "{failed}");
}

/// BK-71: the document stops the log platform before its application is deployed, and monitoring afterwards.
#[test]
fn services_are_stopped_in_the_order_of_the_document() {
    let calls = |module: &str, name: &str| {
        let log = installed(module).read("bk-control", "/var/lib/standins/log/bkcli.log");
        let log = log.unwrap();
        let words = ["'stop'", "'sync'", "'install'"];
        let own = log
            .lines()
            .filter(|line| line.contains(name) && words.iter().any(|word| line.contains(word)));
        own.map(|line| line.replace("bkcli ", "").replace('\'', "")).collect::<Vec<_>>()
    };
    let log =
        ["stop bklog", "install saas-o bk_log_search", "stop bklog", "sync bklog", "install bklog"];
    assert_eq!(calls("log", "log"), log);
    let monitor = [
        "install saas-o bk_monitorv3",
        "stop bkmonitorv3",
        "sync bkmonitorv3",
        "install bkmonitorv3",
    ];
    assert_eq!(calls("monitor", "monitorv3"), monitor);
}
