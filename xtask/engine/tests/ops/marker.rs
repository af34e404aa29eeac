//! Markers of scripts: when one counts, and what is left after an accident.

use engine::data::outcome::Outcome;
use engine::ops::{Op, Script};
use engine::text::snippet::Snippet;

use crate::aid::told;
use crate::bench::{Host, hosts, is_root};

/// `LOG.dies` kills the whole session at the end of the script, `LOG.breaks` removes the markers under it.
const BUILD: Snippet = Snippet::new(
    "test/build",
    "# Build.\n# in: SOURCE RESULT LOG\n\
     inputs() {\n  sha256sum <\"$SOURCE\" | cut -d ' ' -f 1\n}\n\
     probe() {\n  [ -s \"$RESULT\" ] || { echo \"no $RESULT\"; return 1; }\n}\n\
     change() {\n  cp \"$SOURCE\" \"$RESULT\"\n  echo built >>\"$LOG\"\n\
     [ ! -e \"$LOG.dies\" ] || { kill -9 $$; sleep 9; }\n  [ ! -e \"$LOG.breaks\" ] || rm -r \"${RESULT%/*}/m\"\n}\n\
     undo() {\n  rm \"$RESULT\" \"$LOG\"\n}\n",
);
/// Its marker has the hash of script and values.
const PLAIN: Snippet =
    Snippet::new("test/plain", "# Plain.\n# in: LOG\nchange() {\n  echo shipped >>\"$LOG\"\n}\n");
/// It depends on a run of the script above.
const SHIP: Snippet = Snippet::new(
    "test/ship",
    "# Ship.\n# with: marker\n# in: LOG\n\
     inputs() {\n  marker_run built/it || { echo 'nothing is built' >&2; return 20; }\n}\n\
     change() {\n  echo shipped >>\"$LOG\"\n}\n",
);
const WRONG: Snippet = Snippet::new(
    "test/wrong",
    "# Wrong.\n# in: LINES LOG\ninputs() {\n  printf \"$LINES\"\n}\n\
     change() {\n  : >\"$LOG\"\n}\n",
);

fn build(host: &Host) -> Script {
    let values = ["SOURCE", "RESULT", "LOG"].map(|name| {
        let file = host.path(&name.to_ascii_lowercase());
        (name, file.into())
    });
    Script::new("built/it", BUILD, values).markers_in(host.path("m"))
}

fn ship(host: &Host) -> Script {
    Script::new("shipped", SHIP, [("LOG", host.path("ships").into())]).markers_in(host.path("m"))
}

fn runs(host: &Host) -> usize {
    host.get("log").lines().count()
}

/// Why the script would run.
fn why(host: &Host, op: &Script) -> String {
    assert_eq!(host.plan(op).unwrap(), Outcome::Needed);
    host.forget();
    host.diff()
}

#[test]
fn inputs_and_probe_must_both_agree() {
    for host in hosts() {
        host.put("source", "1");
        std::fs::create_dir_all(host.path("m/built")).unwrap();
        let op = build(&host).outdated("not built from the present source");
        host.lives(&op);
        let before = runs(&host);
        host.put("source", "2");
        assert_eq!(why(&host, &op), "not built from the present source\n");
        assert_eq!(host.ensure(&op).unwrap(), Outcome::Changed);
        // The marker says done, the probe does not.
        std::fs::remove_file(host.path("result")).unwrap();
        assert_eq!(why(&host, &op), format!("no {}\n", host.path("result")));
        assert_eq!(host.ensure(&op).unwrap(), Outcome::Changed);
        assert_eq!(host.ensure(&op).unwrap(), Outcome::Kept);
        assert_eq!(runs(&host), before + 2);
        // The probe says done, and there is no marker.
        std::fs::remove_file(host.path("m/built/it")).unwrap();
        assert_eq!(host.ensure(&op).unwrap(), Outcome::Changed);
        host.undo().unwrap();
        assert!(!host.snapshot(false).contains_key(&host.path("m/built/it")));
    }
}

/// Killed between the end of the script and its marker: the result is there, and nobody knows that it is whole.
#[test]
fn a_script_without_its_marker_runs_again_and_says_why() {
    for host in hosts() {
        host.put("source", "1");
        host.put("log.dies", "");
        let op = build(&host);
        host.ensure(&op).unwrap_err();
        assert_eq!((runs(&host), host.get("result")), (1, "1".to_owned()));
        let files = host.snapshot(false);
        assert!(files.contains_key(&host.path("m/built/it.begun")), "{files:?}");
        assert!(!files.contains_key(&host.path("m/built/it")), "{files:?}");
        assert_eq!(why(&host, &op), "built/it: it was started and did not finish\n");
        std::fs::remove_file(host.path("log.dies")).unwrap();
        assert_eq!(host.ensure(&op).unwrap(), Outcome::Changed);
        assert_eq!(host.ensure(&op).unwrap(), Outcome::Kept);
        assert_eq!(runs(&host), 2);
        assert!(!host.snapshot(false).contains_key(&host.path("m/built/it.begun")));
        // The undo of a run that was cut short removes what it left.
        std::fs::rename(host.path("m/built/it"), host.path("m/built/it.begun")).unwrap();
        host.undo().unwrap();
        let left: Vec<_> = host.snapshot(false).into_keys().skip(1).collect();
        assert_eq!(left, ["m", "m/built", "source"].map(|name| host.path(name)));
    }
}

#[test]
fn what_is_no_marker_does_not_count() {
    for host in hosts() {
        host.put("source", "1");
        let op = build(&host);
        host.ensure(&op).unwrap();
        let good = host.get("m/built/it");
        let torn = good.trim_end();
        let damaged: [&[u8]; 6] =
            [b"", torn.as_bytes(), b"\0\0\0\0\n", b"a\nb\n", b"a\n\n", &[b'x'; 5000]];
        for bytes in damaged {
            host.put("m/built/it", bytes);
            assert_eq!(why(&host, &op), "built/it: its marker is damaged\n");
        }
        assert_eq!(host.ensure(&op).unwrap(), Outcome::Changed);
        assert_eq!(host.get("m/built/it"), good);
        host.put("m/built/it", "from somebody\n");
        assert_eq!(why(&host, &op), "built/it: ran with other inputs\n");
        if is_root() {
            host.put("m/built/it", &good);
            std::os::unix::fs::chown(host.path("m/built/it"), Some(4711), None).unwrap();
            assert_eq!(why(&host, &op), "built/it: its marker belongs to another user\n");
            assert_eq!(host.ensure(&op).unwrap(), Outcome::Changed);
            assert_eq!(host.ensure(&op).unwrap(), Outcome::Kept);
        }
        let before = runs(&host);
        std::fs::remove_file(host.path("m/built/it")).unwrap();
        std::fs::create_dir(host.path("m/built/it")).unwrap();
        let error = told(host.ensure(&op));
        assert!(error.contains("m/built/it: it is a directory"), "{error}");
        assert_eq!(runs(&host), before, "it ran, and nobody would know");
    }
}

/// A marker that cannot be written is a failure: before the script, nothing has run and the old marker stays.
#[test]
fn a_marker_that_cannot_be_written_is_a_failure() {
    for host in hosts() {
        host.put("source", "1");
        let op = build(&host);
        host.ensure(&op).unwrap();
        let old = host.get("m/built/it");
        host.put("source", "2");
        let before = host.snapshot(false);
        // A limit on file size stands for a full disk.
        let script = host.emit(&op)[0].script().unwrap();
        let error = host.raw(&format!("ulimit -f 0; trap '' XFSZ; {script}"), b"");
        assert!(error.starts_with("1 ") && error.contains("cannot write the marker"), "{error}");
        assert_eq!(host.snapshot(false), before);
        assert_eq!((host.get("m/built/it"), runs(&host)), (old, 1));
        // After the script: it has run, and the next run does it again.
        host.put("log.breaks", "");
        let error = told(host.ensure(&op));
        assert!(error.contains("built/it has run, but its marker "), "{error}");
        std::fs::remove_file(host.path("log.breaks")).unwrap();
        assert_eq!(host.ensure(&op).unwrap(), Outcome::Changed);
        assert_eq!(runs(&host), 3);
    }
}

#[test]
fn a_script_follows_the_run_of_another_one() {
    for host in hosts() {
        host.put("source", "1");
        let (first, then) = (build(&host), ship(&host));
        let error = told(host.ensure(&then));
        assert!(error.contains("nothing is built"), "{error}");
        host.ensure(&first).unwrap();
        assert_eq!(host.ensure(&then).unwrap(), Outcome::Changed);
        assert_eq!(host.ensure(&then).unwrap(), Outcome::Kept);
        // The same inputs at another time: another run.
        host.raw(&format!("touch -t 202601010000 {}", host.path("m/built/it")), b"");
        assert_eq!(host.ensure(&then).unwrap(), Outcome::Changed);
        assert_eq!(host.ensure(&then).unwrap(), Outcome::Kept);
        assert_eq!(host.get("ships"), "shipped\nshipped\n");
    }
}

/// One name is one marker: of two scripts, or of two inputs, only the last run counts.
#[test]
fn two_scripts_with_one_name_take_turns() {
    let host = Host::new();
    host.put("source", "1");
    let one = build(&host);
    let other = Script::new("built/it", PLAIN, [("LOG", host.path("ships").into())]);
    let other = other.markers_in(host.path("m"));
    host.ensure(&one).unwrap();
    for _ in 0..2 {
        assert_eq!(host.ensure(&other).unwrap(), Outcome::Changed);
        assert_eq!(host.ensure(&one).unwrap(), Outcome::Changed);
        assert_eq!(host.ensure(&one).unwrap(), Outcome::Kept);
    }
    assert_eq!((runs(&host), host.get("ships").lines().count()), (3, 2));
}

#[test]
fn inputs_that_are_not_one_line_are_refused() {
    for host in hosts() {
        for (lines, said) in [("", "are not one line"), ("a\\nb", "are not one line")] {
            let values = [("LINES", lines.into()), ("LOG", host.path("log").into())];
            let op = Script::new("wrong", WRONG, values).markers_in(host.path("m"));
            let error = told(host.ensure(&op));
            assert!(error.contains(said), "{error}");
        }
        assert_eq!(host.snapshot(false).len(), 1, "something ran");
    }
    let lost = Snippet::new("test/lost", "# Lost.\n# with: nothing\nchange() {\n  :\n}\n");
    let error = told(Host::new().ensure(&Script::new("lost", lost, [])));
    assert!(error.contains("snippet test/lost has no library nothing"), "{error}");
}

/// The words of a failure are those of the script, not of its wrapper.
#[test]
fn a_failure_names_the_script() {
    let host = Host::new();
    let op = build(&host);
    let error = told(host.ensure(&op));
    assert!(error.contains("test/build probe SOURCE="), "{error}");
    assert!(op.describe() == "run built/it once" && op.clone().called("x").describe() == "x");
}
