//! The README is short, its commands work, and it leads to every other document.

use xshell::{Shell, cmd};

use super::{files, none, read, table};
use crate::support::rehearsal::Bench;
use crate::support::snapshot::plain;
use crate::support::{Xtask, root, scratch};

/// As many lines as somebody reads.
const LENGTH: usize = 350;

/// The commands in the README's picture, with the flag of rehearsal hosts.
const PICTURE: [&str; 3] =
    ["bk-upgrade paas stop -n", "bk-upgrade paas stop", "bk-upgrade paas stop --quiet"];

/// Whether this machine has rehearsal hosts.
fn rehearses(state: &std::path::Path) -> bool {
    Xtask::new(state, &["--rehearse", "hosts", "check", "-w", "paas1"]).run().code == 0
}

#[test]
fn the_readme_is_short() {
    let lines = read("README.md").lines().count();
    assert!(lines <= LENGTH, "README.md has {lines} lines, more than {LENGTH}");
}

#[test]
fn the_readme_opens_with_its_two_commands() {
    let text = read("README.md");
    let first = text.split("```").nth(1).expect("a block of commands");
    let commands: Vec<&str> = first
        .lines()
        .skip(1)
        .map(|line| line.split("  #").next().unwrap_or_default().trim())
        .collect();
    assert_eq!(commands, ["cargo xtask --rehearse bk-upgrade all --yes", "tests/run"]);
}

#[test]
fn the_readme_leads_to_every_document() {
    let text = read("README.md");
    let documents = files().into_iter().map(|file| file.path);
    let documents = documents.filter(|path| path.ends_with(".md") && path != "README.md");
    let missing = documents.filter(|path| !text.contains(&format!("]({path})")));
    none("README.md has no link to it", missing);
}

/// The picture is a real run. `UPDATE_EXPECT=1` takes a new one.
#[test]
fn the_readmes_picture_is_of_a_real_run() {
    let state = scratch();
    if !rehearses(state.path()) {
        eprintln!("SKIPPED: no rehearsal hosts here");
        return;
    }
    let mut picture = String::new();
    for line in PICTURE {
        let words: Vec<&str> = ["--rehearse"].into_iter().chain(line.split(' ')).collect();
        let outcome = Xtask::new(state.path(), &words).run();
        assert_eq!(outcome.code, 0, "{line}: {}", outcome.stderr);
        // The last line comes after the results.
        let all = outcome.stderr.trim_end();
        let (progress, last) = all.rsplit_once('\n').map_or(("", all), |(rest, last)| (rest, last));
        let last = if last.is_empty() { String::new() } else { format!("{last}\n") };
        let (progress, results) = (folded(&format!("{progress}\n")), outcome.stdout);
        let progress = progress.trim_start_matches('\n');
        picture.push_str(&format!("$ cargo xtask --rehearse {line}\n{progress}{results}{last}"));
    }
    let text = read("README.md");
    let (before, rest) = text.split_once("```text\n").expect("a picture");
    let (old, after) = rest.split_once("```").expect("its end");
    // A run that began in the second of another one is shown by its whole name.
    let seen = |text| plain(text, state.path()).replace("DATE-TIME-bk-upgrade-paas", "DATE-TIME");
    if seen(old) != seen(&picture) {
        let path = root().join("README.md");
        expect_test::expect_file![path].assert_eq(&format!("{before}```text\n{picture}```{after}"));
    }
}

/// Of hosts with the same line the first one, of details the first one; `…` stands for the rest.
fn folded(text: &str) -> String {
    let stages = text.split_inclusive('\n').fold(Vec::<Vec<&str>>::new(), |mut stages, line| {
        match stages.last_mut() {
            Some(stage) if !line.starts_with("== ") => stage.push(line),
            _ => stages.push(vec![line]),
        }
        stages
    });
    let mut shown = String::new();
    for mut stage in stages {
        // Hosts come as they finish.
        if !stage.iter().any(|line| line.starts_with(' ')) {
            stage[1..].sort_unstable();
        }
        let mut last = String::new();
        for line in stage {
            let same = kind(line);
            if same != last {
                shown.push_str(line);
            } else if !shown.ends_with("…\n") {
                shown.push_str(if line.starts_with(' ') { "    …\n" } else { "…\n" });
            }
            last = same;
        }
    }
    shown
}

/// The common part of lines that is shown once: the operation, or that they are details.
fn kind(line: &str) -> String {
    match line.split_once(": ") {
        _ if line.starts_with(' ') => "a detail".to_owned(),
        Some((_, rest)) if rest.contains("  ") => plain(rest, "none".as_ref()),
        _ => line.to_owned(),
    }
}

/// The script of the README with `cargo` being this build of the program, on rehearsal hosts.
#[test]
fn the_readmes_script_does_what_the_readme_shows() {
    let text = read("README.md");
    let (before, after) = text.split_once("```bash\n").expect("a script");
    let (script, after) = after.split_once("```").expect("its end");
    let shown = format!("{before}{after}");
    let shown: Vec<&str> = shown.split("```text\n").skip(1).collect();
    let shown = shown.iter().filter_map(|block| block.split("```").next());
    let shown: Vec<&str> = shown.filter(|block| block.starts_with("bk-control")).collect();
    if !rehearses(scratch().path()) {
        eprintln!("SKIPPED: no rehearsal hosts here");
        return;
    }
    let state = Bench::unpacked().state;
    let shell = Shell::new().expect("a shell");
    let program = env!("CARGO_BIN_EXE_xtask");
    let cargo = format!("#!/bin/sh\nshift\nexec {program} \"$@\"\n");
    shell.write_file(state.path().join("cargo"), cargo).expect("a file");
    shell.write_file(state.path().join("upgrade-paas"), script).expect("a file");
    shell.change_dir(state.path());
    cmd!(shell, "chmod +x cargo upgrade-paas").quiet().run().expect("chmod");
    let path = format!("{}:{}", state.path().display(), std::env::var("PATH").expect("PATH"));
    let run = || {
        let script = cmd!(shell, "./upgrade-paas").env("PATH", &path).env("XTASK_REHEARSE", "1");
        let script = script.env("XDG_STATE_HOME", state.path()).quiet().ignore_stderr();
        script.read().expect("exit 0")
    };
    assert_eq!(vec![run() + "\n", run() + "\n"], shown);
}

/// Every runbook has a row, and its title there is that of the program.
#[test]
fn the_readme_has_every_runbook() {
    let rows = table(&read("README.md"), &["runbook", "about"]);
    let told: Vec<(&str, &str)> = rows.iter().map(|row| (&*row[0], &*row[1])).collect();
    let all = tasks::RUNBOOKS.iter().map(|runbook| (runbook.name, runbook.title));
    assert_eq!(told, all.collect::<Vec<_>>());
}
