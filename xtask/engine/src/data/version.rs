//! Version numbers, compared as numbers: 4.10 is later than 4.3 (trap X0.18).

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use super::fault::Fault;

/// A version of any number of parts: `101`, `16.04.5`, `6.2.0`. Missing parts count as 0.
#[derive(Debug, Clone)]
pub struct Version {
    text: String,
    parts: Vec<u32>,
}

/// The version of an installer, always of three parts: `4.10.0`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct InstallerVersion(u32, u32, u32);

impl InstallerVersion {
    /// The version `major.minor.patch`.
    pub const fn new(major: u32, minor: u32, patch: u32) -> Self {
        Self(major, minor, patch)
    }
}

/// The numbers of a version, or what is wrong with it.
fn parts(text: &str) -> Result<Vec<u32>, Fault> {
    let part = |part: &str| {
        let digits = !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        digits.then(|| part.parse().ok()).flatten()
    };
    text.split('.').map(part).collect::<Option<_>>().ok_or_else(|| {
        Fault::usage(format!("`{text}` is not a version: numbers joined by dots, as in 4.10.0"))
    })
}

impl FromStr for Version {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Self, Fault> {
        Ok(Self { text: text.to_owned(), parts: parts(text)? })
    }
}

impl FromStr for InstallerVersion {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Self, Fault> {
        match parts(text)?.as_slice() {
            &[major, minor, patch] => Ok(Self(major, minor, patch)),
            parts => Err(Fault::usage(format!(
                "an installer version has three parts, as in 4.10.0; `{text}` has {}",
                parts.len()
            ))),
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Display for InstallerVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.0, self.1, self.2)
    }
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        let longest = self.parts.len().max(other.parts.len());
        let part = |version: &Self, i: usize| version.parts.get(i).copied().unwrap_or(0);
        (0..longest)
            .map(|i| part(self, i).cmp(&part(other, i)))
            .fold(Ordering::Equal, Ordering::then)
    }
}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Version {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Version {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_by_number() {
        let version = |text: &str| text.parse::<Version>().unwrap();
        assert!(version("4.10.0") > version("4.3"));
        assert!(version("100") < version("101"));
        assert_eq!(version("4.3"), version("4.3.0"));
        assert_eq!(version("16.04.5").to_string(), "16.04.5");
        assert!("4.10.0".parse::<InstallerVersion>().unwrap() > InstallerVersion::new(4, 3, 0));
    }

    #[test]
    fn wrong_versions_say_what_is_expected() {
        let any = |text: &str| text.parse::<Version>().unwrap_err().message;
        let installer = |text: &str| text.parse::<InstallerVersion>().unwrap_err().message;
        assert_eq!(any("v4"), "`v4` is not a version: numbers joined by dots, as in 4.10.0");
        assert_eq!(any("4..1"), "`4..1` is not a version: numbers joined by dots, as in 4.10.0");
        assert_eq!(
            installer("4.3"),
            "an installer version has three parts, as in 4.10.0; `4.3` has 2"
        );
    }
}
