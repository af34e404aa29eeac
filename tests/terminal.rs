//! A terminal obeys nothing of what a host says.

mod folded;
mod narrow;

use std::path::Path;

use expect_test::expect;

use crate::support::drill::Drill;
use crate::support::{Xtask, scratch, write};

/// Title, clipboard, clear, colour, C1, bare CR, backspace, bidi, zero width, a byte that is no text.
const EVIL: &str = "\\033]0;t\\007\\033]52;c;QQ==\\033\\\\\\033[2J\\033[31mred\\302\\233H\\rgood\\bx\\342\\200\\256y\\342\\200\\213z\\377";
const SHOWN: &str =
    "^[]0;t^G^[]52;c;QQ==^[\\^[[2J^[[31mred<U+009B>H^Mgood^Hx<U+202E>y<U+200B>z<FF>";

/// Hosts of this machine that print what they are asked to; `bad` has no shell, and says why.
struct Site(tempfile::TempDir);

impl Site {
    fn new() -> Self {
        let site = Self(scratch());
        let bad = ["sh", "-c", &format!("printf '{EVIL}\\n' >&2; exit 1"), "host"];
        let good = ["env"];
        let text = format!(
            "[ssh]\nidentity = false\n[hosts.\"h[1-2]\"]\nsession = \"exec\"\nexec = {good:?}\n[hosts.bad]\nsession = \"exec\"\nexec = {bad:?}\n"
        );
        write(&site.0.path().join("hosts.toml"), &text);
        site
    }

    /// All that reaches a terminal, without the status line and its carriage returns.
    fn at_a_terminal(&self, words: &[&str]) -> String {
        let program = ["exec", env!("CARGO_BIN_EXE_xtask")];
        let quiet: &[&str] = if words.contains(&"-v") { &[] } else { &["-q"] };
        let words = [&program, quiet, words].concat();
        let command = engine::text::quote::join(&words).expect("plain words");
        let args = ["--quiet", "--command", &command, "/dev/null"];
        let call = Xtask::start(Path::new("script"), self.0.path(), &args);
        let call =
            call.env("XTASK_INVENTORY", self.0.path().join("hosts.toml")).env("TERM", "dumb");
        let output = call.output().stdout;
        String::from_utf8_lossy(&output).replace("\r\n", "\n")
    }

    fn piped(&self, words: &[&str]) -> std::process::Output {
        let call = Xtask::new(self.0.path(), words);
        call.env("XTASK_INVENTORY", self.0.path().join("hosts.toml")).output()
    }
}

/// Fault T2: `pcmd` in each of its forms, `runs show` and `hosts check` at a terminal.
#[test]
fn what_hosts_say_is_written_out_at_a_terminal() {
    let site = Site::new();
    let say = format!("printf '{EVIL}\\n'");
    assert_eq!(site.at_a_terminal(&["pcmd", "-w", "h1", &say]), format!("{SHOWN}\n"));
    let calls: &[&[&str]] = &[
        &["pcmd", "-w", "h1", "-L"],
        &["pcmd", "-w", "h[1-2]"],
        &["pcmd", "-w", "h[1-2]", "-b"],
        &["pcmd", "-w", "h1", "--json"],
        &["pcmd", "-w", "h1", "--output", "jsonl"],
    ];
    for words in calls {
        let shown = site.at_a_terminal(&[words, &[&*say][..]].concat());
        assert!(
            shown.chars().all(|c| c == '\n' || !engine::data::unseen::is_unseen(c)),
            "{shown:?}"
        );
    }
    let errors = site.at_a_terminal(&["pcmd", "-w", "h[1-2]", &format!("{say} >&2")]);
    assert!(errors.contains(&format!("h1: (stderr)\n{SHOWN}\n")), "{errors:?}");
    let record = site.at_a_terminal(&["runs", "show", "-v"]);
    assert!(record.contains(SHOWN.trim_end_matches("<FF>")), "{record:?}");
    assert!(!record.contains('\x1b') && !record.contains('\r'), "{record:?}");
    let check = site.at_a_terminal(&["hosts", "check", "-w", "bad"]);
    assert!(check.contains("^[]0;t^G^[]52;c;QQ=="), "{check:?}");
    assert!(!check.contains('\x1b'), "{check:?}");
}

/// Fault T2: a pipe gets the bytes of a host as they are, and so does a terminal that may obey them.
#[test]
fn bytes_stay_as_they_are_where_nobody_obeys_them() {
    let site = Site::new();
    let say = format!("printf '{EVIL}\\n' | tee /dev/stderr");
    let piped = site.piped(&["pcmd", "-w", "h1", &say]);
    assert_eq!(piped.stdout, piped.stderr);
    assert!(piped.stdout.starts_with(b"\x1b]0;t\x07") && piped.stdout.ends_with(b"z\xff\n"));
    let raw = site.at_a_terminal(&["pcmd", "-w", "h1", "--raw", &format!("printf '{EVIL}'")]);
    assert!(raw.starts_with("\x1b]0;t\x07\x1b]52;c;QQ==\x1b\\"), "{raw:?}");
    let many = site.piped(&["pcmd", "-w", "h[1-2]", "--raw", "true"]);
    let said = String::from_utf8_lossy(&many.stderr).into_owned();
    expect![[r#"
        error: --raw is for a single host, and these are 2
        hint: a pipe or a file gets the output unchanged without it
    "#]]
    .assert_eq(&said);
    // In text for people nothing is obeyed, wherever it goes.
    let failed = site.piped(&["pcmd", "-w", "bad", "true"]);
    assert!(!failed.stderr.contains(&0x1b), "{}", String::from_utf8_lossy(&failed.stderr));
}

/// Fault T2: a file on a host does not erase or forge the plan before the question.
#[test]
fn a_file_on_a_host_does_not_forge_the_plan() {
    let drill = Drill::on("h001");
    drill.put("h001", "plain", "\x1b[2J\x1b[1;1Hnothing to do\r\x1b[8m\u{202e}dos\r\n");
    drill.put("h001", "list", "first\n");
    for file in ["here", "gone"] {
        drill.put("h001", file, "");
    }
    let line = "    -^[[2J^[[1;1Hnothing to do^M^[[8m<U+202E>dos^M\n    +replaced\n";
    let plan = drill.ends(0, "files --dry-run").stderr;
    assert!(plan.contains(line), "{plan}");
}
