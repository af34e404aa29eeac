//! Commands in the containers of modules: `docker exec`, with files that `docker cp` brings.

use engine::prelude::*;

use super::bkcli;

const EXEC: Snippet = snippet!("bk-upgrade/container_exec");
const READY: Snippet = snippet!("bk-upgrade/container_ready");
const VERDICT: Snippet = snippet!("bk-upgrade/container_verdict");

/// Time limit of a command, in seconds; a migration takes minutes.
const LIMIT: u64 = 3600;

/// A command that runs once for each image of its container, and again with other files.
#[derive(Debug)]
pub(crate) struct Exec {
    /// The name of its marker and of its job: `monitor-init-space`.
    pub(crate) name: &'static str,
    /// The purpose: `initialize the spaces of monitoring`.
    pub(crate) what: &'static str,
    /// The name of the container.
    pub(crate) container: &'static str,
    /// The command and its arguments, in the working directory of the container.
    pub(crate) command: &'static [&'static str],
    /// The module's directory in the container, below that of BlueKing: `bkmonitorv3/monitor`.
    pub(crate) directory: &'static str,
    /// The directory on the host, below that of BlueKing, and its place below `directory`.
    pub(crate) files: Option<(&'static str, &'static str)>,
    /// The line of its output that means success; without one the exit code decides.
    pub(crate) success: Option<&'static str>,
}

/// The directories, and the stack traces that may be ignored.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place<'a> {
    /// Directory of the BlueKing installation on the host (X4.58).
    pub(crate) install_path: &'a AbsPath,
    /// The same directory as the container sees it.
    pub(crate) container_path: &'a AbsPath,
    /// Patterns of a shell.
    pub(crate) ignore: &'a [String],
}

/// The command has run in the container on this host.
#[derive(Debug)]
struct Ran<'a> {
    cx: &'a Context,
    exec: &'a Exec,
    place: Place<'a>,
    script: Script,
}

impl Exec {
    /// Runs it on the first host, which is `…_IP0` of the document; all have the same database (X4.6).
    pub(crate) fn run(&self, cx: &Context, hosts: &Hosts<'_>, place: Place<'_>) -> Result<()> {
        let mut all = hosts.iter();
        let Some(first) = all.next() else { return Ok(()) };
        let others: Vec<&str> = all.map(|host| host.name()).collect();
        if !others.is_empty() {
            let (name, others) = (first.name(), others.join(", "));
            cx.note(&format!("{}: only on {name}, not on {others}", self.what));
        }
        first.ensure(&Ran { cx, exec: self, place, script: self.script(place) }).map(drop)
    }

    fn script(&self, place: Place<'_>) -> Script {
        let values = [
            ("CONTAINER", self.container.into()),
            ("COMMAND", self.command.join("\n").into()),
            ("FILES", self.source(place).into()),
            ("TO", self.target(place).into()),
        ];
        let script = Script::new(self.name, EXEC, values)
            .called(format!("{} in container {}", self.what, self.container))
            .within(Duration::from_secs(LIMIT))
            .detached(self.name);
        match self.success {
            Some(success) => {
                let ignore = place.ignore.join("\n");
                script.judged_by(VERDICT, [("SUCCESS", success.into()), ("IGNORE", ignore.into())])
            }
            None => script,
        }
    }

    fn source(&self, place: Place<'_>) -> String {
        self.files.map_or_else(String::new, |(from, _)| format!("{}/{from}", place.install_path))
    }

    fn target(&self, place: Place<'_>) -> String {
        let directory = self.inside(place);
        self.files.map_or_else(String::new, |(_, to)| format!("{directory}/{to}"))
    }

    fn inside(&self, place: Place<'_>) -> String {
        format!("{}/{}", place.container_path, self.directory)
    }
}

impl Ran<'_> {
    /// A host without the container is refused, before its marker is asked (X4.6).
    fn ready(&self, host: &Reader<'_>) -> Result<()> {
        let (exec, place) = (self.exec, self.place);
        let values = [
            ("CONTAINER", exec.container.into()),
            ("DIRECTORY", exec.inside(place).into()),
            ("FILES", exec.source(place).into()),
        ];
        let (ready, found) = host.answer(&Action::probe(READY, values))?;
        if ready {
            return Ok(());
        }
        Err(Fault::refused(format!("cannot {} in container {}", exec.what, exec.container))
            .detail("found", found.trim_end())
            .hint("run the stage `update` first; it starts the container")
            .hint("where the container has BlueKing elsewhere, say so with --container-path DIR")
            .into())
    }
}

impl Op for Ran<'_> {
    fn describe(&self) -> String {
        self.script.describe()
    }

    fn probe(&self, host: &Reader<'_>) -> Result<State> {
        if self.cx.is_pending() {
            return Ok(State::Unknown(bkcli::LATER.to_owned()));
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
