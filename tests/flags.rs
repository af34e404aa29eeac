//! Flags that every command has, their environment, colour, and where output goes.

use std::path::Path;

use tempfile::TempDir;

use crate::support::{Outcome, Xtask, scratch, write};

/// A directory with an inventory of three sessions on this machine.
fn here() -> TempDir {
    let dir = scratch();
    write(&dir.path().join("hosts.toml"), "[hosts.\"l[1-3]\"]\nsession = \"local\"\n");
    dir
}

fn call(dir: &Path, args: &[&str]) -> Xtask {
    Xtask::new(dir, args).dir(dir).env("HOME", dir)
}

fn done(stdout: &str, stderr: &str) -> Outcome {
    Outcome { code: 0, stdout: stdout.into(), stderr: stderr.into() }
}

#[test]
fn colour_follows_flag_then_environment() {
    let dir = here();
    let args = ["pcmd", "-q", "-b", "-w", "l[1-2]", "echo x"];
    let coloured = |call: Xtask| call.run().stdout.contains('\x1b');
    assert!(!coloured(call(dir.path(), &args)), "no terminal");
    assert!(coloured(call(dir.path(), &args).env("CLICOLOR_FORCE", "1")));
    assert!(!coloured(call(dir.path(), &args).env("CLICOLOR_FORCE", "1").env("NO_COLOR", "1")));
    assert!(!coloured(call(dir.path(), &args).env("CLICOLOR_FORCE", "0").env("CLICOLOR", "1")));
    let always = [&args[..], &["--color", "always"]].concat();
    assert!(coloured(call(dir.path(), &always).env("NO_COLOR", "1")));
    let never = [&args[..], &["--color", "never"]].concat();
    assert!(!coloured(call(dir.path(), &never).env("CLICOLOR_FORCE", "1")));
    assert!(coloured(call(dir.path(), &args).env("XTASK_COLOR", "always").env("NO_COLOR", "1")));
}

#[test]
fn the_environment_stands_in_for_a_flag_and_the_flag_wins() {
    let dir = here();
    let list = |extra: &[&str], env: &[(&str, &str)]| {
        let args = [&["hosts", "list"], extra].concat();
        let all =
            env.iter().fold(call(dir.path(), &args), |call, (name, value)| call.env(name, value));
        all.run()
    };
    assert_eq!(list(&[], &[("XTASK_ONLY", "l2")]), done("l2  local\n", ""));
    assert_eq!(list(&["-w", "l3"], &[("XTASK_ONLY", "l2")]), done("l3  local\n", ""));
    assert_eq!(list(&[], &[("XTASK_EXCLUDE", "l[1-2]")]), done("l3  local\n", ""));
    let json = done("{\"hosts\":[\"l1\"],\"schema\":1}\n", "");
    assert_eq!(list(&["-w", "l1"], &[("XTASK_OUTPUT", "jsonl")]), json);
    assert_eq!(list(&["-w", "l1"], &[("XTASK_JSON", "0")]), done("l1  local\n", ""));
    // Also where they exclude each other.
    let text = list(&["-w", "l1", "--output", "text"], &[("XTASK_JSON", "1")]);
    assert_eq!(text, done("l1  local\n", ""));
    let lines = list(&["-w", "l1", "--output", "jsonl"], &[("XTASK_JSON", "1")]);
    assert_eq!(lines, json);
    for (flag, variable) in [("-q", "XTASK_VERBOSE"), ("-v", "XTASK_QUIET")] {
        let file = dir.path().join("hosts.toml");
        let named = format!("inventory: {}\n", file.display());
        let named = if flag == "-v" { &*named } else { "" };
        assert_eq!(list(&["-w", "l1", flag], &[(variable, "1")]), done("l1  local\n", named));
        assert_eq!(list(&["-q", "-v"], &[(variable, "0")]).code, 2);
    }
    assert_eq!(list(&[], &[("XTASK_QUIET", "1"), ("XTASK_VERBOSE", "1")]).code, 2);
    let wrong = list(&[], &[("XTASK_FANOUT", "none")]);
    assert_eq!((wrong.code, wrong.stdout.as_str()), (2, ""));
    assert!(wrong.stderr.contains("invalid value 'none' for '--fanout <N>'"), "{}", wrong.stderr);
    let timeout =
        call(dir.path(), &["pcmd", "-w", "l1", "sleep 31.40"]).env("XTASK_TIMEOUT", "1").run();
    assert_eq!(timeout.code, 124);
}

#[test]
fn quiet_leaves_results_and_errors() {
    let dir = here();
    let quiet = call(dir.path(), &["-q", "pcmd", "-w", "l[1-2]", "echo x"]).run();
    assert_eq!(quiet, done("l1: x\nl2: x\n", ""));
    let loud = call(dir.path(), &["pcmd", "-w", "l[1-2]", "echo x"]).run();
    assert_eq!(loud, done("l1: x\nl2: x\n", "2 hosts: 2 ok\n"));
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let dir = here();
    let first = |words: &str| {
        let script = format!(
            "{{ {} {words}; echo $? >code; }} | head -1; cat code",
            env!("CARGO_BIN_EXE_xtask")
        );
        let output = Xtask::program("sh").args(["-c", &script]).current_dir(dir.path()).output();
        let output = output.expect("sh starts");
        let lines =
            String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect::<Vec<_>>();
        (lines, String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let (lines, stderr) = first("list");
    assert_eq!((lines.len(), lines[1].as_str(), stderr.as_str()), (2, "0", ""));
    let (lines, stderr) = first("--help");
    assert_eq!((lines.len(), lines[1].as_str(), stderr.as_str()), (2, "0", ""));
    let (lines, stderr) = first("pcmd -q -w l1 'seq 3'");
    assert_eq!((lines, stderr.as_str()), (vec!["1".to_owned(), "0".to_owned()], ""));
}

/// `pcmd -w web1 'tail -f log' | grep -m1 ready` ends when the line is there.
#[test]
fn a_command_ends_when_nobody_reads_it_any_more() {
    let dir = here();
    for (form, first) in [("", "x\n"), ("-L ", "l1: x\n")] {
        let script = format!(
            "{{ {} pcmd {form}-w l1 'while :; do echo x; sleep 0.1; done; sleep 31.4'; echo $? >code; }} | head -1; cat code",
            env!("CARGO_BIN_EXE_xtask")
        );
        let output = Xtask::program("sh").args(["-c", &script]).current_dir(dir.path()).output();
        let output = output.expect("sh starts");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(String::from_utf8_lossy(&output.stdout), format!("{first}130\n"), "{said}");
        let reason = "l1: interrupted: the command was stopped: its output is no longer read\n";
        assert!(said.starts_with(reason), "{said}");
    }
}

/// Fault T14: `runs` and `--help` into a full device were exit 0.
#[test]
fn results_that_cannot_be_written_are_a_failure() {
    let dir = here();
    let lines = [
        "list",
        "list --json",
        "hosts list",
        "hosts show",
        "hosts groups --json",
        "hosts check",
        "hosts pin l1",
        "pcmd -w l[1-2] id",
        "runs list",
        "runs list --json",
        "runs show",
        "runs show --json",
        "runs verify",
        "runs schema",
        "runs prune -n --keep 0",
        "rehearsal list",
        "webservice traps",
        "--help",
        "-h",
        "--version",
        "runs --help",
        "pcmd -h",
    ];
    for line in lines {
        let words: Vec<&str> = line.split(' ').collect();
        let words = words.as_slice();
        let call = call(dir.path(), words).env("XTASK_INVENTORY", dir.path().join("hosts.toml"));
        let lost = call.behind(&["sh", "-c", "\"$@\" >/dev/full", "sh"]).run();
        assert_eq!((lost.code, lost.stdout.as_str()), (1, ""), "{words:?}");
        let said = "error: cannot write the results to standard output: No space left on device";
        assert!(lost.stderr.contains(said), "{words:?}: {}", lost.stderr);
    }
}

#[test]
fn help_is_a_result_and_a_mistake_is_not() {
    let dir = here();
    for args in [["--help"].as_slice(), &["pcmd", "--help"], &["hosts", "--help"], &["--version"]] {
        let help = call(dir.path(), args).run();
        assert_eq!((help.code, help.stderr.as_str()), (0, ""), "{args:?}");
        assert!(!help.stdout.is_empty());
    }
    let wrong: [&[&str]; 4] = [&["--nope"], &["nope"], &["hosts", "lits"], &["list", "-f", "0"]];
    let long = ["timeout", "connect-timeout", "grace", "wait", "persist"]
        .map(|flag| ["list".to_owned(), format!("--{flag}=18446744073709551615")]);
    let long = long.each_ref().map(|words| words.each_ref().map(String::as_str));
    for args in wrong.into_iter().chain(long.iter().map(<[&str; 2]>::as_slice)) {
        let refused = call(dir.path(), args).run();
        assert_eq!((refused.code, refused.stdout.as_str()), (2, ""), "{args:?}");
        assert!(refused.stderr.starts_with("error: "), "{}", refused.stderr);
    }
    let nothing = call(dir.path(), &[]).run();
    assert_eq!((nothing.code, nothing.stdout.as_str()), (2, ""));
}

#[test]
fn every_call_is_recorded_from_start_to_end() {
    let dir = here();
    for args in [["pcmd", "-w", "l[1-2]", "exit 3"].as_slice(), &["hosts", "check"]] {
        let state = scratch();
        let code = call(dir.path(), args).env("XDG_STATE_HOME", state.path()).run().code;
        let runs: Vec<_> =
            std::fs::read_dir(state.path().join("xtask/runs")).expect("runs").flatten().collect();
        assert_eq!(runs.len(), 1);
        let journal =
            std::fs::read_to_string(runs[0].path().join("journal.jsonl")).expect("a journal");
        let lines: Vec<serde_json::Value> =
            journal.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
        assert_eq!(lines[0]["event"], "start");
        assert_eq!(
            lines.last().map(|line| (line["event"].as_str(), line["exit"].as_i64())),
            Some((Some("end"), Some(code.into())))
        );
    }
}

#[test]
fn a_record_that_cannot_be_written_stops_everything_before_it_begins() {
    let dir = here();
    let touched = dir.path().join("touched");
    let command = format!("touch {}", touched.display());
    let call = call(dir.path(), &["pcmd", "-w", "l1", &command]).env("XDG_STATE_HOME", "/dev/null");
    let outcome = call.run();
    assert_eq!((outcome.code, outcome.stdout.as_str()), (2, ""));
    assert!(
        outcome.stderr.starts_with("error: starting a run record in /dev/null/xtask/runs: "),
        "{}",
        outcome.stderr
    );
    assert!(!touched.exists());
}
