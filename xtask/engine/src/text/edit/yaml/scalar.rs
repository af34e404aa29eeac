//! One value: what a reader takes it for, and how it is written.

use std::ops::Range;

/// What readers of YAML 1.1 or 1.2 take a value for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Null,
    /// `true`, and `yes` or `on` of YAML 1.1.
    Truth,
    /// A decimal number that all readers agree on.
    Number,
    /// `0755`
    Octal,
    /// `0x1f`
    Hex,
    /// `12:30`: seconds in YAML 1.1.
    Clock,
    Date,
    /// A number or truth value to some readers, a text to others: `1e3`, `1_000`, `0o7`, `y`.
    Odd,
    Text,
}

impl Kind {
    /// Whether a value of kind `other` keeps the type for every reader.
    pub(super) fn takes(self, other: Self) -> bool {
        let more = matches!(self, Self::Octal | Self::Hex) && other == Self::Number;
        self != Self::Odd && self == other || more
    }

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Null => "empty",
            Self::Truth => "a truth value",
            Self::Number | Self::Octal | Self::Hex | Self::Clock => "a number",
            Self::Date => "a date",
            Self::Odd => "a number or truth value to some readers",
            Self::Text => "a text",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    Plain,
    Single,
    Double,
}

/// A value on one line.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Scalar {
    pub(super) style: Style,
    /// Without quotes and escapes.
    pub(super) text: String,
    /// The bytes of the line, with the quotes.
    pub(super) at: Range<usize>,
}

impl Scalar {
    /// Reads the value in `line` from byte `from` on: nothing but a comment may follow it.
    pub(super) fn read(line: &str, from: usize) -> Result<Self, &'static str> {
        let start = line.len() - line[from..].trim_start().len();
        let rest = &line[start..];
        // Behind `key:`, only a blank and `#` begin a comment.
        if rest.is_empty() || rest.starts_with('#') && start > from {
            let end = if rest.is_empty() { line.len() } else { from };
            return Ok(Self { style: Style::Plain, text: String::new(), at: from..end });
        }
        let (style, text, len) = match rest.as_bytes()[0] {
            b'|' | b'>' | b'[' | b'{' => return Err("holds more than one value"),
            b'&' | b'*' | b'!' => return Err("holds an anchor, an alias or a tag"),
            b'\'' => single(rest).ok_or("spans several lines")?,
            b'"' => double(rest)?,
            _ => {
                let end = rest.find(" #").or_else(|| rest.find("\t#")).unwrap_or(rest.len());
                let plain = rest[..end].trim_end();
                (Style::Plain, plain.to_owned(), plain.len())
            }
        };
        let after = rest[len..].trim_start();
        if style == Style::Plain && text.contains(": ")
            || !after.is_empty() && !after.starts_with('#')
        {
            return Err("holds more than one value");
        }
        Ok(Self { style, text, at: start..start + len })
    }

    pub(super) fn kind(&self) -> Kind {
        if self.style == Style::Plain { kind(&self.text) } else { Kind::Text }
    }
}

fn single(rest: &str) -> Option<(Style, String, usize)> {
    let (mut text, mut at) = (String::new(), 1);
    loop {
        let end = at + rest[at..].find('\'')?;
        text.push_str(&rest[at..end]);
        if !rest[end + 1..].starts_with('\'') {
            return Some((Style::Single, text, end + 1));
        }
        text.push('\'');
        at = end + 2;
    }
}

fn double(rest: &str) -> Result<(Style, String, usize), &'static str> {
    let (mut text, mut chars) = (String::new(), rest.char_indices().skip(1));
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Ok((Style::Double, text, at + 1)),
            '\\' => {
                let digits = match chars.next().map(|(_, escape)| escape) {
                    Some(c @ ('"' | '\\' | '/')) => {
                        text.push(c);
                        continue;
                    }
                    Some('t') => {
                        text.push('\t');
                        continue;
                    }
                    Some('x') => 2,
                    Some('u') => 4,
                    Some('U') => 8,
                    // Others are rare: the line is left to a person.
                    _ => return Err("holds an escape that is not followed here"),
                };
                let code: String = chars.by_ref().take(digits).map(|(_, c)| c).collect();
                let c = u32::from_str_radix(&code, 16).ok().and_then(char::from_u32);
                text.push(c.ok_or("holds an escape that is not followed here")?);
            }
            _ => text.push(c),
        }
    }
    Err("spans several lines")
}

/// `value` (one line) as a text in this style, or in the next one that can hold it.
pub(super) fn write(value: &str, style: Style) -> String {
    let odd = value.chars().any(is_odd);
    match style {
        Style::Plain if is_plain(value) => value.to_owned(),
        Style::Plain | Style::Single if !odd => format!("'{}'", value.replace('\'', "''")),
        _ => {
            let escape = |c: char| match c {
                '"' | '\\' => format!("\\{c}"),
                c if is_odd(c) => format!("\\U{:08X}", u32::from(c)),
                c => c.to_string(),
            };
            format!("\"{}\"", value.chars().map(escape).collect::<String>())
        }
    }
}

/// Whether single quotes cannot hold the character safely: controls and the line ends of Unicode.
fn is_odd(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{FEFF}')
}

/// Whether every reader takes `value`, without quotes, for this text.
pub(super) fn is_plain(value: &str) -> bool {
    let first = |c: char| !"-?:,[]{}#&*!|>'\"%@`".contains(c);
    value.starts_with(first)
        && value.trim() == value
        && !value.contains(": ")
        && !value.contains(" #")
        && !value.ends_with(':')
        && !value.chars().any(is_odd)
        && kind(value) == Kind::Text
}

/// What a reader takes a value without quotes for.
pub(super) fn kind(plain: &str) -> Kind {
    let lower = plain.to_ascii_lowercase();
    let sign = plain.strip_prefix(['-', '+']).unwrap_or(plain);
    match lower.as_str() {
        "" | "~" | "null" => Kind::Null,
        "true" | "false" | "yes" | "no" | "on" | "off" => Kind::Truth,
        "y" | "n" | "=" | "<<" | ".inf" | "-.inf" | "+.inf" | ".nan" => Kind::Odd,
        _ if is_decimal(plain) => Kind::Number,
        _ if radix(plain, "0", 8) => Kind::Octal,
        _ if radix(plain, "0x", 16) => Kind::Hex,
        _ if is_clock(plain) => Kind::Clock,
        _ if is_date(plain) => Kind::Date,
        _ if is_like_number(sign) || plain.split([' ', 'T', 't']).next().is_some_and(is_day) => {
            Kind::Odd
        }
        _ => Kind::Text,
    }
}

fn digits(text: &str, radix: u32) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_digit(radix))
}

/// `-1`, `4.10`; without leading zeros.
fn is_decimal(text: &str) -> bool {
    let text = text.strip_prefix('-').unwrap_or(text);
    let (whole, rest) = text.split_once('.').unwrap_or((text, "0"));
    digits(whole, 10) && digits(rest, 10) && (whole == "0" || !whole.starts_with('0'))
}

fn radix(text: &str, prefix: &str, radix: u32) -> bool {
    text.strip_prefix(prefix).is_some_and(|rest| digits(rest, radix))
}

fn is_clock(text: &str) -> bool {
    let mut parts = text.split(':');
    let first = parts.next().is_some_and(|it| digits(it, 10) && !it.starts_with('0'));
    let below_60 = |it: &str| digits(it, 10) && it.len() <= 2 && (it.len() < 2 || it < "60");
    let rest: Vec<&str> = parts.collect();
    first && !rest.is_empty() && rest.iter().all(|it| below_60(it))
}

/// `2026-11-21`
fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    matches!(parts[..], [y, m, d] if y.len() == 4 && m.len() == 2 && d.len() == 2)
        && parts.iter().all(|part| digits(part, 10))
}

/// `2026-1-2`, in front of a time or alone.
fn is_day(text: &str) -> bool {
    text.split('-').count() == 3 && digits(&text.replace('-', ""), 10)
}

/// Anything that some reader might take for a number or a time, rather too much than too little:
/// `1_000`, `.5`, `1e3`, `0b1`, `1:60`.
fn is_like_number(text: &str) -> bool {
    let prefixed = text.starts_with('0') && text[1..].starts_with(['x', 'X', 'o', 'O', 'b', 'B']);
    if prefixed {
        return digits(&text[2..].replace('_', ""), 16);
    }
    let text = text.replace(['_', ':'], "");
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((&text, "0"));
    let exponent = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
    let one_dot = mantissa.matches('.').count() <= 1;
    one_dot && digits(&mantissa.replacen('.', "", 1), 10) && digits(exponent, 10)
}
