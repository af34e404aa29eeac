//! A length of time: `90m`, `1h30m`.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use super::fault::Fault;

/// The units, the longest first, each with its seconds.
const UNITS: [(char, u64); 3] = [('h', 3600), ('m', 60), ('s', 1)];
/// A year; a longer time is a typing mistake.
const LONGEST: u64 = 31_536_000;

/// A length of time of at least one second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span(pub Duration);

impl FromStr for Span {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Self, Fault> {
        let wrong = || {
            Fault::usage(format!("`{text}` is not a length of time such as 90m or 1h30m (h, m, s)"))
        };
        let (mut rest, mut seconds, mut units) = (text, 0_u64, UNITS.iter());
        while !rest.is_empty() {
            let end = rest.find(|c: char| !c.is_ascii_digit()).ok_or_else(wrong)?;
            let number: u64 = rest[..end].parse().map_err(|_| wrong())?;
            let letter = rest[end..].chars().next().ok_or_else(wrong)?;
            // Each unit once, the longest first.
            let (_, factor) = units.find(|(unit, _)| *unit == letter).ok_or_else(wrong)?;
            let part = number.checked_mul(*factor).ok_or_else(wrong)?;
            seconds = seconds.checked_add(part).ok_or_else(wrong)?;
            rest = &rest[end + 1..];
        }
        let fits = (1..=LONGEST).contains(&seconds);
        if fits { Ok(Self(Duration::from_secs(seconds))) } else { Err(wrong()) }
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&shown(self.0.as_secs_f64()))
    }
}

/// Seconds as text: `0.6 s`, `4 m 05 s`, `1 h 02 m`.
pub fn shown(seconds: f64) -> String {
    let whole = seconds.round() as u64;
    match whole {
        0..60 => format!("{seconds:.1} s"),
        60..3600 => format!("{} m {:02} s", whole / 60, whole % 60),
        _ => format!("{} h {:02} m", whole / 3600, whole % 3600 / 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_has_units_and_is_neither_empty_nor_endless() {
        for (text, seconds, said) in [
            ("90m", 5400, "1 h 30 m"),
            ("1h30m", 5400, "1 h 30 m"),
            ("45s", 45, "45.0 s"),
            ("2h", 7200, "2 h 00 m"),
            ("1h5s", 3605, "1 h 00 m"),
        ] {
            let span: Span = text.parse().unwrap();
            assert_eq!((span.0.as_secs(), span.to_string().as_str()), (seconds, said));
        }
        for text in ["", "90", "m", "0m", "-1m", "1.5h", "1m1h", "1h1h", "1d", "9999h", "1é", "1 h"]
        {
            assert!(text.parse::<Span>().is_err(), "{text}");
        }
        assert_eq!(shown(0.64), "0.6 s");
        assert_eq!(shown(245.2), "4 m 05 s");
        assert_eq!(shown(3725.0), "1 h 02 m");
    }
}
