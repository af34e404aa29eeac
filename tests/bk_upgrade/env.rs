//! Keys of environment files, as the vendor's files have them.

use crate::support::rehearsal::Bench;

const FILE: &str = "/data/install/bin/03-userdef/gse.env";

/// Fault B5: a file that assigns a key several times is read as a shell reads it. The last assignment
/// is changed, earlier ones stay, and the plan names them.
#[test]
fn of_a_repeated_key_the_last_line_is_changed() {
    let bench = Bench::unpacked();
    bench.prepare("bk-control");
    let old = "BK_GSE_AGENT_VERSION=v2\nBK_HOME=/data\nBK_GSE_AGENT_VERSION=v2\n";
    bench.write("bk-control", FILE, old);
    let plan = bench.ends(0, "bk-upgrade env-agent-v1 -n");
    let named = "note: BK_GSE_AGENT_VERSION is also assigned in line 1: line 3 counts";
    assert!(plan.stderr.contains(named), "{}", plan.stderr);
    bench.ends(0, "bk-upgrade env-agent-v1");
    let new = "BK_GSE_AGENT_VERSION=v2\nBK_HOME=/data\nBK_GSE_AGENT_VERSION=v1\n";
    assert_eq!(bench.read("bk-control", FILE).unwrap(), new);
    bench.is_kept("bk-upgrade env-agent-v1");
}

/// Fault E1: an assignment that a shell may not come to is refused, with file and line.
#[test]
fn a_key_in_an_if_is_refused() {
    let bench = Bench::unpacked();
    bench.prepare("bk-control");
    bench.write("bk-control", FILE, "if true; then\n  BK_GSE_AGENT_VERSION=v1\nfi\n");
    let failed = bench.ends(1, "bk-upgrade env-agent-v1 -n").stderr;
    assert!(failed.contains("the assignment of BK_GSE_AGENT_VERSION depends on other"), "{failed}");
    assert!(failed.contains("line 2") && failed.contains(FILE), "{failed}");
}
