//! What a module is made of, and what its stages work with.

use engine::prelude::*;

use super::args::Args;
use crate::bk_upgrade::common::everywhere::Layout;

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

    pub(super) fn deploys_by_bk_install(&self) -> bool {
        self.saas.is_some_and(|saas| saas.tool == Tool::BkInstall)
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

/// An application of a module.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Saas {
    /// Its code: `bk_user_manage`.
    pub(crate) app: &'static str,
    /// The tool of the document: `bkcli` or `bk_install`.
    pub(crate) tool: Tool,
    /// How often a deployment that timed out is tried again (X4.56).
    pub(crate) retries: u8,
}

/// The tools that deploy an application. They are two programs (X4.42).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tool {
    /// `./bkcli install saas-o APP`
    Bkcli,
    /// `./bk_install saas-o APP`
    BkInstall,
}
