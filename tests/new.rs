//! `new`: a step, members of the families and a whole runbook, made in a copy of the source, build and pass as they are.

use std::path::Path;

use xshell::{Shell, cmd};

use crate::support::{Xtask, root, scratch};
use crate::tidy::files;

/// The source, with packages from the registry already built.
fn copy(to: &Path) {
    let shell = Shell::new().expect("a shell");
    for file in files() {
        let place = to.join(&file.path);
        shell.create_dir(place.parent().expect("a folder")).expect("a folder");
        std::fs::copy(root().join(&file.path), place).expect("a copy");
    }
    let built = Path::new(env!("CARGO_BIN_EXE_xtask")).parent().expect("a folder");
    let target = to.join("target/debug");
    shell.create_dir(&target).expect("a folder");
    for part in ["build", "deps", ".fingerprint"] {
        let from = built.join(part);
        cmd!(shell, "cp -a {from} {target}").quiet().run().expect("cp");
    }
}

fn new(dir: &Path, line: &str) -> String {
    let words: Vec<&str> = ["new"].into_iter().chain(line.split(' ')).collect();
    let made = Xtask::new(dir, &words).dir(dir).run();
    assert_eq!((made.code, made.stderr.as_str()), (0, ""), "{line}");
    made.stdout
}

/// One new file, one row, one case, and the shell of the step; the help and the words of the case are written by
/// `tests/run accept`.
#[test]
fn a_new_step_and_a_new_runbook_build_and_pass() {
    let dir = scratch();
    let dir = dir.path();
    copy(dir);
    let made = new(dir, "uecm check-names --hosts phy[1-2]");
    let places = [
        "tasks/uecm/check_names.rs",
        "snippets/uecm/check_names.sh",
        "tasks/uecm/mod.rs",
        "tests/uecm/cases.toml",
    ];
    assert_eq!(made.lines().take(4).collect::<Vec<_>>(), places);
    new(dir, "uecm make-files --changes");
    new(dir, "os-upgrade record-names --family capture");
    new(dir, "failover");
    for family in ["capture", "check", "manual", "service"] {
        new(dir, &format!("failover {family}-it --family {family}"));
    }
    let cargo = Cargo { dir };
    cargo.passes("", true, &["surface", "handbooks"]);
    for case in ["uecm check-names", "uecm make-files", "failover check-it"] {
        cargo.passes(case, true, &[CASES]);
    }
    // The documents of the whole project have tests of their own, which run its rehearsal.
    let rest = ["tidy", "handbooks", "every_step_has_a_case", "--skip", "tidy::readme"];
    cargo.passes("", false, &rest);
    cargo.passes("uecm check-names", false, &[CASES]);
    // Words that nobody has read yet are no pass.
    assert!(!cargo.test("failover capture-it", false, &[CASES]).status.success());
}

const CASES: &str = "every_step_does_what_its_case_says";

/// The tests of the copy.
struct Cargo<'a> {
    dir: &'a Path,
}

impl Cargo<'_> {
    fn test(&self, case: &str, accept: bool, words: &[&str]) -> std::process::Output {
        let (shell, cargo) = (Shell::new().expect("a shell"), env!("CARGO"));
        shell.change_dir(self.dir);
        let target = self.dir.join("target");
        let test = cmd!(shell, "{cargo} test --quiet --offline --package xtask --test end_to_end");
        let test = test.arg("--target-dir").arg(target).arg("--").args(words);
        // The outer cargo speaks of its own package.
        let test =
            test.env_remove("CARGO_MANIFEST_DIR").env_remove("UPDATE_EXPECT").env_remove("CASE");
        let test = if accept { test.env("UPDATE_EXPECT", "1") } else { test };
        let test = if case.is_empty() { test } else { test.env("CASE", case) };
        test.quiet().ignore_status().output().expect("cargo starts")
    }

    #[track_caller]
    fn passes(&self, case: &str, accept: bool, words: &[&str]) {
        let output = self.test(case, accept, words);
        let said = [output.stdout, output.stderr].concat();
        assert!(output.status.success(), "{case} {words:?}: {}", String::from_utf8_lossy(&said));
    }
}

/// Wrong names, and names that exist already.
#[test]
fn what_is_there_or_has_no_name_is_a_usage_error() {
    let state = scratch();
    for (words, said) in [
        (&["new", "Uecm", "x"][..], "a name has small letters, digits and -"),
        (&["new", "uecm"], "the runbook uecm is there already"),
        (&["new", "uecm", "keepalived-vip"], "keepalived_vip.rs is there already"),
    ] {
        let wrong = Xtask::new(state.path(), words).dir(&root()).run();
        assert_eq!((wrong.code, wrong.stdout.as_str()), (2, ""), "{words:?}");
        assert!(wrong.stderr.contains(said), "{}", wrong.stderr);
    }
    let outside = Xtask::new(state.path(), &["new", "uecm", "x"]).dir(state.path()).run();
    assert_eq!(outside.code, 2);
    assert!(outside.stderr.contains("is not in the source of this program"), "{}", outside.stderr);
}
