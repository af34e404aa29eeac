//! Commands in the container of a module: `docker exec`, with files that `docker cp` brings.

use engine::prelude::*;

use super::bkcli::LATER;
use super::module::model::Work;

const EXEC: Snippet = snippet!("bk-upgrade/container_exec");
const READY: Snippet = snippet!("bk-upgrade/container_ready");
const VERDICT: Snippet = snippet!("bk-upgrade/container_verdict");

/// What the migrations of permissions print when they have succeeded. A failed one also ends with exit code 0.
pub(crate) const IAM_UPGRADED: &str = "Congratulations! IAM upgrade successfully!!!";

/// Time limit of a command, in seconds; a migration takes minutes.
const LIMIT: u64 = 3600;

/// A command that runs once for each image of the container, and again with other files.
#[derive(Debug)]
pub(crate) struct Exec {
    /// The name of its marker and of its job: `monitor-init-space`.
    pub(crate) name: &'static str,
    /// The purpose: `initialize the spaces of monitoring`.
    pub(crate) what: &'static str,
    /// The command and its arguments, in the working directory of the container.
    pub(crate) command: &'static [&'static str],
    /// The module's directory in the container, below that of BlueKing: `bkmonitorv3/monitor`.
    pub(crate) directory: &'static str,
    /// A directory of the host below that of BlueKing, and its place below `directory`.
    pub(crate) files: Option<(&'static str, &'static str)>,
    /// The line of its output that means success; without one the exit code decides.
    pub(crate) success: Option<&'static str>,
}

/// It has run on the host.
#[derive(Debug)]
struct Ran<'a> {
    work: &'a Work<'a>,
    exec: &'a Exec,
    script: Script,
}

impl Exec {
    /// Runs it on the first host of the module: the work is in the database, which all hosts share. The document takes
    /// the first element of an array, which can be a host of another project (X4.6).
    pub(crate) fn run(&self, work: &Work<'_>) -> Result<()> {
        let mut all = work.hosts.iter();
        let Some(first) = all.next() else { return Ok(()) };
        let others: Vec<&str> = all.map(|host| host.name()).collect();
        if !others.is_empty() {
            let (name, others) = (first.name(), others.join(", "));
            work.cx.note(&format!("{}: once, on {name}; not on {others}", self.what));
        }
        first.ensure(&Ran { work, exec: self, script: self.script(work) }).map(drop)
    }

    fn script(&self, work: &Work<'_>) -> Script {
        let container = work.args.container.as_str();
        let values = [
            ("CONTAINER", container.into()),
            ("COMMAND", self.command.join("\n").into()),
            ("FILES", self.source(work).into()),
            ("TO", self.target(work).into()),
        ];
        let script = Script::new(self.name, EXEC, values)
            .called(format!("{} in container {container}", self.what))
            .outdated("not run with this image and these files")
            .within(Duration::from_secs(LIMIT))
            .detached(self.name);
        let Some(success) = self.success else { return script };
        let ignore = work.args.ignore.join("\n");
        script.judged_by(VERDICT, [("SUCCESS", success.into()), ("IGNORE", ignore.into())])
    }

    fn source(&self, work: &Work<'_>) -> String {
        let path = &work.args.install_path;
        self.files.map_or_else(String::new, |(from, _)| format!("{path}/{from}"))
    }

    fn target(&self, work: &Work<'_>) -> String {
        let inside = self.inside(work);
        self.files.map_or_else(String::new, |(_, to)| format!("{inside}/{to}"))
    }

    /// Below the directory of the installation, not below a written-out one (X4.58).
    fn inside(&self, work: &Work<'_>) -> String {
        let args = work.args;
        let path = args.container_path.as_ref().unwrap_or(&args.install_path);
        format!("{path}/{}", self.directory)
    }
}

impl Ran<'_> {
    /// Refuses a host without the container, before the marker is asked (X4.6).
    fn ready(&self, host: &Reader<'_>) -> Result<()> {
        let (exec, container) = (self.exec, self.work.args.container.as_str());
        let values = [
            ("CONTAINER", container.into()),
            ("DIRECTORY", exec.inside(self.work).into()),
            ("FILES", exec.source(self.work).into()),
        ];
        let (ready, found) = host.answer(&Action::probe(READY, values))?;
        if ready {
            return Ok(());
        }
        let module = self.work.module.command;
        Err(Fault::refused(format!("cannot {} in container {container}", exec.what))
            .detail("found", found.trim_end())
            .hint(format!("`update` starts it: cargo xtask bk-upgrade {module} update"))
            .hint("when BlueKing has another directory in the container, add --container-path DIR")
            .into())
    }
}

impl Op for Ran<'_> {
    fn describe(&self) -> String {
        self.script.describe()
    }

    fn probe(&self, host: &Reader<'_>) -> Result<State> {
        if self.work.cx.is_pending() {
            return Ok(State::Unknown(LATER.to_owned()));
        }
        self.ready(host)?;
        self.script.probe(host)
    }

    fn change(&self, host: &Reader<'_>) -> Result<Vec<Action>> {
        self.script.change(host)
    }

    fn undo(&self, host: &Reader<'_>) -> Result<Option<Vec<Undo>>> {
        self.script.undo(host)
    }

    fn detached(&self) -> Option<&Detached> {
        Op::detached(&self.script)
    }
}
