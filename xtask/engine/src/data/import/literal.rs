//! Literals of Python: Ansible reads each value of an INI inventory as one, where it is one.

/// Lists and maps inside each other. Deeper ones count as text.
const DEPTH: usize = 32;

/// What a literal means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Literal {
    /// A text, a number, `true`, `false`.
    One(String),
    None,
    /// A list, a map, bytes.
    Other,
}

/// The literal that a text is, a comment behind it or not; none for any other text.
pub(super) fn read(text: &str) -> Option<Literal> {
    let mut parser = Parser { rest: text };
    let first = parser.value(0)?;
    let mut found = Some(first);
    parser.blanks();
    while let Some(rest) = parser.rest.strip_prefix(',') {
        // A comma makes a tuple.
        parser.rest = rest;
        found = Some(Literal::Other);
        if parser.at_end() {
            break;
        }
        parser.value(0)?;
        parser.blanks();
    }
    found.filter(|_| parser.at_end())
}

struct Parser<'t> {
    rest: &'t str,
}

impl<'t> Parser<'t> {
    fn blanks(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t']);
    }

    fn at_end(&mut self) -> bool {
        self.blanks();
        self.rest.is_empty() || self.rest.starts_with('#')
    }

    /// Takes a text if it comes next.
    fn take(&mut self, text: &str) -> bool {
        let rest = self.rest.strip_prefix(text);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn value(&mut self, depth: usize) -> Option<Literal> {
        self.blanks();
        if depth > DEPTH {
            return None;
        }
        match self.rest.chars().next()? {
            '[' => self.members(']', depth),
            '{' => self.members('}', depth),
            '(' => self.members(')', depth),
            _ => self.text().or_else(|| self.word()),
        }
    }

    /// The members up to the closing bracket. A single one in parentheses is itself.
    fn members(&mut self, close: char, depth: usize) -> Option<Literal> {
        self.rest = &self.rest[1..];
        let (mut only, mut count, mut comma) = (None, 0, false);
        loop {
            self.blanks();
            if self.rest.starts_with(close) {
                break;
            }
            if count > 0 && !comma {
                return None;
            }
            only = Some(self.value(depth + 1)?);
            count += 1;
            self.blanks();
            if close == '}' && self.take(":") {
                self.value(depth + 1)?;
                self.blanks();
            }
            comma = self.take(",");
        }
        self.rest = &self.rest[1..];
        let single = close == ')' && count == 1 && !comma;
        Some(only.filter(|_| single).unwrap_or(Literal::Other))
    }

    /// `'…'`, `"…"`, also several one behind the other.
    fn text(&mut self) -> Option<Literal> {
        let (mut whole, mut bytes, mut count) = (String::new(), false, 0);
        loop {
            let start = self.rest;
            let prefix = self.rest.find(['"', '\'']).filter(|at| *at <= 2);
            let kind = prefix.map(|at| self.rest[..at].to_ascii_lowercase());
            let Some(kind) =
                kind.filter(|it| ["", "u", "r", "b", "br", "rb"].contains(&it.as_str()))
            else {
                self.rest = start;
                break;
            };
            self.rest = &self.rest[kind.len()..];
            whole.push_str(&self.quoted(kind.contains('r'))?);
            bytes |= kind.contains('b');
            count += 1;
            self.blanks();
        }
        let one = || if bytes { Literal::Other } else { Literal::One(whole) };
        (count > 0).then(one)
    }

    fn quoted(&mut self, raw: bool) -> Option<String> {
        let sign = &self.rest[..1];
        let triple = sign.repeat(3);
        let end = if self.rest.starts_with(&triple) { triple.as_str() } else { sign };
        self.take(end);
        let mut text = String::new();
        loop {
            if self.take(end) {
                return Some(text);
            }
            let c = self.rest.chars().next()?;
            self.rest = &self.rest[c.len_utf8()..];
            match c {
                '\\' if raw => {
                    let next = self.rest.chars().next()?;
                    self.rest = &self.rest[next.len_utf8()..];
                    text.extend(['\\', next]);
                }
                '\\' => self.escape(&mut text)?,
                c => text.push(c),
            }
        }
    }

    /// What stands behind a backslash; an unknown escape keeps it.
    fn escape(&mut self, text: &mut String) -> Option<()> {
        let c = self.rest.chars().next()?;
        let octal =
            self.rest.bytes().take(3).take_while(|byte| (b'0'..b'8').contains(byte)).count();
        if octal > 0 {
            let (digits, rest) = self.rest.split_at(octal);
            text.push(char::from_u32(u32::from_str_radix(digits, 8).ok()?)?);
            self.rest = rest;
            return Some(());
        }
        self.rest = &self.rest[c.len_utf8()..];
        let meant = match c {
            'n' => '\n',
            't' => '\t',
            'r' => '\r',
            'a' => '\x07',
            'b' => '\x08',
            'f' => '\x0c',
            'v' => '\x0b',
            '\\' | '\'' | '"' => c,
            'x' | 'u' | 'U' => {
                let width = if c == 'x' {
                    2
                } else if c == 'u' {
                    4
                } else {
                    8
                };
                let digits = self.rest.get(..width)?;
                self.rest = &self.rest[width..];
                char::from_u32(u32::from_str_radix(digits, 16).ok()?)?
            }
            'N' => return None,
            other => {
                text.push('\\');
                other
            }
        };
        text.push(meant);
        Some(())
    }

    /// `True`, `False`, `None`, or a number with its sign.
    fn word(&mut self) -> Option<Literal> {
        for (word, meant) in [
            ("True", Literal::One("true".into())),
            ("False", Literal::One("false".into())),
            ("None", Literal::None),
        ] {
            let rest = self.rest.strip_prefix(word);
            if let Some(rest) = rest.filter(|rest| !rest.starts_with(is_of_word)) {
                self.rest = rest;
                return Some(meant);
            }
        }
        let sign = self.rest.starts_with('-');
        if sign || self.rest.starts_with('+') {
            self.rest = &self.rest[1..];
            self.blanks();
        }
        let bytes = self.rest.as_bytes();
        // `1e-5` has a sign inside.
        let inside = |at: usize| {
            let c = char::from(bytes[at]);
            let exponent =
                at > 0 && matches!(bytes[at - 1], b'e' | b'E') && !self.rest.starts_with("0x");
            is_of_word(c) || c == '.' || exponent && matches!(c, '+' | '-')
        };
        let end = (0..bytes.len()).find(|at| !inside(*at)).unwrap_or(bytes.len());
        let number = number(&self.rest[..end])?;
        self.rest = &self.rest[end..];
        let minus = if sign && number != "0" { "-" } else { "" };
        Some(Literal::One(format!("{minus}{number}")))
    }
}

fn is_of_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// A number as Python prints it.
fn number(text: &str) -> Option<String> {
    let good = |text: &str, digit: fn(&char) -> bool| {
        // An underscore stands between digits.
        !text.ends_with('_') && !text.contains("__") && text.chars().all(|c| digit(&c) || c == '_')
    };
    let plain = text.replace('_', "");
    let lower = text.to_ascii_lowercase();
    for (prefix, radix, digit) in [
        ("0x", 16, char::is_ascii_hexdigit as fn(&char) -> bool),
        ("0o", 8, |c| ('0'..'8').contains(c)),
        ("0b", 2, |c| ['0', '1'].contains(c)),
    ] {
        if let Some(digits) = lower.strip_prefix(prefix) {
            let digits = good(digits, digit).then(|| digits.replace('_', ""))?;
            return u128::from_str_radix(&digits, radix).ok().map(|number| number.to_string());
        }
    }
    if !text.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return None;
    }
    if good(text, char::is_ascii_digit) {
        let zeros = plain.chars().all(|c| c == '0');
        return match plain.starts_with('0') {
            true => zeros.then(|| "0".to_owned()),
            false => Some(plain),
        };
    }
    let mut parts = lower.split(['.', 'e', '+', '-']);
    if !parts.all(|part| !part.starts_with('_') && good(part, char::is_ascii_digit)) {
        return None;
    }
    let float: f64 = plain.parse().ok().filter(|float: &f64| float.is_finite())?;
    let shown = format!("{float:?}");
    let Some((mantissa, exponent)) = shown.split_once('e') else { return Some(shown) };
    let (sign, digits) = exponent.strip_prefix('-').map_or(('+', exponent), |digits| ('-', digits));
    Some(format!("{mantissa}e{sign}{digits:0>2}"))
}

#[cfg(test)]
mod tests;
