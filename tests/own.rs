//! Steps of one's own: a file of POSIX sh beside the inventory is a command like any other.

mod hosts;
mod kinds;
mod wrong;

use std::path::Path;

use expect_test::expect;

use crate::support::killed::Mortal as _;
use crate::support::rehearsal::{Bench, compare};
use crate::support::{Outcome, Xtask, root, scratch, shellcheck, write};

const INVENTORY: &str =
    "[secrets]\ntoken = { env = \"TOKEN\" }\n[hosts.\"a[1-2]\"]\nsession = \"local\"\n";

const ANNOUNCE: &str = "\
# Announce a maintenance in the message of the day
#
# People see it at their next login.
# on: @all
# arg: --until TIME (text) when it ends
# arg: --kind (full|part, default part) what is off
probe() {
  grep -qsxF \"$KIND until $UNTIL\" /etc/motd.d/maintenance && return 0
  echo \"+$KIND until $UNTIL\"
  return 1
}
change() {
  mkdir -p /etc/motd.d
  printf '%s until %s\\n' \"$KIND\" \"$UNTIL\" >/etc/motd.d/maintenance
}
verify() {
  [ -s /etc/motd.d/maintenance ] || { echo 'no text' >&2; return 1; }
}
undo() {
  rm -f /etc/motd.d/maintenance
}
";

/// The file of a step below a directory with an inventory.
fn file(dir: &Path, name: &str, text: &str) {
    let path = dir.join("steps").join(name);
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("a directory");
    write(&path, text);
}

/// Rehearsal hosts `a1` and `a2` with these steps.
fn bench(steps: &[(&str, &str)]) -> Bench {
    let bench = Bench::new().with_inventory(INVENTORY);
    for (name, text) in steps {
        file(bench.state.path(), name, text);
    }
    bench
}

fn shown(bench: &Bench, outcome: &Outcome) -> String {
    outcome.shown(&[(bench.state.path(), "DIR")])
}

#[test]
fn a_file_is_a_step_with_plan_record_and_undo() {
    let bench = bench(&[("web/announce.sh", ANNOUNCE)]);
    bench.prepare("a[1-2]");
    let before = bench.result();
    let line = "web announce --until 22:00";
    expect![[r#"
        exit 3
        -- stdout
        a1: needed
        a2: needed
        -- stderr
        a[1-2]: needed  announce a maintenance in the message of the day
            +part until 22:00
        -n: 2 needed; run it without -n
    "#]]
    .assert_eq(&shown(&bench, &bench.run(&format!("{line} -n --exit-code"))));
    compare(&before, &bench.result());
    bench.keeps_its_word(line);
    assert_eq!(bench.read("a2", "/etc/motd.d/maintenance").as_deref(), Some("part until 22:00\n"));
    bench.is_kept(line);
    // The version that ran is in the record, under its hash.
    let run = bench.state.path().join("xtask/runs").join(bench.last());
    let kept: Vec<_> = std::fs::read_dir(run.join("own")).expect("texts").flatten().collect();
    let [kept] = &kept[..] else { panic!("{kept:?}") };
    assert_eq!(std::fs::read_to_string(kept.path()).expect("a text"), ANNOUNCE);
    let start = &bench.journal(&bench.last())[0];
    assert_eq!(start["snippets"]["own/web/announce"], kept.file_name().to_str().expect("a name"));
    // Its undo needs no file.
    std::fs::remove_dir_all(bench.state.path().join("steps")).expect("steps");
    let changed = bench.runs().into_iter().find(|run| run.ends_with("announce")).expect("a run");
    bench.ends(0, &format!("undo {changed}"));
    compare(&before, &bench.result());
}

#[test]
fn help_list_completion_and_manual_have_it() {
    let bench = bench(&[("web/announce.sh", ANNOUNCE), ("webservice/extra.sh", ANNOUNCE)]);
    expect![[r#"
        exit 0
        -- stdout
        Announce a maintenance in the message of the day

        People see it at their next login.

        File: DIR/steps/web/announce.sh

        Usage: cargo xtask web announce [OPTIONS] --until <TIME>

        Options:
              --hosts <HOSTSET>  The hosts [default: @all]
              --until <TIME>     when it ends
              --kind <WORD>      what is off [default: part] [possible values: full, part]
          -h, --help             Print help

        Common options: cargo xtask --help
    "#]]
    .assert_eq(&shown(&bench, &bench.run("web announce --help")));
    let list = bench.ends(0, "list").stdout;
    let words = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    let lines: Vec<String> = list.lines().map(words).collect();
    let help = "Announce a maintenance in the message of the day";
    assert_eq!(lines[lines.len() - 2..], ["Own steps".to_owned(), format!("web announce {help}")]);
    assert!(lines.contains(&format!("webservice extra {help}")), "{list}");
    let group = bench.ends(0, "web --help").stdout;
    assert!(group.contains(&format!("announce  {help}")), "{group}");
    let manual = bench.ends(0, "man web announce").stdout;
    assert!(manual.contains(".TH xtask-web-announce 1") && manual.contains("People see it"));
    for (typed, word) in [
        ("web ann", "announce"),
        ("web announce --unt", "--until"),
        ("web announce --kind f", "full"),
        ("web announce --hosts a", "a1"),
        ("webservice ext", "extra"),
    ] {
        let inventory = bench.state.path().join("hosts.toml");
        let line = format!("-- xtask -i {} {typed}", inventory.display());
        let words: Vec<&str> = line.split(' ').collect();
        let asked = Xtask::new(bench.state.path(), &words).env("XTASK_COMPLETE", "bash").run();
        let found = asked.stdout.lines().any(|line| line.split('\t').next() == Some(word));
        assert!(found, "{typed}: {}", asked.stdout);
    }
    let json: serde_json::Value =
        serde_json::from_str(&bench.ends(0, "list --json").stdout).expect("JSON");
    let steps = json["steps"].as_array().expect("steps");
    let own = steps.iter().find(|step| step["step"] == "web announce").expect("the step");
    assert_eq!((&own["changes"], &own["problem"]), (&true.into(), &serde_json::Value::Null));
    assert!(own["file"].as_str().is_some_and(|file| file.ends_with("steps/web/announce.sh")));
}

#[test]
fn a_value_arrives_as_it_was_typed() {
    let bench = bench(&[("web/announce.sh", ANNOUNCE)]);
    let text = "it's \"a\" $(id) `id` \\n *\n-- and $HOME\\";
    let inventory = bench.state.path().join("hosts.toml").display().to_string();
    let words = ["--rehearse", "-i", &inventory, "web", "announce", "--until", text, "-w", "a1"];
    let run = Xtask::new(bench.state.path(), &words).run();
    assert_eq!(run.code, 0, "{}", run.stderr);
    let written = bench.read("a1", "/etc/motd.d/maintenance").expect("a file");
    assert_eq!(written, format!("part until {text}\n"));
}

#[test]
fn an_emitted_script_does_the_same_by_itself() {
    let bench = bench(&[(
        "web/mark.sh",
        "# Leave a mark\n# on: @all\n# arg: FILE (path) the mark\nprobe() { [ -e \"$FILE\" ]; }\nchange() { : >\"$FILE\"; }\nundo() { rm -f \"$FILE\"; }\n",
    )]);
    let mark = bench.state.path().join("a mark");
    let inventory = bench.state.path().join("hosts.toml").display().to_string();
    let mark_word = mark.display().to_string();
    let words = ["--rehearse", "-i", &inventory, "web", "mark", &mark_word, "--emit", "a1"];
    let emitted = Xtask::new(bench.state.path(), &words).run();
    assert_eq!(emitted.code, 0, "{}", emitted.stderr);
    shellcheck(&emitted.stdout);
    let ran = Xtask::program("sh").args(["-c", &emitted.stdout]).status().expect("sh starts");
    assert!(ran.success() && mark.exists());
}

/// A start costs the same with one file and with hundreds.
#[test]
fn a_typed_step_reads_no_other_file() {
    let dir = scratch();
    write(&dir.path().join("hosts.toml"), INVENTORY);
    for step in ["announce", "other"] {
        file(dir.path(), &format!("web/{step}.sh"), ANNOUNCE);
    }
    let read = |words: &[&str]| -> Vec<&str> {
        let trace = ["-f", "-e", "trace=openat", env!("CARGO_BIN_EXE_xtask")];
        let mut command = Xtask::program("strace");
        let done = command.args(trace).args(words).current_dir(dir.path()).output();
        let text = String::from_utf8_lossy(&done.expect("strace").stderr).into_owned();
        let is_read = |step: &&str| text.contains(&format!("/{step}.sh\""));
        ["announce", "other"].into_iter().filter(is_read).collect()
    };
    assert_eq!(read(&["web", "announce", "--help"]), ["announce"]);
    assert_eq!(read(&["web", "--help"]), ["announce", "other"]);
    assert_eq!(read(&["runs", "list"]), [""; 0]);
}

/// The files of the README are a step and a composite, and the commands below them work.
#[test]
fn the_example_of_the_readme_works() {
    let text = std::fs::read_to_string(root().join("README.md")).expect("a README");
    let section = text.split("\n## A step of your own\n").nth(1).expect("a section");
    let section = section.split("\n## ").next().unwrap_or_default();
    let blocks: Vec<&str> = section.split("```sh\n").skip(1).collect();
    let [step, commands] = &blocks[..] else { panic!("{section}") };
    let (step, commands) = (until_its_end(step), until_its_end(commands));
    assert!(step.lines().count() <= 16, "{step}");
    let state = scratch();
    file(state.path(), "site/announce.sh", step);
    let composite = section.split("```toml\n").nth(1).expect("a composite");
    file(state.path(), "site/maintain.toml", until_its_end(composite));
    for command in commands.lines() {
        let words = command.split("  #").next().unwrap_or_default().split_whitespace().skip(2);
        let words: Vec<&str> = words.collect();
        let done = Xtask::new(state.path(), &words).dir(state.path()).run();
        assert_eq!(done.code, 0, "{command}: {}{}", done.stdout, done.stderr);
    }
    assert_eq!(commands.lines().count(), 6, "{commands}");
}

fn until_its_end(block: &str) -> &str {
    block.split("```").next().unwrap_or_default()
}
