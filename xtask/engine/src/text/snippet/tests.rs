//! How [`super`] answers.

use super::*;

const VENVS: Snippet = Snippet::new(
    "bk-upgrade/venvs",
    "# Remove Python virtual environments of a retired service.\n\
     # in: NAMES HOME_DIR\n\
     # in: NOTE\n\
     probe() {\n    # Looks only.\n    for n in $NAMES; do [ ! -d \"$HOME_DIR/$n\" ] || return 1; done\n}\n\
     drop() { rm -r -- \"$HOME_DIR/$1\"; }\n\
     change() {\n    for n in $NAMES; do drop \"$n\"; done\n    cat >\"$HOME_DIR/note\" <<E\n  # $NOTE\nE\n}\n",
);

fn values() -> Vec<(&'static str, Value)> {
    let names = Value::List(vec!["esb".into(), "paas-2".into()]);
    vec![("NAMES", names), ("HOME_DIR", "/data/it's".into()), ("NOTE", "gone".into())]
}

#[test]
fn a_snippet_tells_about_itself() {
    assert_eq!(VENVS.describe(), "Remove Python virtual environments of a retired service.");
    assert_eq!(VENVS.inputs(), ["NAMES", "HOME_DIR", "NOTE"]);
    assert!(VENVS.has(Function::Probe) && VENVS.has(Function::Change));
    assert!(!VENVS.has(Function::Undo));
}

#[test]
fn the_script_holds_only_what_the_call_needs() {
    let probe = VENVS.script(Function::Probe, &values()).unwrap();
    expect_test::expect![[r#"
        LC_ALL=C; export LC_ALL; set -eu
        NAMES='esb paas-2'
        HOME_DIR='/data/it'\''s'
        probe() {
        for n in $NAMES; do [ ! -d "$HOME_DIR/$n" ] || return 1; done
        }
        probe
    "#]]
    .assert_eq(&probe);
    let change = VENVS.script(Function::Change, &values()).unwrap();
    expect_test::expect![[r#"
        LC_ALL=C; export LC_ALL; set -eu
        NAMES='esb paas-2'
        HOME_DIR='/data/it'\''s'
        NOTE=gone
        drop() { rm -r -- "$HOME_DIR/$1"; }
        change() {
        for n in $NAMES; do drop "$n"; done
        cat >"$HOME_DIR/note" <<E
          # $NOTE
        E
        }
        change
    "#]]
    .assert_eq(&change);
}

#[test]
fn the_readable_form_keeps_comments_and_indentation() {
    let probe = VENVS.readable(Function::Probe, &values()).unwrap();
    assert!(probe.contains("# Remove Python"), "{probe}");
    assert!(probe.contains("\n    # Looks only.\n    for n"), "{probe}");
    assert!(!probe.contains("change()") && !probe.contains("drop()"), "{probe}");
}

#[test]
fn a_file_with_computed_commands_keeps_all_its_functions_and_inputs() {
    let text = "# in: A B\nprobe() { \"do_$A\"; }\ndo_x() { :; }\n";
    let script = Snippet::new("t", text)
        .script(Function::Probe, &[("A", "x".into()), ("B", "y".into())])
        .unwrap();
    assert!(script.contains("B=y\n") && script.contains("do_x()"), "{script}");
}

#[test]
fn a_file_that_is_not_followed_is_sent_as_it_is() {
    let text = "# c\nprobe() {\n    x=`a`\n}\n";
    let script = Snippet::new("t", text).script(Function::Probe, &[]).unwrap();
    assert_eq!(script, format!("{PRELUDE}{text}probe\n"));
}

#[test]
fn wrong_inputs_are_named() {
    let list = |words: &[&str]| Value::list(words.iter().copied());
    let with = |name: &'static str, value: Value| {
        let mut all = values();
        all.retain(|(given, _)| *given != name);
        all.push((name, value));
        VENVS.script(Function::Probe, &all).map_err(|fault| fault.message)
    };
    assert!(with("NAMES", list(&[])).unwrap().contains("NAMES=''\n"));
    for word in ["a b", "*", "a?", "[a]", "", "a\tb", "a\\b", "a\nb"] {
        assert_eq!(
            with("NAMES", list(&[word])).unwrap_err(),
            format!("snippet bk-upgrade/venvs cannot take {word:?} in the list NAMES")
        );
    }
    assert_eq!(
        with("OTHER", "x".into()).unwrap_err(),
        "snippet bk-upgrade/venvs has no input OTHER"
    );
    assert!(with("NOTE", "\0".into()).unwrap_err().contains("NUL"));
    let mut twice = values();
    twice.push(("NOTE", "x".into()));
    let fault = VENVS.script(Function::Change, &twice).unwrap_err();
    assert_eq!(fault.message, "snippet bk-upgrade/venvs gets its input NOTE twice");
    let fault = VENVS.script(Function::Change, &values()[..2]).unwrap_err();
    assert_eq!(fault.message, "snippet bk-upgrade/venvs misses its input NOTE");
    let fault = VENVS.script(Function::Undo, &values()).unwrap_err();
    assert_eq!(fault.message, "snippet bk-upgrade/venvs has no function undo");
    let fault = Snippet::new("t", "# in: PATH\nprobe() { :; }\n")
        .script(Function::Probe, &[("PATH", "x".into())]);
    assert!(fault.unwrap_err().message.contains("PATH"));
}

/// A file with everything that makes blanks count.
const GNARLY: Snippet = Snippet::new(
    "gnarly",
    r##"# Strings, documents and continuations.
# in: A B
help() { printf '<%s>' "$@"; }
unused() {
    exit 9
}
probe() {
    # it's a comment
    help 'a
    b # not a comment
  ' "$A
    $(help "in  $B" \
        more
      # a comment
      help "
        y")" # and don't forget
    case $B in
        x*) help "$(case y in y) echo "one
   two";; esac)" ;;
    esac
    while read -r l; do help "$l"; done <<-E
	  tabs go, blanks stay # $A
	E
    cat <<'E'
    # $A it's
}
E
    help a\
    b $((1 << 2)) ${#A}
}
change() { unused; }
"##,
);

#[test]
fn the_short_script_does_what_the_file_does() {
    let values = [("A", "v  w".into()), ("B", "xy".into())];
    let short = GNARLY.script(Function::Probe, &values).unwrap();
    assert!(!short.contains("unused()") && !short.contains("a comment\nhelp"), "{short}");
    let whole = format!("{PRELUDE}A='v  w'\nB=xy\n{}probe\n", GNARLY.text());
    for shell in ["dash", "bash", "sh"].into_iter().filter(|shell| which::which(shell).is_ok()) {
        let (want, got) = (run(shell, &whole), run(shell, &short));
        assert!(want.status.success(), "{}", String::from_utf8_lossy(&want.stderr));
        assert_eq!(want, got, "{shell}\n{short}");
    }
}

#[expect(clippy::disallowed_methods, reason = "the test asks the real shells")]
fn run(shell: &str, script: &str) -> std::process::Output {
    std::process::Command::new(shell).args(["-c", script]).output().unwrap()
}
