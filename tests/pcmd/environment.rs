//! BlueKing's `load_env.sh`, which its `pcmd` sources on each host, and commands without quotes.

use std::path::Path;

use expect_test::expect;
use tempfile::TempDir;

use crate::support::{Outcome, Xtask, scratch, write};

const SECRET: &str = "hunter2!x y";

/// `load_env.sh` as the vendor's: variables that are not exported, and noise.
const LOAD: &str = "echo noise; echo noise >&2; cd /\nLAN_IP=10.1.2.3\nBK_HOME_URL=plain-value\n\
                    BK_MYSQL_PASSWORD='hunter2!x y'\nBK_APP_TOKENS=(token-one token-two)\n";

/// Hosts `h1` and `h2` of this machine; `h1` has the file.
fn site(load: &str) -> TempDir {
    let dir = scratch();
    let path = dir.path().display();
    write(
        &dir.path().join("hosts.toml"),
        &format!(
            "[hosts.\"h[1-2]\"]\nsession = \"exec\"\nexec = [\"env\", \"CTRL_DIR={path}/h[1-2]\"]\n"
        ),
    );
    std::fs::create_dir(dir.path().join("h1")).expect("a directory");
    write(&dir.path().join("h1/load_env.sh"), load);
    dir
}

fn pcmd(dir: &Path, args: &[&str]) -> Outcome {
    let args = [&["pcmd"], args].concat();
    Xtask::new(&dir.join("state"), &args).env("XTASK_INVENTORY", dir.join("hosts.toml")).run()
}

/// The files of the records that hold a text.
fn records_with(dir: &Path, text: &str) -> usize {
    let held = |path: &Path| {
        let bytes = std::fs::read(path).unwrap_or_default();
        bytes.windows(text.len()).any(|part| part == text.as_bytes())
    };
    let runs = std::fs::read_dir(dir.join("state/xtask/runs")).expect("runs").flatten();
    let dirs = runs.flat_map(|run| [run.path(), run.path().join("outputs")]);
    let files = dirs.filter_map(|dir| std::fs::read_dir(dir).ok()).flat_map(Iterator::flatten);
    files.filter(|file| held(&file.path())).count()
}

/// Fault B4: the variables are there, in the directory of the login.
#[test]
fn load_env_is_sourced_where_it_is() {
    let site = site(LOAD);
    let command = "[ \"$PWD\" = / ] || echo \"[$LAN_IP] [$BK_HOME_URL] ${#BK_MYSQL_PASSWORD}\"";
    let found = pcmd(site.path(), &["-w", "h1", command]);
    let done = |stdout: &str| Outcome { code: 0, stdout: stdout.into(), stderr: String::new() };
    assert_eq!(found, done("[10.1.2.3] [plain-value] 11\n"));
    assert_eq!(pcmd(site.path(), &["-w", "h2", command]), done("[] [] 0\n"));
    assert_eq!(pcmd(site.path(), &["-w", "h1", "--no-env", command]), done("[] [] 0\n"));
    let failed = pcmd(site.path(), &["-w", "h1", "false; echo \"$LAN_IP\""]);
    assert_eq!((failed.code, failed.stdout.as_str()), (1, "10.1.2.3\n"));
    let replaced = pcmd(site.path(), &["-w", "h1", "trap 'echo bye' EXIT; exit 9"]);
    assert_eq!((replaced.code, replaced.stdout.as_str()), (9, "bye\n"));
}

/// Fault B4: values that look like secrets are shown and recorded nowhere, in no form of output.
#[test]
fn the_secrets_of_load_env_are_masked() {
    let site = site(LOAD);
    let command = "printf 'x hunter'; sleep 0.2; echo '2!x y'; echo \"${BK_APP_TOKENS[1]}\" >&2; \
                   printf %s \"$BK_MYSQL_PASSWORD\" | base64";
    for form in [&[][..], &["-L"], &["--json"], &["--output", "jsonl"]] {
        let shown = pcmd(site.path(), &[&["-w", "h1", command], form].concat());
        assert_eq!(shown.code, 0, "{shown:?}");
        let both = format!("{}{}", shown.stdout, shown.stderr);
        assert!(both.contains("x ****") && !both.contains("token-two"), "{form:?}: {both}");
        assert!(!both.contains(SECRET) && !both.contains("aHVudGVyMiF4IHk"), "{form:?}: {both}");
    }
    for form in [&[][..], &["-b"], &["-L"]] {
        let say = "echo \"$BK_MYSQL_PASSWORD\"; echo ${BK_APP_TOKENS[0]} >&2";
        let shown = pcmd(site.path(), &[&["-w", "h[1-2]", say], form].concat());
        let both = format!("{}{}", shown.stdout, shown.stderr);
        assert!(both.contains("****"), "{form:?}: {both}");
        assert!(!both.contains(SECRET) && !both.contains("token-one"), "{form:?}: {both}");
    }
    for text in [SECRET, "token-one", "token-two", "aHVudGVyMiF4IHk"] {
        assert_eq!(records_with(site.path(), text), 0, "{text}");
    }
    assert!(records_with(site.path(), "****") > 4);
}

/// Fault B4: whatever the file does, the command runs as without it, or has plainly not run.
#[test]
fn load_env_does_not_break_the_command() {
    for (load, code) in [
        ("A=1\nset -eu\nfalse\nA=2\n", 1),
        ("A=1\ncd /\nreturn 3\n", 3),
        ("A=1\nexit 4\n", 4),
        ("trap 'echo trapped' ERR EXIT\nA=1\nfalse\n", 1),
        ("set -u -f; IFS=1; exec 3>&1 >/dev/null; A=1; ((\n", 2),
    ] {
        let site = site(load);
        let command = "echo \"[$A]\" *s.toml $UNSET; false; echo here";
        let ran =
            pcmd(site.path(), &["-w", "h1", &format!("cd '{}'; {command}", site.path().display())]);
        let read = if load.ends_with("((\n") && ran.stdout.starts_with("[]") { "" } else { "1" };
        assert_eq!(
            (ran.code, ran.stdout.as_str()),
            (1, &*format!("[{read}] hosts.toml\nhere\n")),
            "{load}"
        );
        let note = format!("h1/load_env.sh ended with exit {code}\n");
        assert!(ran.stderr.ends_with(&note), "{load}: {}", ran.stderr);
    }
    for (load, code, why) in [
        ("exec true\n", 1, "ended the shell with exit 0"),
        ("exec sleep 60.25\n", 124, "has not ended"),
    ] {
        let site = site(load);
        let ran = pcmd(site.path(), &["-w", "h1", "--timeout", "1", "echo ran"]);
        assert_eq!((ran.code, ran.stdout.as_str()), (code, ""));
        let path = site.path().join("h1/load_env.sh");
        let told = format!(
            "h1: {}: the command did not start: {} {why}\nhint: leave that file out: --no-env\n",
            if code == 124 { "timed out" } else { "failed" },
            path.display()
        );
        assert_eq!(ran.stderr, told);
    }
}

/// Fault B6: an option of the command is taken for ours; the hint is the line to type.
#[test]
fn a_command_without_quotes_is_explained() {
    let site = site(LOAD);
    let shown = |line: &str| {
        let words: Vec<&str> = line.split(' ').collect();
        let outcome = pcmd(site.path(), &words);
        assert_eq!((outcome.code, outcome.stdout.as_str()), (2, ""), "{line}");
        outcome.stderr
    };
    expect![[r#"
        error: unexpected argument '-s' found
        hint: quote the command, or put `--` before it:  cargo xtask pcmd -H 10.0.0.1 -- curl -s http://x
    "#]]
    .assert_eq(&shown("-H 10.0.0.1 curl -s http://x"));
    for (line, why) in [
        ("-w h1 ls -l", "unexpected argument '-l' found"),
        ("-w h1 df -h", "`-h` shows the help of pcmd"),
        ("-w h1 tail -n 5 f", "pcmd has no dry run"),
        ("-w h1 grep -v foo f", "the command must be one argument, or follow `--`"),
        ("-w h1 rm -f x", "invalid value 'x' for '--fanout <N>': invalid digit found in string"),
        ("-w h1 systemctl restart x --no-block", "unexpected argument '--no-block' found"),
    ] {
        let (ours, command) = line.split_at("-w h1 ".len());
        let hint = format!(
            "error: {why}\nhint: quote the command, or put `--` before it:  cargo xtask pcmd {ours}-- {command}\n"
        );
        assert_eq!(shown(line), hint);
    }
    let taken = pcmd(site.path(), &["-w", "h1", "pwd", "-L"]);
    let note = "note: `-L` was taken as an option of pcmd; for the command:  cargo xtask pcmd -w h1 -- pwd -L\n";
    assert_eq!((taken.code, taken.stderr.as_str()), (0, note));
    assert_eq!(pcmd(site.path(), &["-w", "h1", "--", "echo", "-n", "x"]).stdout, "x");
}
