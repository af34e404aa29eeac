//! The run record as an operator meets it: `runs list|show|verify|prune|schema`.

mod full;
mod gone;
mod schema;
mod secrets;

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::support::rehearsal::Bench;
use crate::support::{Outcome, Xtask, scratch, snapshot, write};

const PAAS: &str = "bk-upgrade paas";

/// `cargo xtask runs LINE`; words are separated by blanks.
fn runs(state: &Path, line: &str) -> Outcome {
    let words: Vec<&str> = ["runs"].into_iter().chain(line.split_whitespace()).collect();
    Xtask::new(state, &words).run()
}

/// The same, which must end with this code; gives standard output and standard error.
#[track_caller]
fn ends(state: &Path, code: i32, line: &str) -> (String, String) {
    let outcome = runs(state, line);
    assert_eq!(outcome.code, code, "{line}\n{}{}", outcome.stdout, outcome.stderr);
    (outcome.stdout, outcome.stderr)
}

/// The record directories, oldest first.
fn records(state: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(state.join("xtask/runs")).into_iter().flatten().flatten();
    let mut dirs: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    dirs.sort();
    dirs
}

fn id(record: &Path) -> String {
    record.file_name().expect("a name").to_string_lossy().into_owned()
}

/// Text without the parts that differ from run to run: names of runs, times, user and machine.
fn steady(text: &str, state: &Path) -> String {
    let mut text = text.replace(&state.display().to_string(), "STATE");
    for record in records(state) {
        text = text.replace(&id(&record), "RUN");
    }
    let line = |line: &str| {
        let (name, _) = line.trim_start().split_once(' ').unwrap_or_default();
        if line.starts_with("  ") && ["who", "when"].contains(&name) {
            return format!("  {name} …\n");
        }
        let is_time = |word: &&str| word.len() == 8 && word.matches(':').count() == 2;
        let words = line.split(' ').map(|word| if is_time(&word) { "HH:MM:SS" } else { word });
        format!("{}\n", words.collect::<Vec<_>>().join(" "))
    };
    snapshot::plain(&text.lines().map(line).collect::<String>(), state)
}

/// A host that only this machine needs: a run takes a moment.
fn local(state: &Path) -> PathBuf {
    let file = state.join("hosts.toml");
    write(&file, "[hosts.\"l[1-2]\"]\nsession = \"local\"\n");
    file
}

fn pcmd(state: &Path, command: &str) -> Outcome {
    let file = local(state);
    let args = ["-i", file.to_str().expect("a plain path"), "pcmd", "-w", "l[1-2]", command];
    Xtask::new(state, &args).run()
}

#[test]
fn a_failed_run_is_shown_with_the_failure_first_and_the_next_command() {
    let bench = Bench::unpacked();
    bench.prepare("paas[1-3],bk-control");
    bench.order("paas2", "systemctl", "code=1\nmessage=Access denied\nonly=stop\n");
    // One after the other, so that they are always shown in this order.
    bench.ends(1, &format!("{PAAS} --fanout 1"));
    let state = bench.state.path();
    let (shown, _) = ends(state, 0, "show");
    snapshot::same("runs/show.failed", &steady(&shown, state));
    let (diff, _) = ends(state, 0, "show last --diff");
    assert!(diff.contains("\n    bk-paas-esb.service: active, enabled -> "), "{diff}");
    let (all, _) = ends(state, 0, "show bk-upgrade -v");
    assert!(all.contains("\n    err  Access denied\n"), "{all}");
    let (list, _) = ends(state, 0, "list");
    let first = list.lines().nth(1).expect("a run");
    assert!(first.contains("-bk-upgrade-paas") && first.contains("1 failed, 2 changed"), "{list}");
    assert!(first.contains("  resume, undo  ") && first.ends_with("paas --fanout 1"), "{list}");
    assert_eq!(list.lines().count(), 3, "{list}");
    let (failed, _) =
        ends(state, 0, "list --state failed --since 1h --step bk-upgrade --host paas3");
    assert_eq!(failed.lines().nth(1), Some(first), "{failed}");
    assert_eq!(failed.lines().count(), 2, "{failed}");
    let (named, _) = ends(state, 0, "list --since 2w --host phy1,paas[2-3]");
    assert_eq!(named.lines().nth(1), Some(first), "{named}");
    ends(state, 2, "list --host @paas");
    for other in ["--state killed", "--since 2099-01-01", "--step webservice", "--host phy1"] {
        let (none, _) = ends(state, 0, &format!("list {other}"));
        assert!(!none.contains("-bk-upgrade-paas"), "{other}: {none}");
    }
}

#[test]
fn a_run_is_told_as_json() {
    let bench = Bench::new();
    bench.ends(0, &format!("{PAAS} stop --only paas1"));
    let state = bench.state.path();
    let (shown, _) = ends(state, 0, "show --json");
    let shown: serde_json::Value = serde_json::from_str(&shown).expect("JSON");
    let run = &shown["run"];
    assert_eq!((&shown["schema"], &run["state"]), (&1.into(), &"done".into()));
    assert_eq!((&run["resumable"], &run["undoable"]), (&false.into(), &true.into()));
    assert_eq!(run["hosts"][0]["outcome"], "changed");
    let one = &run["operations"][0];
    assert_eq!((&one["stage"], &one["outcome"]), (&"stop".into(), &"changed".into()));
    let (list, _) = ends(state, 0, "list --output jsonl");
    let list: serde_json::Value = serde_json::from_str(&list).expect("JSON on one line");
    assert_eq!(list["runs"][0]["id"], run["id"]);
    assert_eq!(list["runs"][0]["operations"], serde_json::Value::Null);
}

/// After SIGKILL: the operation that had begun, those that were done, those without a turn.
#[test]
fn a_killed_run_tells_what_nobody_saw_the_end_of() {
    let bench = Bench::unpacked();
    bench.prepare("paas[1-3],bk-control");
    bench.order("paas1", "systemctl", "hang=60\nonly=stop\n");
    bench.kill(&format!("{PAAS} --fanout 1 --only paas[1-2]"), 1, Duration::from_millis(200));
    let state = bench.state.path();
    let (shown, _) = ends(state, 0, "show");
    snapshot::same("runs/show.killed", &steady(&shown, state));
    let (list, _) = ends(state, 0, "list");
    assert!(
        list.lines().nth(1).expect("a run").contains("  killed  1 not finished, 1 not reached"),
        "{list}"
    );
    ends(state, 0, "verify last");
    // Nothing of it may be lost while it can be resumed.
    let (gone, said) = ends(state, 0, "prune --keep 0 --yes");
    assert!(said.contains("-bk-upgrade-paas: kept, it can still be resumed"), "{gone}{said}");
    assert!(records(state).iter().any(|record| id(record).contains("bk-upgrade")));
}

#[test]
fn a_run_that_goes_on_is_said_to_run_and_is_not_deleted() {
    let state = scratch();
    let file = local(state.path());
    let args = ["-i", file.to_str().expect("a path"), "pcmd", "-w", "l1", "sleep 31.77"];
    let mut child = Xtask::new(state.path(), &args).spawn();
    crate::support::wait_until("the command runs", || crate::support::sleepers("31.77") == 1);
    let (list, _) = ends(state.path(), 0, "list");
    assert!(list.contains("  running  "), "{list}");
    let (_, said) = ends(state.path(), 0, "prune --keep 0 --yes");
    assert!(said.contains("kept, it is running"), "{said}");
    let (_, said) = ends(state.path(), 7, "prune last --yes");
    assert!(
        said.contains("is still running") && said.contains(&format!("process {}", child.id())),
        "{said}"
    );
    child.kill().expect("a child");
    child.wait().expect("its end");
    crate::support::wait_until("the host is clean", || crate::support::sleepers("31.77") == 0);
    let (list, _) = ends(state.path(), 0, "list");
    // The command has run, and nobody saw its end.
    assert!(list.contains("  killed  1 not recorded"), "{list}");
}

#[test]
fn verify_names_the_run_and_the_line() {
    let state = scratch();
    assert_eq!(runs(state.path(), "verify").code, 0);
    pcmd(state.path(), "echo one");
    pcmd(state.path(), "echo two");
    let [first, second] = &records(state.path())[..] else { panic!("two runs") };
    let (said, _) = ends(state.path(), 0, "verify");
    assert_eq!(said, format!("{}: ok, 5 lines\n{}: ok, 5 lines\n", id(first), id(second)));

    let journal = first.join("journal.jsonl");
    let text = std::fs::read_to_string(&journal).expect("a journal");
    let edited = text.replacen("\"outcome\":\"ok\"", "\"outcome\":\"no\"", 1);
    assert_ne!(edited, text);
    write(&journal, &edited);
    let (said, _) = ends(state.path(), 1, "verify");
    let line = format!("{}: line 3 was changed after it was written\n", id(first));
    assert_eq!(said, format!("{line}{}: ok, 5 lines\n", id(second)));

    let missing: String = text
        .split_inclusive('\n')
        .enumerate()
        .filter(|(at, _)| *at != 1)
        .map(|(_, line)| line)
        .collect();
    write(&journal, &missing);
    let (said, _) = ends(state.path(), 1, &format!("verify {}", id(first)));
    assert_eq!(said, format!("{}: line 2 is missing\n", id(first)));
    let (list, _) = ends(state.path(), 0, "list");
    assert!(list.contains("done, journal damaged"), "{list}");

    write(&journal, &text[..text.len() - 5]);
    let (said, _) = ends(state.path(), 0, &format!("verify {}", id(first)));
    assert_eq!(said, format!("{}: ok, 5 lines, the last one torn off\n", id(first)));
    let (json, _) = ends(state.path(), 0, "verify --json");
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(json["runs"][0]["torn"], true);
}

#[test]
fn a_run_goes_by_its_name_a_part_of_it_or_last() {
    let state = scratch();
    let (_, said) = ends(state.path(), 2, "show");
    assert!(said.contains("no run is recorded yet"), "{said}");
    pcmd(state.path(), "echo one");
    let first = id(&records(state.path())[0]);
    pcmd(state.path(), "exit 3");
    let (shown, _) = ends(state.path(), 0, "show last");
    assert!(
        shown.contains("l[1-2]: exit 3") && !shown.starts_with(&format!("{first}:")),
        "{shown}"
    );
    let (shown, _) = ends(state.path(), 0, &format!("show {first}"));
    assert!(shown.starts_with(&format!("{first}: done\n")), "{shown}");
    let (_, said) = ends(state.path(), 2, "show pcm");
    assert!(said.contains("2 recorded runs match `pcm`") && said.contains(&first), "{said}");
    // The first run of a second was shown by its time alone; a later one was not.
    let dirs = records(state.path());
    for (dir, name) in dirs.iter().zip(["20200229-235959-pcmd", "20200229-235959-pcmd-2"]) {
        std::fs::rename(dir, dir.with_file_name(name)).expect("a run");
    }
    let (shown, _) = ends(state.path(), 0, "show 20200229-235959");
    assert!(shown.starts_with("20200229-235959-pcmd: done\n"), "{shown}");
    let (_, said) = ends(state.path(), 2, "show 20200229-23595");
    assert!(said.contains("2 recorded runs match"), "{said}");
    let (_, said) = ends(state.path(), 2, "show nosuch");
    assert!(said.contains("no recorded run is called `nosuch`"), "{said}");
}

#[test]
fn what_is_old_and_of_no_use_is_pruned() {
    let state = scratch();
    for command in ["echo 1", "echo 2", "exit 1"] {
        pcmd(state.path(), command);
    }
    let before = records(state.path());
    let (_, said) = ends(state.path(), 6, "prune --keep 1");
    assert!(said.contains("needs --yes without a terminal: delete the record of 2 runs"), "{said}");
    let (plan, _) = ends(state.path(), 0, "prune --keep 1 -n");
    assert_eq!(plan.matches(": would be deleted\n").count(), 2, "{plan}");
    assert_eq!(records(state.path()), before);
    let (json, _) = ends(state.path(), 0, "prune --keep 1 --yes --json");
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(json["runs"]["deleted"].as_array().expect("a list").len(), 2);
    assert_eq!(records(state.path()).len(), 1);
    ends(state.path(), 0, "prune");
    ends(state.path(), 0, "prune last --yes");
    assert_eq!(records(state.path()).len(), 0);
    // By age: everything began longer ago than no day at all.
    pcmd(state.path(), "echo 3");
    ends(state.path(), 0, "prune --older-than 1 --yes");
    assert_eq!(records(state.path()).len(), 1);
    ends(state.path(), 0, "prune --older-than 0 --yes");
    assert_eq!(records(state.path()).len(), 0);
}

/// A run that could be undone stays, unless it is named.
#[test]
fn a_run_with_changes_stays_unless_it_is_named() {
    let bench = Bench::new();
    bench.ends(0, &format!("{PAAS} stop --only paas1"));
    let state = bench.state.path();
    let (_, said) = ends(state, 0, "prune --keep 0 --yes");
    assert!(said.contains("kept, it can still be undone"), "{said}");
    let (gone, _) = ends(state, 0, "prune upgrade --yes");
    assert!(gone.ends_with("-bk-upgrade-paas: deleted\n"), "{gone}");
    assert_eq!(records(state).len(), 0);
}

/// At the end of a run, once a day: runs older than 90 days and of no use.
#[test]
fn old_runs_go_by_themselves() {
    let state = scratch();
    pcmd(state.path(), "echo old");
    let old = records(state.path()).remove(0);
    let journal = old.join("journal.jsonl");
    let text = std::fs::read_to_string(&journal).expect("a journal");
    let year = text.split_once("\"at\":\"").expect("a time").1[..4].to_owned();
    write(&journal, &text.replacen(&format!("\"at\":\"{year}"), "\"at\":\"2019", 1));
    pcmd(state.path(), "echo the same day");
    assert!(old.exists());
    std::fs::remove_file(state.path().join("xtask/pruned")).expect("the mark of today");
    pcmd(state.path(), "echo the next day");
    assert!(!old.exists());
    assert_eq!(records(state.path()).len(), 2);
}
