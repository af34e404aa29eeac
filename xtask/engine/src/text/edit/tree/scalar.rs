//! One scalar: what readers of YAML 1.1 and 1.2 take it for, and how it is written.

use super::node::Style;

/// What readers of YAML 1.1 or 1.2 take a plain scalar for. Those of JSON agree, but for `1e3`.
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

/// `value` (one line) as a text in this style, or in the next one that can hold it.
pub(super) fn write(value: &str, style: Style) -> String {
    let odd = value.chars().any(is_odd);
    match style {
        Style::Plain if is_plain(value) => value.to_owned(),
        Style::Plain | Style::Single if !odd => format!("'{}'", value.replace('\'', "''")),
        _ => {
            let escape = |c: char| match c {
                '"' | '\\' => format!("\\{c}"),
                '\n' => "\\n".into(),
                '\t' => "\\t".into(),
                c if is_odd(c) => format!("\\U{:08X}", u32::from(c)),
                c => c.to_string(),
            };
            format!("\"{}\"", value.chars().map(escape).collect::<String>())
        }
    }
}

/// Whether single quotes cannot hold the character safely: controls and the line ends of Unicode.
pub(super) fn is_odd(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{FEFF}')
}

/// Whether every reader takes `value`, without quotes, for this text. In brackets, some signs more mean something.
pub(super) fn is_plain(value: &str) -> bool {
    let first = |c: char| !"-?:,[]{}#&*!|>'\"%@`".contains(c);
    let option = value.strip_prefix('-').filter(|_| !value.starts_with("---"));
    (value.starts_with(first)
        || option.is_some_and(|it| it.starts_with(|c: char| !c.is_whitespace())))
        && value.trim() == value
        && ![": ", ":\t", " #", "\t#"].iter().any(|sign| value.contains(sign))
        && !value.ends_with(':')
        && !value.chars().any(is_odd)
        && kind(value) == Kind::Text
}

/// Whether `plain` is a truth value to every reader.
pub(super) fn is_true_or_false(plain: &str) -> bool {
    matches!(plain.to_ascii_lowercase().as_str(), "true" | "false") && is_one_case(plain)
}

/// `null`, `Null` or `NULL`
fn is_one_case(word: &str) -> bool {
    let small = |text: &str| text.bytes().all(|byte| byte.is_ascii_lowercase());
    small(word) || small(&word[1..]) || word.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// `value` as a text inside of brackets.
pub(super) fn write_in_flow(value: &str, style: Style) -> String {
    let sign = value.contains([',', '[', ']', '{', '}', ':']);
    let style = if sign && style == Style::Plain { Style::Single } else { style };
    write(value, style)
}

/// What a reader takes a value without quotes for.
pub(super) fn kind(plain: &str) -> Kind {
    let lower = plain.to_ascii_lowercase();
    let sign = plain.strip_prefix(['-', '+']).unwrap_or(plain);
    match lower.as_str() {
        "" | "~" => Kind::Null,
        "null" if is_one_case(plain) => Kind::Null,
        "null" => Kind::Odd,
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
/// `1_000`, `.5`, `1e3`, `0b1`, `01:30`. In `8080:80`, 80 is too much for a part of an hour.
fn is_like_number(text: &str) -> bool {
    let prefixed = text.starts_with('0') && text[1..].starts_with(['x', 'X', 'o', 'O', 'b', 'B']);
    if prefixed {
        return digits(&text[2..].replace('_', ""), 16);
    }
    let (head, parts) = text.split_once(':').unwrap_or((text, ""));
    let sixty = |it: &str| {
        let it = it.split('.').next().unwrap_or_default();
        digits(it, 10) && it.len() <= 2 && (it.len() < 2 || it < "60")
    };
    if text.contains(':') && !(digits(&head.replace('_', ""), 10) && parts.split(':').all(sixty)) {
        return false;
    }
    let text = text.replace(['_', ':'], "");
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((&text, "0"));
    let exponent = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
    let one_dot = mantissa.matches('.').count() <= 1;
    one_dot && digits(&mantissa.replacen('.', "", 1), 10) && digits(exponent, 10)
}
