//! `completions`: what a shell needs to complete the words of this program, and the answers to that shell.
//!
//! The shell asks the program at each key: steps, flags, hosts, groups, stages and runs are those of now.

mod typed;
mod values;

use std::ffi::OsString;

use anyhow::{Context as _, Result};
use clap::{Command, ValueEnum};
use clap_complete::CompletionCandidate;
use clap_complete::engine as completer;
use engine::data::fault::Fault;
use engine::run::report;
use engine::text::quote::quote;

use crate::setup;
use typed::Typed;

/// A shell that asks for completions sets this to its name.
const ASKED: &str = "XTASK_COMPLETE";
/// Its words stand behind this one.
const ESCAPE: &str = "--";

/// A shell.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Shell {
    /// GNU bash, from 4.4.
    Bash,
    /// The Z shell.
    Zsh,
    /// Fish.
    Fish,
}

/// Print what a shell needs to complete steps, flags, hosts and runs
///
/// Written once into a file: it asks the program at each tab, by its path. Write it again after an
/// update of the program.
///
/// Examples:
///   cargo xtask completions bash >~/.xtask.bash     in ~/.bashrc: source ~/.xtask.bash
///   cargo xtask completions zsh >~/.xtask.zsh       in ~/.zshrc, after compinit: source ~/.xtask.zsh
///   cargo xtask completions fish >~/.config/fish/conf.d/xtask.fish
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct Args {
    /// The shell
    shell: Shell,
    /// The program that the script calls [default: the path of this one]
    #[arg(long, value_name = "PROGRAM")]
    program: Option<String>,
}

/// Prints the script of a shell.
pub(crate) fn run(args: &Args) -> Result<u8> {
    let program = match &args.program {
        Some(program) => program.clone(),
        None => this_program()?,
    };
    let script = match args.shell {
        Shell::Bash => include_str!("completions/xtask.bash"),
        Shell::Zsh => include_str!("completions/xtask.zsh"),
        Shell::Fish => include_str!("completions/xtask.fish"),
    };
    report::print(&script.replace("PROGRAM", &quote(&program)?))?;
    Ok(0)
}

fn this_program() -> Result<String> {
    let program = std::env::current_exe().context("looking for this program")?;
    let program = program.into_os_string().into_string();
    program.map_err(|_| Fault::usage("the path of this program is not UTF-8").into())
}

/// Answers a shell, if one asks; `command` is the whole command line of this program.
///
/// The words are those before the cursor, and the one at it. A line for each candidate: the word, a tab and what it is.
pub(crate) fn answer(command: impl FnOnce() -> Command) -> Option<u8> {
    let shell = Shell::from_str(std::env::var(ASKED).ok()?.as_str(), false).ok()?;
    let words = std::env::args_os().skip_while(|word| word != ESCAPE).skip(1);
    let words: Vec<String> = words.map(|word| word.to_string_lossy().into()).collect();
    let (last, before) = words.split_last()?;
    let typed = Typed::read(last);
    let before = before.iter().map(|word| match shell {
        // Fish has taken the quotes off.
        Shell::Fish => typed::at_home(word),
        Shell::Bash | Shell::Zsh => Typed::read(word).expanded(),
    });
    let words: Vec<OsString> = before.chain([typed.plain.clone()]).map(OsString::from).collect();
    setup::own::find(&words[1..], &words[1..words.len() - 1], true);
    let mut command = values::completed(command(), &words);
    let here = std::env::current_dir().ok();
    let place = words.len() - 1;
    let found = completer::complete(&mut command, words, place, here.as_deref()).ok()?;
    let lines: String = found.iter().filter_map(|one| line(shell, &typed, one)).collect();
    Some(u8::from(report::print_own(&lines).is_err()))
}

/// Bash and zsh get the word as it stands on the line; fish makes that itself.
fn line(shell: Shell, typed: &Typed, candidate: &CompletionCandidate) -> Option<String> {
    let value = candidate.get_value().to_str().filter(|it| !it.contains(char::is_control))?;
    let word = match shell {
        Shell::Fish => value.to_owned(),
        Shell::Bash | Shell::Zsh => typed.continued(value)?,
    };
    let help = candidate.get_help().map(ToString::to_string).unwrap_or_default();
    match help.lines().next() {
        Some(help) => Some(format!("{word}\t{}\n", help.replace('\t', " "))),
        None => Some(format!("{word}\n")),
    }
}
