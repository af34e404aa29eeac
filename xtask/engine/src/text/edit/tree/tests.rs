//! How [`super`] answers: single forms here, real-looking files, random ones and large ones below.

mod any;
mod bounds;
mod corpus;
mod reader;
mod refused;

use super::Format::{Json, Yaml};
use super::*;

fn one(path: &str, want: Want) -> [(Option<Selector>, Change); 1] {
    [(None, Change { path: path.parse().unwrap(), want })]
}

fn set(format: Format, text: &str, path: &str, value: impl Into<Value>) -> Result<String, Fault> {
    apply(format, text, &one(path, Want::Set(value.into())))
}

fn remove(format: Format, text: &str, path: &str) -> Result<String, Fault> {
    apply(format, text, &one(path, Want::Remove))
}

#[test]
fn a_json_value_changes_and_every_other_byte_stays() {
    for (text, path, value, want) in [
        ("", "a", Value::from(1), "{\n  \"a\": 1\n}\n"),
        ("{}", "a", 1.into(), "{\n  \"a\": 1\n}"),
        ("{}\n", "a.b", "x".into(), "{\n  \"a\": {\n    \"b\": \"x\"\n  }\n}\n"),
        ("{\"a\":1}", "b", true.into(), "{\"a\":1,\"b\":true}"),
        ("{\"a\": 1}", "b", true.into(), "{\"a\": 1, \"b\": true}"),
        (
            "{\n\t\"a\": 1e3\n}",
            "b",
            Value::list([1]),
            "{\n\t\"a\": 1e3,\n\t\"b\": [\n\t\t1\n\t]\n}",
        ),
        ("{\r\n  \"a\": 1.0\r\n}\r\n", "b", 2.into(), "{\r\n  \"a\": 1.0,\r\n  \"b\": 2\r\n}\r\n"),
        ("\u{FEFF}{\"a\": 1}", "a", 2.into(), "\u{FEFF}{\"a\": 2}"),
        ("{\n  \"a\": 1 // why\n}", "b", 2.into(), "{\n  \"a\": 1, // why\n  \"b\": 2\n}"),
        ("{\n  \"a\": 1, /* c */\n}", "b", 2.into(), "{\n  \"a\": 1, /* c */\n  \"b\": 2,\n}"),
        ("{\n  // none yet\n}", "b", 2.into(), "{\n  // none yet\n  \"b\": 2\n}"),
        ("{\"a\": [1, 2]}", "a", Value::list([3]), "{\"a\": [3]}"),
        ("{\"a\" : {\"b\" : 1}}", "a.c", 2.into(), "{\"a\" : {\"b\" : 1, \"c\": 2}}"),
        ("[{\"n\": \"x\", \"v\": 1}]", "[n=x].v", 2.into(), "[{\"n\": \"x\", \"v\": 2}]"),
        ("{\"a\": null}", "a", "é\n\"".into(), "{\"a\": \"é\\n\\\"\"}"),
        ("{\"a\": 1}", "a", 1e300.into(), "{\"a\": 1.0e+300}"),
    ] {
        let new = set(Json, text, path, value.clone()).unwrap();
        assert_eq!(new, want, "{text:?} {path}");
        assert_eq!(set(Json, &new, path, value).unwrap(), new, "twice: {text:?} {path}");
    }
    // The same numbers in another spelling are kept.
    for (text, value) in [("1e3", Value::from(1000)), ("1.0", 1.into()), ("10", 10.0.into())] {
        let text = format!("{{\"a\": {text}, \"big\": 123456789012345678901234567890}}");
        assert_eq!(set(Json, &text, "a", value).unwrap(), text);
    }
}

#[test]
fn a_yaml_value_changes_and_every_other_byte_stays() {
    let map = || Value::map([("x", 1), ("w", 2)]);
    for (text, path, value, want) in [
        ("", "a.b", Value::from(1), "a:\n  b: 1\n"),
        ("# none yet\n", "a", 1.into(), "# none yet\na: 1\n"),
        ("---\n", "a", 1.into(), "---\na: 1\n"),
        ("a: 1", "b", 2.into(), "a: 1\nb: 2"),
        ("a: 1\r\n", "b", Value::list(["x"]), "a: 1\r\nb:\r\n  - x\r\n"),
        ("a:\n  b: 1 # c\n# d\ne: 2\n", "a.f", 3.into(), "a:\n  b: 1 # c\n  f: 3\n# d\ne: 2\n"),
        ("a:\n    b: 1\n", "a.c", map(), "a:\n    b: 1\n    c:\n        x: 1\n        w: 2\n"),
        ("a:\n- x\nb: 1\n", "c", Value::list(["z"]), "a:\n- x\nb: 1\nc:\n- z\n"),
        ("a:\n", "a", map(), "a:\n  x: 1\n  w: 2\n"),
        ("a: # c\nb: 1\n", "a", map(), "a: # c\n  x: 1\n  w: 2\nb: 1\n"),
        ("a: ~ # c\nb: 1\n", "a.x", 1.into(), "a: # c\n  x: 1\nb: 1\n"),
        ("a:\n\n\nb: 1\n", "a", 2.into(), "a: 2\n\n\nb: 1\n"),
        ("a: {x: 1}\n", "a.w", "p, q".into(), "a: {x: 1, w: 'p, q'}\n"),
        ("a: {}\n", "a.w", 1.into(), "a: {w: 1}\n"),
        ("a: [\n  x,\n]\n", "a", Value::list(["z"]), "a: [z]\n"),
        ("a: |\n  x\n\n  y\nb: 1\n", "a", "p\nq\n".into(), "a: |\n  p\n  q\nb: 1\n"),
        ("a: |- # c\n  x\nb: 1\n", "a", "p\n\nq\n".into(), "a: | # c\n  p\n\n  q\nb: 1\n"),
        ("a: >\n  x\n  y\n", "a", "z".into(), "a: |-\n  z\n"),
        ("a: |+\n  x\n\nb: 1\n", "a", "p\n".into(), "a: |\n  p\nb: 1\n"),
        ("a:\n  b: |+\n    x\n\n", "a.c", 1.into(), "a:\n  b: |+\n    x\n\n  c: 1\n"),
        ("a: x # c\n", "a", "p\nq".into(), "a: |- # c\n  p\n  q\n"),
        ("a: 'x'\n", "a", "p\nq".into(), "a: \"p\\nq\"\n"),
        ("a: x\n  y\nb: 1\n", "a", "z".into(), "a: z\nb: 1\n"),
        ("\"a\": \"x\n  y\" # c\n", "a", "z".into(), "\"a\": \"z\" # c\n"),
        ("a: \"x\" # c\nb: 'y'   # d\n", "b", "z".into(), "a: \"x\" # c\nb: 'z'   # d\n"),
        ("- a: 1\n  b: 2\n", "[0].b", 3.into(), "- a: 1\n  b: 3\n"),
        (
            "l:\n-   n: x\n    v: 1\n",
            "l[n=z].v",
            2.into(),
            "l:\n-   n: x\n    v: 1\n-   'n': z\n    v: 2\n",
        ),
        ("l:\n  -\n  - n: x\n", "l[n=x].v", 2.into(), "l:\n  -\n  - n: x\n    v: 2\n"),
        ("a: &x 1\nb: 2\n", "a", 3.into(), "a: &x 3\nb: 2\n"),
        ("d: &d {x: 1}\ne:\n  <<: *d\n", "e.x", 2.into(), "d: &d {x: 1}\ne:\n  <<: *d\n  x: 2\n"),
        ("a:\n  b: [\n    x\n  ]\n", "a.b", Value::list(["z"]), "a:\n  b: [z]\n"),
        ("a:\n  b:\n    c: 1\n", "a.b", map(), "a:\n  b:\n    x: 1\n    w: 2\n"),
        ("a:\n  - 1\n# c\nb: 1\n", "a", Value::list(Vec::<i32>::new()), "a: []\n# c\nb: 1\n"),
        ("\u{FEFF}a: é\n", "a", "中".into(), "\u{FEFF}a: 中\n"),
        ("a: 1\n...\n", "b", 2.into(), "a: 1\nb: 2\n...\n"),
        ("'a b': {\"c\": 1}\n", "\"a b\".c", 2.into(), "'a b': {\"c\": 2}\n"),
    ] {
        let new = set(Yaml, text, path, value.clone());
        let new = new.unwrap_or_else(|fault| panic!("{text:?} {path}: {fault:?}"));
        assert_eq!(new, want, "{text:?} {path}");
        assert_eq!(set(Yaml, &new, path, value).unwrap(), new, "twice: {text:?} {path}");
    }
}

#[test]
fn a_place_is_removed_with_its_line() {
    for (format, text, path, want) in [
        (Json, "{\n  \"a\": 1,\n  \"b\": 2\n}", "b", "{\n  \"a\": 1\n}"),
        (Json, "{\n  \"a\": 1, // x\n  \"b\": 2 // y\n}", "b", "{\n  \"a\": 1 // x\n}"),
        (Json, "{\n  \"a\": 1, // x\n  \"b\": 2\n}", "a", "{\n  \"b\": 2\n}"),
        (Json, "{\"a\":1,\"b\":2,\"c\":3}", "b", "{\"a\":1,\"c\":3}"),
        (Json, "{\"a\": 1, \"b\": 2}", "b", "{\"a\": 1}"),
        (Json, "{\"a\": 1}", "a", "{}"),
        (Json, "{\n  \"a\": [\n    1\n  ]\n}", "a[=1]", "{\n  \"a\": []\n}"),
        (Json, "{\n  // c\n  \"a\": 1\n}", "a", "{\n  // c\n}"),
        (Json, "[1, /* of 2 */ 2]", "[=1]", "[/* of 2 */ 2]"),
        (Yaml, "a: 1\nb: 2 # c\nd: 3\n", "b", "a: 1\nd: 3\n"),
        (Yaml, "a: 1\nb:\n  c: |\n    x\n\nd: 3\n", "b", "a: 1\n\nd: 3\n"),
        (Yaml, "a: 1\nb: 2", "b", "a: 1"),
        (Yaml, "a:\n  # c\n  b: 1\n", "a.b", "a: {}\n  # c\n"),
        (Yaml, "a: # c\n  b: 1\nd: 2\n", "a.b", "a: {} # c\nd: 2\n"),
        (Yaml, "a:\n- x # c\n", "a[=x]", "a: []\n"),
        (Yaml, "a:\n- b: 1 # c\n  d: 2\n", "a[d=2].b", "a:\n- d: 2\n"),
        (Yaml, "a:\n- b: 1\n  # of d\n  d: 2\n", "a[d=2].b", "a:\n- # of d\n  d: 2\n"),
        (Yaml, "a:\n- b: 1\n- c\n", "a[b=1]", "a:\n- c\n"),
        (Yaml, "- - a\n  - b\n", "[0][=a]", "- - b\n"),
        (Yaml, "a: [x, y]\n", "a[=x]", "a: [y]\n"),
        (Yaml, "a: *x\n", "b", "a: *x\n"),
        (Yaml, "x: &x 1\na: *x\nb: 1\n", "a", "x: &x 1\nb: 1\n"),
        (Yaml, "# c\na: 1\n", "a", "# c\n"),
        (Yaml, "", "a", ""),
    ] {
        let new = remove(format, text, path);
        if text == "a: *x\n" {
            assert!(new.is_err(), "an alias without an anchor");
            continue;
        }
        assert_eq!(new.as_deref(), Ok(want), "{text:?} {path}");
        assert_eq!(remove(format, want, path).as_deref(), Ok(want), "twice: {text:?} {path}");
    }
}

#[test]
fn lists_get_members_once_and_lose_them() {
    for (format, text, want, new) in [
        (Yaml, "l:\n- a # c\n- 'b'\n", Want::Member("c".into()), "l:\n- a # c\n- 'b'\n- 'c'\n"),
        (Yaml, "l:\n- a\n- b\n", Want::Member("a".into()), "l:\n- a\n- b\n"),
        (Yaml, "l:\n- a\n- b\n", Want::Append("a".into()), "l:\n- a\n- b\n- a\n"),
        (Yaml, "l:\n- a\n- b\n", Want::Append("b".into()), "l:\n- a\n- b\n"),
        (Yaml, "l: [a]\n", Want::Member("b".into()), "l: [a, b]\n"),
        (
            Yaml,
            "l: [\n  a, # c\n  b # d\n]\n",
            Want::Member("e".into()),
            "l: [\n  a, # c\n  b, # d\n  e\n]\n",
        ),
        (Yaml, "k: 1\n", Want::Member("b".into()), "k: 1\nl:\n  - b\n"),
        (Yaml, "l:\nk: 1\n", Want::Append("b".into()), "l:\n  - b\nk: 1\n"),
        (Yaml, "l: []\n", Want::Append("b".into()), "l: [b]\n"),
        (Yaml, "l:\n- a\n- b\n- a\n", Want::NoMember("a".into()), "l:\n- b\n"),
        (Yaml, "k: 1\n", Want::NoMember("a".into()), "k: 1\n"),
        (
            Yaml,
            "l:\n- n: a\n  v: 1\n",
            Want::Member(Value::map([("v", Value::from(1)), ("n", "a".into())])),
            "l:\n- n: a\n  v: 1\n",
        ),
        (Json, "{\"l\": [1,2]}", Want::Append(3.into()), "{\"l\": [1,2,3]}"),
        (Json, "{\"l\": [ 1, 2 ]}", Want::Append(3.into()), "{\"l\": [ 1, 2, 3 ]}"),
        (Json, "{\"l\": [1, 2, 1]}", Want::NoMember(1.into()), "{\"l\": [2]}"),
    ] {
        let made = apply(format, text, &one("l", want.clone()));
        assert_eq!(made.as_deref(), Ok(new), "{text:?} {want:?}");
        assert_eq!(apply(format, new, &one("l", want)).as_deref(), Ok(new), "twice: {text:?}");
    }
}

#[test]
fn a_document_of_several_is_selected() {
    let text = "kind: A\nmetadata: {name: x}\nv: 1\n---\nkind: B\nmetadata: {name: y}\nv: 1\n";
    let change = |selector: &str, value: i32| {
        let [(_, change)] = one("v", Want::Set(value.into()));
        (Some(selector.parse().unwrap()), change)
    };
    let both = [change("kind=B", 2), change("kind=A,metadata.name=x", 3)];
    let want = "kind: A\nmetadata: {name: x}\nv: 3\n---\nkind: B\nmetadata: {name: y}\nv: 2\n";
    assert_eq!(apply(Yaml, text, &both).as_deref(), Ok(want));
}

#[test]
fn a_value_is_read() {
    let text = "a: 1\nb: {c: x, d: ~, e: [1.5, yes, true, 0755]}\nf: &f 7\ng: *f\n";
    let get = |path: &str| get(Yaml, text, &path.parse().unwrap()).unwrap();
    assert_eq!(get("a"), Some(Value::Integer(1)));
    assert_eq!(get("b.c"), Some("x".into()));
    assert_eq!(get("b.d"), Some(Value::Null));
    let list = [Value::Float(1.5), "yes".into(), Value::Bool(true), "0755".into()];
    assert_eq!(get("b.e"), Some(Value::list(list)));
    assert_eq!(get("g"), Some(Value::Integer(7)));
    assert_eq!(get("z.y"), None);
}
