//! Files that cannot be used break their own step only, and are named.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use expect_test::expect;

use super::{ANNOUNCE, INVENTORY, bench, file, shown};
use crate::support::{Outcome, Xtask, scratch, write};

const BROKEN: &str = "# Rotate\n# onn: @all\n# mode: seral\nchange() { :; }\n";

#[test]
fn a_broken_file_is_named_with_its_lines_and_the_others_work() {
    let bench = bench(&[("web/announce.sh", ANNOUNCE), ("web/rotate.sh", BROKEN)]);
    for line in ["web rotate -n", "web rotate --level 3 x", "web rotate --help"] {
        expect![[r#"
            exit 2
            -- stderr
            error: DIR/steps/web/rotate.sh:1: the hosts are missing
              1 |   # Rotate
                |   ^
              also  DIR/steps/web/rotate.sh:2: unknown word `onn`
              2 |   # onn: @all
                |     ^^^ did you mean `on`?
              also  DIR/steps/web/rotate.sh:3: unknown mode `seral`
              3 |   # mode: seral
                |           ^^^^^ did you mean `serial`?
            hint: add a line as: # on: @web
        "#]]
        .assert_eq(&shown(&bench, &bench.run(line)));
    }
    bench.ends(0, "web announce --until 1 -n");
    // A flag is no value, unless it is written as one.
    bench.ends(2, "web announce --until -n");
    bench.ends(0, "web announce --until=-n -n");
    file(bench.state.path(), "web/lost.sh", &ANNOUNCE.replace("verify()", " verify()"));
    let list = bench.ends(0, "list").stdout;
    assert!(list.contains("the function verify is not at the left edge"), "{list}");
    fs::remove_file(bench.state.path().join("steps/web/lost.sh")).expect("a file");
    let dir = bench.state.path().display();
    let row = format!("(broken: {dir}/steps/web/rotate.sh:1: the hosts are missing)");
    assert!(list.contains(&row), "{list}");
    let check = bench.ends(2, "check");
    assert!(check.stderr.contains("unknown word `onn`"), "{}", check.stderr);
    assert!(check.stdout.starts_with("2 files: 1 broken"), "{}", check.stdout);
    bench.ends(0, "check web announce");
    let none = bench.ends(2, "check web anounce");
    assert!(none.stderr.contains("did you mean `web announce`?"), "{}", none.stderr);
}

#[test]
fn what_shellcheck_finds_is_shown() {
    let text = ANNOUNCE.replace("-f /etc/motd.d/maintenance", "-f $UNTIL");
    let bench = bench(&[("web/announce.sh", &text)]);
    let found = bench.run("check");
    if found.stdout.contains("not installed") {
        return;
    }
    assert_eq!(found.code, 1, "{}", found.stderr);
    let place = format!("{}/steps/web/announce.sh:20:", bench.state.path().display());
    assert!(found.stdout.starts_with(&place), "{}", found.stdout);
    assert!(found.stdout.contains("SC2086") && found.stdout.contains("1 findings"));
    let json = bench.json(1, "check");
    assert_eq!(json["files"][0]["step"], "web announce");
}

/// The program's own commands stay, and a second file of one name is not used.
#[test]
fn a_file_hides_nothing() {
    let bench = bench(&[
        ("webservice/stop-services.sh", ANNOUNCE),
        ("pcmd/x.sh", ANNOUNCE),
        ("web/Big.sh", ANNOUNCE),
        ("web/announce.sh", ANNOUNCE),
        ("web/announce.toml", ""),
    ]);
    let personal = bench.state.path().join("config/xtask");
    file(&personal, "web/announce.sh", BROKEN);
    file(&personal, "web/mine.sh", ANNOUNCE);
    let list = bench.ends(0, "list").stdout;
    let dir = bench.state.path().display().to_string();
    let list = list.replace(&dir, "DIR");
    for row in [
        "(not used: DIR/steps/webservice/stop-services.sh: `webservice stop-services` is a step of the program)",
        "(not used: DIR/steps/pcmd/x.sh: `pcmd` is a command of the program)",
        "(not used: DIR/steps/web/Big.sh: a name has small letters, digits and -, and begins with a letter)",
        "(not used: DIR/steps/web/announce.toml: DIR/steps/web/announce.sh has the same name and is used)",
        "(not used: DIR/config/xtask/steps/web/announce.sh: DIR/steps/web/announce.sh has the same name and is used)",
    ] {
        assert!(list.contains(row), "{row}\n{list}");
    }
    bench.ends(0, "web announce --until 1 -n");
    bench.ends(0, "web mine --until 1 -n");
    bench.ends(2, "check webservice stop-services");
    fs::remove_file(bench.state.path().join("steps/web/announce.toml")).expect("a file");
    let check = bench.ends(0, "check web announce");
    let note = "note: DIR/config/xtask/steps/web/announce.sh is not used: DIR/steps/web/announce.sh has the same name";
    assert!(check.stdout.replace(&dir, "DIR").starts_with(note), "{}", check.stdout);
    bench.ends(2, "new --shell webservice stop-services");
    let help = bench.ends(0, "webservice stop-services -h").stdout;
    assert!(!help.contains("maintenance"), "{help}");
    // The program's own step runs, and a note names the file.
    file(bench.state.path(), "os-upgrade/check-version.sh", ANNOUNCE);
    let words = ["--rehearse", "os-upgrade", "check-version", "-n"];
    let ran = Xtask::new(bench.state.path(), &words).dir(bench.state.path()).run();
    let note = "steps/os-upgrade/check-version.sh is not used: `os-upgrade check-version` is a step of the program";
    assert!(ran.stderr.contains(note), "{}", ran.stderr);
}

/// In a directory whose inventory nobody has named.
fn nearest(dir: &Path, words: &[&str]) -> Outcome {
    Xtask::new(&dir.join("state"), words).dir(dir).run()
}

#[test]
fn a_file_that_others_can_write_is_refused_unless_its_inventory_is_named() {
    let dir = scratch();
    write(&dir.path().join("hosts.toml"), INVENTORY);
    file(dir.path(), "web/announce.sh", ANNOUNCE);
    file(dir.path(), "web/other.sh", ANNOUNCE);
    let path = dir.path().join("steps/web/announce.sh");
    let mode = |path: &Path, mode: u32| {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("a mode");
    };
    mode(&path, 0o666);
    let line = ["web", "announce", "--until", "1", "-n", "--rehearse"];
    let other = ["web", "other", "--until", "1", "-n", "--rehearse", "--only", "firstbox"];
    let refused = nearest(dir.path(), &line);
    let said = refused.stderr.replace(dir.path().to_str().expect("a plain path"), "DIR");
    assert_eq!(refused.code, 2, "{said}");
    assert!(
        said.starts_with("error: DIR/steps/web/announce.sh can be written by everybody (mode 666)"),
        "{said}"
    );
    let list = nearest(dir.path(), &["list"]).stdout;
    assert!(list.contains("steps/web/announce.sh can be written by everybody"), "{list}");
    assert_eq!(nearest(dir.path(), &other).code, 0);
    // What everybody can write is refused even then.
    let named = [&["-i", "hosts.toml"], &line[..]].concat();
    assert_eq!(nearest(dir.path(), &named).code, 2);
    mode(&path, 0o644);
    assert_eq!(nearest(dir.path(), &[&line[..], &["--only", "firstbox"]].concat()).code, 0);
    // Those who can write the directory could replace it. The directory of a named inventory is agreed to, and no other.
    mode(&dir.path().join("steps"), 0o777);
    for line in [&line[..], &named] {
        let refused = nearest(dir.path(), line);
        assert!(refused.stderr.contains("steps can be written by everybody"), "{}", refused.stderr);
        assert_eq!(refused.code, 2);
    }
    let list = nearest(dir.path(), &["list"]).stdout;
    assert!(list.contains("steps can be written by everybody"), "{list}");
    mode(&dir.path().join("steps"), 0o755);
    mode(dir.path(), 0o777);
    // Its state must not be in such a directory.
    let state = scratch();
    let elsewhere = |words: &[&str]| Xtask::new(state.path(), words).dir(dir.path()).run();
    assert_eq!(elsewhere(&line).code, 2);
    let agreed = elsewhere(&named);
    assert_eq!(agreed.code, 0, "{}", agreed.stderr);
}

#[test]
fn new_writes_a_step_that_works_unchanged() {
    let dir = scratch();
    write(&dir.path().join("hosts.toml"), INVENTORY);
    let made = nearest(dir.path(), &["new", "--shell", "web", "make-file"]);
    let next = "next, after an edit:  cargo xtask check web make-file\n";
    let said = made.stdout.replace(dir.path().to_str().expect("a plain path"), "DIR");
    assert_eq!((made.code, said), (0, format!("DIR/steps/web/make-file.sh\n{next}")));
    let run = |words: &[&str]| {
        nearest(dir.path(), &[&["--rehearse", "-i", "hosts.toml"], words].concat())
    };
    for words in
        [&["check"][..], &["web", "make-file", "-n"], &["web", "make-file"], &["undo", "last"]]
    {
        let done = run(words);
        assert_eq!(done.code, 0, "{words:?}: {}{}", done.stdout, done.stderr);
    }
    file(dir.path(), "web/comp.toml", "");
    for (words, said) in [
        (&["web", "make-file"][..], "is there already"),
        (&["web", "comp"], "steps/web/comp.toml is there already"),
        (&["web", "graph"], "`graph` is a command of every runbook"),
        (&["web", "new", "--about", "a\nb"], "--about has a character that is not seen"),
        (&["web", "new", "--about", "on: x"], "the first line is the help"),
    ] {
        let refused = nearest(dir.path(), &[&["new", "--shell"], words].concat());
        assert!(refused.code == 2 && refused.stderr.contains(said), "{}", refused.stderr);
    }
    assert!(!dir.path().join("steps/web/new.sh").exists());
    let personal = nearest(dir.path(), &["new", "--shell", "--personal", "web", "mine"]);
    assert_eq!(personal.code, 0, "{}", personal.stderr);
    assert!(dir.path().join("state/config/xtask/steps/web/mine.sh").exists());
    assert!(nearest(dir.path(), &["list"]).stdout.contains("web mine"));
}
