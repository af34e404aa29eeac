//! The command line of this run, as a hint to type it again.

use crate::text::quote;

/// The flags that `--only` replaces in every command.
const ONLY: [&str; 2] = ["--only", "-w"];

/// The command line of this run; with `hosts`, only for these. `replaced` are further flags that cannot stand beside
/// `--only`, each with a value.
pub fn rerun(hosts: Option<&str>, replaced: &[&str]) -> String {
    narrowed(std::env::args().skip(1), hosts, replaced)
}

fn narrowed(
    mut args: impl Iterator<Item = String>,
    hosts: Option<&str>,
    replaced: &[&str],
) -> String {
    let flags = || ONLY.iter().chain(replaced).filter(|_| hosts.is_some());
    // A flag of one letter may have its value in the same word.
    let valued = |word: &str, flag: &str| {
        word.strip_prefix(flag).is_some_and(|rest| !flag.starts_with("--") || rest.starts_with('='))
    };
    let mut words = vec!["cargo".to_owned(), "xtask".to_owned()];
    let mut rest = Vec::new();
    while let Some(word) = args.next() {
        if word == "--" {
            rest.push(word);
            rest.extend(args.by_ref());
        } else if flags().any(|flag| word == *flag) {
            drop(args.next());
        } else if !flags().any(|flag| valued(&word, flag)) {
            words.push(word);
        }
    }
    let join = |words: &[String]| quote::join(words).unwrap_or_default();
    let only = hosts.map(|hosts| format!("--only {}", quote::quote(hosts).unwrap_or_default()));
    let parts = [join(&words), only.unwrap_or_default(), join(&rest)];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
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
