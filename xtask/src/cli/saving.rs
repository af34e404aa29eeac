//! `--save`: the dry run of a step, for `apply`.

use clap::ArgMatches;
use clap::parser::ValueSource;
use engine::data::fault::Fault;
use engine::run::saved::{Saved, Saving};
use tasks::list::{Step, Work};

use super::{Cli, Command, whole};
use crate::setup::Typed;

/// Switches that belong to the dry run.
const SWITCHES: [&str; 4] = ["-n", "--dry-run", "--check", "--exit-code"];

/// The same run with the draft of a plan, if one is to be saved.
///
/// # Errors
/// Exit 2 when this is no dry run of a step, or the file is there.
pub(super) fn of<'a>(
    cli: &Cli,
    matches: &ArgMatches,
    typed: Typed<'a>,
) -> anyhow::Result<Typed<'a>> {
    let Some(path) = cli.options.save.clone() else { return Ok(typed) };
    let is_step = matches!(cli.command, Command::Step(Step { work: Work::Run(_), .. }));
    if !is_step {
        let fault = Fault::usage(format!("`{}` has no plan to save", typed.name));
        return Err(fault.hint("--save is for the dry run of a step: cargo xtask list").into());
    }
    if !cli.options.dry_run || cli.options.emit.is_some() {
        let fault = Fault::usage("--save is for a dry run only");
        return Err(fault.hint("add -n, and leave out --emit").into());
    }
    let words = real(&typed.words);
    let dry = Cli::try_command(&words).is_none_or(|again| {
        let is_typed = |id| again.value_source(id) == Some(ValueSource::CommandLine);
        is_typed("dry_run")
            || is_typed("save")
            || again.subcommand_name() != matches.subcommand_name()
    });
    if dry {
        let fault = Fault::usage("-n cannot be taken out of this command line");
        return Err(fault.hint("write -n and --save FILE as words of their own").into());
    }
    let saved = Saved::writing(Saving {
        path,
        words,
        program: env!("XTASK_VERSION"),
        step: typed.name.to_owned(),
        alias: typed.alias.clone(),
        snippets: tasks::shells().hashes,
    })?;
    Ok(Typed { saved, ..typed })
}

/// The words of the real run.
fn real(words: &[String]) -> Vec<String> {
    let mut left = words.iter();
    let mut real = Vec::new();
    while let Some(word) = left.next() {
        match word.as_str() {
            "--" => {
                real.push(word.clone());
                real.extend(left.by_ref().cloned());
            }
            "--save" => drop(left.next()),
            save if save.starts_with("--save=") => {}
            switch if SWITCHES.contains(&switch) => {}
            _ => real.push(word.clone()),
        }
    }
    real
}

impl Cli {
    fn try_command(words: &[String]) -> Option<ArgMatches> {
        super::command().try_get_matches_from(whole(words)).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_real_run_has_all_other_words() {
        let of = |line: &str| {
            let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
            real(&words).join(" ")
        };
        assert_eq!(of("--dry-run -w a s --stage x -n --save p.json -v"), "-w a s --stage x -v");
        assert_eq!(of("s --save=p --check --exit-code -- -n"), "s -- -n");
    }
}
