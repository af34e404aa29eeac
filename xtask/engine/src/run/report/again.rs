//! The command line of this run, as a hint to type it again.

use crate::text::{quote, words};

/// The flags that `--only` replaces in every command.
const ONLY: [&str; 2] = ["--only", "-w"];

/// The command line of this run; with `hosts`, only for these. `replaced` are further flags that cannot stand beside
/// `--only`, each with a value.
pub fn rerun(hosts: Option<&str>, replaced: &[&str]) -> String {
    narrowed(std::env::args().skip(1), hosts, replaced)
}

/// The command line of this run with further words.
pub fn rerun_with(further: &[&str]) -> String {
    line(std::env::args().skip(1).collect(), further)
}

fn narrowed(
    mut args: impl Iterator<Item = String>,
    hosts: Option<&str>,
    replaced: &[&str],
) -> String {
    let Some(hosts) = hosts else { return line(args.collect(), &[]) };
    let flags = || ONLY.iter().chain(replaced);
    // A flag of one letter may have its value in the same word.
    let valued = |word: &str, flag: &str| {
        word.strip_prefix(flag).is_some_and(|rest| !flag.starts_with("--") || rest.starts_with('='))
    };
    let mut words = Vec::new();
    while let Some(word) = args.next() {
        if word == "--" {
            words.push(word);
            words.extend(args.by_ref());
        } else if flags().any(|flag| word == *flag) {
            drop(args.next());
        } else if !flags().any(|flag| valued(&word, flag)) {
            words.push(word);
        }
    }
    line(words, &["--only", hosts])
}

fn line(mut words: Vec<String>, further: &[&str]) -> String {
    words::insert(&mut words, further.iter().map(|word| (*word).to_owned()));
    let words: Vec<&str> =
        ["cargo", "xtask"].into_iter().chain(words.iter().map(String::as_str)).collect();
    quote::join(&words).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Fault R1: the hint takes the open hosts, and nothing else of the command changes.
    #[test]
    fn only_the_choice_of_hosts_is_replaced() {
        for (typed, replaced, line) in [
            ("s --hosts a,b --kernel 3", &[][..], "s --hosts a,b --kernel 3 --only n"),
            ("-w a,b s", &[], "s --only n"),
            ("s --only=a -wb -- -w c", &[], "s --only n -- -w c"),
            ("pcmd -H 10.0.0.1 x", &["-H", "--hosts"], "pcmd x --only n"),
            ("pcmd --hosts=10.0.0.1 -H10.0.0.2 x", &["-H", "--hosts"], "pcmd x --only n"),
        ] {
            let args = || typed.split(' ').map(str::to_owned);
            assert_eq!(narrowed(args(), Some("n"), replaced), format!("cargo xtask {line}"));
            assert_eq!(narrowed(args(), None, replaced), format!("cargo xtask {typed}"));
        }
    }
}
