//! Commands of one's own: files beside the inventory, and in the configuration directory of the person.
//!
//! A start reads names only. A file is read when its command is typed, listed or completed. What one process reads of
//! them is kept to its end, as the rows of the program are.

mod composite;
mod content;
mod file;
mod shell;
mod values;

use std::collections::BTreeMap;
use std::panic::resume_unwind;
use std::sync::{PoisonError, RwLock};

use clap::builder::Resettable;
use clap::{ArgMatches, Command};
use engine::prelude::*;
use engine::transport::trust::Folder;

use self::composite::Composite;
pub use self::content::Head;
use self::content::{Broken, Content};
pub use self::file::{File, Kind};
use self::shell::ShellStep;
use crate::list::{Own, Parse, Row, Step};

/// The title of a runbook that has own commands only.
pub const TITLE: &str = "Own steps";

/// The files that this command line can name.
static KNOWN: RwLock<&[File]> = RwLock::new(&[]);

/// From now on these files are commands. Of two with the same words the first one is.
pub fn know(files: Vec<File>) {
    let files: &'static [File] = if files.is_empty() { &[] } else { files.leak() };
    *KNOWN.write().unwrap_or_else(PoisonError::into_inner) = files;
}

/// All files, also those that are not used.
pub fn all() -> &'static [File] {
    *KNOWN.read().unwrap_or_else(PoisonError::into_inner)
}

/// The files that are commands, of this runbook.
fn of(runbook: &str) -> impl Iterator<Item = &'static File> {
    all().iter().filter(move |file| file.unused.is_none() && file.runbook == runbook)
}

/// The runbooks that have own commands, each once.
pub fn runbooks() -> Vec<&'static str> {
    let used = all().iter().filter(|file| file.unused.is_none());
    let mut names: Vec<&str> = used.map(|file| file.runbook.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// The file of a command.
fn file(runbook: &str, step: &str) -> Option<&'static File> {
    of(runbook).find(|file| file.step == step)
}

/// Adds the own commands of the runbook with the name of this command.
pub(crate) fn commands(command: Command) -> Command {
    let runbook = command.get_name().to_owned();
    // Beside the step that is typed nobody sees the others, and clap gives each of them all common flags.
    let typed = of(&runbook).any(|file| file.is_typed);
    let seen = of(&runbook).filter(|file| !typed || file.is_typed).collect();
    heads(seen).into_iter().fold(command, |all, (file, head)| {
        let about = head.map_or_else(|_| BROKEN.to_owned(), |head| head.about());
        let command = clap::Command::new(file.step.as_str()).about(about);
        all.subcommand(deferred(command, file))
    })
}

/// So many files are worth a thread of their own.
const MANY: usize = 32;

/// Stands for the help of a file that cannot be used.
const BROKEN: &str = "(broken: see `cargo xtask check`)";

/// The arguments are read from the file when its command is the one that was typed. clap gives only the command to the
/// function that does it, so the words are in the command.
fn deferred(command: Command, file: &File) -> Command {
    command.display_name(file.words()).defer(arguments)
}

fn arguments(command: Command) -> Command {
    let words = command.get_display_name().unwrap_or_default().to_owned();
    let found = words.split_once(' ').and_then(|(runbook, step)| file(runbook, step));
    let command = command.display_name(Resettable::Reset);
    match found {
        Some(file) => Row::details(command, |command| content(file).arguments(command)),
        None => command,
    }
}

/// What lists show of each file, or what is wrong with it. Only the first lines of a long one are read.
pub fn heads(files: Vec<&'static File>) -> Vec<(&'static File, Result<Head, Fault>)> {
    let mut folders = BTreeMap::new();
    for file in &files {
        let dir = file.dir();
        folders.entry(dir).or_insert_with(|| Folder::look(dir).ok());
    }
    let head = |file: &'static File| {
        let folder = folders.get(file.dir()).and_then(Option::as_ref);
        let (text, is_whole) = file.start(folder)?;
        match file.kind {
            Kind::Shell => ShellStep::head(file, &text, is_whole),
            Kind::Composite => Composite::head(file, &text, is_whole),
        }
    };
    let read = |file: &&'static File| (*file, head(file));
    let threads =
        std::thread::available_parallelism().map_or(1, usize::from).min(files.len() / MANY + 1);
    if threads == 1 {
        return files.iter().map(read).collect();
    }
    std::thread::scope(|scope| {
        let part = |files: &'_ [&'static File]| files.iter().map(read).collect::<Vec<_>>();
        let parts = files.chunks(files.len().div_ceil(threads));
        let parts: Vec<_> = parts.map(|files| scope.spawn(move || part(files))).collect();
        let ended =
            |part: std::thread::Result<_>| part.unwrap_or_else(|panic| resume_unwind(panic));
        parts.into_iter().flat_map(|part| ended(part.join())).collect()
    })
}

/// What a file holds. It is read once in a process.
fn content(file: &'static File) -> &'static dyn Content {
    let read = || -> Result<Box<dyn Content>, Fault> {
        Ok(match file.kind {
            Kind::Shell => Box::new(ShellStep::read(file)?),
            Kind::Composite => Box::new(Composite::read(file)?),
        })
    };
    let keep = || read().unwrap_or_else(|fault| Box::new(Broken { fault }));
    file.content.get_or_init(keep).as_ref()
}

/// Why a file cannot be used.
pub fn fault(file: &'static File) -> Option<&'static Fault> {
    content(file).fault()
}

/// The files that this process has read whole, each with its text.
pub(crate) fn used() -> impl Iterator<Item = (&'static File, &'static str)> {
    let content = |file: &'static File| Some((file, file.content.get()?.text()));
    all().iter().filter_map(content).filter(|(_, text)| !text.is_empty())
}

/// The rows of all own commands of a runbook.
pub(crate) fn rows(runbook: &str) -> impl Iterator<Item = &'static Row> {
    of(runbook).filter_map(|file| row(&file.runbook, &file.step))
}

/// The row of an own command.
pub(crate) fn row(runbook: &str, step: &str) -> Option<&'static Row> {
    let file = file(runbook, step)?;
    Some(file.row.get_or_init(|| {
        let content = content(file);
        Row {
            module: &file.step,
            records: "",
            lines: "",
            access: content.access(),
            no_return: content.is_no_return(),
            help: content.help(),
            on_top: false,
            family: None,
            composite: content.table(),
            arguments,
            parse: Parse::Own(file),
        }
    }))
}

impl Own for File {
    fn words(&self) -> String {
        Self::words(self)
    }

    fn step(&'static self, matches: &ArgMatches) -> clap::error::Result<Step> {
        content(self).step(self, matches)
    }

    fn fault(&'static self) -> Option<&'static Fault> {
        fault(self)
    }
}
