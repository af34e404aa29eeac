//! What Python says of the same texts.

use super::{Literal, read};

/// As `ast.literal_eval` of Python has them.
#[test]
fn a_literal_is_read_as_python_does() {
    for (text, want) in [
        ("2222 # ssh", "2222"),
        ("4.10", "4.1"),
        ("'4.10'", "4.10"),
        ("1_000", "1000"),
        ("0x1f", "31"),
        ("0o17", "15"),
        ("0b11", "3"),
        ("00", "0"),
        ("-5", "-5"),
        ("+5", "5"),
        ("1e16", "1e+16"),
        ("1e-5", "1e-05"),
        ("100000.", "100000.0"),
        (".5", "0.5"),
        ("True", "true"),
        ("(False)", "false"),
        (r#""g\"h""#, "g\"h"),
        (r"'a\n\x41\u00e9\101\q'", "a\nAéA\\q"),
        (r"r'a\n'", r"a\n"),
        ("'a' \"b\"", "ab"),
        ("'''it's'''", "it's"),
        ("'a # b' # c", "a # b"),
    ] {
        assert_eq!(read(text), Some(Literal::One(want.into())), "{text}");
    }
    for text in ["[1, 'a', [None]]", "[]", "{'a': 1,}", "{1, 2}", "1,2", "(1,)", "()", "b'x'"] {
        assert_eq!(read(text), Some(Literal::Other), "{text}");
    }
    assert_eq!(read("None"), Some(Literal::None));
    for text in [
        "", "eu # x", "[z]", "[1", "007", "1__0", "_1", "1.2.3", "10.0.0.1", "'a", "'a'b",
        "{{ x }}", "true", "0x", "1 2", "Truex", "f'x'", "1a", "é", "-", "nan", "inf", "[1 2]",
        "{'a' 1}", "it's", "/a/b",
    ] {
        assert_eq!(read(text), None, "{text}");
    }
    assert_eq!(read(&"[".repeat(100_000)), None);
}
