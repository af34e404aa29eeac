//! A number of bytes: `500M`, `1G`.

use std::fmt;
use std::str::FromStr;

use super::fault::Fault;

const UNITS: [(char, u64); 4] = [('T', 1 << 40), ('G', 1 << 30), ('M', 1 << 20), ('K', 1 << 10)];

/// A number of bytes, at least one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ByteSize(pub u64);

impl ByteSize {
    /// The most output that a command may have, unless the flags say otherwise.
    pub const OUTPUT: Self = Self(1 << 30);

    /// For a sentence: `500 MiB`, `1025 bytes`.
    pub fn words(self) -> String {
        let shown = self.to_string();
        match shown.strip_suffix(char::is_alphabetic) {
            Some(number) => format!("{number} {}iB", &shown[number.len()..]),
            None => format!("{shown} bytes"),
        }
    }
}

impl FromStr for ByteSize {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Self, Fault> {
        let wrong = || {
            Fault::usage(format!(
                "`{text}` is not a number of bytes such as 500M or 2G (K, M, G, T)"
            ))
        };
        let unit =
            UNITS.iter().find(|(letter, _)| text.ends_with([*letter, letter.to_ascii_lowercase()]));
        let (digits, factor) =
            unit.map_or((text, 1), |(_, factor)| (&text[..text.len() - 1], *factor));
        let digits = Some(digits).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()));
        let number = digits.and_then(|digits| digits.parse::<u64>().ok());
        let bytes = number.and_then(|number| number.checked_mul(factor)).filter(|bytes| *bytes > 0);
        bytes.map(Self).ok_or_else(wrong)
    }
}

impl fmt::Display for ByteSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let whole = UNITS.iter().find(|(_, factor)| self.0 > 0 && self.0.is_multiple_of(*factor));
        match whole {
            Some((letter, factor)) => write!(f, "{}{letter}", self.0 / factor),
            None => write!(f, "{}", self.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_binary_units() {
        for (text, bytes, shown) in [
            ("1G", 1 << 30, "1G"),
            ("500m", 500 << 20, "500M"),
            ("2048", 2048, "2K"),
            ("1025", 1025, "1025"),
        ] {
            let size: ByteSize = text.parse().unwrap();
            assert_eq!((size.0, size.to_string().as_str()), (bytes, shown));
        }
        for text in ["", "0", "0G", "G", "-1", "1.5G", "1GB", "99999999T", "1é"] {
            assert!(text.parse::<ByteSize>().is_err(), "{text}");
        }
        assert_eq!(ByteSize::OUTPUT.words(), "1 GiB");
        assert_eq!(ByteSize(3).words(), "3 bytes");
    }
}
