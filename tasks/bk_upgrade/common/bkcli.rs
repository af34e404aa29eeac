//! `bkcli` and `bk_install`, the deploy tools on the control machine: they install modules and check their health.
//! Their exit codes mean little, so their output decides ([`super::output`]).

use engine::prelude::*;

use super::everywhere::Layout;
use super::module::model::{Module, Stage, Work};
use super::{output, trees, versions};

const BK_INSTALL: Snippet = snippet!("bk-upgrade/bkcli_bk_install");
const INSTEAD: Snippet = snippet!("bk-upgrade/container_instead");
const RUN: Snippet = snippet!("bk-upgrade/bkcli_run");
const STATUS: Snippet = snippet!("bk-upgrade/bkcli_status");

/// Why a dry run cannot know the state after an installation.
pub(crate) const LATER: &str = "known only after the earlier stages have run";

/// The stages that install a module, by their names.
pub(crate) const INSTALLING: [&str; 3] = ["update", "upgrade", "install"];

/// The tools and what they work on.
#[derive(Debug)]
pub(crate) struct Bkcli<'a> {
    /// The run.
    pub(crate) cx: &'a Context,
    /// The module.
    pub(crate) module: &'a Module,
    /// Its hosts.
    pub(crate) hosts: &'a Hosts<'a>,
    /// The layout of the site, where a module has projects.
    pub(crate) layout: Option<&'a Layout>,
    /// Time limit until it is healthy.
    pub(crate) poll: Poll,
    /// Directory of the deploy scripts (X4.29: always this path, never the current directory).
    pub(crate) install_dir: &'a AbsPath,
    /// Directory of the new packages.
    pub(crate) src_dir: &'a AbsPath,
    /// Directory of the BlueKing installation.
    pub(crate) install_path: &'a AbsPath,
    /// The container of the new service.
    pub(crate) container: &'a str,
}

/// The state that the tools give the module.
#[derive(Debug)]
pub(crate) struct Goal<'a> {
    bkcli: Bkcli<'a>,
    /// What does it; none: only wait.
    change: Option<Action>,
    /// Whether it installs: then the version on every host is that of the package.
    installs: bool,
    /// It is done by `bk_install`, which asks for the agreement.
    agreed: bool,
    what: String,
    /// It takes minutes, and must not end with a connection.
    job: Option<Detached>,
}

impl<'a> Work<'a> {
    /// The vendor's tools for this module.
    pub(crate) fn bkcli(&'a self) -> Bkcli<'a> {
        Bkcli {
            cx: self.cx,
            module: self.module,
            hosts: self.hosts,
            layout: self.layout,
            poll: self.args.wait.poll(),
            install_dir: &self.args.install_dir,
            src_dir: &self.args.src_dir,
            install_path: &self.args.install_path,
            container: &self.args.container,
        }
    }
}

impl<'a> Bkcli<'a> {
    /// The commands of the row: `bkcli sync MODULE`, `bkcli install MODULE`.
    pub(crate) fn updated(self) -> Goal<'a> {
        let first = if self.module.verbs.contains(&"upgrade") { "upgrade" } else { "install" };
        let what = format!("{first} {} with bkcli", self.module.name);
        let (change, job) = (self.run(self.module.verbs), self.job(first));
        Goal { bkcli: self, change: Some(change), installs: true, agreed: false, what, job }
    }

    /// `bk_install MODULE`: the module and those that it needs. With `reset`, what `.bk_install.step` lists as done
    /// runs again (X4.41).
    pub(crate) fn installed_by_bk_install(self, reset: bool) -> Goal<'a> {
        let what = format!("install {} with bk_install", self.module.name);
        let reset = Value::list(if reset { self.module.steps } else { &[] }.iter().copied());
        let values = [self.values(), vec![("ALLOW", self.allows()), ("RESET", reset)]].concat();
        let (change, job) = (Action::change(BK_INSTALL, values), self.job("bk-install"));
        Goal { bkcli: self, change: Some(change), installs: true, agreed: true, what, job }
    }

    /// `bkcli start MODULE`, unless all of it runs.
    pub(crate) fn started(self) -> Goal<'a> {
        let what = format!("start {} with bkcli", self.module.name);
        let change = Some(self.run(&["start"]));
        Goal { bkcli: self, change, installs: false, agreed: false, what, job: None }
    }

    /// `bkcli restart MODULE`, unless all of it runs.
    pub(crate) fn restarted(self) -> Goal<'a> {
        let what = format!("restart {} with bkcli", self.module.name);
        let change = Some(self.run(&["restart"]));
        Goal { bkcli: self, change, installs: false, agreed: false, what, job: None }
    }

    /// `bkcli status MODULE`, `bkcli check MODULE`, judged by what they print (X4.36, XX.9).
    pub(crate) fn healthy(self) -> Goal<'a> {
        let what = format!("wait until {} is healthy", self.module.name);
        Goal { bkcli: self, change: None, installs: false, agreed: false, what, job: None }
    }

    /// Runs these commands in this order, and stops at the first that fails by what it prints.
    fn run(&self, verbs: &[&str]) -> Action {
        let verbs = Value::list(verbs.iter().copied());
        Action::change(
            RUN,
            [self.values(), vec![("VERBS", verbs), ("ALLOW", self.allows())]].concat(),
        )
    }

    /// What was cut short runs again: the tools continue where they were.
    fn job(&self, verb: &str) -> Option<Detached> {
        let name = format!("bkcli-{verb}-{}", self.module.name);
        Some(Detached::job(name).rerun_when_cut())
    }

    fn values(&self) -> Vec<(&'static str, Value)> {
        let dir = self.install_dir.to_string();
        vec![("INSTALL_DIR", dir.into()), ("MODULE", self.module.name.into())]
    }

    fn allows(&self) -> Value {
        output::allowed(self.module.allows)
    }

    /// The faults of the module, a line each; empty when it is healthy.
    pub(crate) fn trouble(&self, control: &Reader<'_>) -> Result<String> {
        let module = self.module;
        let own = [module.name];
        let names = if module.status.is_empty() { &own[..] } else { module.status };
        let values = [
            ("INSTALL_DIR", self.install_dir.to_string().into()),
            ("MODULES", Value::list(names.iter().copied())),
            ("CHECK", if module.has_check { module.name } else { "" }.into()),
            ("MISSING", self.missing()),
            ("GONE", self.check_enters()?.into()),
        ];
        control.ask(STATUS, values)
    }

    /// `ADDRESS/UNIT` for each unit of another project than those of the address: it may be missing there (X4.55).
    /// `bkcli` asks the addresses of install.config, so that file decides.
    fn missing(&self) -> Value {
        let Some(layout) = self.layout else { return Value::List(Vec::new()) };
        let units = self.module.projects.iter().flat_map(|(unit, project)| {
            let others = layout.without(self.module.whole, project).into_iter();
            others.map(move |address| format!("{address}/{unit}.service"))
        });
        Value::list(units)
    }

    /// The environment that `bkcli check` enters although it is gone, when the container runs in its place on every
    /// host (X4.57); else nothing.
    pub(crate) fn check_enters(&self) -> Result<&'static str> {
        let environment = self.module.check_enters;
        if environment.is_empty() {
            return Ok("");
        }
        let path = format!("{}/.envs/{environment}", self.install_path);
        for host in self.hosts.iter() {
            let values =
                [("ENVIRONMENT", path.as_str().into()), ("CONTAINER", self.container.into())];
            if !host.look("look for the container", |reader| reader.kept(INSTEAD, values))? {
                return Ok("");
            }
        }
        Ok(environment)
    }

    /// The hosts that do not have the version of the package, a line each.
    pub(crate) fn older(&self, control: &Reader<'_>) -> Result<Vec<String>> {
        trees::are_new(control, self.src_dir)?;
        let package = self.module.package;
        if package.is_empty() {
            return Ok(Vec::new());
        }
        let new = versions::read(control, &format!("{}/{package}", self.src_dir))?;
        if new == "absent" {
            let fault = Fault::refused(format!("no package {package} in {}", self.src_dir));
            return Err(fault
                .hint("unpack the new packages first (section 6 of the document)")
                .into());
        }
        let all = versions::installed(self.hosts, self.install_path, package)?;
        let older = all.into_iter().filter(|(_, old)| *old != new);
        Ok(older.map(|(host, old)| format!("{host}: {package} {old} -> {new}")).collect())
    }

    fn is_not_installed(&self, lines: &[String]) -> Fault {
        let module = self.module;
        let fault = Fault::failed(format!("{} is not installed", module.name));
        let fault = fault.detail("found", lines.join("\n"));
        let installs = |stage: &&Stage| INSTALLING.contains(&stage.name);
        match module.stages.iter().find(installs) {
            Some(stage) => {
                let (module, stage) = (module.command, stage.name);
                fault.hint(format!("install it: cargo xtask bk-upgrade {module} {stage}"))
            }
            None => fault,
        }
    }

    /// `bk_install` asks for the agreement unless this file exists, and nobody could answer (X4.42).
    fn agreement(&self, control: &Reader<'_>) -> Result<()> {
        output::agreed(control, self.install_dir)
    }
}

impl Op for Goal<'_> {
    fn describe(&self) -> String {
        self.what.clone()
    }

    fn probe(&self, control: &Reader<'_>) -> Result<State> {
        if self.bkcli.cx.is_pending() {
            return Ok(State::Unknown(LATER.to_owned()));
        }
        let mut lines = if self.installs { self.bkcli.older(control)? } else { Vec::new() };
        let is_old = !lines.is_empty();
        lines.extend(self.bkcli.trouble(control)?.lines().map(str::to_owned));
        if lines.is_empty() {
            return Ok(State::Kept);
        }
        // No time brings a version or a unit that the installation has not brought.
        if control.is_verifying() && (is_old || lines.iter().any(|line| line.contains("not-found")))
        {
            return Err(self.bkcli.is_not_installed(&lines).into());
        }
        if self.agreed && !control.is_verifying() {
            self.bkcli.agreement(control)?;
        }
        Ok(State::needed(lines.join("\n")))
    }

    fn change(&self, _: &Reader<'_>) -> Result<Vec<Action>> {
        let limit = self.bkcli.cx.options.limit();
        let detached = self.job.clone();
        let run = |action: Action| Action { detached: detached.clone(), ..action.within(limit) };
        Ok(self.change.clone().into_iter().map(run).collect())
    }

    fn undo(&self, _: &Reader<'_>) -> Result<Option<Vec<Undo>>> {
        // A package cannot be undone, and a restart leaves nothing to undo.
        Ok((!self.installs).then(Vec::new))
    }

    fn detached(&self) -> Option<&Detached> {
        self.job.as_ref()
    }

    fn poll(&self) -> Poll {
        self.bkcli.poll
    }
}
