//! Dates in file names.

use jiff::civil::Date;

use super::word::word;

/// A real date written as `YYYYMMDD`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Stamp(String);

word!(Stamp, "a date");

impl Stamp {
    /// The stamp of a date.
    pub fn of(date: Date) -> Self {
        Self(format!("{:04}{:02}{:02}", date.year(), date.month(), date.day()))
    }

    fn check(text: &str) -> Result<String, String> {
        if text.len() != 8 || !text.bytes().all(|b| b.is_ascii_digit()) {
            return Err("write it as YYYYMMDD, eight digits".into());
        }
        let real = || {
            Date::new(text[..4].parse().ok()?, text[4..6].parse().ok()?, text[6..].parse().ok()?)
                .ok()
        };
        real().map(|_| text.to_owned()).ok_or_else(|| "this day does not exist".into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stamps_are_real_dates() {
        let shown =
            |text: &str| text.parse::<Stamp>().map_or_else(|e| e.message, |m| m.to_string());
        assert_eq!(shown("20240229"), "20240229");
        assert_eq!(Stamp::of(jiff::civil::date(2026, 1, 2)).as_str(), "20260102");
        for (text, why) in [
            ("20250229", "this day does not exist"),
            ("2025-01-01", "write it as YYYYMMDD, eight digits"),
            ("today", "write it as YYYYMMDD, eight digits"),
        ] {
            assert_eq!(shown(text), format!("`{text}` is not a date: {why}"));
        }
    }
}
