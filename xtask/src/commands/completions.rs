//! `completions`: what a shell needs to complete the words of this program, and the answers to that shell.
//!
//! The shell asks the program at each key: steps, flags, hosts, groups, stages and runs are those of now.

mod values;

use std::ffi::OsString;
use std::io::{self, Write as _};

use anyhow::{Context as _, Result};
use clap::Command;
use clap_complete::env::{EnvCompleter, Fish, Shells, Zsh};
use engine::data::fault::Fault;
use engine::text::quote::quote;

/// A shell that asks for completions sets this to its name.
const ASKED: &str = "XTASK_COMPLETE";
/// Its words stand behind this one.
const ESCAPE: &str = "--";

/// A shell.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
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
/// Examples:
///   source <(cargo xtask completions bash)            in ~/.bashrc
///   source <(cargo xtask completions zsh)             in ~/.zshrc
///   cargo xtask completions fish | source             in ~/.config/fish/config.fish
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct Args {
    /// The shell
    shell: Shell,
}

/// Prints the script of a shell. It calls the file of this program: the path of today.
pub(crate) fn run(args: &Args) -> Result<u8> {
    let program = std::env::current_exe().context("looking for this program")?;
    let Some(program) = program.to_str() else {
        return Err(Fault::usage("the path of this program is not UTF-8").into());
    };
    let quoted = quote(program)?;
    let script = match args.shell {
        Shell::Bash => include_str!("completions/xtask.bash").replace("PROGRAM", &quoted),
        Shell::Zsh => registered(&Zsh, program)? + include_str!("completions/cargo.zsh"),
        Shell::Fish => {
            let of_cargo = include_str!("completions/cargo.fish").replace("PROGRAM", &quoted);
            registered(&Fish, program)? + &of_cargo
        }
    };
    engine::run::report::print(&script)?;
    Ok(0)
}

fn registered(shell: &dyn EnvCompleter, program: &str) -> Result<String> {
    let mut script = Vec::new();
    shell.write_registration(ASKED, "xtask", "xtask", program, &mut script)?;
    String::from_utf8(script).context("reading the script of the shell")
}

/// Answers a shell, if one asks; `command` is the whole command line of this program.
pub(crate) fn answer(command: impl FnOnce() -> Command) -> Option<u8> {
    let shell = std::env::var_os(ASKED)?;
    let words: Vec<OsString> =
        std::env::args_os().skip_while(|word| word != ESCAPE).skip(1).collect();
    let shells = Shells::builtins();
    let shell = shells.completer(shell.to_str()?)?;
    let mut command = values::completed(command(), &words);
    let here = std::env::current_dir().ok();
    let mut text = Vec::new();
    let written = shell.write_complete(&mut command, words, here.as_deref(), &mut text);
    let written = written.and_then(|()| io::stdout().write_all(&text));
    Some(u8::from(written.is_err()))
}
