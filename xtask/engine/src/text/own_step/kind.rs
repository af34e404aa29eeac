//! The kinds of values of an argument.

use std::net::IpAddr;

use crate::data::abs_path::AbsPath;
use crate::data::fault::Fault;
use crate::data::nearest::did_you_mean;

/// The kind of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// Any text without NUL.
    Text,
    /// A whole number, both ends included.
    Number {
        /// The least.
        least: u64,
        /// The greatest.
        most: u64,
    },
    /// An IPv4 or IPv6 address.
    Ip,
    /// An absolute path.
    Path,
    /// One host of the inventory: its name.
    Host,
    /// An expression of hosts: a list of their names.
    Hosts,
    /// One of these words.
    OneOf(Vec<String>),
    /// No value: the flag is there, or not.
    Switch,
}

/// The words for kinds in a header.
const WORDS: [&str; 11] =
    ["text", "u8", "u16", "u32", "u64", "port", "ip", "path", "host", "hostset", "switch"];

impl Kind {
    /// Reads a kind: `u8 1..3`, `a|b`.
    ///
    /// # Errors
    /// What is wrong with it, and a hint.
    pub fn read(text: &str) -> Result<Self, (String, Option<String>)> {
        if text.contains('|') {
            return one_of(text).map_err(|why| (why, None));
        }
        let (word, range) = text.split_once(' ').unwrap_or((text, ""));
        let limit = |most: u64| number(range.trim(), most).map_err(|why| (why, None));
        let kind = match word {
            "u8" => return limit(u8::MAX.into()),
            "u16" => return limit(u16::MAX.into()),
            "u32" => return limit(u32::MAX.into()),
            "u64" => return limit(u64::MAX),
            "port" => Self::Number { least: 1, most: u16::MAX.into() },
            "text" => Self::Text,
            "ip" => Self::Ip,
            "path" => Self::Path,
            "host" => Self::Host,
            "hostset" => Self::Hosts,
            "switch" => Self::Switch,
            _ => {
                let hint = did_you_mean(word, WORDS);
                let all = || format!("the types are {}, and words as (a|b|c)", WORDS.join(", "));
                return Err((format!("unknown type `{word}`"), Some(hint.unwrap_or_else(all))));
            }
        };
        match range.trim() {
            "" => Ok(kind),
            range => Err((format!("`{word}` has no range, here `{range}`"), None)),
        }
    }

    /// The value as the shell gets it, if it is of this kind.
    ///
    /// # Errors
    /// Why it is not.
    pub fn check(&self, text: &str) -> Result<String, String> {
        match self {
            Self::Text if text.contains('\0') => Err("it has a NUL".to_owned()),
            Self::Text | Self::Switch => Ok(text.to_owned()),
            Self::Number { least, most } => match text.parse::<u64>() {
                Ok(number) if (*least..=*most).contains(&number) => Ok(number.to_string()),
                _ => Err(format!("it is not a number from {least} to {most}")),
            },
            Self::Ip => text
                .parse::<IpAddr>()
                .map(|ip| ip.to_string())
                .map_err(|_| "it is not an IP address".to_owned()),
            Self::Path => text
                .parse::<AbsPath>()
                .map(|path| path.to_string())
                .map_err(|Fault { message, .. }| message),
            Self::Host | Self::Hosts if text.trim().is_empty() => Err("it is empty".to_owned()),
            Self::Host | Self::Hosts => Ok(text.to_owned()),
            Self::OneOf(words) if words.iter().any(|word| word == text) => Ok(text.to_owned()),
            Self::OneOf(words) => Err(format!("it is not one of {}", words.join(", "))),
        }
    }

    /// The name of a value in the help.
    pub fn value_name(&self) -> &'static str {
        match self {
            Self::Text | Self::Switch => "TEXT",
            Self::Number { .. } => "N",
            Self::Ip => "IP",
            Self::Path => "PATH",
            Self::Host => "HOST",
            Self::Hosts => "HOSTSET",
            Self::OneOf(_) => "WORD",
        }
    }
}

/// `a|b|c`.
fn one_of(text: &str) -> Result<Kind, String> {
    let words: Vec<String> = text.split('|').map(|word| word.trim().to_owned()).collect();
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.+".contains(c);
    if let Some(word) = words.iter().find(|word| word.is_empty() || !word.chars().all(plain)) {
        return Err(format!("`{word}` is not a word of letters, digits and -_.+"));
    }
    for (index, word) in words.iter().enumerate() {
        if words[..index].contains(word) {
            return Err(format!("`{word}` is there twice"));
        }
    }
    Ok(Kind::OneOf(words))
}

/// `1..3`, `1..` or `..3`, both ends included; all that the type holds without a range.
fn number(range: &str, greatest: u64) -> Result<Kind, String> {
    if range.is_empty() {
        return Ok(Kind::Number { least: 0, most: greatest });
    }
    let wrong = || format!("`{range}` is not a range as 1..3");
    let (least, most) = range.split_once("..").ok_or_else(wrong)?;
    let end = |text: &str, open: u64| match text.trim() {
        "" => Ok(open),
        text => text.parse().map_err(|_| wrong()),
    };
    let (least, most) = (end(least, 0)?, end(most, greatest)?);
    if least > most || most > greatest {
        return Err(format!("`{range}` is not a range within 0..{greatest}"));
    }
    Ok(Kind::Number { least, most })
}
