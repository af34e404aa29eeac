//! `new`: writes a step, or a whole runbook, in the form that the tests want. It builds and passes as it is made.

mod edit;
mod kind;
mod own;

use std::fs;

use anyhow::{Context as _, Result};
use camino::{Utf8Path, Utf8PathBuf};
use engine::data::fault::Fault;
use engine::run::Options;
use engine::run::report::print;
use engine::text::hostset;
use engine::text::template;

use self::edit::{after_table, among, before, before_last, module, value};
use self::kind::{CASES, Family, Kind, RUNBOOK};
use crate::setup;

/// Write a new step, or a new runbook
///
/// With --shell it is one file of POSIX sh beside the inventory, and needs no source of the program.
///
/// Otherwise it goes into the source. A step is one file, one row in the list of its runbook, its shell, and one row that tests it; a member
/// of a family is data instead of a file. It builds and passes unchanged: edit it from there.
///
/// Examples:
///   cargo xtask new --shell web rotate-logs
///   cargo xtask new uecm check-names
///   cargo xtask new uecm set-names --changes
///   cargo xtask new uecm record-names --family capture
///   cargo xtask new failover --title 'Move the service to the other site'
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct Args {
    /// The runbook; a new one when no folder below tasks/ has this name
    #[arg(value_name = "RUNBOOK", value_parser = name)]
    runbook: String,
    /// The step; a new runbook begins with `check-hosts`
    #[arg(value_name = "STEP", value_parser = name)]
    step: Option<String>,
    /// A file of POSIX sh beside the inventory, for a program without its source
    #[arg(long, requires = "step", conflicts_with_all = ["changes", "family", "records", "lines", "title"])]
    shell: bool,
    /// With --shell: in the configuration directory of the person instead
    #[arg(long, requires = "shell")]
    personal: bool,
    /// It changes hosts; the others only read
    #[arg(long, conflicts_with = "family")]
    changes: bool,
    /// The family that it is a member of
    #[arg(long, value_enum, value_name = "FAMILY")]
    family: Option<Family>,
    /// The line of help
    #[arg(long, value_name = "TEXT", default_value = "Describe the step in one line")]
    about: String,
    /// The hosts it works on [default: the first one of the runbook's cases; with --shell @all]
    #[arg(long, value_name = "HOSTSET")]
    hosts: Option<String>,
    /// The steps of the document by their ids, for the list
    #[arg(long, value_name = "IDS", default_value = "")]
    records: String,
    /// Their lines in the document, for the list
    #[arg(long, value_name = "LINES", default_value = "")]
    lines: String,
    /// What a new runbook is about, in one line
    #[arg(long, value_name = "TEXT", default_value = "A runbook of ours")]
    title: String,
}

/// The source, and what is written into it.
struct Source<'a> {
    args: &'a Args,
    root: Utf8PathBuf,
    /// The folder of the runbook below tasks/ and tests/.
    folder: String,
    step: String,
    hosts: String,
    written: Vec<Utf8PathBuf>,
}

/// The host that a new runbook works on first: it is in every sample inventory.
const FIRST_HOST: &str = "bk-control";

pub(crate) fn run(options: &Options, args: &Args) -> Result<u8> {
    if args.shell {
        return own::run(options, args);
    }
    let root = root()?;
    let folder = args.runbook.replace('-', "_");
    let cases = root.join("tests").join(&folder).join("cases.toml");
    let is_new = !root.join("tasks").join(&folder).exists();
    if !is_new && args.step.is_none() {
        let fault = Fault::usage(format!("the runbook {} is there already", args.runbook));
        return Err(fault.hint("name a step too: cargo xtask new RUNBOOK STEP").into());
    }
    let made = if is_new { FIRST_HOST.to_owned() } else { made(&cases)? };
    let hosts = args.hosts.clone().unwrap_or(made);
    let step = args.step.clone().unwrap_or_else(|| "check-hosts".to_owned());
    let mut source = Source { args, root, folder, step, hosts, written: Vec::new() };
    if is_new {
        source.runbook(&cases)?;
    }
    source.step(&cases)?;
    let files: String = source.written.iter().map(|path| format!("{path}\n")).collect();
    let next =
        "next, to write its help and the words of its case, which you read:  tests/run accept\n";
    print(&format!("{files}{next}"))?;
    Ok(0)
}

/// The first host that the cases of a runbook make.
fn made(cases: &Utf8Path) -> Result<String> {
    let text = fs::read_to_string(cases).with_context(|| format!("reading {cases}"))?;
    let hosts = value(&text, "hosts").ok_or_else(|| other_form(cases))?;
    first(hosts)
}

/// The first host of an expression in the sample inventory.
fn first(hosts: &str) -> Result<String> {
    let sample = setup::sample()?;
    let hosts = hostset::resolve(&sample, hosts)?;
    Ok(hosts.first().map(|host| host.name.clone()).unwrap_or_default())
}

/// The root of the source that the current directory is in.
fn root() -> Result<Utf8PathBuf> {
    let here = std::env::current_dir().context("finding the current directory")?;
    let here = Utf8PathBuf::try_from(here).context("reading the current directory's name")?;
    let found = here.ancestors().find(|dir| dir.join("tasks/list.rs").is_file());
    let missing = || Fault::usage(format!("{here} is not in the source of this program"));
    Ok(found.ok_or_else(|| missing().hint("change to its directory first"))?.to_owned())
}

fn name(text: &str) -> Result<String, String> {
    if setup::own::is_name(text) { Ok(text.to_owned()) } else { Err(setup::own::NAME.to_owned()) }
}

fn other_form(path: &Utf8Path) -> Fault {
    Fault::failed(format!("{path} has a form that `new` does not know"))
        .hint("write the step by hand, as its neighbours are")
}

impl Source<'_> {
    fn module(&self) -> String {
        self.step.replace('-', "_")
    }

    fn tasks(&self, file: &str) -> Utf8PathBuf {
        self.root.join("tasks").join(&self.folder).join(file)
    }

    /// A template with everything filled in that it names.
    fn fill(&self, text: &str) -> Result<String> {
        let (module, constant) = (self.module(), self.module().to_uppercase());
        let values = [
            ("help", self.args.about.as_str()),
            ("runbook", &self.args.runbook),
            ("step", &self.step),
            ("module", &module),
            ("const", &constant),
            ("hosts", &self.hosts),
            ("title", &self.args.title),
        ];
        let named = |(key, _): &(&str, &str)| text.contains(&format!("{{{{ {key} }}}}"));
        Ok(template::render("new", text, &values.into_iter().filter(named).collect::<Vec<_>>())?)
    }

    fn write(&mut self, path: &Utf8Path, text: &str) -> Result<()> {
        let dir = path.parent().unwrap_or(path);
        fs::create_dir_all(dir).with_context(|| format!("making {dir}"))?;
        fs::write(path, text).with_context(|| format!("writing {path}"))?;
        let path = path.strip_prefix(&self.root).unwrap_or(path).to_owned();
        if !self.written.contains(&path) {
            self.written.push(path);
        }
        Ok(())
    }

    /// A file that must not be there yet.
    fn create(&mut self, path: &Utf8Path, text: &str) -> Result<()> {
        if path.exists() {
            return Err(Fault::usage(format!("{path} is there already")).into());
        }
        self.write(path, text)
    }

    fn edit(&mut self, path: &Utf8Path, edit: impl FnOnce(&str) -> Option<String>) -> Result<()> {
        let text = fs::read_to_string(path).with_context(|| format!("reading {path}"))?;
        let text = edit(&text).ok_or_else(|| other_form(path))?;
        self.write(path, &text)
    }

    /// A runbook without steps: its list, its name among the runbooks, its cases.
    fn runbook(&mut self, cases: &Utf8Path) -> Result<()> {
        let text = self.fill(RUNBOOK)?;
        self.create(&self.tasks("mod.rs"), &text)?;
        let (folder, row) = (self.folder.clone(), format!("    &{}::RUNBOOK,", self.folder));
        self.edit(&self.root.join("tasks/lib.rs"), |text| {
            before_last(&module(text, &folder)?, "];", &row)
        })?;
        let Args { runbook, title, .. } = self.args;
        let place = format!("tasks/{}", self.folder);
        let row = format!("| `{runbook}` | {title} | [{place}]({place}/README.md) |");
        self.edit(&self.root.join("README.md"), |text| after_table(text, "| runbook |", &row))?;
        let text = self.fill(CASES)?;
        self.create(cases, &text)
    }

    /// A step: its file or its row of data, its shell, its row in the list, its case.
    fn step(&mut self, cases: &Utf8Path) -> Result<()> {
        let (args, module) = (self.args, self.module());
        let kind = args.family.map_or_else(|| Kind::of_step(args.changes), Family::kind);
        let text = self.fill(kind.rust)?;
        let member = match args.family {
            Some(family) => self.member(family, &text)?,
            None => {
                self.create(&self.tasks(&format!("{module}.rs")), &text)?;
                String::new()
            }
        };
        if !kind.shell.is_empty() {
            let path = format!("snippets/{}/{module}.sh", args.runbook);
            self.create(&self.root.join(path), kind.shell)?;
        }
        let Args { records, lines, about, .. } = args;
        let access = kind.access;
        let row =
            format!("    {module}{member} => \"{records}\", \"{lines}\", {access}, \"{about}\";");
        self.edit(&self.tasks("mod.rs"), |text| before_last(text, "}", &row))?;
        let cut = match args.family {
            Some(Family::Manual) => "uncut = \"no host is asked\"".to_owned(),
            _ => format!("cuts = \"{}\"", first(&self.hosts)?),
        };
        let case = format!("\n[step.{}]\nunbroken = \"{}\"\n{cut}\n", self.step, kind.unbroken);
        self.edit(cases, |text| Some(format!("{text}{case}")))
    }

    /// A row of data in the file of its kind; gives its name for the list.
    fn member(&mut self, family: Family, text: &str) -> Result<String> {
        let [kind, module, file] = family.words();
        let path = self.tasks(&format!("common/{file}.rs"));
        if !path.exists() {
            // A manual step has no snippet, and so nothing of the prelude.
            let prelude = if family == Family::Manual { "" } else { "use engine::prelude::*;\n\n" };
            let head = format!(
                "//! The members of the family `{module}`.\n\n{prelude}use crate::common::{module}::{kind};\n"
            );
            self.create(&path, &head)?;
            self.module_of(file)?;
        }
        self.edit(&path, |old| Some(format!("{old}{text}")))?;
        Ok(format!(" = {file}::{}", self.module().to_uppercase()))
    }

    /// A module in `common` of the runbook, and in scope of its list.
    fn module_of(&mut self, file: &str) -> Result<()> {
        let (common, list) = (self.tasks("common/mod.rs"), self.tasks("mod.rs"));
        if !common.exists() {
            self.create(&common, "//! What several steps of this runbook share.\n\n")?;
            self.edit(&list, |text| before(text, "crate::runbook! {", "mod common;"))?;
        }
        let line = format!("pub(crate) mod {file};");
        self.edit(&common, |text| {
            among(text, "pub(crate) mod ", &line).or_else(|| Some(format!("{text}{line}\n")))
        })?;
        let line = format!("use self::common::{file};");
        self.edit(&list, |text| {
            among(text, "use self::common::", &line)
                .or_else(|| before(text, "crate::runbook! {", &line))
        })
    }
}
