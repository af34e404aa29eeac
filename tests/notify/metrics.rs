//! The text file of `[metrics]`.

use super::{site, step, text};
use crate::support::{Xtask, root};

#[test]
fn metrics_are_what_their_readers_read() {
    let (machines, _log) = site("[metrics]\ntextfile = \"xtask.prom\"\n");
    let file = machines.dir.path().join("xtask.prom");
    assert_eq!(step(&machines, "alice", &[]).run().code, 0);
    machines.put("control", "home/meanwhile", "exit 3\n");
    assert_eq!(step(&machines, "bob", &[]).run().code, 1);
    assert_eq!(step(&machines, "bob", &["-n"]).run().code, 0);
    let mode =
        std::os::unix::fs::PermissionsExt::mode(&file.metadata().expect("a file").permissions());
    assert_eq!(mode & 0o777, 0o644);
    let tool = root().join("tests/lib/open_metrics.py");
    for python in ["python3", "/usr/bin/python3"] {
        let Ok(said) = Xtask::program(python).arg(&tool).arg(&file).output() else { continue };
        if said.status.code() == Some(3) {
            continue;
        }
        let read = text(&said.stdout);
        assert!(said.status.success(), "{}", text(&said.stderr));
        for reader in ["openmetrics", "prometheus"] {
            for line in [
                "xtask_last_run_exit_code step=bk-upgrade paas 1",
                "xtask_last_run_hosts outcome=failed,step=bk-upgrade paas 1",
                "xtask_last_run_changed_operations step=bk-upgrade paas 0",
                "xtask_runs_total exit=0,step=bk-upgrade paas 1",
                "xtask_runs_total exit=1,step=bk-upgrade paas 1",
            ] {
                let line = format!("{reader} {line}");
                assert_eq!(
                    read.lines().filter(|other| **other == line).count(),
                    1,
                    "{line}\n{read}"
                );
            }
        }
        assert!(!read.contains("outcome=changed"), "{read}");
        return;
    }
    eprintln!(
        "SKIPPED: no prometheus_client here; install it: apt-get install python3-prometheus-client"
    );
}
