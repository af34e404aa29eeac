//! What does not fit is refused before anything is written, with its place.

use super::*;

#[test]
fn what_programs_read_in_different_ways_is_refused() {
    for (format, text, path, what, line) in [
        (Yaml, "b: 1\nc: 1\nb: 2\n", "b", "the document has the key b twice", "1:1 3:1"),
        (Json, "{\"b\": 1,\n\"b\": 2}", "b", "the document has the key b twice", "1:2 2:1"),
        (Yaml, "l: [{n: a},\n {n: a}]\n", "l[n=a].v", "l has a member n=a twice", "1:5 2:2"),
        (Yaml, "a:\n  - b\n", "a.b", "a is a list, not a map", "2:3"),
        (Yaml, "a: {b: 1}\n", "a[0]", "a is a map, not a list", "1:4"),
        (Yaml, "a: {b: 1}\n", "a.b.c", "a.b is a number, not a map", "1:8"),
        (Yaml, "a: [b]\n", "a[1].c", "a has 1 members; there is no [1]", "1:4"),
        (Yaml, "a: [b]\n", "c[0]", "c[0] is not there", "1:1"),
        (
            Yaml,
            "x: &x {b: 1}\ny: *x\n",
            "x.b",
            "x.b is part of an anchor; aliases use it on line 2",
            "1:4",
        ),
        (Yaml, "x: &x {b: 1}\ny: *x\n", "y.b", "y.b comes from an alias", "2:4"),
        (Yaml, "x: &x {b: {c: 1}}\ny:\n  <<: *x\n", "y.b.c", "y.b.c comes from a merge", "3:3"),
        (Yaml, "a: !!str x\n", "a", "a has the tag tag:yaml.org,2002:!str", "1:4"),
        (Yaml, "? a\n: 1\n", "a", "this key has the long form `? key`", "1:3"),
        (Yaml, "a:\n\tb: 1\n", "a.b", "a tab indents this line; YAML takes blanks only", "2:1"),
        (Yaml, "a: {\n\tb: 1}\n", "a.b", "a tab indents this line; YAML takes blanks only", "2:1"),
        (Yaml, "a: 1\n b: 2\n", "a", "the file is no YAML", "2:3"),
        (Yaml, "a: 1\n---\na: 2\n", "a", "the file holds 2 documents", "3:1"),
        (Yaml, "words\n", "a", "the document is a text, not a map", "1:1"),
        (Json, "{\"a\": 1,}", "a[0]", "a is a number, not a list", "1:7"),
        (Json, "{'a': 1}", "a", "the file is no JSON", "1:2"),
        (Json, "{\"a\": 01}", "a", "the file is no JSON", "1:8"),
        (Json, "{\"a\" 1}", "a", "the file is no JSON", "1:6"),
        (Json, "{\"a\": 1", "a", "the file is no JSON", "1:1"),
    ] {
        let fault = set(format, text, path, 9).unwrap_err();
        assert!(fault.message.starts_with(what), "{text:?}: {}", fault.message);
        let places: Vec<&str> =
            fault.details.iter().filter_map(|(label, _)| label.strip_prefix("line ")).collect();
        assert_eq!(places.join(" "), line, "{text:?}");
        assert!(!fault.hints.is_empty(), "{text:?}");
    }
}

#[test]
fn a_value_of_another_type_is_refused() {
    for (format, text, value, what) in [
        (Yaml, "8080", Value::from("x"), "a is a number, not a text"),
        (Yaml, "0755", "0755".into(), "a is a number, not a text"),
        (Yaml, "x", 1.into(), "a is a text, not a number"),
        (Yaml, "'8080'", 8080.into(), "a is a text, not a number"),
        (Yaml, "true", "true".into(), "a is a truth value, not a text"),
        (Yaml, "2026-11-21", 1.into(), "a is a date, not a number"),
        (Yaml, "[1]", 1.into(), "a is a list, not a number"),
        (Yaml, "{b: 1}", Value::list([1]), "a is a map, not a list"),
        (Yaml, "1", Value::map([("b", 1)]), "a is a number, not a map"),
        (Json, "1e3", "x".into(), "a is a number, not a text"),
        (Json, "\"1\"", 1.into(), "a is a text, not a number"),
    ] {
        let text =
            if format == Json { format!("{{\"a\": {text}}}") } else { format!("a: {text}\n") };
        let fault = set(format, &text, "a", value).unwrap_err();
        assert_eq!(fault.message, what, "{text:?}");
        // To change the type, the place is removed first.
    }
    let both = [one("a", Want::Remove), one("a", Want::Set(1.into()))].concat();
    assert_eq!(apply(Yaml, "a: '1'\nb: 2\n", &both).as_deref(), Ok("b: 2\na: 1\n"));
}

#[test]
fn a_change_that_means_something_else_the_second_time_is_refused() {
    for (text, path, want) in [
        ("l: [a, b]\n", "l[0]", Want::Remove),
        ("l: [{n: a, v: 1}]\n", "l[n=a].n", Want::Set("b".into())),
        ("l: [a]\n", "l[=a]", Want::Set("b".into())),
    ] {
        let fault = apply(Yaml, text, &one(path, want)).unwrap_err();
        assert!(
            fault.message.contains("another member") || fault.message.contains("selects"),
            "{fault:?}"
        );
    }
    let [(_, change)] = one("kind", Want::Set("B".into()));
    let selected = [(Some("kind=A".parse().unwrap()), change)];
    assert!(apply(Yaml, "kind: A\n", &selected).unwrap_err().message.contains("selects its place"));
}

#[test]
fn a_place_that_has_to_be_there_is_named_with_its_neighbour() {
    let update =
        |path: &str| apply(Yaml, "spec:\n  replicas: 1\n", &one(path, Want::Update(2.into())));
    assert_eq!(update("spec.replicas").as_deref(), Ok("spec:\n  replicas: 2\n"));
    let fault = update("spec.replica").unwrap_err();
    assert_eq!(
        (fault.message.as_str(), fault.hints[0].as_str()),
        ("spec.replica is not there", "did you mean `replicas`?")
    );
    assert!(update("x.y.z").unwrap_err().message.starts_with("x is not there"));
}

#[test]
fn values_that_no_file_can_hold_are_refused() {
    for value in
        [Value::Float(f64::NAN), Value::list([f64::INFINITY]), Value::map([("a", 1), ("a", 2)])]
    {
        assert!(set(Json, "{}", "a", value.clone()).is_err(), "{value:?}");
        assert!(set(Yaml, "", "a", value.clone()).is_err(), "{value:?}");
    }
}
