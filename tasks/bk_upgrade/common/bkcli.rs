//! `bkcli`, the deploy tool on the control machine: what is installed, and whether it is healthy.

use engine::prelude::*;

const INSTALL: Snippet = snippet!("bk-upgrade/bkcli_install");
const STATUS: Snippet = snippet!("bk-upgrade/bkcli_status");
const VERSION: Snippet = snippet!("bk-upgrade/version");

/// Why a dry run cannot know how things will stand after an installation.
pub(crate) const LATER: &str = "known only after the stages before it have run";

/// The tool and what it works on.
#[derive(Debug)]
pub(crate) struct Bkcli<'a> {
    /// The run.
    pub(crate) cx: &'a Context,
    /// The hosts of the module.
    pub(crate) paas: &'a Hosts<'a>,
    /// Where the deploy scripts are (X4.29: always by this path, never by the current directory).
    pub(crate) install_dir: &'a AbsPath,
    /// Where the new packages are.
    pub(crate) src_dir: &'a AbsPath,
    /// Where BlueKing runs.
    pub(crate) install_path: &'a AbsPath,
}

/// A module is installed in the version of its package, and its services are up.
#[derive(Debug)]
pub(crate) struct Installed<'a> {
    bkcli: &'a Bkcli<'a>,
    module: &'a str,
    package: &'a str,
    limit: Duration,
    poll: Poll,
}

/// A module's services are up and its health checks say true.
#[derive(Debug)]
pub(crate) struct Healthy<'a> {
    bkcli: &'a Bkcli<'a>,
    module: &'a str,
    poll: Poll,
}

impl<'a> Bkcli<'a> {
    /// `bkcli sync MODULE`, `bkcli install MODULE`.
    pub(crate) fn installed(
        &'a self,
        module: &'a str,
        package: &'a str,
        limit: Duration,
        poll: Poll,
    ) -> Installed<'a> {
        Installed { bkcli: self, module, package, limit, poll }
    }

    /// `bkcli status MODULE`, `bkcli check MODULE`, judged by what they print (X4.36, XX.9).
    pub(crate) fn healthy(&'a self, module: &'a str, poll: Poll) -> Healthy<'a> {
        Healthy { bkcli: self, module, poll }
    }

    fn values(&self, module: &str) -> Vec<(&'static str, Value)> {
        vec![("INSTALL_DIR", self.install_dir.to_string().into()), ("MODULE", module.into())]
    }

    /// What is wrong with a module, a line each; empty when it is healthy.
    fn trouble(&self, module: &str, control: &Reader<'_>) -> Result<String> {
        control.ask(STATUS, self.values(module))
    }
}

fn version(reader: &Reader<'_>, base: &AbsPath, package: &str) -> Result<String> {
    reader.ask(VERSION, [("FILE", Value::from(format!("{base}/{package}/VERSION")))])
}

impl Op for Installed<'_> {
    fn describe(&self) -> String {
        format!("install {} with bkcli", self.module)
    }

    fn probe(&self, control: &Reader<'_>) -> Result<State> {
        if self.bkcli.cx.is_pending() {
            return Ok(State::Unknown(LATER.to_owned()));
        }
        let new = version(control, self.bkcli.src_dir, self.package)?;
        if new == "absent" {
            let fault = engine::data::fault::Fault::refused(format!(
                "no package {} in {}",
                self.package, self.bkcli.src_dir
            ));
            return Err(fault
                .hint("unpack the new packages first (section 6 of the document)")
                .into());
        }
        let mut lines = Vec::new();
        for host in self.bkcli.paas.iter() {
            let old = host.look("read VERSION", |reader| {
                version(reader, self.bkcli.install_path, self.package)
            })?;
            if old != new {
                lines.push(format!("{}: {} {old} -> {new}", host.name(), self.package));
            }
        }
        lines.extend(self.bkcli.trouble(self.module, control)?.lines().map(str::to_owned));
        Ok(if lines.is_empty() { State::Kept } else { State::needed(lines.join("\n")) })
    }

    fn change(&self, _: &Reader<'_>) -> Result<Vec<Action>> {
        Ok(vec![Action::change(INSTALL, self.bkcli.values(self.module)).within(self.limit)])
    }

    fn undo(&self, _: &Reader<'_>) -> Result<Option<Vec<Undo>>> {
        Ok(None)
    }

    fn poll(&self) -> Poll {
        self.poll
    }
}

impl Op for Healthy<'_> {
    fn describe(&self) -> String {
        format!("wait until {} is healthy", self.module)
    }

    fn probe(&self, control: &Reader<'_>) -> Result<State> {
        if self.bkcli.cx.is_pending() {
            return Ok(State::Unknown(LATER.to_owned()));
        }
        let trouble = self.bkcli.trouble(self.module, control)?;
        Ok(if trouble.is_empty() { State::Kept } else { State::needed(trouble) })
    }

    fn change(&self, _: &Reader<'_>) -> Result<Vec<Action>> {
        Ok(Vec::new())
    }

    fn undo(&self, _: &Reader<'_>) -> Result<Option<Vec<Undo>>> {
        Ok(Some(Vec::new()))
    }

    fn poll(&self) -> Poll {
        self.poll
    }
}
