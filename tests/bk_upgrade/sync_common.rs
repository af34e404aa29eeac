//! `bk-upgrade sync-common`, BK-23.

use crate::support::rehearsal::Bench;

const SYNC: &str = "bk-upgrade sync-common";
const BEFORE: [&str; 5] =
    ["env-gse", "env-job", "env-job-domain", "env-agent-v1", "env-monitor-log"];

fn prepared() -> Bench {
    let bench = Bench::new();
    bench.prepare("bk-control,paas[1-3]");
    BEFORE.iter().for_each(|step| drop(bench.ends(0, &format!("bk-upgrade {step}"))));
    bench
}

/// X4.25, X4.27: what would not reach the merged files is refused, with the step that is missing.
#[test]
fn a_key_that_would_be_lost_is_refused_with_the_step_to_run() {
    let bench = Bench::new();
    bench.prepare("bk-control,paas[1-3]");
    let refused = bench.ends(6, SYNC).stderr;
    assert!(refused.contains("run env-job: 03-userdef/job.env:BK_JOB_RUN_MODE "), "{refused}");
    assert_eq!(bench.calls("bk-control", "bkcli", ""), 0);
    let default = "/data/install/bin/default/bklog.env";
    let fresh = bench.read("bk-control", default).unwrap();
    BEFORE.iter().for_each(|step| drop(bench.ends(0, &format!("bk-upgrade {step}"))));
    // replace-install brings bin/default of the package back.
    bench.write("bk-control", default, &fresh);
    let refused = bench.ends(6, SYNC).stderr;
    let said = "run env-monitor-log: default/bklog.env:BK_SSM_HOST default/bklog.env:BK_SSM_PORT\n";
    assert!(refused.contains(said), "{refused}");
    bench.ends(0, "bk-upgrade env-monitor-log");
    // A package that does not know a key is no reason to wait for ever: a person says so, and which key.
    let monitor = "/data/install/bin/default/bkmonitorv3.env";
    let named = bench.edit("bk-control", monitor, "BK_MONITOR_RUN_MODE=", "# BK_MONITOR_RUN_MODE=");
    let refused = bench.ends(6, SYNC).stderr;
    let said = "run replace-install: default/bkmonitorv3.env:BK_MONITOR_RUN_MODE\n";
    assert!(refused.contains(said) && refused.contains("--not-merged KEY"), "{refused}");
    let plan = bench.ends(0, &format!("{SYNC} --not-merged BK_MONITOR_RUN_MODE -n")).stderr;
    assert!(plan.contains("needed  merge the environment files"), "{plan}");
    bench.write("bk-control", monitor, &named);
    bench.ends(0, SYNC);
    let text = bench.read("bk-control", "/data/install/bin/04-final/bklog.env").unwrap();
    assert!(text.contains("BK_SSM_HOST='bkssm.service.consul'"), "{text}");
    bench.is_kept(SYNC);
}

/// The end of `bkcli` is 0 in both cases: an empty key and a host without the files fail all the same (X4.29).
#[test]
fn an_empty_key_or_an_old_host_fails_the_step() {
    let bench = prepared();
    let default = "/data/install/bin/default/cmdb.env";
    let old = bench.read("bk-control", default).unwrap();
    bench.write("bk-control", default, &format!("{old}BK_CMDB_EXTRA=\n"));
    let failed = bench.ends(1, SYNC).stderr;
    assert!(failed.contains("bin/04-final/cmdb.env: BK_CMDB_EXTRA is empty"), "{failed}");
    assert_eq!(bench.calls("bk-control", "bkcli", "'sync'"), 0);
    bench.write_shared("install/paas2.refuses", "");
    let line = format!("{SYNC} --may-be-empty BK_CMDB_EXTRA");
    let failed = bench.ends(1, &line).stderr;
    assert!(failed.contains("paas2: ") && !failed.contains("paas1: "), "{failed}");
    std::fs::remove_file(bench.shared("install/paas2.refuses")).unwrap();
    bench.ends(0, &line);
    bench.is_kept(&line);
    // A file that somebody has changed on one host is found, and sent again.
    bench.write_shared("install/paas3/bkcli", "#!/bin/sh\n");
    let plan = bench.ends(0, &format!("{line} -n")).stderr;
    assert!(plan.contains("paas3: bkcli\n"), "{plan}");
    bench.ends(0, &line);
    bench.is_kept(&line);
}
