//! `bk-upgrade job`, BK-50 to BK-53: what its case does not show.

use crate::support::killed::Mortal as _;
use crate::support::rehearsal::Bench;

const JOB: &str = "bk-upgrade job";
const YQ: &str = "/usr/local/bin/yq";
const SOURCE: &str = "/data/install/bin/yq";
const TEMPLATE: &str = "/data/src/job/support-files/templates/#etc#job#job-common#application.yml";

/// Hosts at the start of section 7.10, as far as the job platform needs it.
fn bench() -> Bench {
    super::nginx::merged()
}

fn read_shared(bench: &Bench, path: &str) -> Option<String> {
    std::fs::read_to_string(bench.shared(path)).ok()
}

fn standin(name: &str) -> String {
    let path = format!("{}/../tests/standins/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(path).expect("a stand-in")
}

fn executable(bench: &Bench, host: &str, path: &str, text: &str) {
    use std::os::unix::fs::PermissionsExt as _;
    bench.write(host, path, text);
    let mode = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(bench.path(host, path), mode).expect("a mode");
}

/// X4.49: the Python program of the same name is refused as a source, before any host is changed.
#[test]
fn another_yq_of_the_deploy_scripts_is_refused() {
    let bench = bench();
    executable(&bench, "bk-control", SOURCE, &standin("yq_python"));
    let refused = bench.ends(6, &format!("{JOB} install-yq"));
    assert!(refused.stderr.contains("is not yq version 4 of mikefarah"), "{}", refused.stderr);
    assert!(refused.stderr.contains("yq 3.1.0"), "{}", refused.stderr);
    assert_eq!(bench.read("paas3", YQ), None);
}

/// X4.49: another yq stays as a copy, once, and undo brings it back. A host whose deploy scripts have another file fails.
#[test]
fn another_yq_of_a_host_is_kept_once_and_comes_back() {
    let bench = bench();
    let python = standin("yq_python");
    executable(&bench, "paas3", YQ, &python);
    let line = format!("{JOB} install-yq --only paas3,bk-control");
    bench.ends(0, &line);
    assert_eq!(bench.read("paas3", YQ), Some(standin("yq_v4")));
    assert_eq!(bench.read("paas3", &format!("{YQ}.xtask-bak")), Some(python.clone()));
    let run = bench.last();
    bench.is_kept(&line);
    bench.ends(0, &format!("undo {run} --yes"));
    assert_eq!(bench.read("paas3", YQ), Some(python));

    bench.write_shared("install/paas1/bin/yq", &standin("yq_python"));
    let failed = bench.ends(1, &format!("{JOB} install-yq --only paas1,paas2"));
    assert_eq!(failed.stdout, "bk-control: kept\npaas1: failed\npaas2: changed\n");
    assert!(failed.stderr.contains("has another checksum"), "{}", failed.stderr);
}

/// X4.50: the edit changes one line; comments and placeholders stay, and the `#` of the file's name is no comment.
#[test]
fn the_switch_is_one_line_of_the_template() {
    let bench = bench();
    let before = bench.read("bk-control", TEMPLATE).expect("a template");
    bench.ends(0, &format!("{JOB} disable-gse-v2"));
    let after = bench.read("bk-control", TEMPLATE).expect("a template");
    let line = "      enabled: true   # the default of 3.7";
    assert_eq!(after, before.replace(line, &line.replace("true", "false")));
    // What `yq` of the document reads.
    let script = format!("{SOURCE} .job.features.gseV2.enabled '{TEMPLATE}'\n");
    let asked = bench.xtask("rehearsal shell bk-control -- sh -s").fed(&script);
    assert_eq!(asked.stdout, "false\n", "{}", asked.stderr);
}

/// X4.51, X4.25, X4.49, X4.52: `upgrade` is refused without each of its conditions, and `bkcli` is not called.
#[test]
fn the_upgrade_has_four_conditions() {
    let bench = bench();
    let env = "/data/install/bin/04-final/job.env";
    let refused = |words: &str| {
        let refused = bench.ends(6, &format!("{JOB} upgrade"));
        assert!(refused.stderr.contains(words), "{words}: {}", refused.stderr);
        assert_eq!(bench.calls("bk-control", "bkcli", "'upgrade'"), 0);
    };
    bench.write("bk-control", "/data/install/bin/03-userdef/job.env", "");
    let whole = bench.read("bk-control", env).expect("variables");
    let none = whole.replace("BK_JOB_RUN_MODE=", "NO_MODE=");
    for text in [none, format!("{whole}BK_JOB_RUN_MODE=lite\n")] {
        bench.write("bk-control", env, &text);
        refused("BK_JOB_RUN_MODE must be `stable`");
    }
    bench.write("bk-control", env, &whole);
    refused("job.features.gseV2.enabled is not false");
    bench.ends(0, &format!("{JOB} disable-gse-v2"));
    refused("/usr/local/bin/yq is not yq version 4 of mikefarah");
    bench.ends(0, &format!("{JOB} install-yq"));
    refused("the upgrader has not run for BEFORE_UPDATE_JOB on paas3");
    bench.ends(0, &format!("{JOB} before-upgrade"));

    // Unpacking again sets it back.
    bench.edit("bk-control", TEMPLATE, "enabled: false   #", "enabled: true   #");
    refused("job.features.gseV2.enabled is not false");
    bench.ends(0, &format!("{JOB} disable-gse-v2"));
    bench.ends(0, &format!("{JOB} upgrade"));
    assert_eq!(read_shared(&bench, "job/form").as_deref(), Some("full\n"));
    assert_eq!(read_shared(&bench, "job/gse_v2").as_deref(), Some("false\n"));
}

/// X4.52: each run has its place, on one host, and none is repeated.
#[test]
fn the_upgrader_runs_before_and_after_the_upgrade() {
    let bench = bench();
    let early = bench.ends(6, &format!("{JOB} after-upgrade"));
    assert!(early.stderr.contains("job is 3.5.1 on paas3, not 3.7.5"), "{}", early.stderr);
    bench.ends(0, JOB);
    bench.ends(0, JOB);
    for when in ["BEFORE_UPDATE_JOB", "AFTER_UPDATE_JOB"] {
        let runs = read_shared(&bench, &format!("job/upgrader/{when}"));
        assert_eq!(runs.as_deref(), Some("3.5.1 3.7.5\n"));
        assert_eq!(bench.calls("paas3", "java", when), 1);
    }
    // X4.53: the versions of the two files, and the jar of the new one.
    let jar =
        "'-jar' '/data/bkce/job/backend/upgrader-3.7.5.jar' '3.5.1' '3.7.5' 'AFTER_UPDATE_JOB'";
    assert_eq!(bench.calls("paas3", "java", jar), 1);
}

/// X4.52: after the update of the processes it is too late, and the step says so.
#[test]
fn a_run_before_the_upgrade_is_refused_after_it() {
    let bench = bench();
    bench.write_shared("job/job/VERSION", "3.7.5\n");
    let late = bench.ends(6, &format!("{JOB} before-upgrade"));
    assert!(late.stderr.contains("job is 3.7.5 on paas3, not 3.5.1"), "{}", late.stderr);
    assert!(
        late.stderr.contains("BEFORE_UPDATE_JOB has to run before the upgrade"),
        "{}",
        late.stderr
    );
    assert_eq!(bench.calls("paas3", "java", ""), 0);
}

/// X4.53: an empty or missing version is refused, and so are two equal ones.
#[test]
fn both_versions_are_there_and_differ() {
    let bench = bench();
    let refused = |text: &str, words: &str| {
        bench.write("bk-control", "/data/src.bak/job/VERSION", text);
        let refused = bench.ends(6, &format!("{JOB} before-upgrade"));
        assert!(refused.stderr.contains(words), "{words}: {}", refused.stderr);
        assert_eq!(bench.calls("paas3", "java", ""), 0);
    };
    refused("", "/data/src.bak/job/VERSION holds no version");
    refused("$(id)\n", "/data/src.bak/job/VERSION holds no version");
    refused("3.7.5\n", "the old and the new version of job are both 3.7.5");
    refused("3.4.0\n", "job is 3.5.1 on paas3, not 3.4.0");
}

/// X4.53: a question is answered from the list only. Another one ends the upgrader, and is shown.
#[test]
fn the_upgrader_asks_and_is_answered_from_the_list() {
    let bench = bench();
    bench.write_shared("job/upgrader/asks", "Password of job:");
    bench.write_shared("job/upgrader/wants", "made-up-word");
    let asked = bench.ends(1, &format!("{JOB} before-upgrade"));
    assert!(asked.stderr.contains("Password of job:"), "{}", asked.stderr);
    assert_eq!(read_shared(&bench, "job/upgrader/BEFORE_UPDATE_JOB"), None);

    let bench = bench.with_env("BK_PAAS_APP_SECRET", "made-up-word");
    let done = bench.ends(0, &format!("{JOB} before-upgrade --answer-secret job:=bk_app_secret"));
    assert!(!format!("{}{}", done.stdout, done.stderr).contains("made-up-word"));
    assert_eq!(
        read_shared(&bench, "job/upgrader/BEFORE_UPDATE_JOB").as_deref(),
        Some("3.5.1 3.7.5\n")
    );
    assert_eq!(bench.calls("paas3", "java", "made-up-word"), 0);
}

/// The upgrader ends with 0 when a task has failed: its words decide, and the next run repeats it.
#[test]
fn a_task_that_failed_is_a_failure_in_spite_of_exit_0() {
    let bench = bench();
    bench.write_shared("job/upgrader/asks", "Continue?");
    bench.write_shared("job/upgrader/wants", "yes");
    let failed = bench.ends(1, &format!("{JOB} before-upgrade --answer Continue?=no"));
    assert!(
        failed.stderr.contains("does not say that its tasks have succeeded"),
        "{}",
        failed.stderr
    );
    bench.ends(0, &format!("{JOB} before-upgrade --answer Continue?=yes"));
}
