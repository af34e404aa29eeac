//! Moves a module to 6.2: removes the old services, installs the new ones with the vendor's tools.
//!
//! - Hosts: the hosts of the module, the control machine; the other hosts of install.config are read
//! - Changes: removes old units and environments stage by stage, then installs the new package
//! - Proof: units inactive and gone, environments gone, version equal on every host, `bkcli status` and `bkcli check` report no fault
//! - Undo: up to `remove-units`: restores units and files; from `rm-venv` on no: reinstall the 6.1 package

mod args;
mod layout;
mod leftovers;
mod rows;
mod stages;

use clap::{ArgMatches, Command};
use engine::prelude::*;

pub(crate) use self::args::{Args, given};
pub(crate) use self::layout::Layout;
pub(crate) use self::rows::*;
pub(crate) use self::stages::*;
use super::bkcli::Bkcli;
use super::saas::{Saas, Tool};
use super::trees;
use crate::list::Family;

/// A module of BlueKing.
#[derive(Debug)]
pub(crate) struct Module {
    /// Its word on the command line: `paas-plugins`.
    pub(crate) command: &'static str,
    /// Its name for `bkcli`: `paas_plugins`.
    pub(crate) name: &'static str,
    /// Its name in install.config, which makes it a group: `paas`. That of a project: `monitorv3_monitor` (X4.55).
    pub(crate) group: &'static str,
    /// Other modules that it needs on some host: `etcd`.
    pub(crate) needs: &'static [&'static str],
    /// For a project, the group of its whole module: `monitorv3`. `bkcli status` also lists the hosts of the others.
    pub(crate) whole: &'static str,
    /// The units of all projects of the whole module, each with the group of its project.
    pub(crate) projects: &'static [(&'static str, &'static str)],
    /// The service that is interrupted: `the PaaS desktop and API`.
    pub(crate) serves: &'static str,
    /// The first sentence of its help; empty: it says that the package is installed.
    pub(crate) about: &'static str,
    /// The directory of its package, which holds VERSION; empty: its version is not compared.
    pub(crate) package: &'static str,
    /// The old services.
    pub(crate) units: &'static [&'static str],
    /// The new services have the names of old ones: a unit that runs a container is a new one.
    pub(crate) reuses_units: bool,
    /// The old virtual environments.
    pub(crate) venvs: &'static [&'static str],
    /// The commands of `bkcli` that `update` and `upgrade` run, in order: `sync`, `install`.
    pub(crate) verbs: &'static [&'static str],
    /// Error lines of these commands that the document declares harmless; `*` stands for any text. No other error
    /// line is accepted (X4.48).
    pub(crate) allows: &'static [&'static str],
    /// The names for `bkcli status`; empty: its own.
    pub(crate) status: &'static [&'static str],
    /// Whether `bkcli check` knows it (X4.36).
    pub(crate) has_check: bool,
    /// The old environment that `bkcli check` still enters, although it is gone (X4.57); empty: none.
    pub(crate) check_enters: &'static str,
    /// The container of the new service; empty: none, or none in which a stage runs a command.
    pub(crate) container: &'static str,
    /// Stack traces of its migration that the document declares harmless.
    pub(crate) ignores: &'static [&'static str],
    /// The lines of `.bk_install.step` that `--reset-steps` removes are those of these modules.
    pub(crate) steps: &'static [&'static str],
    /// Its application on the PaaS.
    pub(crate) saas: Option<Saas>,
    /// Its stages, in order.
    pub(crate) stages: &'static [Stage],
}

impl Module {
    /// A module without anything old: a row names the rest.
    pub(crate) const fn new(command: &'static str, name: &'static str) -> Self {
        Self {
            command,
            name,
            group: name,
            needs: &[],
            whole: "",
            projects: &[],
            serves: "",
            about: "",
            package: "",
            units: &[],
            reuses_units: false,
            venvs: &[],
            verbs: &[],
            allows: &[],
            status: &[],
            has_check: false,
            check_enters: "",
            container: "",
            ignores: &[],
            steps: &[],
            saas: None,
            stages: &[],
        }
    }
}

/// A stage of a module.
#[derive(Debug)]
pub(crate) struct Stage {
    /// Its word on the command line.
    pub(crate) name: &'static str,
    /// Its line in the help.
    pub(crate) help: &'static str,
    /// What the question before the step says about it, with `{serves}`; empty: nothing.
    pub(crate) asks: &'static str,
    /// What it does to hosts.
    pub(crate) effect: Effect,
    /// It works on every host with old units or environments, also outside of the group.
    pub(crate) on_old: bool,
    /// The work.
    pub(crate) does: fn(&Work<'_>) -> Result<()>,
}

/// What a stage does to hosts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effect {
    /// Nothing.
    Reads,
    /// A change that `undo` takes back.
    Reversible,
    /// A change without undo.
    Irreversible,
}

/// What a stage works with.
#[derive(Debug)]
pub(crate) struct Work<'a> {
    /// The run.
    pub(crate) cx: &'a Context,
    /// The module.
    pub(crate) module: &'a Module,
    /// The control machine.
    pub(crate) control: Host<'a>,
    /// The hosts of the module.
    pub(crate) hosts: &'a Hosts<'a>,
    /// The hosts with old units or environments: those of the module, and others that were found.
    pub(crate) old: &'a Hosts<'a>,
    /// The layout of the site; none in a script of `--emit`.
    pub(crate) layout: Option<&'a Layout>,
    /// The arguments.
    pub(crate) args: &'a Args,
}

impl<'a> Work<'a> {
    /// The vendor's tools for this module.
    pub(crate) fn bkcli(&'a self) -> Bkcli<'a> {
        Bkcli {
            cx: self.cx,
            module: self.module,
            hosts: self.hosts,
            poll: self.args.wait.poll(),
            install_dir: &self.args.install_dir,
            src_dir: &self.args.src_dir,
            install_path: &self.args.install_path,
            container: &self.args.container,
        }
    }
}

impl Family for Module {
    type Args = Args;

    fn arguments(&self, command: Command) -> Command {
        args::augment(self, command).long_about(self.details())
    }

    fn read(&self, matches: &ArgMatches) -> clap::error::Result<Args> {
        args::read(matches)
    }

    fn run(&self, cx: &Context, args: &Args) -> Result<()> {
        let control = cx.one_host("control")?;
        let stages: Vec<&Stage> =
            self.stages.iter().filter(|stage| args.stages.has(self.stages, stage)).collect();
        let asks = self.question(&stages);
        if !asks.is_empty() {
            // Without an answer nothing is read, either.
            cx.can_confirm(&asks)?;
        }
        // Before anything is stopped: without the packages of 6.2 nothing could take its place.
        if stages.iter().any(|stage| ["update", "upgrade"].contains(&stage.name))
            && !cx.is_pending()
            && cx.options.emit.is_none()
        {
            control.look("read the release", |reader| trees::are_new(reader, &args.src_dir))?;
        }
        let layout =
            if cx.options.emit.is_some() { None } else { Some(Layout::read(cx, args, &control)?) };
        let mut own = Some(format!("@{}", self.group));
        if let Some(layout) = &layout {
            layout.has(self)?;
            own = layout.hosts_of(cx, self);
        }
        let Some(own) = own else {
            cx.note("its hosts are known when `install-config` has run");
            return Ok(());
        };
        // A module without hosts is an error; the document's command reports success (X4.33).
        let hosts = cx.hosts(&own)?;
        let mut old = None;
        if let Some(layout) = &layout
            && stages.iter().any(|stage| stage.on_old)
            && !self.units.is_empty()
        {
            old = leftovers::with_others(cx, self, args, layout)?;
        }
        let (hosts, layout) = (&hosts, layout.as_ref());
        let work = Work {
            cx,
            module: self,
            control,
            hosts,
            old: old.as_ref().unwrap_or(hosts),
            layout,
            args,
        };
        if !asks.is_empty() {
            work.old.confirm(&asks)?;
        }
        for stage in &stages {
            cx.part(stage.name, stages.len(), || (stage.does)(&work))?;
        }
        Ok(())
    }
}

impl Module {
    fn deploys_by_bk_install(&self) -> bool {
        self.saas.is_some_and(|saas| saas.tool == Tool::BkInstall)
    }

    /// What a person has to know of stages that interrupt a service or are irreversible; empty for others.
    fn question(&self, stages: &[&Stage]) -> String {
        let mut what: Vec<String> = Vec::new();
        for stage in stages.iter().filter(|stage| !stage.asks.is_empty()) {
            let asks = stage.asks.replace("{serves}", self.serves);
            if !what.contains(&asks) {
                what.push(asks);
            }
        }
        let last = stages.iter().filter(|stage| stage.effect == Effect::Irreversible);
        let last: Vec<&str> = last.map(|stage| stage.name).collect();
        if !last.is_empty() {
            what.push(format!("irreversible: {}", last.join(", ")));
        }
        what.join("; ")
    }

    fn details(&self) -> String {
        let (name, serves) = (self.command, self.serves);
        let first = self.stages.first().map(|stage| stage.name).unwrap_or_default();
        let last = self.stages.last().map(|stage| stage.name).unwrap_or_default();
        let what = if !self.about.is_empty() {
            self.about.to_owned()
        } else if self.units.is_empty() {
            format!("Installs the 6.2 package with `bkcli`. This can interrupt {serves}.")
        } else {
            format!(
                "Removes the old units and virtual environments, then installs the new ones with `bkcli`.\n\
                 From `stop` to the end of `update`, users cannot reach {serves}.\n\
                 The new install.config can place the module on other hosts. So all hosts of that file are asked for\n\
                 old services, before `stop` and after `check`. They are removed wherever they are; a note names the host."
            )
        };
        let from =
            self.stages.iter().find(|stage| stage.name == "check").map_or(last, |stage| stage.name);
        let parts = format!(
            "\n  cargo xtask bk-upgrade {name} {first}\n  cargo xtask bk-upgrade {name} --from {from}"
        );
        let parts = if self.stages.len() > 1 { parts } else { String::new() };
        format!("{what}\n\nExamples:\n  cargo xtask bk-upgrade {name} -n{parts}")
    }
}
