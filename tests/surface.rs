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

#[test]
fn the_list_of_steps_is_as_it_was_read() {
    let state = scratch();
    let list = Xtask::new(state.path(), &["list"]).run();
    assert_eq!((list.code, list.stderr.as_str()), (0, ""));
    snapshot::same("list.txt", &list.stdout);
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
