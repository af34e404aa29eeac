//! A number of hosts, or a share of them.

use std::fmt;
use std::str::FromStr;

use super::fault::Fault;

/// `N` hosts or `N%` of them, as `--batch` and `--max-fail` take it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HostLimit {
    /// A number of hosts.
    Count(usize),
    /// A percentage, 0 to 100.
    Percent(u8),
}

impl HostLimit {
    /// How many of `total` hosts that is, rounded down and never more than `total`.
    pub fn of(self, total: usize) -> usize {
        match self {
            Self::Count(count) => count.min(total),
            Self::Percent(percent) => total * usize::from(percent) / 100,
        }
    }
}

impl FromStr for HostLimit {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Self, Fault> {
        let number = |digits: &str| {
            let good = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
            good.then(|| digits.parse::<usize>().ok()).flatten()
        };
        let wrong = || Fault::usage(format!("`{text}` is not N hosts or N% of them (0% to 100%)"));
        match text.strip_suffix('%') {
            None => number(text).map(Self::Count).ok_or_else(wrong),
            Some(digits) => {
                let percent = number(digits).and_then(|percent| u8::try_from(percent).ok());
                percent.filter(|percent| *percent <= 100).map(Self::Percent).ok_or_else(wrong)
            }
        }
    }
}

impl fmt::Display for HostLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Count(count) => write!(f, "{count}"),
            Self::Percent(percent) => write!(f, "{percent}%"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn portions_are_counts_or_shares() {
        for (text, total, want) in [
            ("3", 10, 3),
            ("30", 10, 10),
            ("25%", 10, 2),
            ("100%", 7, 7),
            ("0", 5, 0),
            ("0%", 5, 0),
        ] {
            let portion: HostLimit = text.parse().unwrap();
            assert_eq!((portion.of(total), portion.to_string().as_str()), (want, text));
        }
        for text in ["", "%", "-1", "101%", "1.5", "x"] {
            let message = text.parse::<HostLimit>().unwrap_err().message;
            assert_eq!(message, format!("`{text}` is not N hosts or N% of them (0% to 100%)"));
        }
    }
}
