//! `bk-upgrade monitor` and `bk-upgrade log`: BK-61 to BK-72, and the commands in their containers.

use crate::support::rehearsal::{Bench, compare};

const MONITOR: &str = "/data/bkce/bkmonitorv3/monitor";
const SUCCESS: &str = "Congratulations! IAM upgrade successfully!!!";

/// Without the old services of the module.
fn removed(module: &str) -> Bench {
    Bench::unpacked_and(&format!("bk-{module}-removed"), |bench| {
        for stage in ["stop", "remove-units", "rm-venv"] {
            bench.ends(0, &format!("bk-upgrade {module} {stage}"));
        }
    })
}

/// After the back-end is installed.
pub(super) fn installed(module: &str) -> Bench {
    Bench::unpacked_and(&format!("bk-{module}-installed"), |bench| {
        for stage in ["stop", "remove-units", "rm-venv", "saas", "update"] {
            bench.ends(0, &format!("bk-upgrade {module} {stage}"));
        }
    })
}

/// A file in a container.
fn inside(bench: &Bench, container: &str, path: &str) -> Option<String> {
    let module = if container == "bk-monitor" { "bkmonitorv3" } else { "bklog" };
    std::fs::read_to_string(bench.shared(&format!("{module}/{container}/root{path}"))).ok()
}

/// X4.55: the old services are stopped on hosts of the project only. A unit of another project that is not
/// found is no fault; one of the own project is.
#[test]
fn units_belong_to_the_hosts_of_a_project() {
    let bench = installed("monitor");
    assert_eq!(bench.calls("paas1", "systemctl", "'stop'"), 1);
    assert_eq!(bench.calls("paas2", "systemctl", "'stop'"), 0);
    bench.ends(0, "bk-upgrade monitor check");
    bench.write_shared("bkmonitorv3/status", "10.0.0.11 bk-monitor.service not-found\n");
    let failed = at_once(&bench, 1, "bk-upgrade monitor check");
    assert!(failed.contains("10.0.0.11: bk-monitor.service\tnot-found"), "{failed}");
    assert!(!failed.contains("10.0.0.12") && !failed.contains("bk-transfer"), "{failed}");
    assert!(failed.contains("install it: cargo xtask bk-upgrade monitor update"), "{failed}");
    // The file decides, not the inventory: there transfer stays on the other host.
    let file = "/data/install/install.config";
    bench.edit("bk-control", file, ",monitorv3(transfer)", "");
    bench.edit("bk-control", file, "monitorv3(monitor)", "monitorv3(monitor),monitorv3(transfer)");
    std::fs::remove_file(bench.shared("bkmonitorv3/status")).unwrap();
    bench.ends(0, "bk-upgrade monitor check");
}

/// What is said; the step does not wait for what cannot come.
pub(super) fn at_once(bench: &Bench, code: i32, line: &str) -> String {
    let begun = std::time::Instant::now();
    let said = bench.ends(code, line).stderr;
    assert!(begun.elapsed().as_secs() < 60, "{line}: {:?}", begun.elapsed());
    said
}

/// X4.47: the SaaS changes the database, so the back-end is not installed before it.
#[test]
fn the_back_end_is_refused_before_its_application() {
    let bench = removed("monitor");
    let refused = bench.ends(6, "bk-upgrade monitor update").stderr;
    assert!(refused.contains("bk_monitorv3: 3.6.4 -> 3.8.12"), "{refused}");
    assert!(refused.contains("cargo xtask bk-upgrade monitor saas"), "{refused}");
    assert_eq!(bench.calls("bk-control", "bkcli", "'install'"), 0);
    for stage in ["saas", "update"] {
        bench.ends(0, &format!("bk-upgrade monitor {stage}"));
    }
    // The log platform has the same order, for no reason that the document tells.
    let plan = bench.ends(0, "bk-upgrade log -n").stderr;
    let place = |stage| plan.find(stage).unwrap_or_else(|| panic!("no{stage}: {plan}"));
    assert!(place(" saas\n") < place(" update\n"), "{plan}");
}

/// X4.56: a first deployment that times out is tried again, so often and no more. Any other error is final.
#[test]
fn a_first_deployment_that_times_out_is_tried_again() {
    let bench = removed("monitor");
    let saas = "bk-upgrade monitor saas --retries 2 --retry-wait 0";
    let deployments = || bench.calls("bk-control", "bkcli", "'bk_monitorv3'");
    bench.write_shared("saas/bk_monitorv3.slow", "3\n");
    let failed = bench.ends(1, saas).stderr;
    assert!(failed.contains("timed out"), "{failed}");
    assert_eq!(deployments(), 3);
    bench.write_shared("saas/bk_monitorv3.slow", "2\n");
    bench.ends(0, saas);
    assert_eq!(deployments(), 6);
    bench.is_kept(saas);
    bench.order(
        "bk-control",
        "bkcli",
        "code=1\nmessage=[ERROR] no space left\nonly=bk_log_search\n",
    );
    for stage in ["stop", "remove-units", "rm-venv"] {
        bench.ends(0, &format!("bk-upgrade log {stage}"));
    }
    bench.ends(1, "bk-upgrade log saas --retries 2 --retry-wait 0");
    assert_eq!(bench.calls("bk-control", "bkcli", "'bk_log_search'"), 1);
}

/// X4.57: `bkcli check` enters the environment that is gone. With a healthy container that is a note; without one,
/// or while the environment is there, it is a failure.
#[test]
fn a_check_that_enters_the_removed_environment_is_a_note() {
    let bench = installed("monitor");
    let check = "bk-upgrade monitor check --wait-timeout 1";
    let done = bench.ends(0, check).stderr;
    assert!(
        done.contains("note: `bkcli check bkmonitorv3` needs the removed environment"),
        "{done}"
    );
    bench.write_shared("bkmonitorv3/bk-monitor/health", "unhealthy\n");
    let failed = bench.ends(1, check).stderr;
    assert!(failed.contains("Environment 'bkmonitorv3-monitor' does not exist"), "{failed}");
    bench.write_shared("bkmonitorv3/bk-monitor/health", "healthy\n");
    bench.ends(0, check);
    bench.write("paas1", "/data/bkce/.envs/bkmonitorv3-monitor/bin/activate", "");
    let left = at_once(&bench, 1, "bk-upgrade monitor check");
    assert!(left.contains("first: cargo xtask bk-upgrade monitor rm-venv\n"), "{left}");
}

/// X4.6: a host without the container is refused, and one whose container is down. Of several hosts one does the
/// work, and the others are named.
#[test]
fn a_host_without_the_container_is_refused() {
    let bench = Bench::unpacked();
    for (line, container) in [
        ("bk-upgrade monitor init-space", "bk-monitor"),
        ("bk-upgrade log iam-migrate", "bk-log-api"),
    ] {
        for line in [line.to_owned(), format!("{line} -n")] {
            let refused = bench.ends(6, &line).stderr;
            assert!(refused.contains(&format!("no container {container}")), "{refused}");
        }
    }
    let bench = installed("monitor");
    bench.write_shared("bkmonitorv3/bk-monitor/status", "exited\n");
    let refused = bench.ends(6, "bk-upgrade monitor init-space").stderr;
    assert!(refused.contains("container bk-monitor is exited"), "{refused}");
    assert_eq!(bench.calls("paas1", "docker", "'exec'"), 0);
}

/// X4.6: the document takes the first element of an array. One host of the project does the work.
#[test]
fn one_host_does_the_work_and_the_others_are_named() {
    let bench = installed("monitor");
    let (one, two) = ("monitorv3(transfer)", "monitorv3(transfer),monitorv3(monitor)");
    bench.edit("bk-control", "/data/install/install.config", one, two);
    let done = bench.ends(0, "bk-upgrade monitor init-space");
    assert_eq!(done.stdout, "paas1: changed\n");
    let named = "note: initialize the spaces of monitoring: once, on paas1; not on paas2";
    assert!(done.stderr.contains(named), "{}", done.stderr);
    assert_eq!(bench.calls("paas2", "docker", "'exec'"), 0);
}

/// X4.59: the content is copied, so a further run makes no directory inside itself. Other files run it again.
#[test]
fn files_are_copied_into_their_place_however_often() {
    let bench = installed("monitor");
    let migrate = "bk-upgrade monitor iam-migrate";
    bench.ends(0, migrate);
    bench.is_kept(migrate);
    bench.write_shared("bkmonitorv3/bkmonitorv3/support-files/iam/0002_more.json", "{}\n");
    let plan = bench.ends(3, &format!("{migrate} -n --exit-code")).stderr;
    assert!(plan.contains("not run with this image and these files"), "{plan}");
    bench.ends(0, migrate);
    bench.is_kept(migrate);
    let file = |path: &str| inside(&bench, "bk-monitor", &format!("{MONITOR}/{path}"));
    assert_eq!(file("calls").unwrap().lines().count(), 2);
    assert_eq!(file("support-files/iam/0002_more.json").unwrap(), "{}\n");
    assert_eq!(file("support-files/support-files/iam/0001_initial.json"), None);
    assert_eq!(file("support-files/iam/iam/0001_initial.json"), None);
}

/// XX.9: a migration that failed ends with exit code 0. Its line of success decides.
#[test]
fn a_migration_without_its_line_of_success_fails() {
    let bench = installed("monitor");
    bench.write_shared(&format!("bkmonitorv3/bk-monitor/root{MONITOR}/iam-fails"), "");
    let migrate = "bk-upgrade monitor iam-migrate";
    let failed = bench.ends(1, migrate).stderr;
    assert!(failed.contains(&format!("missing in the output: {SUCCESS}")), "{failed}");
    std::fs::remove_file(bench.shared(&format!("bkmonitorv3/bk-monitor/root{MONITOR}/iam-fails")))
        .unwrap();
    bench.ends(0, migrate);
    bench.is_kept(migrate);
}

/// X4.60: the documented stack trace is allowed, another one is not, even with the line of success. A person can allow it.
#[test]
fn only_the_documented_stack_trace_is_allowed() {
    let bench = installed("log");
    let trace = "bklog/bk-log-api/root/data/bkce/bklog/api/iam-trace";
    bench.write_shared(trace, "db.service.consul\n");
    let migrate = "bk-upgrade log iam-migrate";
    let failed = bench.ends(1, migrate).stderr;
    assert!(failed.contains("a stack trace that is not allowed"), "{failed}");
    assert!(failed.contains("db.service.consul"), "{failed}");
    std::fs::remove_file(bench.shared(trace)).unwrap();
    bench.ends(0, migrate);
    bench.is_kept(migrate);
    let calls = inside(&bench, "bk-log-api", "/data/bkce/bklog/api/calls").unwrap();
    assert_eq!(calls.lines().count(), 2);
    let other = installed("log");
    other.write_shared(trace, "db.service.consul\n");
    other.ends(0, &format!("{migrate} --ignore *db.service.consul*"));
}

/// X4.58: another directory of the installation, and another one inside of the container.
#[test]
fn the_paths_follow_the_installation() {
    let bench = installed("monitor");
    let migrate = "bk-upgrade monitor iam-migrate --install-path /srv/bk";
    let refused = bench.ends(6, migrate).stderr;
    assert!(refused.contains("no directory /srv/bk/bkmonitorv3/monitor in container"), "{refused}");
    assert!(refused.contains("--container-path DIR"), "{refused}");
    let migrate = format!("{migrate} --container-path /data/bkce");
    let refused = bench.ends(6, &migrate).stderr;
    assert!(refused.contains("no directory /srv/bk/bkmonitorv3/support-files"), "{refused}");
    bench.write("paas1", "/srv/bk/bkmonitorv3/support-files/iam/0001_initial.json", "{}\n");
    bench.ends(0, &migrate);
    assert_eq!(
        inside(&bench, "bk-monitor", &format!("{MONITOR}/support-files/iam/0001_initial.json")),
        Some("{}\n".to_owned())
    );
    bench.ends(2, "bk-upgrade monitor init-space --container ../x");
}

/// A run that was killed during the migration is finished by the next one.
#[test]
fn a_migration_that_was_killed_is_finished_by_the_next_run() {
    let (whole, bench) = (installed("log"), installed("log"));
    let migrate = "bk-upgrade log iam-migrate";
    whole.ends(0, migrate);
    bench.kill(migrate, 1, std::time::Duration::from_millis(30));
    let next = bench.run(migrate);
    if next.code != 0 {
        // The job has died with its host. That is said once, and the same command starts it again.
        assert!(
            next.stderr.contains("was killed; it is not known how far it came"),
            "{}",
            next.stderr
        );
        bench.ends(0, migrate);
    }
    let calls = |bench: &Bench| {
        let mut found = bench.result();
        // The migration may have run twice; the record of the job that died stays.
        found.retain(|path, _| !path.ends_with("/calls") && !path.contains("/xtask/jobs/"));
        found
    };
    compare(&calls(&whole), &calls(&bench));
}
