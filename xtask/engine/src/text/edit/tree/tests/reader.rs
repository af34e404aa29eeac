//! What a real reader of YAML makes of edits, by the rules of YAML 1.1 and of 1.2.

use std::io::Write as _;

use serde_json::json;

use super::corpus::{FILES, cases, marked};
use super::*;
use crate::data::key_path::Step;

/// Fault E2: the type as read stays, and a text that readers take for something else is quoted.
#[test]
fn a_value_keeps_its_type() {
    for (now, value, want) in [
        ("\"4.10\"", Value::from("4.20"), "\"4.20\""),
        ("'4.10'", "4.20".into(), "'4.20'"),
        ("4.10", 4.2.into(), "4.2"),
        ("\"yes\"", "no".into(), "\"no\""),
        ("yes", false.into(), "false"),
        ("yes", "no".into(), "'no'"),
        ("True", true.into(), "True"),
        ("'0755'", "0644".into(), "'0644'"),
        ("0755", 644.into(), "644"),
        ("word", "0644".into(), "'0644'"),
        ("word", "other".into(), "other"),
        ("word", "4.20".into(), "'4.20'"),
        ("word", "52:54:00:12:34:56".into(), "'52:54:00:12:34:56'"),
        ("word", "8080:80".into(), "8080:80"),
        ("word", "22:22".into(), "'22:22'"),
        ("22:22", "22:22".into(), "'22:22'"),
        ("word", "--log-level=debug".into(), "--log-level=debug"),
        ("word", "10.0.0.1".into(), "10.0.0.1"),
        ("", "8080".into(), "'8080'"),
        ("", 8080.into(), "8080"),
        ("~", "null".into(), "'null'"),
        ("word", "".into(), "''"),
        ("word", "it's".into(), "it's"),
        ("'word'", "it's".into(), "'it''s'"),
        ("word", "a: b".into(), "'a: b'"),
        ("word", "a #b".into(), "'a #b'"),
        ("word", "\ta\u{7}".into(), "\"\\ta\\U00000007\""),
        ("\"w\"", "w\\\"".into(), "\"w\\\\\\\"\""),
        ("2026-11-21", "2026-11-22".into(), "'2026-11-22'"),
        ("1e3", 2e3.into(), "2000.0"),
        ("word", Value::Null, "null"),
    ] {
        let text = format!("a: {now}\n");
        let new = set(Yaml, &text, "a", value.clone());
        assert_eq!(new, Ok(format!("a: {want}\n")), "{now} to {value:?}");
    }
}

const FORMS: [&str; 26] = [
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
    "[a, 'b'] # why",
];

const TEXTS: [&str; 70] = [
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
    "*a",
    "&a",
    "!a",
    "|",
    ">",
    "%a",
    "@a",
    "`a",
    "é 中",
    "\u{85}x",
    "a\\b",
    "10.0.0.1",
    ",a",
    "---",
    "it's",
    "8080:80",
    "1:2.5",
    "--a=b",
    "a\nb",
    "a\n\nb\n",
];

/// Fault E2: PyYAML reads each edited file as the edit meant it.
#[test]
fn a_real_reader_finds_the_value_and_its_type() {
    let others = [
        Value::from(7),
        (-1).into(),
        1e300.into(),
        2.5.into(),
        1e-7.into(),
        true.into(),
        Value::Null,
        Value::list(["a", "8", "b: c"]),
        Value::map([("k", "0755"), ("yes", "on")]),
        Value::list(Vec::<i32>::new()),
    ];
    let texts = TEXTS.iter().map(|&text| Value::from(text));
    let values: Vec<Value> = texts.chain(others).collect();
    let mut edits = Vec::new();
    for form in FORMS {
        for value in &values {
            let before = format!("z: 'Z' # z\nk: {form}\nm:\n  k: 1\n");
            // One form is enough for a new place.
            let places = if form == "word" { &["k", "m.new", "m"][..] } else { &["k"] };
            for path in places {
                let Ok(after) = set(Yaml, &before, path, value.clone()) else { continue };
                assert_eq!(
                    set(Yaml, &after, path, value.clone()).as_ref(),
                    Ok(&after),
                    "twice: {before}"
                );
                let steps: Vec<&str> = path.split('.').collect();
                edits.push(json!([before, after, 0, "set", steps, plain(value)]));
            }
        }
    }
    for (format, text) in FILES {
        for case in cases(text).iter().filter(|_| format == Yaml) {
            let before = marked(&case.text, case.name);
            for (selector, change) in case.edits.iter().map(|edit| &edit.change) {
                let after = apply(Yaml, &before, &[(selector.clone(), change.clone())]).unwrap();
                let (_, body) = split(&before).unwrap();
                let at = select::document(body, &read(Yaml, body).unwrap(), selector.as_ref());
                let name = match change.want {
                    Want::Set(_) => "set",
                    Want::Remove => "remove",
                    Want::Append(_) => "append",
                    _ => "member",
                };
                let steps = change.path.steps().iter().map(|step| match step {
                    Step::Key(key) => json!(key),
                    Step::Index(at) => json!(at),
                    Step::Member(keys, text) => json!([keys, text]),
                });
                let steps: Vec<_> = steps.collect();
                edits.push(json!([
                    before,
                    after,
                    at.unwrap(),
                    name,
                    steps,
                    change.value().map(plain)
                ]));
            }
        }
    }
    assert!(edits.len() > 1_500, "{}", edits.len());
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/lib/yaml_values.py");
    for python in ["python3", "/usr/bin/python3"] {
        match asked(python, script, &serde_json::to_string(&edits).unwrap()) {
            (Some(3) | None, _) => {}
            (code, said) => return assert_eq!(code, Some(0), "{said}"),
        }
    }
    eprintln!("SKIPPED: no python3-yaml here; install it: apt-get install python3-yaml");
}

fn plain(value: &Value) -> serde_json::Value {
    match value {
        Value::Null => json!(null),
        Value::Bool(it) => json!(it),
        Value::Integer(it) => json!(i64::try_from(*it).unwrap()),
        Value::Float(it) => json!(it),
        Value::String(it) => json!(it),
        Value::List(all) => all.iter().map(plain).collect(),
        Value::Map(all) => all
            .iter()
            .map(|(key, it)| (key.clone(), plain(it)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
    }
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
