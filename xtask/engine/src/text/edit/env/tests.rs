//! How [`super`] answers.

use proptest::prelude::*;

use super::*;

const FILE: &str = "\
# settings
A=1 # one
export B=\"two words\"
  C='three'; export C
#D=4
E=\"$A/x\"
";

#[test]
fn values_are_read_without_their_quotes() {
    for (key, want) in [
        ("A", Some("1")),
        ("B", Some("two words")),
        ("C", Some("three")),
        ("D", None),
        ("E", Some("$A/x")),
    ] {
        assert_eq!(get(FILE, key).unwrap().as_deref(), want, "{key}");
    }
}

#[test]
fn only_the_value_changes() {
    for (key, value, old, new) in [
        ("A", "2 x", "A=1 # one", "A='2 x' # one"),
        ("B", "a\"$b\\", "B=\"two words\"", "B=\"a\\\"\\$b\\\\\""),
        ("C", "it's", "C='three';", "C='it'\\''s';"),
        // The same characters, but literal from now on.
        ("E", "$A/x", "E=\"$A/x\"", "E=\"\\$A/x\""),
        ("A", "1", "A=1", "A=1"),
    ] {
        assert_eq!(set(FILE, key, value).unwrap(), FILE.replace(old, new), "{key}");
    }
}

#[test]
fn a_missing_key_goes_where_a_person_would_put_it() {
    assert_eq!(set(FILE, "D", "5").unwrap(), FILE.replace("#D=4\n", "#D=4\nD=\"5\"\n"));
    assert_eq!(set(FILE, "F", "6").unwrap(), format!("{FILE}F=\"6\"\n"));
    assert_eq!(set("export A=1", "F", "6 7").unwrap(), "export A=1\nexport F='6 7'");
    assert_eq!(set("", "F", "").unwrap(), "F=\n");
    assert_eq!(set("A=1\r\n", "F", "6").unwrap(), "A=1\r\nF=6\r\n");
}

#[test]
fn a_key_is_removed() {
    assert_eq!(remove(FILE, "A").unwrap(), FILE.replace("A=1 # one\n", ""));
    assert_eq!(remove(FILE, "D").unwrap(), FILE);
}

#[test]
fn what_is_not_clear_is_an_error() {
    for (text, want) in [
        ("A=1\nB=2\nexport A=3\n", "A is assigned twice"),
        ("A='1\n2'\n", "the assignment of A spans several lines"),
        ("A=1 \\\n", "the assignment of A holds more than one word"),
        ("A=1 B=2\n", "the assignment of A holds more than one word"),
        ("A=(1 2)\n", "the assignment of A holds more than one word"),
        ("A=\"$(x \"y z\")\"\n", "the assignment of A holds more than one word"),
    ] {
        assert_eq!(get(text, "A").unwrap_err().message, want);
        assert!(set(text, "A", "9").is_err() && remove(text, "A").is_err());
    }
    assert!(set("", "A-B", "1").is_err() && set("", "A", "1\n2").is_err());
}

proptest! {
    #[test]
    fn twice_is_once_and_the_value_comes_back(
        text in "(A=|B=|export |#|'|\"|x y|1|;|\n|\n){0,14}", value in "[a '\"$`\\\\~#*;é]{0,6}"
    ) {
        let Ok(once) = set(&text, "A", &value) else { return Ok(()) };
        prop_assert_eq!(get(&once, "A").unwrap(), Some(value.clone()), "{}", once);
        prop_assert_eq!(&set(&once, "A", &value).unwrap(), &once);
        if get(&text, "A").unwrap().is_none() {
            prop_assert_eq!(remove(&once, "A").unwrap(), text);
        }
    }
}
