//! The steps of the runbooks: one file per step, one folder per runbook, one list each ([`list`]).
//!
//! The path on the command line is the path on disk: `cargo xtask uecm keepalived-vip` is
//! `tasks/uecm/keepalived_vip.rs`, its shell is in `snippets/uecm/`.

pub mod bk_upgrade;
mod common;
pub mod graph;
pub mod keepalived_vip;
pub mod list;
pub mod os_upgrade;
pub mod own;
pub mod uecm;
pub mod webservice;

use std::collections::BTreeMap;

use clap::{ArgMatches, Args as _, Command, FromArgMatches, Subcommand};

use engine::run::record::Shells;

pub use self::common::composite::first_line;
use self::list::{Access, Parse, Row, Runbook, Step};

/// The runbooks.
#[rustfmt::skip]
pub static RUNBOOKS: &[&Runbook] = &[
    &webservice::RUNBOOK,
    &uecm::RUNBOOK,
    &bk_upgrade::RUNBOOK,
    &os_upgrade::RUNBOOK,
];

/// The step that belongs to more than one runbook.
static SHARED: Row = Row {
    module: "keepalived_vip",
    records: "WS-21, WS-22, UE-33",
    lines: "",
    access: Access::Changes,
    no_return: false,
    help: "Bring a virtual IP under keepalived, for one of two platforms",
    on_top: true,
    family: None,
    composite: None,
    arguments: |command| Row::details(command, keepalived_vip::Args::augment_args),
    parse: Parse::Program(|matches| {
        let args = keepalived_vip::Args::from_arg_matches(matches)?;
        let runbook = args.runbook();
        Ok(Step::of(args, true, runbook, keepalived_vip::run))
    }),
};

/// The commands without the name of a runbook, those of a runbook first.
pub fn on_top() -> impl Iterator<Item = &'static Row> {
    let rows = RUNBOOKS.iter().flat_map(|runbook| runbook.rows);
    rows.filter(|row| row.on_top).chain([&SHARED])
}

/// The row that these words name: `["bk-upgrade", "paas"]`. A command of the program is never hidden by an own one.
pub fn row(words: &[&str]) -> Option<&'static Row> {
    let named = |row: &&Row, word: &str| row.module.replace('_', "-") == word;
    match words {
        [step] => on_top().find(|row| named(row, step)),
        [runbook, step] => built_in(runbook, step).or_else(|| own::row(runbook, step)),
        _ => None,
    }
}

/// The row of a step that is in the program.
pub fn built_in(runbook: &str, step: &str) -> Option<&'static Row> {
    let runbook = RUNBOOKS.iter().find(|known| known.name == runbook)?;
    runbook.rows.iter().find(|row| row.name() == step)
}

/// The runbook whose `traps` explains what a step says about its document.
pub fn guide(step: &str) -> Option<&'static str> {
    let first = step.split(' ').next().unwrap_or_default();
    let explains = |runbook: &&&Runbook| runbook.rows.iter().any(|row| row.module == "traps");
    let own = |runbook: &&&Runbook| {
        let is_on_top = |row: &Row| row.on_top && row.module.replace('_', "-") == first;
        runbook.name == first || runbook.rows.iter().any(is_on_top)
    };
    let found = RUNBOOKS.iter().find(|runbook| own(runbook) && explains(runbook));
    found.map(|runbook| runbook.name)
}

/// Adds the commands of the runbook with the name of this command, the own ones behind those of the program, and its picture.
fn commands(command: Command) -> Command {
    let runbook = RUNBOOKS.iter().find(|runbook| runbook.name == command.get_name());
    let rows = runbook.into_iter().flat_map(|runbook| runbook.rows);
    let command = rows.fold(command, |all, row| all.subcommand(row.command()));
    own::commands(command).subcommand(graph::command())
}

impl Subcommand for Step {
    fn augment_subcommands(command: Command) -> Command {
        let command = on_top().fold(command, |all, row| all.subcommand(row.command()));
        let group = |name: &'static str, about: &'static str| {
            let command = clap::Command::new(name).about(about);
            command.subcommand_required(true).arg_required_else_help(true)
        };
        let known = |name: &str| RUNBOOKS.iter().any(|runbook| runbook.name == name);
        let command = RUNBOOKS.iter().fold(command, |all, runbook| {
            all.subcommand(group(runbook.name, runbook.title).defer(commands))
        });
        let own = own::runbooks().into_iter().filter(|name| !known(name));
        own.fold(command, |all, name| all.subcommand(group(name, own::TITLE).defer(commands)))
    }

    fn augment_subcommands_for_update(command: Command) -> Command {
        Self::augment_subcommands(command)
    }

    fn has_subcommand(name: &str) -> bool {
        let built_in = RUNBOOKS.iter().any(|runbook| runbook.name == name);
        built_in || row(&[name]).is_some() || own::runbooks().contains(&name)
    }
}

impl FromArgMatches for Step {
    fn from_arg_matches(matches: &ArgMatches) -> clap::error::Result<Self> {
        let (mut words, mut at) = (Vec::new(), matches);
        while let Some((word, below)) = at.subcommand() {
            words.push(word);
            at = below;
        }
        let missing = || clap::Error::new(clap::error::ErrorKind::MissingSubcommand);
        if let [runbook, graph::NAME] = words[..] {
            return Ok(graph::step(runbook, at));
        }
        row(&words).ok_or_else(missing)?.step(at)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> clap::error::Result<()> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

/// The shell of all steps, for the record: which version of it a run has used.
static SNIPPETS: include_dir::Dir<'_> =
    include_dir::include_dir!("$CARGO_MANIFEST_DIR/../snippets");

/// The snippets of the program, and the own files that this process has read.
pub fn shells() -> Shells {
    let mut hashes = BTreeMap::new();
    let mut open = vec![&SNIPPETS];
    while let Some(dir) = open.pop() {
        open.extend(dir.dirs());
        for file in dir.files() {
            let name = file.path().with_extension("").to_string_lossy().into_owned();
            hashes.insert(name, Shells::hash(file.contents()));
        }
    }
    let texts: Vec<String> = own::used()
        .map(|(file, text)| {
            hashes.insert(file.name(), Shells::hash(text.as_bytes()));
            text.to_owned()
        })
        .collect();
    Shells { hashes, texts }
}
