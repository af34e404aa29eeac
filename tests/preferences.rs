//! `[defaults]`, `[alias]`, and the person's own file of both.

use std::path::Path;

use expect_test::expect;

use crate::support::{Outcome, Xtask, scratch, write};

const INVENTORY: &str = r#"[defaults]
fanout = 4
color = "always"
gate = true
[alias]
up = "pcmd -m web 'echo up; echo  twice'"
all-up = ["up", "-b"]
plan = "--rehearse bk-upgrade paas stop -n"
[hosts."a[1-2]"]
session = "local"
[groups]
web = "a[1-2]"
"#;

/// The person's own file.
fn own(dir: &Path, text: &str) {
    std::fs::create_dir_all(dir.join("config/xtask")).expect("a directory");
    write(&dir.join("config/xtask/config.toml"), text);
}

fn call(dir: &Path, args: &[&str]) -> Outcome {
    Xtask::new(dir, args).dir(dir).run()
}

#[test]
fn an_alias_is_expanded_once_and_is_in_the_record() {
    let dir = scratch();
    let file = dir.path().join("hosts.toml");
    write(&file, INVENTORY);
    let up = call(dir.path(), &["up", "-w", "a2"]);
    assert_eq!((up.code, up.stdout.as_str()), (0, "up\ntwice\n"), "{}", up.stderr);
    let shown = call(dir.path(), &["runs", "show"]).stdout;
    let ran = shown.lines().find(|line| line.starts_with("  ran")).unwrap_or_default();
    assert_eq!(
        ran,
        "  ran     cargo xtask --persist=0 --color=always --fanout=4 pcmd -m web 'echo up; echo  twice' -w a2   (alias up)"
    );
    // Flags, and another inventory, can stand on both sides.
    let other = dir.path().join("below");
    std::fs::create_dir(&other).expect("a directory");
    let path = file.to_str().expect("a plain path");
    for words in [["-i", path, "up", "-q"], ["up", "-i", path, "-q"]] {
        assert_eq!(call(&other, &words).stdout, "a1: up\na1: twice\na2: up\na2: twice\n");
    }
    // It is expanded once; what it stands for is said.
    let nested = call(dir.path(), &["all-up"]);
    assert_eq!(nested.code, 2);
    assert_eq!(
        nested.stderr.lines().next(),
        Some("error: alias all-up: unrecognized subcommand 'up'")
    );
    let help = call(dir.path(), &["up", "-h"]).stdout;
    assert!(help.starts_with("Run one command on many hosts\n"), "{help}");
    let list = call(dir.path(), &["list"]).stdout;
    let rows: Vec<&str> = list.lines().skip_while(|line| *line != "Aliases").skip(1).collect();
    let words = |row: &&str| row.split_whitespace().collect::<Vec<_>>().join(" ");
    let rows: Vec<String> = rows.iter().map(words).collect();
    let plan = "plan --rehearse bk-upgrade paas stop -n";
    assert_eq!(rows, ["all-up up -b", plan, "up pcmd -m web 'echo up; echo twice'"]);
}

#[test]
fn a_default_gives_way_to_the_environment_and_to_the_line() {
    let dir = scratch();
    write(&dir.path().join("hosts.toml"), INVENTORY);
    let colored = |outcome: &Outcome| outcome.stdout.contains("\u{1b}[");
    let line = ["pcmd", "-w", "@web", "-b", "echo x"];
    assert!(colored(&call(dir.path(), &line)));
    assert!(!colored(&call(dir.path(), &[&line[..], &["--color", "never"]].concat())));
    let env = Xtask::new(dir.path(), &line).dir(dir.path()).env("XTASK_COLOR", "never").run();
    assert!(!colored(&env));
    // The person's own file wins, also over an alias; the other flags stay.
    own(dir.path(), "[defaults]\ncolor = \"never\"\n[alias]\nup = 'pcmd -w a1 \"echo mine\"'\n");
    assert!(!colored(&call(dir.path(), &line)));
    assert_eq!(call(dir.path(), &["up"]).stdout, "mine\n");
    // A typed flag wins over a default that excludes it.
    own(dir.path(), "[defaults]\njson = true\n");
    let text = call(dir.path(), &["--output", "text", "hosts", "list"]).stdout;
    assert_eq!(text, "a1  local\na2  local\n");
    assert!(call(dir.path(), &["hosts", "list"]).stdout.starts_with('{'));
}

#[test]
fn mistakes_have_a_place() {
    let dir = scratch();
    let wrong = "[defaults]\nfanuot = 4\nyes = true\nticket = \"x\"\nwait = \"x\"\nquiet = 3\n[alias]\n\
                 list = \"hosts list\"\n\"a b\" = \"hosts list\"\nopen = \"pcmd 'x\"\n\
                 now = \"bk-upgrade paas stop --override windows\"\n";
    write(&dir.path().join("hosts.toml"), wrong);
    expect![[r#"
        exit 2
        -- stderr
        error: DIR/hosts.toml:9: `a b` cannot be the name of an alias
          9 |   "a b" = "hosts list"
            |   ^^^^^
          also  DIR/hosts.toml:10: alias `open`: a quote has no end, or there is no word
          10 |  open = "pcmd 'x"
             |         ^^^^^^^^^
        hint: use letters, digits, `-` and `_`
    "#]]
    .assert_eq(&call(dir.path(), &["hosts", "list"]).shown(&[(dir.path(), "DIR")]));
    let wrong: Vec<&str> = wrong.lines().filter(|line| !line.contains("pcmd 'x")).collect();
    write(&dir.path().join("hosts.toml"), &wrong.join("\n").replace("\"a b\"", "ab"));
    expect![[r#"
        exit 2
        -- stderr
        error: DIR/hosts.toml:2: no flag of every command is called `fanuot`
          2 |   fanuot = 4
            |            ^
          also  DIR/hosts.toml:3: `yes` has no default: each command line says it itself
          3 |   yes = true
            |         ^^^^ or set XTASK_YES for a shell
          also  DIR/hosts.toml:4: `ticket` has no default: each command line says it itself
          4 |   ticket = "x"
            |            ^^^ or set XTASK_TICKET for a shell
          also  DIR/hosts.toml:5: invalid value 'x' for '--wait <SECS>': invalid digit found in string
          5 |   wait = "x"
            |          ^^^ see: cargo xtask --help
          also  DIR/hosts.toml:6: `quiet` is a switch
          6 |   quiet = 3
            |           ^ write true or false
          also  DIR/hosts.toml:8: `list` is a command, and no alias can take its place
          8 |   list = "hosts list"
            |   ^^^^ give the alias another name
          also  DIR/hosts.toml:10: alias `now`: --override is for one command line
          10 |  now = "bk-upgrade paas stop --override windows"
             |  ^^^ type it, with the reason of that time
        hint: did you mean `fanout`?
    "#]]
    .assert_eq(&call(dir.path(), &["hosts", "list"]).shown(&[(dir.path(), "DIR")]));
    write(&dir.path().join("hosts.toml"), "[hosts.a]\nsession = \"local\"\n");
    own(dir.path(), "[hosts.a]\n");
    expect![[r#"
        exit 2
        -- stderr
        error: DIR/config/xtask/config.toml:1: unknown key `hosts` in the configuration
          1 |  [hosts.a]
            |   ^^^^^
        hint: keys of the configuration: defaults, alias
    "#]]
    .assert_eq(&call(dir.path(), &["hosts", "list"]).shown(&[(dir.path(), "DIR")]));
}

/// At 2 a.m. the record is read, whatever stands in the tables.
#[test]
fn a_mistake_in_the_tables_hides_no_runs_and_no_list() {
    let dir = scratch();
    write(&dir.path().join("hosts.toml"), "[hosts.a]\nsession = \"local\"\n");
    assert_eq!(call(dir.path(), &["pcmd", "-w", "a", "true"]).code, 0);
    write(
        &dir.path().join("hosts.toml"),
        "[defaults]\nfanuot = 4\n[hosts.a]\nsession = \"local\"\n",
    );
    for line in [&["runs", "list"][..], &["runs", "show"], &["list"]] {
        let shown = call(dir.path(), line);
        let note = "no defaults and aliases: DIR/hosts.toml:2: no flag of every command is called `fanuot`\n";
        let note = note.replace("DIR", dir.path().to_str().unwrap_or_default());
        assert_eq!((shown.code, shown.stderr.as_str()), (0, note.as_str()), "{line:?}");
        assert!(shown.stdout.contains(if line == ["list"] { "bk-upgrade paas" } else { "pcmd" }));
    }
    assert_eq!(call(dir.path(), &["pcmd", "-w", "a", "true"]).code, 2);
}
