//! `backup-settings`, WS-03: on rehearsal hosts, and on this machine with a directory of the test.

use std::os::unix::fs::symlink;
use std::path::Path;
use std::time::Duration;

use crate::support::rehearsal::{Bench, compare};
use crate::support::{Outcome, Xtask, scratch, shellcheck, snapshot, write};

const STEP: &str = "backup-settings --stamp 20260101";
const DIR: &str = "/pitrix/conf/settings";

#[test]
fn what_the_plan_says_is_done_once() {
    let bench = Bench::new();
    bench.prepare("firstbox");
    let plan = bench.ends(3, &format!("{STEP} -n --exit-code"));
    let text: String = (plan.stderr + &plan.stdout).lines().map(snapshot::sizes).collect();
    snapshot::same("backup-settings.plan", &text);
    bench.keeps_its_word(STEP);
    let copy = bench.read("firstbox", &format!("{DIR}.20260101/webservice0"));
    assert_eq!(copy, bench.read("firstbox", &format!("{DIR}/webservice0")));
    bench.is_kept(STEP);
    bench.is_kept(&format!("webservice {STEP}"));
    let undo = bench.intents()[0]["undo"][0]["ran"].as_str().expect("a name").to_owned();
    assert!(undo.starts_with("ops/tree undo "), "{undo}");
}

/// X0.2: a backup of the day that differs stays, and nothing is copied into it.
#[test]
fn a_second_different_backup_of_a_day_gets_a_name_of_its_own() {
    let bench = Bench::new();
    bench.ends(0, STEP);
    let first = bench.read("firstbox", &format!("{DIR}.20260101/webservice0"));
    bench.write("firstbox", &format!("{DIR}/webservice0"), "role=\"webservice\"\n");
    bench.ends(0, STEP);
    assert_eq!(bench.read("firstbox", &format!("{DIR}.20260101/webservice0")), first);
    assert!(!bench.path("firstbox", &format!("{DIR}.20260101/settings")).exists());
    let conf = std::fs::read_dir(bench.path("firstbox", "/pitrix/conf")).unwrap();
    let names: Vec<String> =
        conf.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    let is_second =
        |name: &&String| name.starts_with("settings.20260101-") && !name.ends_with("-manifest");
    let second = names.iter().find(is_second).expect("a second");
    assert_eq!(
        bench.read("firstbox", &format!("/pitrix/conf/{second}/webservice0")).unwrap(),
        "role=\"webservice\"\n"
    );
}

#[test]
fn a_run_that_was_killed_is_finished_by_the_next() {
    let whole = Bench::new();
    whole.ends(0, STEP);
    for after in [0, 20, 60] {
        let bench = Bench::new();
        bench.kill(STEP, 1, Duration::from_millis(after));
        bench.ends(0, STEP);
        compare(&whole.result(), &bench.result());
    }
}

#[test]
fn the_script_of_emit_does_on_a_twin_what_the_step_does() {
    let (real, twin) = (Bench::new(), Bench::new());
    real.ends(0, STEP);
    let script = twin.ends(0, &format!("{STEP} --emit firstbox")).stdout;
    shellcheck(&script);
    let ran = twin.xtask("rehearsal shell firstbox -- sh -s").fed(&script);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    compare(&real.result(), &twin.result());
}

/// An unreachable host differs from a host where something failed.
#[test]
fn an_unreachable_host_is_exit_4() {
    let bench = Bench::new();
    bench.prepare("firstbox");
    let heal = bench.cut_off("firstbox");
    let failed = bench.ends(4, STEP);
    snapshot::same("unreachable.failed", &snapshot::plain(&failed.stderr, bench.state.path()));
    heal();
    bench.ends(0, STEP);
}

/// The program on this very machine, below a directory of the test.
fn local(state: &Path, words: &[&str]) -> Outcome {
    let file = state.join("hosts.toml");
    write(&file, "[hosts.firstbox]\nsession = \"local\"\n");
    let dir = state.join("settings");
    let fixed = [
        "-i",
        file.to_str().expect("plain"),
        "backup-settings",
        "--settings-dir",
        dir.to_str().expect("plain"),
    ];
    Xtask::new(state, &[&fixed, words].concat()).run()
}

fn settings(state: &Path, text: &str) {
    std::fs::create_dir_all(state.join("settings")).expect("a directory");
    write(&state.join("settings/webservice0"), text);
}

fn read(state: &Path, path: &str) -> Option<String> {
    std::fs::read_to_string(state.join(path)).ok()
}

#[test]
fn on_this_machine_a_backup_is_made_once_and_brought_back_with_the_present_moved_aside() {
    let state = scratch();
    let state = state.path();
    settings(state, "one\n");
    let words = ["--stamp", "20260101"];
    assert_eq!(local(state, &words).stdout, "firstbox: changed\n");
    assert_eq!(local(state, &words).stdout, "firstbox: kept\n");
    assert_eq!(read(state, "settings.20260101/webservice0").as_deref(), Some("one\n"));

    settings(state, "two\n");
    let back = ["--restore", "20260101"];
    let refused = local(state, &back);
    assert_eq!(refused.code, 6, "{}", refused.stderr);
    assert!(refused.stderr.contains("needs --yes without a terminal"), "{}", refused.stderr);
    assert_eq!(read(state, "settings/webservice0").as_deref(), Some("two\n"));
    let plan = local(state, &["--restore", "20260101", "-n"]);
    assert!(plan.stderr.contains("needed  restore a backup of the settings"), "{}", plan.stderr);

    let back = ["--restore", "20260101", "--yes"];
    assert_eq!(local(state, &back).stdout, "firstbox: changed\n");
    assert_eq!(local(state, &back).stdout, "firstbox: kept\n");
    assert_eq!(read(state, "settings/webservice0").as_deref(), Some("one\n"));
    let names = std::fs::read_dir(state).unwrap().map(|entry| entry.unwrap().file_name());
    let aside: Vec<_> = names
        .filter_map(|name| name.into_string().ok())
        .filter(|name| name.starts_with("settings.before-restore-"))
        .collect();
    assert_eq!(aside.len(), 1, "{aside:?}");
    assert_eq!(read(state, &format!("{}/webservice0", aside[0])).as_deref(), Some("two\n"));

    let missing = local(state, &["--restore", "20250101", "--yes"]);
    assert_eq!(missing.code, 1, "{}", missing.stderr);
    assert!(missing.stderr.contains("no backup"), "{}", missing.stderr);
    assert_eq!(read(state, "settings/webservice0").as_deref(), Some("one\n"));
}

/// A backup of a directory that is a link, and a backup that is one, are copies: later writes stay out of them.
#[test]
fn on_this_machine_links_are_followed() {
    let state = scratch();
    let state = state.path();
    settings(state, "one\n");
    std::fs::rename(state.join("settings"), state.join("elsewhere")).unwrap();
    symlink("elsewhere", state.join("settings")).unwrap();
    assert_eq!(local(state, &["--stamp", "20260101"]).stdout, "firstbox: changed\n");
    write(&state.join("elsewhere/webservice0"), "two\n");
    assert_eq!(read(state, "settings.20260101/webservice0").as_deref(), Some("one\n"));

    symlink("settings.20260101", state.join("settings.first")).unwrap();
    let restored = local(state, &["--restore", "first", "--yes"]);
    assert_eq!(restored.stdout, "firstbox: changed\n", "{}", restored.stderr);
    write(&state.join("settings/webservice0"), "three\n");
    assert_eq!(read(state, "settings.20260101/webservice0").as_deref(), Some("one\n"));
    assert_eq!(read(state, "elsewhere/webservice0").as_deref(), Some("two\n"));
}

/// X0.1: line 17 of the document says `/pitric`; nothing is made there.
#[test]
fn the_directory_that_the_document_misspells_is_named_as_such() {
    let state = scratch();
    let file = state.path().join("hosts.toml");
    write(&file, "[hosts.firstbox]\nsession = \"local\"\n");
    let args = [
        "-i",
        file.to_str().unwrap(),
        "backup-settings",
        "--settings-dir",
        "/pitric/conf/settings",
    ];
    let refused = Xtask::new(state.path(), &args).run();
    assert_eq!(refused.code, 6, "{}", refused.stderr);
    snapshot::same("backup-settings.pitric", &snapshot::plain(&refused.stderr, state.path()));
    assert!(!Path::new("/pitric").exists());
}

/// XX.12: the day and the time in a name are those at which the run began, as in the run's own id.
#[test]
fn a_run_has_one_time() {
    let state = scratch();
    let state = state.path();
    settings(state, "one\n");
    assert_eq!(local(state, &[]).code, 0);
    let runs = std::fs::read_dir(state.join("xtask/runs")).unwrap();
    let run = runs.map(|run| run.unwrap().file_name().into_string().unwrap()).next().unwrap();
    let day = run.split('-').next().unwrap();
    assert!(state.join(format!("settings.{day}/webservice0")).exists(), "{run}");
}

/// An empty directory is nothing to back up.
#[test]
fn a_directory_without_files_is_refused() {
    let state = scratch();
    std::fs::create_dir(state.path().join("settings")).unwrap();
    assert_eq!(local(state.path(), &[]).code, 6);
    assert!(!state.path().join("settings.20260101").exists());
}
