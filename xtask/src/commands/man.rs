//! `man`: the help of the commands as manual pages.

use anyhow::{Context as _, Result};
use camino::{Utf8Path, Utf8PathBuf};
use clap::Command;
use clap_mangen::Man;
use engine::data::fault::Fault;

/// Print the manual page of a command
///
/// Examples:
///   cargo xtask man bk-upgrade paas | man -l -
///   cargo xtask man --dir ~/.local/share/man/man1
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct Args {
    /// The command, `bk-upgrade paas` [default: the program itself]
    #[arg(value_name = "COMMAND")]
    words: Vec<String>,
    /// Write the pages of all commands into this directory
    #[arg(long, value_name = "DIR", conflicts_with = "words")]
    dir: Option<Utf8PathBuf>,
}

/// Prints one page, or writes all.
pub(crate) fn run(args: &Args, command: Command) -> Result<u8> {
    let mut command = command.name("xtask").bin_name("xtask");
    command.build();
    if let Some(dir) = &args.dir {
        std::fs::create_dir_all(dir).with_context(|| format!("making {dir}"))?;
        write(&command, "xtask", dir)?;
        return Ok(0);
    }
    let (mut at, mut words) = (&command, "xtask".to_owned());
    for word in &args.words {
        let unknown = || {
            Fault::usage(format!("`{word}` is no command of {words}"))
                .hint("all commands: cargo xtask list")
        };
        at = at.find_subcommand(word).ok_or_else(unknown)?;
        words = format!("{words} {}", at.get_name());
    }
    engine::run::report::print(&page(at, &words)?)?;
    Ok(0)
}

/// The pages of a command and of all below it.
fn write(command: &Command, words: &str, dir: &Utf8Path) -> Result<()> {
    let path = dir.join(format!("{}.1", words.replace(' ', "-")));
    std::fs::write(&path, page(command, words)?).with_context(|| format!("writing {path}"))?;
    for below in command.get_subcommands().filter(|below| !below.is_hide_set()) {
        write(below, &format!("{words} {}", below.get_name()), dir)?;
    }
    Ok(())
}

/// Where the rest stands, on each page but that of the program.
const SEE_ALSO: &str = "\
.SH \"SEE ALSO\"
\\fBxtask\\fR(1) has the options that all commands share, and the exit codes.
";

/// The options that all commands share stand on the page of the program only.
fn page(command: &Command, words: &str) -> Result<String> {
    let is_root = words == "xtask";
    let command = command.clone().mut_args(|arg| {
        let shared = arg.is_global_set() && !is_root;
        arg.hide(shared)
    });
    let mut text = Vec::new();
    Man::new(command.name(words.replace(' ', "-")).bin_name(words.to_owned()))
        .manual("Operations runbooks")
        .render(&mut text)?;
    let text = String::from_utf8(text).context("reading a page")?;
    Ok(if is_root { text } else { text + SEE_ALSO })
}
