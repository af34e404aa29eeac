//! The first screens: every `--help`, `list`, and the codes of a run that never began.

use crate::support::{Xtask, root, scratch, snapshot};

/// Every help text. A new subcommand is found by itself. The list shows the first line of the step's own help.
#[test]
fn every_help_text_is_as_it_was_read() {
    walk(&mut Vec::new(), None);
}

fn walk(words: &mut Vec<String>, about: Option<&str>) {
    let state = scratch();
    let args = [words.as_slice(), &["--help".to_owned()]].concat();
    let help = Xtask::new(state.path(), &args).env("COLUMNS", "100").run();
    assert_eq!((help.code, help.stderr.as_str()), (0, ""), "{words:?}");
    let name = if words.is_empty() { "xtask".to_owned() } else { words.join("-") };
    snapshot::same(&format!("help/{name}.txt"), &help.stdout);
    explains_its_codes(words, &help.stdout);
    for width in [80, 120] {
        fits(words, width);
    }
    let own = help.stdout.lines().next();
    assert!(
        about.is_none() || about == own,
        "{words:?} is {about:?} one level up, and {own:?} itself"
    );
    let below = help.stdout.lines().skip_while(|line| *line != "Commands:").skip(1);
    let rows: Vec<(&str, &str)> = below
        .take_while(|line| !line.is_empty())
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .map(|line| line.trim().split_once(' ').unwrap_or((line.trim(), "")))
        .collect();
    for (name, about) in rows {
        words.push(name.to_owned());
        walk(words, Some(about.trim()));
        words.pop();
    }
}

/// The help of a command on a terminal of this width. A path that is longer than the terminal stays whole.
fn fits(words: &[String], width: usize) -> String {
    let state = scratch();
    let args = [words, &["--help".to_owned()]].concat();
    let help = Xtask::new(state.path(), &args).env("COLUMNS", width.to_string()).run().stdout;
    for line in help.lines() {
        let is_one_word = !line.trim().contains(' ');
        assert!(line.chars().count() <= width || is_one_word, "{words:?} at {width}: {line}");
    }
    help
}

#[test]
fn help_fits_a_narrow_and_a_wide_terminal() {
    for (name, line) in
        [("xtask", ""), ("pcmd", "pcmd"), ("webservice-upgrade", "webservice upgrade")]
    {
        let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        for width in [80, 120] {
            snapshot::same(&format!("help/{name}.{width}.txt"), &fits(&words, width));
        }
    }
}

/// An id of a trap stands only in the command that explains it; the list of traps explains its own.
fn explains_its_codes(words: &[String], text: &str) {
    if words.last().is_some_and(|word| word == "traps") {
        return;
    }
    for line in text.lines() {
        if let Some(command) = line.strip_prefix("Why it does so: cargo xtask ") {
            let state = scratch();
            let args: Vec<&str> = command.split(' ').collect();
            assert_eq!(Xtask::new(state.path(), &args).run().code, 0, "{words:?}: {line}");
        }
        let mut ids = line.split(|c: char| !c.is_ascii_alphanumeric() && c != '.').filter(is_code);
        assert!(line.contains(" traps X") || ids.next().is_none(), "{words:?}: {line}");
    }
}

/// `X0.20`, `XX.9`.
fn is_code(word: &&str) -> bool {
    let parts = word.trim_end_matches('.').strip_prefix('X').and_then(|rest| rest.split_once('.'));
    let number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    parts.is_some_and(|(document, id)| (document == "X" || number(document)) && number(id))
}

#[test]
fn the_list_of_steps_is_as_it_was_read() {
    let state = scratch();
    let list = Xtask::new(state.path(), &["list"]).run();
    assert_eq!((list.code, list.stderr.as_str()), (0, ""));
    snapshot::same("list.txt", &list.stdout);
    explains_its_codes(&[], &list.stdout);
}

/// Exit 2: nothing was touched, and nothing was recorded.
#[test]
fn a_wrong_command_line_is_exit_2() {
    let state = scratch();
    let sample = root().join("hosts.toml");
    let sample = sample.to_str().expect("a plain path");
    for (words, said) in [
        (&["nosuch"][..], "unrecognized subcommand"),
        (&["--rehearse", "bk-upgrade", "paas", "--only", "nosuch"], "nosuch"),
        (&["-i", "/nonexistent/hosts.toml", "hosts", "list"], "cannot read the inventory"),
        (&["-i", sample, "backup-settings"], "is still the sample"),
    ] {
        let wrong = Xtask::new(state.path(), words).run();
        assert_eq!((wrong.code, wrong.stdout.as_str()), (2, ""), "{words:?}: {}", wrong.stderr);
        assert!(wrong.stderr.contains(said), "{}", wrong.stderr);
    }
    assert!(!state.path().join("xtask/rehearsal/sample/hosts").exists());
}
