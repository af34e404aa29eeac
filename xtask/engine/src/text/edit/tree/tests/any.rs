//! Any text has an answer without a panic, and any answer is the old text with one change.

use proptest::prelude::*;

use super::*;

/// Pieces of which broken and sound files are made.
const PIECES: [&str; 40] = [
    "a", "b: ", "c:\n", "- ", "\n", "  ", "    ", "{", "}", "[", "]", ", ", ": ", "\"", "'", "|\n",
    ">-\n", "# x\n", "&a ", "*a", "<<: ", "!!str ", "? ", "---\n", "...\n", "\t", "\r\n", "é",
    "\u{FEFF}", "1", "0755", "yes", "~", "//", "/* ", " */", "\\u0041", "\"a\": ", "\u{85}",
    "%TAG",
];

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::from),
        (-1e30..1e30).prop_map(Value::Float),
        "[ -~é\n\t#:'\"]{0,12}".prop_map(Value::String),
        proptest::sample::select(vec![
            "yes",
            "0755",
            "12:30",
            "2026-11-21",
            "1e3",
            "~",
            "=",
            "null",
            "-",
            "--a",
            "|"
        ])
        .prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..3).prop_map(Value::List),
            proptest::collection::btree_map("[a-z.#: ]{1,3}", inner, 0..3)
                .prop_map(|map| Value::Map(map.into_iter().collect())),
        ]
    })
}

/// A file that is sound, in one of several styles.
fn sound(format: Format, shape: usize) -> &'static str {
    const YAML: [&str; 6] = [
        "# head\nk:\n  n: x # c\n  l:\n  - a: 1\n    b: 2\n  - c\n  # tail\nz: 'Z'\n",
        "k:\n    n: {a: 1}\n    l: [a, 'b']\n\nz: |\n    t\n\n    u\n",
        "---\nz: 1\nk: {n: 1, l: []}\n...\n",
        "k:\r\n  l:\r\n    -   x: 1\r\n        y: 2\r\nz:",
        "z: &z [1]\ny: *z\nk:\n  n: >-\n    a\n    b\n  l:\n    - - 1\n      - 2\n",
        "k: {\n  n: \"x\", # c\n  l: [\n    1,\n    2,\n  ],\n}\nz: ~\n",
    ];
    const JSON: [&str; 4] = [
        "{\n  \"k\": {\"n\": 1e3, \"l\": [1, 2]},\n  \"z\": 1.0\n}\n",
        "{\"k\":{\"n\":\"x\",\"l\":[]},\"z\":null}",
        "{\n\t// c\n\t\"k\": {\n\t\t\"n\": {}, // d\n\t\t\"l\": [\n\t\t\t1, /* e */\n\t\t\t{\"a\": 1}\n\t\t],\n\t},\n\t\"z\": [],\n}",
        "{\r\n    \"z\" : 12345678901234567890,\r\n    \"k\" : {\r\n        \"l\" : [\"a\"]\r\n    }\r\n}",
    ];
    if format == Json { JSON[shape % JSON.len()] } else { YAML[shape % YAML.len()] }
}

/// Paths and their keys.
const PLACES: [(&str, &[&str]); 6] = [
    ("new", &["new"]),
    ("k.new", &["k", "new"]),
    ("k.new.er", &["k", "new", "er"]),
    ("k.\"n.ew\"", &["k", "n.ew"]),
    ("k.n", &["k", "n"]),
    ("z", &["z"]),
];

fn values(format: Format, text: &str) -> Value {
    let (_, body) = split(text).unwrap();
    read(format, body).unwrap().first().map_or(Value::Null, |node| node.value(format))
}

fn key<'a>(value: &'a mut Value, key: &str) -> &'a mut Value {
    let Value::Map(pairs) = value else { panic!("{value:?}") };
    if !pairs.iter().any(|(it, _)| it == key) {
        pairs.push((key.to_owned(), Value::Null));
    }
    &mut pairs.iter_mut().find(|(it, _)| it == key).unwrap().1
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn any_text_has_an_answer(
        pieces in proptest::collection::vec(proptest::sample::select(&PIECES[..]), 0..24),
        path in proptest::sample::select(vec!["a", "a.b", "b.c", "[0]", "a[0].b", "c[a=1].b", "[=a]", "c"]),
        value in value(),
        kind in 0..5,
    ) {
        let text = pieces.concat();
        let want = match kind {
            0 => Want::Set(value),
            1 => Want::Remove,
            2 => Want::Append(value),
            3 => Want::Member(value),
            _ => Want::NoMember(value),
        };
        for format in [Json, Yaml] {
            if let Ok(new) = apply(format, &text, &one(path, want.clone())) {
                let again = apply(format, &new, &one(path, want.clone()));
                prop_assert_eq!(again.as_deref(), Ok(&*new), "twice: {:?}", text);
            }
        }
    }

    /// The value is read back, all else is equal, the lines of all else are there, and it goes again.
    #[test]
    fn a_set_value_is_there_and_all_else_stays(
        shape in 0..6_usize,
        json in any::<bool>(),
        place in proptest::sample::select(&PLACES[..]),
        value in value(),
    ) {
        let (path, keys) = place;
        let format = if json { Json } else { Yaml };
        let text = sound(format, shape);
        let made = set(format, text, path, value.clone());
        let is_new = path.contains("ew");
        // A present value may have another type; a new one always fits.
        let Ok(new) = made else {
            prop_assert!(!is_new || made.unwrap_err().message.contains("without another change"), "{}", text);
            return Ok(());
        };
        let mut want = values(format, text);
        let mut place = &mut want;
        for name in keys {
            if *place == Value::Null {
                *place = Value::Map(vec![]);
            }
            place = key(place, name);
        }
        *place = value.clone();
        let document = read(format, split(&new).unwrap().1).unwrap();
        prop_assert!(document[0].is(&want, format) || shape == 4, "{}\n{:?}", new, want);
        let again = set(format, &new, path, value);
        prop_assert_eq!(again.as_deref(), Ok(&*new));
        // A new place only adds bytes.
        let mut rest = new.bytes();
        prop_assert!(!is_new || text.bytes().all(|byte| rest.any(|it| it == byte)), "{}", new);
        if is_new && path != "k.new.er" {
            let back = remove(format, &new, path);
            prop_assert_eq!(back.as_deref(), Ok(text));
        }
    }
}

/// Found by the properties above: the last line of the new text was taken for an empty one, and stayed.
#[test]
fn a_text_whose_last_line_is_blanks_comes_and_goes() {
    for text in ["!\n\t", "!\n  ", "a\n\n\t\n"] {
        let whole = "a: 1\n";
        let new = set(Yaml, whole, "b.c", text).unwrap();
        assert_eq!(remove(Yaml, &new, "b").as_deref(), Ok(whole), "{new}");
    }
}

/// Found by them, too: a list on the level of its key was taken for its first member.
#[test]
fn a_list_whose_first_member_has_brackets_comes_and_goes() {
    let whole = "k:\n  n: x\n  # tail\nz: 1\n";
    for first in [Value::List(vec![]), Value::list([1, 2]), Value::Map(vec![])] {
        let value = Value::List(vec![first, 1.into()]);
        let new = set(Yaml, whole, "k.new", value).unwrap();
        assert_eq!(remove(Yaml, &new, "k.new").as_deref(), Ok(whole), "{new}");
    }
    let flat = "k:\n- [1, 2]\n- 3\nz: 1\n";
    assert_eq!(set(Yaml, flat, "k[0][1]", 5).unwrap(), "k:\n- [1, 5]\n- 3\nz: 1\n");
}

/// And these: the parser's places are none of the text.
#[test]
fn forms_whose_places_are_not_known_are_refused() {
    for text in ["{}: é", "{a: 1}: b\nc: 2\n"] {
        let fault = set(Yaml, text, "c", 1).unwrap_err();
        assert_eq!(fault.message, "this form of YAML cannot be edited by a program", "{text}");
        assert!(!fault.details.is_empty() && !fault.hints.is_empty(), "{fault:?}");
    }
    // No answer is better than a panic.
    drop(set(Yaml, "? \n- ", "a", 1));
}
