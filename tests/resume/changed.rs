//! Changes between a run and its resumption: the inventory, the program, the day, the place.

use std::path::{Path, PathBuf};

use crate::support::rehearsal::Bench;
use crate::support::{Outcome, Xtask, scratch, write};

/// Seconds: other tests have this machine too.
const WAIT: &str = "60";

/// A backup of this machine's own directory that was refused, since there is nothing in it yet.
struct Desk {
    dir: tempfile::TempDir,
}

impl Desk {
    fn new() -> Self {
        let dir = scratch();
        write(&dir.path().join("hosts.toml"), "[hosts.firstbox]\nsession = \"local\"\n");
        std::fs::create_dir(dir.path().join("settings")).expect("a directory");
        let settings = dir.path().join("settings");
        let words = [
            "-i",
            "hosts.toml",
            "backup-settings",
            "--settings-dir",
            settings.to_str().expect("plain"),
        ];
        let refused = Xtask::new(dir.path(), &words).dir(dir.path()).env("XTASK_WAIT", WAIT).run();
        assert_eq!(refused.code, 6, "{}", refused.stderr);
        write(&settings.join("webservice0"), "one\n");
        Self { dir }
    }

    fn ends(&self, code: i32, line: &str) -> Outcome {
        self.ends_in(self.dir.path(), code, line)
    }

    /// From this directory.
    fn ends_in(&self, dir: &Path, code: i32, line: &str) -> Outcome {
        let words: Vec<&str> = line.split_whitespace().collect();
        let outcome = Xtask::new(self.dir.path(), &words);
        let outcome = outcome.dir(dir).env("XTASK_WAIT", WAIT).run();
        assert_eq!(outcome.code, code, "{line}\n{}{}", outcome.stdout, outcome.stderr);
        outcome
    }

    fn run(&self) -> PathBuf {
        let mut runs = std::fs::read_dir(self.dir.path().join("xtask/runs")).expect("runs");
        runs.next().expect("a run").expect("a run").path()
    }

    fn backups(&self) -> Vec<String> {
        let names = std::fs::read_dir(self.dir.path()).expect("a directory");
        let names =
            names.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned());
        let of_it = |name: &String| name.starts_with("settings.") && !name.ends_with("-manifest");
        names.filter(of_it).collect()
    }
}

/// `-i hosts.toml` of the run is that of its own directory.
#[test]
fn a_run_goes_on_from_any_directory_with_the_names_of_its_beginning() {
    let desk = Desk::new();
    let run = desk.run();
    std::fs::rename(&run, run.with_file_name("20200229-235959-backup-settings")).expect("a run");
    let other = Path::new("/");
    desk.ends_in(other, 0, "resume 20200229");
    assert_eq!(desk.backups(), ["settings.20200229"]);
    let done = desk.ends_in(other, 2, "resume 20200229");
    assert!(done.stderr.contains("is done and cannot be resumed"), "{}", done.stderr);
    desk.ends(2, "resume");
    desk.ends(2, "retry last");
}

#[test]
fn an_inventory_that_has_changed_is_shown_and_agreed_to() {
    let desk = Desk::new();
    write(
        &desk.dir.path().join("hosts.toml"),
        "[vars]\nsite = \"b\"\n[hosts.firstbox]\nsession = \"local\"\n",
    );
    let refused = desk.ends(6, "resume");
    assert!(
        refused.stderr.contains("+[vars]\n") && refused.stderr.contains("+site = \"b\"\n"),
        "{}",
        refused.stderr
    );
    assert!(refused.stderr.contains("inputs changed since the run started"), "{}", refused.stderr);
    assert!(desk.backups().is_empty());
    desk.ends(0, "resume --yes");
    assert_eq!(desk.backups().len(), 1);
}

/// The throw-away hosts have nothing of it, and its record is not theirs.
#[test]
fn a_run_on_real_hosts_goes_on_and_back_on_no_others() {
    let desk = Desk::new();
    let run = desk.run().file_name().expect("a name").to_string_lossy().into_owned();
    for line in ["resume", "undo"] {
        let wrong = desk.ends(2, &format!("--rehearse {line} {run}"));
        assert!(wrong.stderr.contains("the run was on real hosts"), "{}", wrong.stderr);
        let none = desk.ends(2, &format!("--rehearse {line} last"));
        assert!(none.stderr.contains("on throw-away hosts"), "{}", none.stderr);
    }
    desk.ends(0, "resume");
}

#[test]
fn an_inventory_that_is_gone_is_an_error() {
    let desk = Desk::new();
    std::fs::remove_file(desk.dir.path().join("hosts.toml")).expect("an inventory");
    let gone = desk.ends(2, "resume");
    assert!(gone.stderr.contains("hosts.toml"), "{}", gone.stderr);
}

#[test]
fn a_snippet_that_has_changed_is_named() {
    let desk = Desk::new();
    let file = desk.run().join("journal.jsonl");
    let id = desk.run().file_name().expect("a name").to_string_lossy().into_owned();
    let bench = Bench::of(desk.dir);
    bench.forge(&id, |lines| lines[0]["snippets"]["ops/tree"] = "0123456789abcdef".into());
    let desk = Desk { dir: bench.state };
    assert!(file.exists());
    let refused = desk.ends(6, "resume");
    assert!(refused.stderr.contains("snippets/ops/tree.sh has changed"), "{}", refused.stderr);
    desk.ends(0, "resume --yes");
    assert_eq!(desk.backups().len(), 1);
}

/// A torn last line of the writer before is no fault, and is not lost.
#[test]
fn a_torn_line_is_kept_where_the_run_goes_on() {
    let desk = Desk::new();
    let file = desk.run().join("journal.jsonl");
    let text = std::fs::read_to_string(&file).expect("a journal");
    let half = text.len() - text.lines().last().expect("a line").len() / 2;
    write(&file, &text[..half]);
    desk.ends(0, "resume");
    let torn = &text[text[..half].rfind('\n').expect("a line") + 1..half];
    let text = std::fs::read_to_string(&file).expect("a journal");
    let lines: Vec<serde_json::Value> =
        text.lines().map(|line| serde_json::from_str(line).expect("a line")).collect();
    let again = lines.iter().find(|line| line["event"] == "resume").expect("it goes on");
    assert_eq!(again["torn"], torn);
    assert_eq!(desk.backups().len(), 1);
}
