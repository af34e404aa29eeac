//! Whose run is the last one: nobody's run is resumed, undone or shown in place of one's own.

use std::path::{Path, PathBuf};

use crate::support::{Outcome, Xtask, records, scratch, write};

const HOSTS: &str = "[ssh]\nidentity = false\n[hosts.firstbox]\nsession = \"local\"\n";

/// Two directories of one person, each with an inventory and settings to back up; one state directory.
struct Desks {
    state: tempfile::TempDir,
}

impl Desks {
    fn new() -> Self {
        let state = scratch();
        for desk in ["ours", "theirs"] {
            let dir = state.path().join(desk);
            std::fs::create_dir_all(dir.join("settings")).expect("a directory");
            write(&dir.join("hosts.toml"), HOSTS);
        }
        Self { state }
    }

    fn dir(&self, desk: &str) -> PathBuf {
        self.state.path().join(desk)
    }

    #[track_caller]
    fn ends(&self, desk: &str, code: i32, line: &str) -> Outcome {
        let words: Vec<&str> = line.split_whitespace().collect();
        let call = Xtask::new(self.state.path(), &words).dir(&self.dir(desk));
        let outcome = call.env("XTASK_WAIT", "60").env("USER", "ann").env("SUDO_USER", "").run();
        assert_eq!(outcome.code, code, "{desk}: {line}\n{}{}", outcome.stdout, outcome.stderr);
        outcome
    }

    /// A backup that fails: there is nothing in the directory yet. Gives the name of the run.
    fn fails(&self, desk: &str, more: &str) -> String {
        let settings = self.dir(desk).join("settings");
        drop(std::fs::remove_file(settings.join("node")));
        self.ends(
            desk,
            6,
            &format!("backup-settings --settings-dir {} {more}", settings.display()),
        );
        write(&settings.join("node"), "one\n");
        self.last()
    }

    fn last(&self) -> String {
        records::runs(self.state.path()).pop().expect("a run")
    }

    fn journal(&self, run: &str) -> PathBuf {
        self.state.path().join("xtask/runs").join(run).join("journal.jsonl")
    }
}

fn is_there(path: &Path, start: &str) -> bool {
    let names = path.read_dir().expect("a directory").map(|entry| entry.expect("an entry"));
    names.into_iter().any(|entry| entry.file_name().to_string_lossy().starts_with(start))
}

/// Fault R2: without a name, `resume` took the run of another directory.
#[test]
fn a_run_of_another_directory_is_listed_and_not_resumed() {
    let desks = Desks::new();
    let run = desks.fails("theirs", "");
    for command in ["resume", "retry", "resume last"] {
        let none = desks.ends("ours", 2, command);
        let ours = desks.dir("ours").display().to_string();
        assert!(
            none.stderr.starts_with(&format!("error: no run of ann in {ours} with ")),
            "{}",
            none.stderr
        );
        let other = format!("{run}: failed, ");
        assert!(none.stderr.contains(&other), "{}", none.stderr);
        assert!(
            none.stderr.contains(&format!(" in {}", desks.dir("theirs").display())),
            "{}",
            none.stderr
        );
    }
    assert!(!is_there(&desks.dir("theirs"), "settings."));
    // Another person in the same directory.
    let call = Xtask::new(desks.state.path(), &["resume"]).dir(&desks.dir("theirs"));
    assert_eq!(call.env("USER", "bob").env("SUDO_USER", "").run().code, 2);
    let named = desks.ends("theirs", 0, "resume");
    let said = named.stderr.lines().next().expect("a line");
    assert!(said.starts_with(&format!("resume {run}: failed, ")), "{said}");
    assert!(said.contains(" by ann on ") && said.contains(" backup-settings "), "{said}");
    assert!(is_there(&desks.dir("theirs"), "settings."));
}

/// Fault R2: with several, none is taken; what a later run has done is none of them.
#[test]
fn several_runs_are_listed_and_finished_work_is_none_of_them() {
    let desks = Desks::new();
    let first = desks.fails("ours", "");
    // The same command line again takes its place.
    let second = desks.fails("ours", "--yes");
    let third = desks.fails("ours", "--stamp 20260101");
    let several = desks.ends("ours", 2, "resume");
    assert!(several.stderr.contains("2 runs can be resumed here"), "{}", several.stderr);
    assert!(
        several.stderr.contains(&second) && several.stderr.contains(&third),
        "{}",
        several.stderr
    );
    assert!(!several.stderr.contains(&format!("{first}:")), "{}", several.stderr);
    desks.ends("ours", 0, &format!("resume {third}"));
    // What the step itself has finished on the same hosts is none of them either.
    let settings = desks.dir("ours").join("settings");
    desks.ends("ours", 0, &format!("-v backup-settings --settings-dir {}", settings.display()));
    let none = desks.ends("ours", 2, "resume");
    assert!(none.stderr.contains("can be resumed"), "{}", none.stderr);
    desks.ends("ours", 0, &format!("resume {second}"));
}

/// Fault R2: the `--yes` of then does not answer now.
#[test]
fn a_recorded_yes_answers_nothing() {
    let desks = Desks::new();
    let run = desks.fails("ours", "--yes");
    // The question of a resumed run whose inventory has changed.
    write(&desks.dir("ours").join("hosts.toml"), &format!("[vars]\nsite = \"b\"\n{HOSTS}"));
    for command in ["resume", "retry"] {
        let asked = desks.ends("ours", 6, command);
        assert!(asked.stderr.contains("needs --yes without a terminal"), "{}", asked.stderr);
    }
    assert!(!is_there(&desks.dir("ours"), "settings."));
    desks.ends("ours", 0, &format!("resume {run} --yes"));
}

/// Fault R3: after a `pcmd`, a check of hosts and an undo, `undo last` said "has changed nothing".
#[test]
fn the_last_run_to_undo_is_one_that_has_changed_something() {
    let desks = Desks::new();
    desks.fails("ours", "");
    desks.ends("ours", 0, "resume");
    let run = desks.last();
    desks.ends("ours", 0, "pcmd -w firstbox true");
    let pcmd = desks.last();
    desks.ends("ours", 0, "hosts check");
    let shown = desks.ends("ours", 0, "runs show");
    assert!(shown.stdout.starts_with(&format!("{pcmd}: done")), "{}", shown.stdout);
    let none = desks.ends("theirs", 2, "undo last");
    assert!(none.stderr.contains("can be undone") && none.stderr.contains(&run), "{}", none.stderr);
    let plan = desks.ends("ours", 0, "undo last -n");
    assert!(plan.stderr.starts_with(&format!("undo {run}: done, ")), "{}", plan.stderr);
    assert_eq!(plan.stdout, "firstbox: needed\n");
    desks.ends("ours", 0, "undo last --yes");
    assert!(!is_there(&desks.dir("ours"), "settings."));
    desks.ends("ours", 2, "undo last");
    let nothing = desks.ends("ours", 2, &format!("undo {pcmd}"));
    assert!(nothing.stderr.contains("is a pcmd, which has no undo"), "{}", nothing.stderr);
}

/// Fault T14: a run under a wrong clock was the last one for ever, and its age deleted the others.
#[test]
fn the_order_of_the_runs_is_not_that_of_the_clock() {
    let desks = Desks::new();
    desks.ends("ours", 0, "pcmd -w firstbox true");
    let wrong = desks.last();
    let text = std::fs::read_to_string(desks.journal(&wrong)).expect("a journal");
    let year = &text.split_once("\"at\":\"").expect("a time").1[..4];
    write(&desks.journal(&wrong), &text.replace(&format!("\"at\":\"{year}"), "\"at\":\"2106"));
    desks.ends("ours", 0, "pcmd -w firstbox true");
    let right = desks.last();
    let shown = desks.ends("ours", 0, "runs show");
    assert!(shown.stdout.starts_with(&format!("{right}: ")), "{}", shown.stdout);
    let list = desks.ends("ours", 0, "runs list");
    let first = list.stdout.lines().nth(1).expect("a run");
    assert!(first.starts_with(&right), "{}", list.stdout);
    // The oldest by number goes, not the newest by the clock.
    desks.ends("ours", 0, "runs prune --keep 1 --yes");
    assert_eq!(records::runs(desks.state.path()), [right]);
}

/// Fault T10: the empty name was a part of every name.
#[test]
fn an_empty_name_is_no_name_of_a_run() {
    let desks = Desks::new();
    desks.fails("ours", "");
    for command in ["undo", "resume", "retry", "runs show", "runs verify", "runs prune --yes"] {
        for name in ["", " "] {
            let words: Vec<&str> = command.split(' ').chain([name]).collect();
            let call = Xtask::new(desks.state.path(), &words).dir(&desks.dir("ours"));
            let outcome = call.env("USER", "ann").env("SUDO_USER", "").run();
            assert_eq!(outcome.code, 2, "{words:?}: {}", outcome.stderr);
            assert!(outcome.stderr.contains("the name of the run is empty"), "{}", outcome.stderr);
        }
    }
    desks.fails("ours", "--stamp 20260101");
    let several = desks.ends("ours", 2, "runs prune backup --yes");
    assert!(several.stderr.contains("2 recorded runs match `backup`"), "{}", several.stderr);
    assert_eq!(records::runs(desks.state.path()).len(), 2);
}
