//! How [`super`] answers, and what a real reader of YAML makes of it.

use std::io::Write as _;

use super::*;

#[test]
fn one_value_changes_and_the_rest_stays() {
    let text = "# made up\na: 1\nb:   'x'   # why\n\nc:\n  b: 2\n";
    assert_eq!(set(text, "b", "10.0.0.1").unwrap(), text.replace("'x'", "'10.0.0.1'"));
    assert_eq!(set(text, "b", "x").unwrap(), text);
    assert_eq!(set(text, "d", "w").unwrap(), format!("{text}d: w\n"));
    for (text, want) in [
        ("a:\n", "a: x\n"),
        ("a: ~ # why\n", "a: x # why\n"),
        ("a:   # why\n", "a: x   # why\n"),
        ("\"a\": b\n", "\"a\": x\n"),
        ("a : b\n", "a : x\n"),
        ("a:\tb\r\n", "a:\tx\r\n"),
        ("---\na: it's # c\n", "---\na: x # c\n"),
        ("a: 'b # c' # d\n", "a: 'x' # d\n"),
        ("t: |\n  a: 1\n\n  b\na: c\n", "t: |\n  a: 1\n\n  b\na: x\n"),
        (
            "l:\n- a: >\n    b\n  c: {\n  d: 1}\na: e\n",
            "l:\n- a: >\n    b\n  c: {\n  d: 1}\na: x\n",
        ),
        ("f: {\na: 1\n}\na: b\n", "f: {\na: 1\n}\na: x\n"),
        ("q: \"b\na: 1\"\na: c\n", "q: \"b\na: 1\"\na: x\n"),
    ] {
        assert_eq!(set(text, "a", "x").unwrap(), want, "{text:?}");
        assert_eq!(get(want, "a").unwrap().as_deref(), Some("x"));
    }
    for text in ["a:\n", "a: ~\n", "a: null # x\n", "a: ''\n", "b: 1\n", ""] {
        assert_eq!(get(text, "a").unwrap(), None, "{text:?}");
    }
}

/// Fault E2: the type as read stays, and a text that readers take for something else is quoted.
#[test]
fn a_value_keeps_its_type() {
    for (now, value, want) in [
        ("\"4.10\"", "4.20", "\"4.20\""),
        ("'4.10'", "4.20", "'4.20'"),
        ("4.10", "4.20", "4.20"),
        ("\"yes\"", "no", "\"no\""),
        ("yes", "no", "no"),
        ("'0755'", "0644", "'0644'"),
        ("0755", "0644", "0644"),
        ("0755", "80", "80"),
        ("word", "0644", "'0644'"),
        ("word", "other", "other"),
        ("word", "4.20", "'4.20'"),
        ("word", "52:54:00:12:34:56", "'52:54:00:12:34:56'"),
        ("word", "10.0.0.1", "10.0.0.1"),
        ("", "8080", "'8080'"),
        ("~", "null", "'null'"),
        ("word", "", "''"),
        ("word", "it's", "it's"),
        ("'word'", "it's", "'it''s'"),
        ("word", "a: b", "'a: b'"),
        ("word", "a #b", "'a #b'"),
        ("word", "\ta\u{7}", "\"\\U00000009a\\U00000007\""),
        ("\"w\\\"\"", "w\\\"", "\"w\\\\\\\"\""),
        ("2026-11-21", "2026-11-22", "2026-11-22"),
        ("'2026-11-21'", "2026-11-22", "'2026-11-22'"),
    ] {
        let text = format!("a: {now}\n");
        assert_eq!(set(&text, "a", value).unwrap(), format!("a: {want}\n"), "{now} to {value}");
    }
    for (now, value, what) in [
        ("80", "http", "a is a number, not a text"),
        ("4.10", "4.10.1", "a is a number, not a text"),
        ("80", "0x50", "a is a number, not a text"),
        ("on", "1", "a is a truth value, not a text"),
        ("2026-11-21", "today", "a is a date, not a text"),
        ("1e3", "1e4", "a is a number or truth value to some readers, not a text"),
    ] {
        let fault = set(&format!("b: 1\na: {now}\n"), "a", value).unwrap_err();
        assert_eq!(
            (fault.message.as_str(), fault.details[0].0.as_str()),
            (what, "line 2"),
            "{now}"
        );
    }
    assert_eq!(set("b: 1\n", "a", "4.20").unwrap(), "b: 1\na: '4.20'\n");
}

/// Fault E2: a file or a value that is more than a line of one key is refused, with its line.
#[test]
fn what_is_no_single_value_is_left_alone() {
    for (text, line) in [
        ("b: 1\nb: 2\n", 2),
        ("b: 1\n'b': 2\n", 2),
        ("b:\n  c: 1\n", 1),
        ("b: [1]\n", 1),
        ("b: |\n  x\n", 1),
        ("b:\n\n# why\n  c: 1\n", 1),
        ("b:\n- c\n", 1),
        ("b: more\n  words\n", 1),
        ("b: 'more\n  words'\n", 1),
        ("b: &x 1\n", 1),
        ("b: *x\n", 1),
        ("b: !!str 1\n", 1),
        ("b: \"\\a\"\n", 1),
        ("b: 'x' y\n", 1),
        ("b:\n---\nb: 1\n", 2),
        ("b: 1\n...\n", 2),
        ("a: &x {b: 1}\n<<: *x\n", 2),
        ("{b: 1}\n", 1),
        ("  b: 1\n", 1),
        ("- b: 1\n", 1),
        ("? b\n: 1\n", 1),
        ("words\n", 1),
        ("a: [1,\n2\n", 2),
    ] {
        let fault = set(text, "b", "1").unwrap_err();
        assert_eq!(fault.details[0].0, format!("line {line}"), "{text}: {}", fault.message);
    }
    assert!(set("", "a b: c", "1").is_err() && set("", "true", "1").is_err());
    assert!(set("b: 1\n", "b", "a\nb").is_err());
}

const FORMS: [&str; 25] = [
    "word",
    "two words",
    "'4.10'",
    "\"4.10\"",
    "4.10",
    "7",
    "-3",
    "0755",
    "1_000",
    "1e3",
    "0x1f",
    "12:30",
    "yes",
    "true",
    "~",
    "",
    "null",
    "2026-11-21",
    "'it''s'",
    "\"a \\\"b\\\"\"",
    "10.0.0.1",
    "# why",
    "'x' # why",
    "word # why",
    "http://x/y?z=1",
];

const VALUES: [&str; 50] = [
    "4.20",
    "4.10",
    "7",
    "0",
    "00",
    "0755",
    "0o17",
    "0x1f",
    "0b1",
    "1_000",
    "1e3",
    "1.5e+3",
    "+1",
    "-1",
    ".5",
    "1.",
    ".inf",
    "-.INF",
    ".nan",
    "12:30",
    "12:30:45",
    "1:60",
    "52:54:00:12:34:56",
    "52:54:00:ab:cd:ef",
    "yes",
    "No",
    "ON",
    "y",
    "TRUE",
    "null",
    "~",
    "",
    "=",
    "<<",
    "2026-11-21",
    "2026-1-2 03:04:05",
    "2026-11",
    "- a",
    "-a",
    "? a",
    "a: b",
    "a:",
    "a #b",
    "#a",
    "'a'",
    "\"a\"",
    "[a]",
    "{a}",
    " a ",
    "a\tb",
];

/// Fault E2: PyYAML reads each edited file as the edit meant it.
#[test]
fn a_real_reader_finds_the_value_and_its_type() {
    let more = [
        "*a", "&a", "!a", "|", ">", "%a", "@a", "`a", "é 中", "\u{85}x", "a\\b", "10.0.0.1", ",a",
        "---", "it's",
    ];
    let mut edits = Vec::new();
    for form in FORMS {
        for value in VALUES.iter().chain(&more) {
            let before = format!("z: 'Z' # z\nk: {form}\nm:\n  k: 1\n");
            if let Ok(after) = set(&before, "k", value) {
                assert_eq!(set(&after, "k", value).unwrap(), after, "twice: {before} {value}");
                edits.push([before, after, "k".into(), (*value).to_owned()]);
            }
        }
    }
    for value in VALUES.iter().chain(&more) {
        let before = "z: 1\n";
        edits.push([before.into(), set(before, "k", value).unwrap(), "k".into(), (*value).into()]);
    }
    assert!(edits.len() > 800, "{}", edits.len());
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/lib/yaml_values.py");
    for python in ["python3", "/usr/bin/python3"] {
        match asked(python, script, &serde_json::to_string(&edits).unwrap()) {
            (Some(3) | None, _) => {}
            (code, said) => return assert_eq!(code, Some(0), "{said}"),
        }
    }
    eprintln!("SKIPPED: no python3-yaml here; install it: apt-get install python3-yaml");
}

#[expect(clippy::disallowed_methods, reason = "the test asks a real reader of YAML")]
fn asked(python: &str, script: &str, input: &str) -> (Option<i32>, String) {
    use std::process::{Command, Stdio};
    let pipes =
        |command: &mut Command| command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let Ok(mut child) = pipes(Command::new(python).arg(script)) else {
        return (None, String::new());
    };
    // A reader that has no PyYAML leaves at once.
    drop(child.stdin.take().unwrap().write_all(input.as_bytes()));
    let ended = child.wait_with_output().unwrap();
    (ended.status.code(), String::from_utf8_lossy(&ended.stdout).into_owned())
}
