//! Commands that a person reads with on a terminal: a pager for what is long, links to files.

use std::path::Path;

use crate::support::{Xtask, root, scratch, write};

/// What a terminal of 80 columns and 24 rows gets, without the carriage returns.
fn on_a_terminal(state: &Path, words: &[&str], env: &[(&str, &str)]) -> (i32, String) {
    let sample = state.join("hosts.toml");
    write(&sample, "[hosts.\"l[01-60]\"]\nsession = \"local\"\n");
    let words = [&["exec", env!("CARGO_BIN_EXE_xtask")], words].concat();
    let command = engine::text::quote::join(&words).expect("plain words");
    let command = format!("stty cols 80 rows 24; {command}");
    let args = ["--quiet", "--return", "--command", &command, "/dev/null"];
    let call = Xtask::start(Path::new("script"), state, &args);
    let call = call.env("XTASK_INVENTORY", &sample).env("TERM", "xterm");
    let call = env.iter().fold(call, |call, (name, value)| call.env(name, value));
    let outcome = call.run();
    (outcome.code, outcome.stdout.replace('\r', ""))
}

const PAGED: (&str, &str) = ("XTASK_PAGER", "sed 's/^/| /'");

/// About a second.
#[test]
fn a_long_list_goes_through_the_pager_and_a_short_one_does_not() {
    let state = scratch();
    for words in [&["list"][..], &["hosts", "list"], &["webservice", "traps"]] {
        let (code, seen) = on_a_terminal(state.path(), words, &[PAGED, ("PAGER", "false")]);
        assert!(code == 0 && seen.lines().all(|line| line.starts_with("| ")), "{words:?}: {seen}");
        let (_, other) = on_a_terminal(state.path(), words, &[("PAGER", PAGED.1)]);
        assert_eq!(other, seen);
        // One that quits early is no error, whatever it says.
        let quits = ("XTASK_PAGER", "head -n 1; exit 3");
        let (code, seen) = on_a_terminal(state.path(), words, &[quits]);
        assert_eq!((code, seen.lines().count()), (0, 1), "{seen}");
        let off: [&[(&str, &str)]; 4] = [
            &[PAGED, ("XTASK_NO_PAGER", "1")],
            &[("XTASK_PAGER", "")],
            &[PAGED, ("TERM", "dumb")],
            // What does not start shows nothing.
            &[("XTASK_PAGER", "no-such-pager 2>/dev/null")],
        ];
        for env in off {
            let (code, seen) = on_a_terminal(state.path(), words, env);
            assert!(code == 0 && !seen.contains("| "), "{env:?}: {seen}");
            assert!(seen.lines().count() > 24, "{env:?}: {seen}");
        }
        let piped = Xtask::new(state.path(), words).env(PAGED.0, PAGED.1);
        let piped = piped.env("XTASK_INVENTORY", state.path().join("hosts.toml")).run();
        assert!(piped.code == 0 && !piped.stdout.contains("| "), "{}", piped.stdout);
    }
    let words = ["hosts", "list", "-w", "l[01-03]"];
    let (_, short) = on_a_terminal(state.path(), &words, &[PAGED]);
    assert!(short.lines().count() == 3 && !short.contains("| "), "{short}");
    let (_, flag) = on_a_terminal(state.path(), &["list", "--no-pager"], &[PAGED]);
    assert!(!flag.contains("| "), "{flag}");
}

/// Half a second.
#[test]
fn runs_and_documents_are_links_on_a_terminal_only() {
    let state = scratch();
    on_a_terminal(state.path(), &["pcmd", "-w", "l01", "true"], &[]);
    let run = std::fs::read_dir(state.path().join("xtask/runs")).expect("runs").flatten();
    let run = run.map(|run| run.path()).find(|run| run.is_dir()).expect("a run");
    let (url, id) = (run.display(), run.file_name().expect("a name").display());
    let link = format!("\u{1b}]8;;file://{url}\u{1b}\\{id}\u{1b}]8;;\u{1b}\\");
    let (_, list) = on_a_terminal(state.path(), &["runs", "list"], &[]);
    assert!(list.contains(&link), "{list:?}");
    let (_, shown) = on_a_terminal(state.path(), &["runs", "show"], &[]);
    assert!(shown.contains(&format!("\u{1b}]8;;file://{url}\u{1b}\\")), "{shown:?}");
    let readme = root().join("tasks/webservice/README.md");
    let (_, steps) = on_a_terminal(state.path(), &["list", "--no-pager"], &[]);
    assert!(steps.contains(&format!("]8;;file://{}", readme.display())), "{steps:?}");
    for env in [("NO_COLOR", "1"), ("TERM", "dumb")] {
        for words in [&["runs", "list"][..], &["runs", "show"], &["list", "--no-pager"]] {
            let (_, plain) = on_a_terminal(state.path(), words, &[env]);
            assert!(!plain.contains("\u{1b}]8"), "{env:?} {words:?}: {plain:?}");
        }
    }
    let piped = Xtask::new(state.path(), &["runs", "list", "--color", "always"]).run().stdout;
    assert!(!piped.contains("\u{1b}]8"), "{piped}");
}
