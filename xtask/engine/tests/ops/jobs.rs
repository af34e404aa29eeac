//! A job for tests, and the runners that start it and are killed.

use std::path::Path;
use std::time::{Duration, Instant};

use engine::ops::job::{self, Part};
use engine::ops::{Detached, Op, Script};
use engine::text::snippet::Snippet;

use crate::bench::Host;

/// Prints its input and numbered lines; waits for the file GO between the two halves.
pub(crate) const COUNT: Snippet = Snippet::new(
    "test/count",
    "# Count.\n# in: LOG GO CODE\nchange() {\n  echo run >>\"$LOG\"\n  cat\n  seq 1 500\n  \
     while [ -d \"${GO%/*}\" ] && [ ! -e \"$GO\" ]; do sleep 0.05; done\n  seq 501 1000 >&2\n  eval \"$CODE\"\n}\n",
);
/// The same with a probe that finds nothing to do.
pub(crate) const PROBED: Snippet = Snippet::new(
    "test/probed",
    "# Count.\n# in: LOG GO\nprobe() {\n  [ -e \"$LOG\" ] || return 1\n}\nchange() {\n  \
     echo run >>\"$LOG\"\n  seq 1 500\n  while [ -d \"${GO%/*}\" ] && [ ! -e \"$GO\" ]; do sleep 0.05; done\n}\n",
);

/// Prints the length of its first line of input; waits for the file GO.
pub(crate) const WAIT: Snippet = Snippet::new(
    "test/wait",
    "# Wait.\n# in: GO\nchange() {\n  read -r word\n  echo ${#word}\n  \
     while [ -d \"${GO%/*}\" ] && [ ! -e \"$GO\" ]; do sleep 0.05; done\n}\n",
);

pub(crate) fn named(host: &Host) -> Detached {
    Detached::job("count").jobs_in(host.path("jobs"))
}

/// `code` is shell text for the end.
pub(crate) fn count(host: &Host, code: &str) -> Script {
    let path = |name: &str| host.path(name).into();
    let values = [("LOG", path("log")), ("GO", path("go")), ("CODE", code.into())];
    Script::new("count", COUNT, values).markers_in(host.path("markers")).detached(named(host))
}

/// Starts or finds the job of `op`, and follows it.
pub(crate) fn script(host: &Host, op: &dyn Op) -> String {
    let action = host.emit(op).remove(0);
    job::follow(op.detached().unwrap(), &action, &Part::default()).unwrap()
}

/// What COUNT prints after its input.
pub(crate) fn counted() -> String {
    (1..=1000).map(|number| format!("{number}\n")).collect()
}

/// A runner starts the job of `op`, and is killed once the job prints.
#[expect(clippy::disallowed_methods, reason = "a test plays a runner that is killed")]
pub(crate) fn started(host: &Host, op: &dyn Op) {
    let script = script(host, op);
    let null = std::process::Stdio::null;
    let mut runner = std::process::Command::new("sh")
        .args(["-c", &script])
        .stdin(null())
        .stdout(null())
        .stderr(null())
        .spawn()
        .unwrap();
    let output = host.path("jobs/count/output");
    until(|| std::fs::read(&output).is_ok_and(|text| text.ends_with(b"500\n")));
    runner.kill().unwrap();
    runner.wait().unwrap();
}

pub(crate) fn until(mut there: impl FnMut() -> bool) {
    let start = Instant::now();
    while !there() {
        assert!(start.elapsed().as_secs() < 20, "waited in vain");
        std::thread::sleep(Duration::from_millis(10));
    }
}

pub(crate) fn runs(host: &Host) -> usize {
    host.get("log").lines().count()
}

pub(crate) fn said(host: &Host) -> (String, String) {
    let said = host.observer.last.lock().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (text(&said.0), text(&said.1))
}

pub(crate) fn notes(host: &Host) -> Vec<String> {
    std::mem::take(&mut *host.observer.notes.lock().unwrap())
}

/// Process numbers whose command line names something below the host's directory.
pub(crate) fn processes(host: &Host) -> Vec<i32> {
    let dir = host.path("");
    let all = std::fs::read_dir("/proc").unwrap().flatten();
    let numbers = all.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    let ours = |pid: &i32| {
        std::fs::read(format!("/proc/{pid}/cmdline"))
            .is_ok_and(|line| String::from_utf8_lossy(&line).contains(&dir))
    };
    numbers.filter(ours).collect()
}

/// Neither the directory of a job nor a process of one.
pub(crate) fn nothing_left(host: &Host) {
    assert!(!Path::new(&host.path("jobs")).exists());
    assert_eq!(processes(host), [0; 0]);
}

/// Kills every process of the job.
pub(crate) fn kill(host: &Host) {
    let pids = processes(host);
    assert!(!pids.is_empty());
    for pid in pids {
        let pid = rustix::process::Pid::from_raw(pid).unwrap();
        // A child may have ended with its parent.
        let _ = rustix::process::kill_process(pid, rustix::process::Signal::KILL);
    }
    // A child of the script may need a moment.
    let dir = std::fs::File::open(host.path("jobs/count")).unwrap();
    until(|| rustix::fs::flock(&dir, rustix::fs::FlockOperation::NonBlockingLockShared).is_ok());
}
