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
    assert_eq!(set("A=1\nexit 0\n", "F", "6").unwrap(), "A=1\nF=6\nexit 0\n");
    let inside = "if x; then\n#D=4\nA=1\nfi\n";
    assert_eq!(set(inside, "D", "5").unwrap(), format!("{inside}D=5\n"));
}

#[test]
fn a_key_is_removed() {
    assert_eq!(remove(FILE, "A").unwrap(), FILE.replace("A=1 # one\n", ""));
    assert_eq!(remove(FILE, "D").unwrap(), FILE);
}

#[test]
fn what_is_not_clear_is_an_error() {
    for (text, want) in [
        ("A='1\n2'\n", "the assignment of A spans several lines"),
        ("A=1 \\\n", "cannot find A: the file cannot be followed from here on"),
        ("B='\nA=1\n", "cannot find A: the file cannot be followed from here on"),
        ("A=1\r\n", "cannot find A: a shell reads a carriage return as text"),
        ("A=1 B=2\n", "the assignment of A holds more than one word"),
        ("A=(1 2)\n", "the assignment of A holds more than one word"),
        ("A=\"$(x \"y z\")\"\n", "the assignment of A holds more than one word"),
    ] {
        assert_eq!(get(text, "A").unwrap_err().message, want);
        assert!(set(text, "A", "9").is_err() && remove(text, "A").is_err());
    }
    assert!(set("", "A-B", "1").is_err() && set("", "A", "1\n2").is_err());
}

/// Fault B5: of equal or different assignments the last one counts, as in a shell; earlier ones
/// stay, and the plan names them.
#[test]
fn the_last_assignment_counts() {
    for (text, value, new) in [
        ("A=1\nB=2\nexport A=1\n", "1", "A=1\nB=2\nexport A=9\n"),
        ("A=1\nA=3\n", "3", "A=1\nA=9\n"),
        ("A=9\nA=3\n", "3", "A=9\nA=9\n"),
        ("if x; then\nA=1\nfi\nA=2\n", "2", "if x; then\nA=1\nfi\nA=9\n"),
        ("A=1 x\nunset A\nA=2\n", "2", "A=1 x\nunset A\nA=9\n"),
        ("cat <<E\nA=1\nE\nA=2\n", "2", "cat <<E\nA=1\nE\nA=9\n"),
        ("A=2\nB='\nA=1\n'\n", "2", "A=9\nB='\nA=1\n'\n"),
    ] {
        assert_eq!(get(text, "A").unwrap().as_deref(), Some(value), "{text}");
        assert_eq!(set(text, "A", "9").unwrap(), new, "{text}");
    }
    assert_eq!(remove("A=1\nB=2\nA=3\n", "A").unwrap(), "B=2\n");
    assert!(remove("[ x ] && A=1\nA=3\n", "A").is_err());
    let repeated = repeated("A=1\nA=1\nB=2\nA=1\n", "A");
    assert_eq!(repeated.as_deref(), Some("A is also assigned in lines 1, 2: line 4 counts"));
}

/// Fault E1: an assignment that a shell may not come to, or that a later one undoes, is refused.
#[test]
fn an_assignment_that_a_shell_may_not_come_to_is_refused() {
    for (text, why, line) in [
        ("A=1\nif x; then\n  A=2\nfi\n", "depends on other commands", 3),
        ("A=1\n[ x ] && A=2\n", "depends on other commands", 2),
        ("A=1\nB=2 A=2\n", "is not on a line of its own", 2),
        ("A=1\nexport B=2 A=2\n", "is not on a line of its own", 2),
        ("A=1; A=2\n", "is not on a line of its own", 1),
        ("A=1\nA+=2\n", "is not on a line of its own", 2),
        ("A=1\nunset A\n", "is taken back", 2),
        ("readonly A=1\n", "is one that a later line cannot replace", 1),
        ("f() {\n  A=1\n}\nA=2\nf\n", "is one that a later line cannot replace", 2),
        ("x && return\nA=2\n", "stands behind a statement that ends the file", 2),
    ] {
        let fault = set(text, "A", "9").unwrap_err();
        assert_eq!(fault.message, format!("the assignment of A {why}"), "{text}");
        assert_eq!(fault.details[0].0, format!("line {line}"), "{text}");
    }
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
