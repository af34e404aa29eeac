//! `bkcli`, the deploy tool on the control machine: installs modules and checks their health.

use engine::prelude::*;

use super::module::Module;
use super::trees;

const INSTALL: Snippet = snippet!("bk-upgrade/bkcli_install");
const RESTART: Snippet = snippet!("bk-upgrade/bkcli_restart");
const STATUS: Snippet = snippet!("bk-upgrade/bkcli_status");
const UPGRADE: Snippet = snippet!("bk-upgrade/bkcli_upgrade");
const VERSION: Snippet = snippet!("bk-upgrade/bkcli_version");

/// Why a dry run cannot know the state after an installation.
pub(crate) const LATER: &str = "known only after the earlier stages have run";

/// The tool and what it works on.
#[derive(Debug)]
pub(crate) struct Bkcli<'a> {
    /// The run.
    pub(crate) cx: &'a Context,
    /// The module.
    pub(crate) module: &'a Module,
    /// Its hosts.
    pub(crate) hosts: &'a Hosts<'a>,
    /// Time limit until it is healthy.
    pub(crate) poll: Poll,
    /// Directory of the deploy scripts (X4.29: always this path, never the current directory).
    pub(crate) install_dir: &'a AbsPath,
    /// Directory of the new packages.
    pub(crate) src_dir: &'a AbsPath,
    /// Directory of the BlueKing installation.
    pub(crate) install_path: &'a AbsPath,
}

/// The state that `bkcli` gives its module.
#[derive(Debug)]
pub(crate) struct Goal<'a> {
    bkcli: &'a Bkcli<'a>,
    /// The snippet that does it; none: only wait.
    verb: Option<Snippet>,
    /// Whether the version on every host is that of the package.
    version: bool,
    what: String,
    /// It takes minutes, and must not end with a connection.
    job: Option<Detached>,
}

impl<'a> Bkcli<'a> {
    /// `bkcli sync MODULE`, `bkcli install MODULE`.
    pub(crate) fn installed(&'a self) -> Goal<'a> {
        let what = format!("install {} with bkcli", self.module.name);
        Goal { job: self.job("install"), bkcli: self, verb: Some(INSTALL), version: true, what }
    }

    /// `bkcli upgrade MODULE`.
    pub(crate) fn upgraded(&'a self) -> Goal<'a> {
        let what = format!("upgrade {} with bkcli", self.module.name);
        Goal { job: self.job("upgrade"), bkcli: self, verb: Some(UPGRADE), version: true, what }
    }

    /// `bkcli restart MODULE`, unless all of it runs.
    pub(crate) fn restarted(&'a self) -> Goal<'a> {
        let what = format!("restart {} with bkcli", self.module.name);
        Goal { bkcli: self, verb: Some(RESTART), version: false, what, job: None }
    }

    /// `bkcli status MODULE`, `bkcli check MODULE`, judged by what they print (X4.36, XX.9).
    pub(crate) fn healthy(&'a self) -> Goal<'a> {
        let what = format!("wait until {} is healthy", self.module.name);
        Goal { bkcli: self, verb: None, version: false, what, job: None }
    }

    /// What was cut short runs again: `bkcli` continues where it was.
    fn job(&self, verb: &str) -> Option<Detached> {
        let name = format!("bkcli-{verb}-{}", self.module.name);
        Some(Detached::job(name).rerun_when_cut())
    }

    fn values(&self) -> Vec<(&'static str, Value)> {
        let dir = self.install_dir.to_string();
        vec![("INSTALL_DIR", dir.into()), ("MODULE", self.module.name.into())]
    }

    /// The faults of the module, a line each; empty when it is healthy.
    fn trouble(&self, control: &Reader<'_>) -> Result<String> {
        let check = if self.module.has_check { "check" } else { "" };
        control.ask(STATUS, [self.values(), vec![("CHECK", check.into())]].concat())
    }

    /// The hosts that do not have the version of the package, a line each.
    fn older(&self, control: &Reader<'_>) -> Result<Vec<String>> {
        trees::are_new(control, self.src_dir)?;
        let package = self.module.package;
        let new = version(control, self.src_dir, package)?;
        if new == "absent" {
            let fault = Fault::refused(format!("no package {package} in {}", self.src_dir));
            return Err(fault
                .hint("unpack the new packages first (section 6 of the document)")
                .into());
        }
        let mut lines = Vec::new();
        for host in self.hosts.iter() {
            let old =
                host.look("read VERSION", |reader| version(reader, self.install_path, package))?;
            if old != new {
                lines.push(format!("{}: {package} {old} -> {new}", host.name()));
            }
        }
        Ok(lines)
    }
}

fn version(reader: &Reader<'_>, base: &AbsPath, package: &str) -> Result<String> {
    reader.ask(VERSION, [("FILE", Value::from(format!("{base}/{package}/VERSION")))])
}

impl Op for Goal<'_> {
    fn describe(&self) -> String {
        self.what.clone()
    }

    fn probe(&self, control: &Reader<'_>) -> Result<State> {
        if self.bkcli.cx.is_pending() {
            return Ok(State::Unknown(LATER.to_owned()));
        }
        let mut lines = if self.version { self.bkcli.older(control)? } else { Vec::new() };
        lines.extend(self.bkcli.trouble(control)?.lines().map(str::to_owned));
        Ok(if lines.is_empty() { State::Kept } else { State::needed(lines.join("\n")) })
    }

    fn change(&self, _: &Reader<'_>) -> Result<Vec<Action>> {
        let limit = self.bkcli.cx.options.limit();
        let detached = self.job.clone();
        let run = |verb| {
            let action = Action::change(verb, self.bkcli.values()).within(limit);
            Action { detached: detached.clone(), ..action }
        };
        Ok(self.verb.into_iter().map(run).collect())
    }

    fn undo(&self, _: &Reader<'_>) -> Result<Option<Vec<Undo>>> {
        // A package cannot be undone, and a restart leaves nothing to undo.
        Ok((!self.version).then(Vec::new))
    }

    fn detached(&self) -> Option<&Detached> {
        self.job.as_ref()
    }

    fn poll(&self) -> Poll {
        self.bkcli.poll
    }
}
