//! Arguments of a row of data: each is a flag of the command and an input of its snippet.

use clap::{Arg, ArgMatches, Command};
use engine::prelude::*;

/// One argument.
#[derive(Debug)]
pub(crate) struct Input {
    /// The input of the snippet, and in small letters with dashes the flag: `KERNEL` is `--kernel`.
    pub(crate) name: &'static str,
    /// Its kind.
    pub(crate) kind: Kind,
    /// The line of help.
    pub(crate) help: &'static str,
    /// The value without the flag; without a default the flag is required.
    pub(crate) default: Option<&'static str>,
}

/// The kind of a value.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind {
    /// An absolute path.
    Path,
    /// Anything on one line.
    Text,
    /// One word.
    Word,
}

/// The typed values of a row: the hosts, and the inputs of its snippet.
#[derive(Debug)]
pub(crate) struct Values {
    /// An expression of hosts.
    pub(crate) hosts: String,
    /// By their names in the snippet.
    pub(crate) inputs: Vec<(&'static str, Value)>,
}

const HOSTS: &str = "hosts";

impl Kind {
    const fn name(self) -> &'static str {
        match self {
            Self::Path => "PATH",
            Self::Text => "TEXT",
            Self::Word => "WORD",
        }
    }

    /// The value, if it is of this kind.
    fn check(self, text: &str) -> Result<String, String> {
        match self {
            Self::Path => text.parse::<AbsPath>().map_err(|fault| fault.to_string()).map(drop)?,
            Self::Text if text.contains(['\n', '\0']) => return Err("more than one line".into()),
            Self::Word if text.is_empty() || text.contains(char::is_whitespace) => {
                return Err("not one word".into());
            }
            Self::Text | Self::Word => {}
        }
        Ok(text.to_owned())
    }
}

/// Adds the flags of a row that works on `hosts` unless others are named.
pub(crate) fn arguments(
    command: Command,
    hosts: &'static str,
    inputs: &'static [Input],
) -> Command {
    let first = Arg::new(HOSTS).long(HOSTS).value_name("HOSTSET").help("The hosts");
    inputs.iter().fold(command.arg(first.default_value(hosts)), |command, input| {
        let arg = Arg::new(input.name)
            .long(input.name.to_lowercase().replace('_', "-"))
            .value_name(input.kind.name())
            .value_parser(|text: &str| input.kind.check(text))
            .help(input.help);
        command.arg(match input.default {
            Some(default) => arg.default_value(default),
            None => arg.required(true),
        })
    })
}

/// Reads the flags of a row.
pub(crate) fn read(matches: &ArgMatches, inputs: &'static [Input]) -> Values {
    let of = |name: &str| matches.get_one::<String>(name).cloned().unwrap_or_default();
    let inputs = inputs.iter().map(|input| (input.name, of(input.name).into())).collect();
    Values { hosts: of(HOSTS), inputs }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_of_its_kind() {
        assert_eq!(Kind::Path.check("/etc/os-release").unwrap(), "/etc/os-release");
        assert_eq!(Kind::Text.check("").unwrap(), "");
        assert_eq!(Kind::Word.check("3.10.0").unwrap(), "3.10.0");
        assert!(Kind::Path.check("etc").is_err() && Kind::Path.check("/a/../b").is_err());
        assert!(Kind::Text.check("a\nb").is_err());
        assert!(Kind::Word.check("").is_err() && Kind::Word.check("a b").is_err());
    }
}
