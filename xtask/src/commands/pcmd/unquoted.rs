//! A command of `pcmd` typed without quotes: its own options were taken for ours.

use clap::{Arg, Args as _};
use engine::data::fault::Fault;
use engine::run::Options;
use engine::text::quote;

/// Words of a command that begin with `-`, in front of no `--`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Unquoted {
    before: Vec<String>,
    command: Vec<String>,
}

impl Unquoted {
    /// Finds them in the typed words. A command with a blank has quotes: what follows it are our options.
    pub(crate) fn of(words: &[String]) -> Option<Self> {
        let ours = Options::augment_args(super::Args::augment_args(clap::Command::default()));
        let mut at = words.iter().position(|word| word == "pcmd")? + 1;
        while words.get(at)?.starts_with('-') {
            if words[at] == "--" {
                return None;
            }
            at += if takes_next(&ours, &words[at]) { 2 } else { 1 };
        }
        let (before, command) = words.split_at(at);
        let bare = !command[0].contains(char::is_whitespace);
        let options = command.iter().any(|word| word.starts_with('-'));
        let found = bare && options && !command.iter().any(|word| word == "--");
        found.then(|| Self { before: before.to_vec(), command: command.to_vec() })
    }

    /// Whether the command has the word `-h`, which shows our help instead of running it.
    pub(crate) fn asks_for_help(&self) -> bool {
        self.command.iter().any(|word| word == "-h")
    }

    /// The option of one letter right behind the command's name, which may belong to either.
    pub(super) fn doubtful(&self) -> Option<&str> {
        let option = self.command.get(1)?;
        let short = option.starts_with('-') && !option.starts_with("--");
        short.then_some(option.as_str())
    }

    /// `fault` with the next step: the same line with `--` before the command.
    pub(crate) fn explain(&self, fault: Fault) -> Fault {
        match self.line() {
            Ok(line) => fault.hint(format!("quote the command, or put `--` before it:  {line}")),
            Err(_) => fault,
        }
    }

    /// The line to type.
    pub(super) fn line(&self) -> Result<String, Fault> {
        let (before, command) = (quote::join(&self.before)?, quote::join(&self.command)?);
        Ok(format!("cargo xtask {before} -- {command}"))
    }
}

/// Whether the option in `word` has its value in the next word.
fn takes_next(command: &clap::Command, word: &str) -> bool {
    let takes = |arg: &Arg| arg.get_action().takes_values();
    let mut args = command.get_arguments();
    if let Some(long) = word.strip_prefix("--") {
        let named = |arg: &&Arg| {
            let aliases = arg.get_all_aliases().unwrap_or_default();
            arg.get_long() == Some(long) || aliases.contains(&long)
        };
        return args.find(named).is_some_and(takes);
    }
    // In `-qp4` and `-qp 4` the first letter with a value takes the rest.
    let mut letters = word[1..].char_indices();
    let valued = |letter: char| {
        command.get_arguments().any(|arg| arg.get_short() == Some(letter) && takes(arg))
    };
    letters
        .find(|(_, letter)| valued(*letter))
        .is_some_and(|(at, letter)| at + letter.len_utf8() == word.len() - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(line: &str) -> Option<String> {
        let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
        Unquoted::of(&words).map(|unquoted| unquoted.line().expect("plain words"))
    }

    /// Fault B6: options of ours, with and without values, then the command.
    #[test]
    fn the_command_is_found_behind_our_options() {
        for (typed, line) in [
            ("pcmd -H 10.0.0.1 curl -s URL", "pcmd -H 10.0.0.1 -- curl -s URL"),
            (
                "-i f pcmd -qp 4 --host-string a,b df -h",
                "-i f pcmd -qp 4 --host-string a,b -- df -h",
            ),
            ("pcmd -qp4 -bmpaas tail -n 5 f", "pcmd -qp4 -bmpaas -- tail -n 5 f"),
            ("pcmd --module=x --json ls --all", "pcmd --module=x --json -- ls --all"),
        ] {
            assert_eq!(found(typed), Some(format!("cargo xtask {line}")), "{typed}");
        }
        for typed in
            ["pcmd -m x -- ls -l", "pcmd -m x uptime", "pcmd -m x ls -- -l", "pcmd -m x", "list -l"]
        {
            assert_eq!(found(typed), None, "{typed}");
        }
        let quoted = ["pcmd", "-m", "x", "uptime -p", "-q"].map(str::to_owned);
        assert_eq!(Unquoted::of(&quoted), None);
    }
}
