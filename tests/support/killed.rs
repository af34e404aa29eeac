//! Kills the program exactly where it writes its journal, and goes back to a saved state.

use std::os::unix::process::ExitStatusExt as _;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde_json::Value;
use tempfile::TempDir;

use super::rehearsal::Bench;
use super::{Xtask, scratch};

/// A system call on the journal, before which the program gets SIGKILL: this one of its kind, from 1.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Before {
    /// A line is written: it is not there, all before it are.
    Line(usize),
    /// A line is brought to disk: it is there, and nothing has followed from it.
    Sync(usize),
}

/// Hosts and records of a bench as they were.
#[derive(Debug)]
pub(crate) struct Saved {
    dir: TempDir,
    of: PathBuf,
}

impl Saved {
    pub(crate) fn bring_back(&self) {
        std::fs::remove_dir_all(&self.of).expect("hosts that nobody has open");
        copy(&self.dir.path().join("xtask"), &self.of);
    }
}

fn copy(from: &std::path::Path, to: &std::path::Path) {
    let copied = Xtask::program("cp").args(["-a", "--"]).arg(from).arg(to).status();
    assert!(copied.expect("cp starts").success(), "{} is not copied", from.display());
}

impl Bench {
    /// A bench whose runs can be killed at a place of their journal.
    pub(crate) fn mortal() -> Self {
        // The name of a run has the time in it.
        Self::new().with_env("TZ", "UTC")
    }

    /// Keeps everything as it is now.
    pub(crate) fn save(&self) -> Saved {
        let (dir, of) = (scratch(), self.state.path().join("xtask"));
        copy(&of, &dir.path().join("xtask"));
        Saved { dir, of }
    }

    /// Starts `line`, and kills the program without warning when the last operation that began holds `what`.
    pub(crate) fn kill_at(&self, line: &str, what: &str) {
        let before = self.runs();
        let mut child = self.xtask(line).spawn();
        let limit = Instant::now() + Duration::from_secs(60);
        let is_there = || {
            let begins = |line: &Value| {
                line["event"] == "intent"
                    && line["what"].as_str().is_some_and(|text| text.contains(what))
            };
            let own = self.runs().into_iter().find(|run| !before.contains(run));
            own.is_some_and(|run| self.journal(&run).iter().any(begins))
        };
        while !is_there() {
            assert!(Instant::now() < limit, "{line}: `{what}` never began");
            let ended = child.try_wait().expect("a child");
            assert!(ended.is_none(), "{line} ended before `{what}`");
            std::thread::sleep(Duration::from_millis(2));
        }
        child.kill().expect("a child to kill");
        child.wait().expect("a child to wait for");
    }

    /// Runs `line`, a step whose name in the record is `name`, until it dies at that place.
    pub(crate) fn dies(&self, at: Before, name: &str, line: &str) {
        let (call, number) = match at {
            Before::Line(number) => ("write", number),
            Before::Sync(number) => ("fdatasync", number),
        };
        let mut words: Vec<String> =
            ["strace", "-f", "-b", "execve", "-qqq", "-o", "/dev/null"].map(str::to_owned).to_vec();
        words.push(format!("--trace={call}"));
        words.push(format!("--inject={call}:signal=SIGKILL:when={number}"));
        let runs = self.state.path().join("xtask/runs");
        for time in seconds_to_come() {
            words.push(format!("--trace-path={}/{time}-{name}/journal.jsonl", runs.display()));
        }
        // strace counts the calls of each thread; with one host at a time there is only one that writes.
        let output = self.xtask(&format!("{line} --fanout 1")).behind(&words).output();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.signal(), Some(9), "{at:?}: {}: {said}", output.status);
    }

    /// The journal of the last run has whole lines in their order, no change without its
    /// announcement, and no end.
    pub(crate) fn tells_the_truth_of_a_killed_run(&self) -> Vec<Value> {
        let journal = self.journals().pop().expect("a run");
        for (index, line) in journal.iter().enumerate() {
            assert_eq!(line["line"], index + 1);
            let announced = journal[..index]
                .iter()
                .any(|other| other["event"] == "intent" && other["op"] == line["op"]);
            if line["event"] == "result" && line["outcome"] != "kept" {
                assert!(announced, "{line}");
            }
            assert!(line["event"] != "end" || index + 1 == journal.len(), "{line}");
        }
        let runs = self.state.path().join("xtask/runs");
        for run in std::fs::read_dir(runs).expect("runs") {
            let file = run.expect("a run").path().join("journal.jsonl");
            let text = std::fs::read_to_string(file).expect("a journal");
            assert!(text.is_empty() || text.ends_with('\n'), "{text}");
        }
        journal
    }
}

/// `20261121-023311` for each of the next seconds, at UTC.
fn seconds_to_come() -> Vec<String> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock").as_secs();
    let times: String = (now..now + 30).map(|time| format!("@{time}\n")).collect();
    let mut date = Xtask::program("date")
        .args(["-u", "-f", "-", "+%Y%m%d-%H%M%S"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("date starts");
    let mut stdin = date.stdin.take().expect("a pipe");
    std::io::Write::write_all(&mut stdin, times.as_bytes()).expect("a reader");
    drop(stdin);
    let said = date.wait_with_output().expect("an end").stdout;
    String::from_utf8_lossy(&said).lines().map(str::to_owned).collect()
}
