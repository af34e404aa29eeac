//! Secrets: where they are hidden, where they come from, what is left of them.

mod left;

use std::path::{Path, PathBuf};

use engine::text::mask::forms::{FORMS, SAMPLE};

use crate::ending::signal;
use crate::support::{Outcome, Xtask, scratch, sleepers, wait_until, write};
use crate::tidy::read;

/// Fault T8: the README has the forms in which the program finds a secret, and no others.
#[test]
fn the_readme_has_the_forms_of_a_secret() {
    let text = read("xtask/README.md");
    let (_, rest) = text.split_once("| form | example |\n|---|---|\n").expect("the table");
    let table: Vec<&str> = rest.lines().take_while(|line| line.starts_with('|')).collect();
    let want: Vec<String> =
        FORMS.iter().map(|(form, example)| format!("| {form} | `{example}` |")).collect();
    assert_eq!(table, want);
    assert!(text.contains(&format!("In the examples it is `{SAMPLE}`")));
}

/// Hosts that are this machine, with a secret in the environment, one in a file, and one that would have to be asked for.
struct Hosts {
    dir: tempfile::TempDir,
    file: PathBuf,
}

const ENV: &str = "hunter2'x<é";
const FILE: &str = "from-a-file-9";

impl Hosts {
    fn new() -> Self {
        let dir = scratch();
        let file = dir.path().join("hosts.toml");
        let text = "[secrets]\na = { env = \"TEST_PASSWORD\" }\nb = { file = \"word\" }\n\
                    c = { command = [\"touch\", \"asked\"] }\n\
                    [hosts.\"l[1-2]\"]\nsession = \"local\"\nidentity = false\n";
        write(&file, text);
        write(&dir.path().join("word"), &format!("{FILE}\n"));
        Self { dir, file }
    }

    fn pcmd(&self, words: &[&str]) -> Outcome {
        let words = [&["pcmd", "-i", self.file.to_str().expect("a path")], words].concat();
        let xtask = Xtask::new(&self.dir.path().join("state"), &words);
        xtask.dir(self.dir.path()).env("TEST_PASSWORD", ENV).run()
    }
}

/// Every text below `dir`, in one.
fn all(dir: &Path) -> String {
    let mut text = String::new();
    for entry in std::fs::read_dir(dir).into_iter().flatten().flatten() {
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            text += &all(&entry.path());
        } else {
            text += &String::from_utf8_lossy(&std::fs::read(entry.path()).expect("a file"));
        }
    }
    text
}

/// Fault T7: `pcmd` hides the secrets at hand, however it shows the output, in its record, and in the command line that it
/// suggests. Nothing is asked for.
#[test]
fn pcmd_hides_secrets_in_output_record_and_command_line() {
    let hosts = Hosts::new();
    // In two pieces, on both streams, in JSON, and typed into the command line.
    let command = format!(
        "printf 'it is from-a'; sleep 0.05; echo '-file-9 end'; cat word >&2; \
         echo \"hunter2'x<é hunter2\\u0027x\\u003c\\u00e9\"; test {FILE} -a $$ -gt 1 && exit 3"
    );
    let forms: [&[&str]; 7] = [
        &["-w", "l1"],
        &["-w", "l[1-2]"],
        &["-w", "l1", "-L"],
        &["-w", "l[1-2]", "-L"],
        &["-w", "l[1-2]", "-b"],
        &["-w", "l[1-2]", "--json"],
        &["-w", "l[1-2]", "--output", "jsonl"],
    ];
    for form in forms {
        let said = hosts.pcmd(&[form, &[&command]].concat());
        assert_ne!(said.code, 2, "{form:?}: {}", said.stderr);
        assert!(said.stdout.contains("it is **** end"), "{form:?}: {}", said.stdout);
        assert!(said.stdout.contains("**** ****"), "{form:?}: {}", said.stdout);
        let told = said.stdout + &said.stderr;
        for part in ["hunter2", "file-9", "from-a"] {
            assert!(!told.contains(part), "{form:?}: {part} in {told}");
        }
    }
    // A host that fails beside one that does not: the command to run again.
    let odd = format!("test {FILE} -a ! -e only && touch only");
    let said = hosts.pcmd(&["-w", "l[1-2]", "-p", "1", &odd]);
    assert!(said.stderr.contains("to rerun only these:  cargo xtask pcmd"), "{}", said.stderr);
    assert!(!said.stderr.contains(FILE), "{}", said.stderr);
    let kept = all(&hosts.dir.path().join("state"));
    assert!(kept.contains("it is **** end") && kept.contains("test **** -a"), "{kept}");
    for secret in ["hunter2", FILE] {
        assert!(!kept.contains(secret), "{secret} is in the record");
    }
    assert!(!hosts.dir.path().join("asked").exists(), "a command was run for a secret");
}

/// Fault T7: output that cannot become a secret is not held back.
#[test]
fn masked_output_comes_line_by_line() {
    use std::io::{BufRead as _, BufReader};
    let hosts = Hosts::new();
    let file = hosts.file.to_str().expect("a path");
    let words = ["pcmd", "-i", file, "-w", "l1", "echo \"it's 100% 'new'\"; sleep 31.71"];
    let state = hosts.dir.path().join("state");
    let mut child = Xtask::new(&state, &words).dir(hosts.dir.path()).spawn();
    let mut line = String::new();
    BufReader::new(child.stdout.take().expect("a pipe")).read_line(&mut line).expect("a line");
    assert_eq!(line, "it's 100% 'new'\n");
    wait_until("the command goes on", || sleepers("31.71") == 1);
    signal("-TERM", child.id().into());
    assert_eq!(child.wait().expect("an end").code(), Some(143));
}

/// A step that needs the secret of this source before anything else.
fn step(dir: &Path, source: &str) -> Xtask {
    let file = dir.join("hosts.toml");
    let text = format!(
        "[secrets]\nvrrp_password = {source}\n[hosts.\"phy[1-2]\"]\nsession = \"local\"\n\
         [groups]\nphy_servers = \"phy[1-2]\"\n"
    );
    write(&file, &text);
    let file = file.to_str().expect("a path");
    let words = ["-i", file, "uecm", "keepalived-vip", "--vip", "10.99.99.99"];
    Xtask::new(&dir.join("state"), &words).dir(dir)
}

/// Fault T6: the first signal ends the command of a secret, and all that it started.
#[test]
fn a_signal_ends_the_command_of_a_secret() {
    let dir = scratch();
    let source = "{ command = [\"sh\", \"-c\", \"trap '' HUP; sleep 31.72 & sleep 31.72\"] }";
    let child = step(dir.path(), source).spawn();
    wait_until("the command runs", || sleepers("31.72") == 2);
    signal("-TERM", child.id().into());
    let output = child.wait_with_output().expect("an end");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(143), "{said}");
    assert!(said.contains("terminated while sh was asked for secret `vrrp_password`"), "{said}");
    assert_eq!(sleepers("31.72"), 0);
}

/// What would wait for ever ends as a failed test.
const LIMITED: [&str; 2] = ["timeout", "60"];

/// Fault T6: a pipe as the file of a secret is an error at once; so it is as `install.config` and as `ssh_config`.
#[test]
fn a_pipe_in_place_of_a_file_is_refused() {
    let dir = scratch();
    let made = Xtask::program("mkfifo").arg("-m600").arg(dir.path().join("word")).status();
    assert!(made.expect("mkfifo starts").success());
    let refused = step(dir.path(), "{ file = \"word\" }").behind(&LIMITED).run();
    let file = dir.path().join("hosts.toml");
    let pcmd = |text: &str| {
        write(&file, text);
        let words = ["pcmd", "-i", file.to_str().expect("a path"), "-m", "all", "true"];
        Xtask::new(&dir.path().join("state"), &words).behind(&LIMITED).run()
    };
    let import = pcmd("[import]\ninstall_config = \"word\"\n");
    let config = pcmd("[ssh]\nconfig = \"word\"\n[hosts.h]\n");
    for refused in [refused, import, config] {
        assert_eq!(refused.code, 2, "{}", refused.stderr);
        assert!(refused.stderr.contains("is not a regular file"), "{}", refused.stderr);
    }
}

/// Fault T14: neither the program nor what it starts leaves a core dump: all of them may hold a secret.
#[test]
fn a_run_leaves_no_core_dump() {
    let dir = scratch();
    let source =
        "{ command = [\"sh\", \"-c\", \"cp /proc/self/limits own; cp /proc/$PPID/limits up\"] }";
    // With cores as large as this machine allows.
    let cores = ["sh", "-c", "ulimit -S -c \"$(ulimit -H -c)\"; exec \"$@\"", "sh"];
    let ended = step(dir.path(), source).behind(&cores).dir(dir.path()).run();
    assert!(ended.stderr.contains("secret `vrrp_password` is empty"), "{}", ended.stderr);
    for file in ["own", "up"] {
        let limits = std::fs::read_to_string(dir.path().join(file)).expect("limits");
        let core = limits.lines().find(|line| line.starts_with("Max core file size"));
        let soft = core.and_then(|line| line.split_whitespace().nth(4)).unwrap_or_default();
        assert!(["0", "1"].contains(&soft), "{file}: {core:?}");
    }
}
