//! Scripts that run once.

use std::time::Duration;

use engine::data::fault::{Fault, Kind};
use engine::data::outcome::Outcome;
use engine::ops::Script;
use engine::text::snippet::Snippet;

use crate::aid::told;
use crate::bench::{Host, hosts};

const INSTALL: Snippet = Snippet::new(
    "test/install",
    "# Install.\n# in: LOG CODE SAYS\nchange() {\n  cat >>\"$LOG\"\n  echo \"$SAYS\"\n  \
     sh -c \"exit $CODE\" || return \"$CODE\"\n  false\n  echo went on >>\"$LOG\"\n}\n",
);
const PROBED: Snippet = Snippet::new(
    "test/probed",
    "# Touch.\n# in: FILE\nprobe() {\n  [ -e \"$FILE\" ] || return 1\n}\n\
     change() {\n  : >\"$FILE\"\n}\nundo() {\n  rm \"$FILE\"\n}\n",
);
const JUDGE: Snippet = Snippet::new(
    "test/judge",
    "# Judge.\n# in: WORD\nprobe() {\n  grep -q \"$WORD\" || return 1\n}\n",
);

fn install(host: &Host, code: &str, says: &str) -> Script {
    let values = [("LOG", host.path("log").into()), ("CODE", code.into()), ("SAYS", says.into())];
    Script::new("install", INSTALL, values).markers_in(host.path("markers")).accepts(&[3])
}

#[test]
fn a_script_runs_once_and_again_with_other_inputs() {
    for host in hosts() {
        let op = install(&host, "3", "ok").stdin("in\n", false);
        assert_eq!(host.plan(&op).unwrap(), Outcome::Needed);
        assert_eq!(host.snapshot(false).len(), 1);
        host.forget();
        assert_eq!(host.ensure(&op).unwrap(), Outcome::Changed);
        assert_eq!(host.ensure(&op).unwrap(), Outcome::Kept);
        assert_eq!(host.get("log"), "in\n");
        assert_eq!(host.ensure(&op.stdin("other\n", false)).unwrap(), Outcome::Changed);
        assert_eq!(host.diff(), "install: ran with other inputs\n");
        assert_eq!(host.get("log"), "in\nother\n");
        // Fault T4: the marker's hash is recorded, so a secret does not count.
        let secret = |word: &str| install(&host, "3", "ok").stdin(word, true);
        assert_eq!(host.ensure(&secret("one\n")).unwrap(), Outcome::Changed);
        assert_eq!(host.ensure(&secret("two\n")).unwrap(), Outcome::Kept);
    }
}

#[test]
fn a_failed_command_ends_the_script_and_leaves_no_marker() {
    for host in hosts() {
        let op = install(&host, "0", "ok").accepts(&[0, 4]);
        let error = told(host.ensure(&op));
        assert!(error.contains("install: exit 1, accepted: 0 4"), "{error}");
        assert_eq!(host.get("log"), "");
        assert_eq!(host.plan(&op).unwrap(), Outcome::Needed);
    }
}

#[test]
fn what_a_script_says_is_judged() {
    for host in hosts() {
        let good = install(&host, "3", "all done").judged_by(JUDGE, [("WORD", "done".into())]);
        let bad = install(&host, "3", "oh no").judged_by(JUDGE, [("WORD", "done".into())]);
        let error = told(host.ensure(&bad.stdin("x", false)));
        assert!(error.contains("its output does not count as success"), "{error}");
        assert_eq!(host.get("log"), "x");
        assert_eq!(host.ensure(&good).unwrap(), Outcome::Changed);
        assert_eq!(host.ensure(&good).unwrap(), Outcome::Kept);
    }
}

#[test]
fn a_probe_wins_over_the_marker() {
    let host = Host::new();
    let (file, markers) = (host.path("f"), host.path("markers"));
    std::fs::create_dir(&markers).unwrap();
    let op = Script::new("touch", PROBED, [("FILE", file.as_str().into())]).markers_in(markers);
    host.lives(&op);
    std::fs::remove_file(&file).unwrap();
    assert_eq!(host.ensure(&op).unwrap(), Outcome::Changed);
}

/// Fault S7: an operation that prints without end fails, nothing of it stays, and the host still serves.
#[test]
fn an_operation_has_a_limit_for_its_output() {
    let endless = Snippet::new(
        "test/endless",
        "# Print.\n# in: FILE\nprobe() {\n  [ -e \"$FILE\" ] || return 1\n}\n\
         change() {\n  sh -c 'echo $$; exec yes' | tee \"$FILE.part\"\n}\n",
    );
    let host = Host::new().capped(100_000);
    let file = host.path("f");
    let op = Script::new("endless", endless, [("FILE", file.as_str().into())]);
    let op = op.markers_in(host.path("m"));
    let error = host.ensure(&op).unwrap_err();
    assert_eq!(Fault::kind_of(&error), Kind::Failed);
    assert!(error.to_string().contains("the command was stopped after 100000 bytes of output"));
    let pid = host.get("f.part").lines().next().unwrap_or_default().to_owned();
    assert!(!std::path::Path::new(&format!("/proc/{pid}/cwd")).exists(), "{pid} runs on");
    assert_eq!(host.raw("echo serves >&2", b""), "0 serves\n");
}

#[test]
fn a_script_has_a_time_limit() {
    let host = Host::new();
    let slow = Snippet::new("test/slow", "# Sleep.\nchange() {\n  sleep 60\n}\n");
    let op =
        Script::new("slow", slow, []).markers_in(host.path("m")).within(Duration::from_secs(1));
    assert_eq!(Fault::kind_of(&host.ensure(&op).unwrap_err()), Kind::TimedOut);
    assert_eq!(host.plan(&op).unwrap(), Outcome::Needed);
    for name in ["", "../b", "a//b", "/a", "a/.b", "a b", "a.begun"] {
        let named = Script::new(name, slow, []);
        assert!(told(host.plan(&named)).contains("is not a valid marker name"), "{name}");
    }
}
