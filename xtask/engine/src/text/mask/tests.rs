//! Hidden and visible text.

use super::*;

/// Fault T8: one table has the forms, and each of them is hidden, alone and in the middle of a text.
#[test]
fn a_secret_is_hidden_in_each_form_of_the_table() {
    let mask = Mask::new().value(forms::SAMPLE);
    for (form, text) in forms::FORMS {
        assert_eq!(mask.text(&format!("x {text} y\n")), "x **** y\n", "{form}");
        assert!(mask.finds(text.as_bytes()), "{form}");
        // Whatever arrives first, nothing of it is shown before the rest has come.
        for cut in 1..text.len() {
            let (shown, done) = mask.part(&text.as_bytes()[..cut], false);
            assert_eq!((shown.as_slice(), done), (&b""[..], 0), "{form}, {cut} bytes");
        }
    }
}

#[test]
fn a_value_is_hidden_in_every_way_it_may_be_written() {
    let mask = Mask::new().value("p@ss w'd\"&/");
    for shown in [
        "p@ss w'd\"&/",
        r#"p@ss w'\''d"&/"#,
        r#"p@ss w'd\"&/"#,
        "p%40ss%20w%27d%22%26%2f",
        "p%40ss+w%27d%22%26/",
        "p@ss w&apos;d&quot;&amp;/",
    ] {
        assert_eq!(mask.text(&format!("a={shown}; b")), "a=****; b", "{shown}");
    }
    assert_eq!(Mask::new().value("a%25\\b").text("a%25\\b a%2525\\\\b"), "**** ****");
    assert_eq!(mask.bytes(b"\xff p@ss w'd\"&/p@ss w'd\"&/ \xff"), b"\xff ******** \xff");
    assert_eq!(mask.text("p@ss w"), "p@ss w");
}

#[test]
fn base64_is_hidden_at_every_alignment() {
    let mask = Mask::new().value("hunter2!");
    // The same secret after no, one, two and three bytes, then before other bytes.
    for token in ["aHVudGVyMiE=", "Omh1bnRlcjIh", "YTpodW50ZXIyIQ==", "YWI6aHVudGVyMiEhIQ=="] {
        assert_eq!(mask.text(&format!("Basic {token}\n")), "Basic ****\n", "{token}");
    }
    assert_eq!(mask.text("aHVudGVy"), "aHVudGVy");
    assert_eq!(Mask::new().value("??>>??").text("x Pz8-Pj8_"), "x ****");
}

#[test]
fn short_values_are_hidden_as_whole_words_only() {
    let mask = Mask::new().value("abc").value("");
    assert_eq!(mask.text("abc abcd x_abc (abc)"), "**** abcd x_abc (****)");
}

#[test]
fn the_rest_of_a_keyed_line_is_hidden() {
    let mask = Mask::new().word("auth_pass").word("PASSWORD").word("password");
    let text =
        "+    auth_pass x y\r\n-PASSWORD=\"a b\"\nexport PASSWORD='c'\n\"password\": \"d\",\n";
    let want = "+    auth_pass ****\r\n-PASSWORD=****\nexport PASSWORD=****\n\"password\": ****\n";
    assert_eq!(mask.text(text), want);
    let other = "auth_passes x\nauth_pass\nmy auth_pass x\n";
    assert_eq!(mask.text(other), other);
}

#[test]
fn the_lines_of_a_key_file_are_hidden_one_by_one() {
    let mask = Mask::new().value("-----BEGIN KEY-----\nMIIabcdefgh\nxyz\n");
    assert_eq!(mask.text("+MIIabcdefgh\n"), "+****\n");
}

#[test]
fn overlapping_secrets_are_hidden_together_and_never_printed() {
    let mask = Mask::new().value("secret-one").value("one-two");
    assert_eq!(mask.text("a secret-one-two b"), "a **** b");
    assert!(!format!("{mask:?}").contains("secret"));
}

#[test]
fn base64_in_lines_is_hidden() {
    let mask = Mask::new().value("a secret long enough to be broken into two lines");
    let wrapped = "YSBzZWNyZXQgbG9uZyBlbm91Z2gg\r\ndG8gYmUgYnJva2VuIGludG8g\ndHdvIGxpbmVz";
    assert_eq!(mask.text(&format!("key: {wrapped}\nend")), "key: ****\nend");
    assert_eq!(mask.text("YSBzZWNyZXQg\nno more"), "YSBzZWNyZXQg\nno more");
}

#[test]
fn a_secret_in_pieces_is_hidden_wherever_the_pieces_end() {
    let mask = Mask::new().value("first line\nsec\nlast=1").value("hunter2!");
    let long = "x".repeat(3000);
    let text = format!(
        "{long}first line\nsec\nlast=1{long} Omh1bnRlcjIh \n{long}\nhunter2!hunter%32%21{long}hunter2"
    );
    let whole = mask.bytes(text.as_bytes());
    for size in [1, 7, 1000, 5000, 100_000] {
        let (mut held, mut shown, mut most) = (Vec::new(), Vec::new(), 0);
        for chunk in text.as_bytes().chunks(size) {
            held.extend_from_slice(chunk);
            let (part, done) = mask.part(&held, false);
            held.drain(..done);
            shown.extend(part);
            most = most.max(held.len());
        }
        shown.extend(mask.part(&held, true).0);
        assert_eq!(String::from_utf8_lossy(&shown), String::from_utf8_lossy(&whole), "{size}");
        assert!(most < mask.reach() + size, "{size}: {most}");
    }
}

#[test]
fn a_secret_across_the_cut_of_a_tail_is_left_out() {
    let mask = Mask::new().value("hunter2!");
    assert_eq!(mask.last(b"a hunter2! b", 4), " b");
    assert_eq!(mask.last(b"a hunter2! b", 10), "**** b");
    assert_eq!(mask.last(b"a hunter2! b", 11), " **** b");
    assert_eq!(mask.last(b"a b", 9), "a b");
}

/// One character in one of the ways of [`forms::FORMS`].
fn written(char: char, way: usize) -> String {
    let (code, mut bytes) = (u32::from(char), [0; 4]);
    let bytes = char.encode_utf8(&mut bytes).as_bytes();
    let each = |form: &dyn Fn(&u8) -> String| bytes.iter().map(form).collect::<String>();
    match way {
        0 => format!("&#{code};"),
        1 => format!("&#x{code:X};"),
        2 => format!("\\U{code:08x}"),
        3 => format!("\\u{{{code:x}}}"),
        4 => each(&|byte| format!("%{byte:02x}")),
        5 => each(&|byte| format!("\\x{byte:02X}")),
        6 => each(&|byte| format!("\\{byte:03o}")),
        7 => each(&|byte| format!("\\0{byte:03o}")),
        8 => char.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")).collect(),
        9 if !char.is_alphanumeric() && char.is_ascii() => format!("\\{char}"),
        10 if "'\"$%".contains(char) => format!("{char}{char}"),
        11 if char == '\'' => "'\\''".to_owned(),
        12 if char == '\'' => "'\"'\"'".to_owned(),
        _ => char.to_string(),
    }
}

proptest::proptest! {
    #[test]
    fn any_secret_is_hidden_however_each_character_is_written(
        parts in proptest::collection::vec(("[a-z'\"<>&%$\\\\ +é€😀\t]", 0..16_usize), 4..12),
    ) {
        let chars = || parts.iter().map(|(text, way)| (text.chars().next().unwrap(), *way));
        let value: String = chars().map(|(char, _)| char).collect();
        let text: String = chars().map(|(char, way)| written(char, way)).collect();
        let mask = Mask::new().value(&value);
        let shown = mask.text(&format!("x\n{text}\ny"));
        proptest::prop_assert_eq!(shown, "x\n****\ny", "{:?} as {}", value, text);
    }
}
