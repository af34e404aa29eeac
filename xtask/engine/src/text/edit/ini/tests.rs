//! How [`super`] answers.

use proptest::prelude::*;

use super::*;

const NOVA: &str = "\
# top
debug=no

[DEFAULT]
# my_ip = 1.1.1.1
#cpu = 4
host = a
; host = b

[vnc]
listen  =  0.0.0.0  
";

fn after(section: Option<&str>, key: &str, value: &str) -> String {
    crate::text::diff::unified("f", Some(NOVA), Some(&set(NOVA, section, key, value).unwrap()))
        .lines()
        .filter(|line| {
            line.starts_with(['+', '-']) && !line.starts_with("+++") && !line.starts_with("---")
        })
        .collect::<Vec<_>>()
        .join("|")
}

#[test]
fn values_are_read() {
    let value = |section, key| get(NOVA, section, key).unwrap();
    assert_eq!(value(None, "debug").as_deref(), Some("no"));
    assert_eq!(value(Some("DEFAULT"), "host").as_deref(), Some("a"));
    assert_eq!(value(Some("vnc"), "listen").as_deref(), Some("0.0.0.0"));
    assert_eq!(value(Some("DEFAULT"), "my_ip"), None);
    assert_eq!(value(Some("vnc"), "host"), None);
    assert_eq!(value(Some("none"), "host"), None);
}

#[test]
fn only_the_value_changes() {
    assert_eq!(after(Some("DEFAULT"), "host", "c d"), "-host = a|+host = c d");
    assert_eq!(after(Some("vnc"), "listen", "::"), "-listen  =  0.0.0.0  |+listen  =  ::");
    assert_eq!(after(None, "debug", ""), "-debug=no|+debug=");
    assert_eq!(after(Some("DEFAULT"), "host", "a"), "");
    assert_eq!(set("[a]\r\nb =\r\n", Some("a"), "b", "1").unwrap(), "[a]\r\nb = 1\r\n");
}

#[test]
fn a_missing_key_goes_where_a_person_would_put_it() {
    let text = set(NOVA, Some("DEFAULT"), "my_ip", "2").unwrap();
    assert!(text.contains("# my_ip = 1.1.1.1\nmy_ip = 2\n#cpu = 4\n"), "{text}");
    let text = set(NOVA, Some("DEFAULT"), "new", "2").unwrap();
    assert!(text.contains("host = a\nnew = 2\n; host = b\n"), "{text}");
    let text = set(NOVA, None, "new", "2").unwrap();
    assert!(text.starts_with("# top\ndebug=no\nnew=2\n\n[DEFAULT]"), "{text}");
    let text = set(NOVA, Some("neutron"), "url", "x=y").unwrap();
    assert!(text.ends_with("0.0.0.0  \n\n[neutron]\nurl=x=y\n"), "{text}");
    assert_eq!(set("", None, "a", "1").unwrap(), "a = 1\n");
    assert_eq!(set("", Some("s"), "a", "1").unwrap(), "[s]\na = 1\n");
    assert_eq!(set("[s]", Some("s"), "a", "1").unwrap(), "[s]\na = 1");
    assert_eq!(set("[s]\nl = 1\n 2\n", Some("s"), "a", "1").unwrap(), "[s]\nl = 1\n 2\na = 1\n");
    assert_eq!(set("[s]\n\tb = 1\n", Some("s"), "a", "1").unwrap(), "[s]\n\tb = 1\n\ta = 1\n");
}

#[test]
fn a_key_is_removed() {
    assert_eq!(remove(NOVA, Some("DEFAULT"), "host").unwrap(), NOVA.replace("host = a\n", ""));
    assert_eq!(remove(NOVA, Some("DEFAULT"), "my_ip").unwrap(), NOVA);
}

#[test]
fn what_is_not_clear_is_an_error() {
    let twice = "[a]\nk = 1\n[b]\nk = 1\n[a]\nk=2\n";
    let fault = get(twice, Some("a"), "k").unwrap_err();
    assert_eq!(fault.message, "k is set twice in [a]");
    let lines = [("line 2".into(), "k = 1".into()), ("line 6".into(), "k=2".into())];
    assert_eq!(fault.details, lines);
    assert_eq!(get(twice, Some("b"), "k").unwrap().as_deref(), Some("1"));
    for (section, key, value) in
        [("a]", "k", ""), ("a", "#k", ""), ("a", "k=", ""), ("a", "k", " v"), ("a", "k", "a\nb")]
    {
        assert!(set("", Some(section), key, value).is_err());
    }
}

/// Fault E3: a line that programs read in different ways is refused, with the line.
#[test]
fn what_programs_read_in_different_ways_is_refused() {
    for (text, why, line) in [
        ("k = 1 \\\n2\n", "has a value of several lines", 2),
        ("k = 1,\n  2\n", "has a value of several lines", 2),
        ("k = 1,\n\n# why\n  2\n", "has a value of several lines", 2),
        ("k = \"1\n2\"\n", "has a value of several lines", 2),
        ("j = 1 \\\nk = 2\n", "may be the rest of the value before it", 3),
        ("j = 1\n  3\n  k = 2\n", "may be the rest of the value before it", 4),
        ("k: 1\n", "is set with a colon, which not all programs know", 2),
        ("k : a=b\n", "is set with a colon, which not all programs know", 2),
        ("K = 1\n", "is there in other letters: some programs take both for one key", 2),
        ("k\n", "is there without a value", 2),
    ] {
        let fault = set(&format!("[a]\n{text}"), Some("a"), "k", "3").unwrap_err();
        assert_eq!(fault.message, format!("k {why}"), "{text}");
        assert_eq!(fault.details[0].0, format!("line {line}"), "{text}");
    }
    for value in ["a #b", "a\t;b", "#a", ";", "a\\"] {
        assert!(set("", None, "k", value).is_err(), "{value}");
    }
}

/// Fault E3: a value with a comment or quotes is replaced whole, and a new key is put behind the
/// whole value of the one before it.
#[test]
fn a_value_is_replaced_whole() {
    for (text, want) in [
        ("k = 1 # why\n", "k = 3\n"),
        ("k = 3 ; why\n", "k = 3\n"),
        ("k = \"3\"\n", "k = 3\n"),
        ("k = 'a b' # why\n", "k = 3\n"),
        ("j = 1 \\\n2 \\\n3\n", "j = 1 \\\n2 \\\n3\nk = 3\n"),
        ("j = 1\n\n  2\n# end\n", "j = 1\n\n  2\nk = 3\n# end\n"),
    ] {
        assert_eq!(set(text, None, "k", "3").unwrap(), want);
    }
}

proptest! {
    #[test]
    fn twice_is_once_and_other_lines_stay(
        text in "(\\[a\\]|\\[b\\]|k|j|=| = |#|;|1|\n|\n|\r\n){0,16}", named: bool, value in "[a-c=#]{0,3}"
    ) {
        let section = named.then_some("a");
        let Ok(once) = set(&text, section, "k", &value) else { return Ok(()) };
        prop_assert_eq!(get(&once, section, "k").unwrap(), Some(value.clone()));
        prop_assert_eq!(&set(&once, section, "k", &value).unwrap(), &once);
        if get(&text, section, "k").unwrap().is_none() && (section.is_none() || text.lines().any(|line| line.trim() == "[a]")) {
            prop_assert_eq!(remove(&once, section, "k").unwrap(), text);
        }
    }
}
