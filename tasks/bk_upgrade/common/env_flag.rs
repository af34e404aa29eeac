//! The flags of a step that sets keys of environment files.

use std::net::Ipv4Addr;

use clap::Arg;
use clap::builder::PossibleValuesParser;

/// A flag of a step.
#[derive(Debug)]
pub(crate) struct Flag {
    /// Its name: `run-mode`.
    pub(crate) name: &'static str,
    /// The word for its value: `MODE`.
    pub(crate) value: &'static str,
    /// The line of help.
    pub(crate) help: &'static str,
    /// The value without the flag; none: the source has another one.
    pub(crate) default: Option<&'static str>,
    /// What it may be.
    pub(crate) kind: Kind,
}

/// What the value of a flag may be.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind {
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// An IPv4 address.
    Address,
    /// The name of a host, or its address.
    Host,
    /// A TCP port.
    Port,
}

impl Flag {
    /// As an argument of the command.
    pub(crate) fn arg(&self) -> Arg {
        let arg = Arg::new(self.name).long(self.name).value_name(self.value).help(self.help);
        let kind = self.kind;
        let arg = match kind {
            Kind::OneOf(words) => arg.value_parser(PossibleValuesParser::new(words)),
            _ => arg.value_parser(move |text: &str| kind.check(text)),
        };
        match self.default {
            Some(default) => arg.default_value(default),
            None => arg,
        }
    }
}

impl Kind {
    /// The value, if it is of this kind.
    fn check(self, text: &str) -> Result<String, String> {
        let good = match self {
            Self::OneOf(words) => words.contains(&text),
            Self::Address => text.parse::<Ipv4Addr>().is_ok(),
            Self::Host => is_name(text),
            Self::Port => text.parse::<u16>().is_ok_and(|port| port > 0),
        };
        let what = match self {
            Self::OneOf(_) => "one of the words",
            Self::Address => "an IPv4 address: 10.0.0.13",
            Self::Host => "the name of a host: bkssm.service.consul",
            Self::Port => "a port, 1 to 65535",
        };
        if good { Ok(text.to_owned()) } else { Err(format!("it is not {what}")) }
    }
}

/// Whether it is a name in the form of RFC 1123.
fn is_name(text: &str) -> bool {
    let good = |part: &str| {
        let inner = |c: char| c.is_ascii_alphanumeric() || c == '-';
        !part.is_empty()
            && part.len() < 64
            && part.chars().all(inner)
            && !part.starts_with('-')
            && !part.ends_with('-')
    };
    text.len() < 254 && text.split('.').all(good)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_of_its_kind() {
        for (kind, good, bad) in [
            (Kind::OneOf(&["stable", "lite"]), "lite", "full"),
            (Kind::Address, "10.0.0.13", "10.0.0"),
            (Kind::Host, "bkssm.service.consul", "bkssm..consul"),
            (Kind::Host, "10.0.0.13", "a b"),
            (Kind::Port, "5000", "0"),
            (Kind::Port, "65535", "65536"),
        ] {
            assert_eq!(kind.check(good).unwrap(), good);
            assert!(kind.check(bad).is_err() && kind.check("").is_err(), "{kind:?} {bad}");
        }
    }
}
