//! The forms in which a secret is recognised: one table, for the tests and for the documents.

/// Secrets shorter than this are hidden only as whole words, and not in hexadecimal or base64: they occur by chance.
pub const SHORT: usize = 4;

/// The secret in the examples of [`FORMS`].
pub const SAMPLE: &str = r#"a'b"c<é d$%\o?"#;

/// Each form, with [`SAMPLE`] in it.
pub const FORMS: &[(&str, &str)] = &[
    ("plain", r#"a'b"c<é d$%\o?"#),
    ("JSON, JavaScript, TOML", r#"a'b\"c<é d$%\\o?"#),
    ("the same in ASCII", r#"a\u0027b\u0022c\u003C\u00e9 d$%\u005co?"#),
    ("the same with wide numbers", r#"a\U00000027b\"c<\u{e9} d$%\\o?"#),
    ("XML, HTML", r"a&apos;b&quot;c&lt;é d$%\o?"),
    ("the same in decimal numbers", r"a&#39;b&#34;c&#060;&#233; d$%\o?"),
    ("the same in hexadecimal numbers", r"a&#x27;b&#x22;c&#x3C;&#xe9; d$%\o?"),
    ("URL", "a%27b%22c%3C%C3%A9%20d%24%25%5Co%3F"),
    ("web form", "a%27b%22c%3c%c3%a9+d%24%25%5co%3f"),
    ("shell, single quotes", r#"a'\''b"c<é d$%\o?"#),
    ("shell, changing quotes", r#"a'"'"'b"c<é d$%\o?"#),
    ("shell, double quotes", r#"a'b\"c<é d\$%\\o?"#),
    ("shell, backslashes", r#"a\'b\"c\<é\ d\$%\\o\?"#),
    ("C, Python, shell `$'…'`", r#"a\'b"c<\xc3\xa9 d$%\\o?"#),
    ("the same in numbers only", r#"a\x27b\x22c\x3C\303\251\40d\x24%\134o?"#),
    ("`printf %b`, as sessions carry data", r#"a'b"c<\0303\0251 d$%\\o?"#),
    ("YAML, SQL, ini: doubled quotes", r#"a''b"c<é d$%\o?"#),
    ("CSV: doubled quotes", r#"a'b""c<é d$%\o?"#),
    ("make, Compose, systemd: doubled signs", r#"a'b"c<é d$$%%\o?"#),
    ("hexadecimal", "61276222633cc3a9206424255c6f3f"),
    ("the same with blanks or colons", "61:27:62:22:63:3C:C3:A9:20:64:24:25:5C:6F:3F"),
    ("base64", "YSdiImM8w6kgZCQlXG8/"),
    ("base64 behind other text", "OmEnYiJjPMOpIGQkJVxvPw=="),
    ("the same, one byte later", "OjphJ2IiYzzDqSBkJCVcbz8="),
    ("base64url", "YSdiImM8w6kgZCQlXG8_"),
];

/// Calls `each` with every way in which the beginning of `text` is that of `value`: the number of bytes of the
/// value, and of the text.
pub(super) fn steps(text: &[u8], value: &[u8], mut each: impl FnMut(usize, usize)) {
    let (Some(&first), Some(&byte)) = (text.first(), value.first()) else { return };
    if first == byte || (first == b'+' && byte == b' ') {
        each(1, 1);
    }
    match first {
        b'%' if number(text.get(1..3), 16) == Some(u32::from(byte)) => each(1, 3),
        b'\\' => backslash(text, value, &mut each),
        b'&' => entity(text, value, &mut each),
        _ => {}
    }
    // The end of the quotes, the byte by itself, and the quotes again.
    if text.starts_with(&[b'\'', b'\\', byte, b'\'']) {
        each(1, 4);
    }
    let switched: [(u8, &[u8]); 2] = [(b'\'', br#"'"'"'"#), (b'"', br#""'"'""#)];
    for (quote, all) in switched {
        if byte == quote && text.starts_with(all) {
            each(1, 5);
        }
    }
    if b"'\"$%".contains(&byte) && text.starts_with(&[byte, byte]) {
        each(1, 2);
    }
}

/// Whether `text` may be the beginning of a longer form, which its end cuts off.
pub(super) fn is_cut(text: &[u8]) -> bool {
    let part = |byte: &u8| byte.is_ascii_alphanumeric() || b"#{\\'\"$%".contains(byte);
    match text {
        [] => true,
        [first, rest @ ..] => {
            text.len() < LONGEST && b"%\\&'\"$".contains(first) && rest.iter().all(part)
        }
    }
}

/// The longest form of one character, of up to four bytes: `\ud83d\ude00`.
pub(super) const LONGEST: usize = 12;

fn backslash(text: &[u8], value: &[u8], each: &mut impl FnMut(usize, usize)) {
    let (byte, Some(&next)) = (value[0], text.get(1)) else { return };
    let named = match next {
        b'n' => b'\n',
        b't' => b'\t',
        b'r' => b'\r',
        b'a' => 7,
        b'b' => 8,
        b'f' => 12,
        b'v' => 11,
        b'e' | b'E' => 27,
        _ => next,
    };
    if named == byte && (named != next || !next.is_ascii_alphanumeric()) {
        each(1, 2);
    }
    let mut octal = |from: usize, most: usize| {
        for digits in 1..=most {
            if number(text.get(from..from + digits), 8) == Some(u32::from(byte)) {
                each(1, from + digits);
            }
        }
    };
    match next {
        b'0' => octal(1, 4),
        b'1'..=b'7' => octal(1, 3),
        b'x' if number(text.get(2..4), 16) == Some(u32::from(byte)) => each(1, 4),
        b'U' => wide(number(text.get(2..10), 16), 10, value, each),
        b'u' if text.get(2) == Some(&b'{') => {
            let digits = text[3..].iter().take(7).position(|byte| *byte == b'}');
            if let Some(digits) = digits {
                wide(number(text.get(3..3 + digits), 16), digits + 4, value, each);
            }
        }
        b'u' => {
            let one = number(text.get(2..6), 16);
            let low = text.get(6..8) == Some(br"\u");
            let two = if low { number(text.get(8..12), 16) } else { None };
            wide(one, 6, value, each);
            if let (Some(high @ 0xD800..0xDC00), Some(low @ 0xDC00..0xE000)) = (one, two) {
                let both = 0x1_0000 + ((high - 0xD800) << 10) + (low - 0xDC00);
                wide(Some(both), 12, value, each);
            }
        }
        _ => {}
    }
}

fn entity(text: &[u8], value: &[u8], each: &mut impl FnMut(usize, usize)) {
    let Some(end) = text.iter().take(LONGEST).position(|byte| *byte == b';') else { return };
    let code = match &text[1..end] {
        [b'#', b'x' | b'X', digits @ ..] => number(Some(digits), 16),
        [b'#', digits @ ..] => number(Some(digits), 10),
        b"amp" => Some(u32::from(b'&')),
        b"lt" => Some(u32::from(b'<')),
        b"gt" => Some(u32::from(b'>')),
        b"quot" => Some(u32::from(b'"')),
        b"apos" => Some(u32::from(b'\'')),
        _ => None,
    };
    wide(code, end + 1, value, each);
}

/// A character by its number, in `length` bytes of text.
fn wide(code: Option<u32>, length: usize, value: &[u8], each: &mut impl FnMut(usize, usize)) {
    let Some(char) = code.and_then(char::from_u32) else { return };
    if value.starts_with(char.encode_utf8(&mut [0; 4]).as_bytes()) {
        each(char.len_utf8(), length);
    }
}

/// A number of digits only.
fn number(digits: Option<&[u8]>, base: u32) -> Option<u32> {
    let digits = digits.filter(|digits| !digits.is_empty() && digits.len() <= 8)?;
    digits.iter().try_fold(0_u32, |sum, byte| {
        sum.checked_mul(base)?.checked_add(char::from(*byte).to_digit(base)?)
    })
}
