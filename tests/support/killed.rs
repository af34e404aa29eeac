//! Kills the program exactly where it writes its journal, and goes back to a saved state.

use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde_json::Value;
use tempfile::TempDir;

use super::rehearsal::{Bench, Snapshot};
use super::{Outcome, Xtask, records, scratch};

/// A system call on the journal, before which the program gets SIGKILL: this one of its kind, from 1.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Before {
    /// A line is written: it is not there, all before it are.
    Line(usize),
    /// A line is brought to disk: it is there, and nothing has followed from it.
    Sync(usize),
}

/// Between the change of an operation in the middle of a run and the journal's line about it: the hardest place.
pub(crate) fn in_the_middle(journal: &[Value]) -> Before {
    let changed = |line: &&Value| line["event"] == "result" && line["outcome"] == "changed";
    let changed: Vec<&Value> = journal.iter().filter(changed).collect();
    let middle = changed.get(changed.len() / 2).expect("a run that changes something");
    let line = middle["line"].as_u64().expect("a number");
    Before::Line(usize::try_from(line).expect("a small number"))
}

/// Hosts and records as they were.
#[derive(Debug)]
pub(crate) struct Saved {
    dir: TempDir,
    of: PathBuf,
}

impl Saved {
    /// The same on another bench.
    pub(crate) fn bring_to(&self, bench: &Bench) {
        copy(&self.dir.path().join("xtask"), &bench.state.path().join("xtask"));
    }

    pub(crate) fn bring_back(&self) {
        std::fs::remove_dir_all(&self.of).expect("hosts that nobody has open");
        copy(&self.dir.path().join("xtask"), &self.of);
    }
}

fn copy(from: &Path, to: &Path) {
    let copied = Xtask::program("cp").args(["-a", "--"]).arg(from).arg(to).status();
    assert!(copied.expect("cp starts").success(), "{} is not copied", from.display());
}

/// Hosts and records whose program can be killed at a place of its journal. Both are below `xtask` of the state
/// directory, and the program says its times in UTC: the name of a run has the time in it.
pub(crate) trait Mortal {
    /// The state directory.
    fn state(&self) -> &Path;

    /// The program with this line; words are separated by blanks.
    fn call(&self, line: &str) -> Xtask;

    /// The command that continues the last run, a run of `line`.
    fn resume(&self, line: &str) -> String;

    /// The files of the hosts now.
    fn result(&self) -> Snapshot;

    /// Runs it, which must end with this code.
    fn ends(&self, code: i32, line: &str) -> Outcome {
        let outcome = self.call(line).run();
        assert_eq!(outcome.code, code, "{line}\n{}{}", outcome.stdout, outcome.stderr);
        outcome
    }

    /// The id of the last run.
    fn last(&self) -> String {
        records::runs(self.state()).pop().expect("a run")
    }

    /// Keeps everything as it is now.
    fn save(&self) -> Saved {
        let (dir, of) = (scratch(), self.state().join("xtask"));
        copy(&of, &dir.path().join("xtask"));
        Saved { dir, of }
    }

    /// Runs `line`, a step whose name in the record is `name`, until it dies at that place.
    fn dies(&self, at: Before, name: &str, line: &str) {
        let (call, number) = match at {
            Before::Line(number) => ("write", number),
            Before::Sync(number) => ("fdatasync", number),
        };
        let mut words: Vec<String> =
            ["strace", "-f", "-b", "execve", "-qqq", "-o", "/dev/null"].map(str::to_owned).to_vec();
        words.push(format!("--trace={call}"));
        words.push(format!("--inject={call}:signal=SIGKILL:when={number}"));
        let runs = self.state().join("xtask/runs");
        for time in seconds_to_come() {
            words.push(format!("--trace-path={}/{time}-{name}/journal.jsonl", runs.display()));
        }
        // strace counts the calls of each thread; with one host at a time there is only one that writes.
        let output = self.call(&format!("{line} --fanout 1")).behind(&words).output();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.signal(), Some(9), "{at:?}: {}: {said}", output.status);
    }

    /// The journal of the last run has whole lines in their order, no change without its
    /// announcement, and no end.
    fn tells_the_truth_of_a_killed_run(&self) -> Vec<Value> {
        let journal = records::journal(self.state(), &self.last());
        for (index, line) in journal.iter().enumerate() {
            assert_eq!(line["line"], index + 1);
            let announced = journal[..index].iter().any(|other| {
                other["event"] == "intent" && other["op"] == line["op"]
                    // A person has said so.
                    || other["event"] == "ack"
                        && line["what"] == format!("by hand: {}", other["name"].as_str().expect("a name"))
            });
            if line["event"] == "result" && line["outcome"] != "kept" {
                assert!(announced, "{line}");
            }
            assert!(line["event"] != "end" || index + 1 == journal.len(), "{line}");
        }
        for run in records::runs(self.state()) {
            let file = self.state().join("xtask/runs").join(run).join("journal.jsonl");
            let text = std::fs::read_to_string(file).expect("a journal");
            assert!(text.is_empty() || text.ends_with('\n'), "{text}");
        }
        journal
    }
}

impl Mortal for Bench {
    fn state(&self) -> &Path {
        self.state.path()
    }

    fn call(&self, line: &str) -> Xtask {
        self.xtask(line)
    }

    fn resume(&self, _line: &str) -> String {
        "resume".to_owned()
    }

    fn result(&self) -> Snapshot {
        Bench::result(self)
    }
}

impl Bench {
    /// A bench whose runs can be killed at a place of their journal.
    pub(crate) fn mortal() -> Self {
        Self::new().with_env("TZ", "UTC")
    }

    /// Starts `line`, and kills the program without warning when the last operation that began holds `what`.
    pub(crate) fn kill_at(&self, line: &str, what: &str) {
        let mut child = self.begins(line, what);
        child.kill().expect("a child to kill");
        child.wait().expect("a child to wait for");
    }

    /// Starts `line`, and ends the session of `host`, with all that runs on it, when an operation began that holds `what`.
    pub(crate) fn cut_at(&self, line: &str, host: &str, what: &str) -> Outcome {
        let child = self.begins(line, what);
        let name = format!("\0{host}\0sh\0-c\0");
        let is_session = |pid: &u32| {
            let words = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
            words.windows(name.len()).any(|part| part == name.as_bytes())
        };
        let pid = children(child.id()).into_iter().find(is_session);
        let pid = pid.unwrap_or_else(|| panic!("{line}: no session of {host}"));
        let ended = Xtask::program("kill").args(["-KILL", &pid.to_string()]).status();
        assert!(ended.expect("kill starts").success());
        let output = child.wait_with_output().expect("an end");
        Outcome {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// Starts `line`, and waits until an operation began that holds `what`.
    fn begins(&self, line: &str, what: &str) -> Child {
        let before = self.runs();
        let mut child = self.xtask(line).spawn();
        let limit = Instant::now() + Duration::from_secs(300);
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
        child
    }
}

/// The children of a process, of all its threads.
pub(crate) fn children(pid: u32) -> Vec<u32> {
    let tasks = std::fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten().flatten();
    let lists = tasks.map(|task| std::fs::read_to_string(task.path().join("children")));
    let lists: String = lists.map(|list| list.unwrap_or_default() + " ").collect();
    lists.split_whitespace().filter_map(|pid| pid.parse().ok()).collect()
}

/// `20261121-023311` for each of the next seconds, at UTC.
fn seconds_to_come() -> Vec<String> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock").as_secs();
    let times: String = (now..now + 90).map(|time| format!("@{time}\n")).collect();
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
