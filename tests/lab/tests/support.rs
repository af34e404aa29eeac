//! The shared part of all tests: the lab, the runner inside its network, and calls to both.

use std::cell::RefCell;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, anyhow, ensure};
use lab::platform::Platform;
use lab::shared::Shared;
use lab::snapshot::Snapshot;
use lab::suite::{Lane, Obstacle};
use lab::{Host, Lab, shell};
use xshell::cmd;

/// Longer than anything here takes; a run that reaches it hangs.
const LIMIT: &str = "300";

pub(crate) struct Bench {
    pub(crate) lab: Lab,
    pub(crate) program: PathBuf,
    /// A platform that the case before has left without a change.
    pub(crate) untouched: RefCell<Option<Platform>>,
    _shared: Shared,
}

/// The outcome of a run of the program.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) took: Duration,
}

pub(crate) fn begin(lane: &Lane<Bench>) -> Result<Bench, Obstacle> {
    if let Some(reason) = Lab::obstacle() {
        return Err(Obstacle::Cannot(reason));
    }
    build(lane).map_err(Obstacle::Broken)
}

fn build(lane: &Lane<Bench>) -> Result<Bench> {
    static PROGRAM: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    let program = PROGRAM.get_or_init(|| program().map_err(|error| format!("{error:#}")));
    let program = program.clone().map_err(|error| anyhow!(error))?;
    let start = Instant::now();
    let mut dir = lab::shared::directory().into_os_string();
    dir.push(format!("-{}", lane.name));
    let shared = Lab::shared(env!("CARGO_BIN_EXE_lab"), dir.as_ref(), 9, lane.hosts)?;
    say(&format!("lab is up after {:.1} s", start.elapsed().as_secs_f64()));
    Ok(Bench { lab: shared.lab.clone(), program, untouched: RefCell::new(None), _shared: shared })
}

/// The program of this source, built once for all lanes.
fn program() -> Result<PathBuf> {
    let sh = shell()?;
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    cmd!(sh, "{cargo} build --quiet --package xtask --bin xtask --example away").quiet().run()?;
    let here = std::env::current_exe()?;
    Ok(here.ancestors().nth(2).context("a test is in deps/")?.join("xtask"))
}

pub(crate) use lab::suite::note as say;

/// How often a case kills the program: `XTASK_KILLS`, or the case's own number, which keeps the suite short.
pub(crate) fn kills(usual: u32) -> Result<u32> {
    let Ok(text) = std::env::var("XTASK_KILLS") else { return Ok(usual) };
    text.parse().with_context(|| format!("XTASK_KILLS={text}"))
}

impl Bench {
    /// The words that run a program inside the lab's network, with its inventory.
    fn words(program: &std::path::Path, args: &[&str]) -> Vec<String> {
        let program = program.display().to_string();
        let head = ["timeout", "-k", "10", LIMIT, &program];
        head.iter().chain(args).map(|word| (*word).to_owned()).collect()
    }

    fn command(&self, words: &[String]) -> Result<Command> {
        let sh = shell()?;
        let mut command = Command::from(self.lab.network.enter(&sh, words));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.env("XDG_STATE_HOME", self.lab.dir.join("state"));
        command.env("XTASK_INVENTORY", self.lab.dir.join("hosts.toml"));
        command.env("XTASK_PERSIST", "0").env("XTASK_YES", "1").env("VRRP_PASSWORD", "made-up1");
        for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "XTASK_REHEARSE"] {
            command.env_remove(name);
        }
        Ok(command)
    }

    /// Runs the program to its end.
    pub(crate) fn xtask(&self, args: &[&str]) -> Result<Outcome> {
        self.spawn(args)?.finish()
    }

    /// Starts it, for tests that do something meanwhile.
    pub(crate) fn spawn(&self, args: &[&str]) -> Result<Running> {
        Running::start(self.command(&Self::words(&self.program, args))?)
    }

    /// The same for an example of the program: steps that are made up for tests.
    pub(crate) fn spawn_example(&self, name: &str, args: &[&str]) -> Result<Running> {
        let program = self.program.with_file_name("examples").join(name);
        Running::start(self.command(&Self::words(&program, args))?)
    }

    /// Starts another program in the same surroundings.
    pub(crate) fn spawn_words(&self, words: &[&str]) -> Result<Running> {
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        Running::start(self.command(&words)?)
    }

    /// Hosts by name.
    pub(crate) fn hosts(&self, names: &[&str]) -> Result<Vec<&Host>> {
        names.iter().map(|name| self.lab.host(name)).collect()
    }

    /// The content of their disks.
    pub(crate) fn snapshots(&self, names: &[&str]) -> Result<Vec<Snapshot>> {
        self.hosts(names)?.into_iter().map(Snapshot::of).collect()
    }

    /// Waits until no session of the program is left on the hosts.
    pub(crate) fn no_sessions(&self, names: &[&str]) -> Result<()> {
        for host in self.hosts(names)? {
            let sessions = || -> Vec<i32> {
                let pids = host.leader().map(lab::processes::of_host).unwrap_or_default();
                pids.into_iter()
                    .filter(|pid| {
                        lab::processes::arguments(*pid).iter().any(|word| word == "xtask")
                    })
                    .collect()
            };
            lab::processes::wait(
                &format!("the sessions on {} to end", host.name),
                Duration::from_secs(60),
                || sessions().is_empty(),
            )?;
        }
        Ok(())
    }

    /// Fails when their disks differ from before.
    pub(crate) fn unchanged(&self, names: &[&str], before: &[Snapshot]) -> Result<()> {
        for (name, (before, after)) in names.iter().zip(before.iter().zip(self.snapshots(names)?)) {
            let changes = before.changes(&after);
            ensure!(changes.is_empty(), "{name} differs:\n{}", changes.join("\n"));
        }
        Ok(())
    }
}

/// A program that runs.
pub(crate) struct Running {
    child: Child,
    start: Instant,
}

impl Running {
    pub(crate) fn start(mut command: Command) -> Result<Self> {
        let child = command.spawn().context("starting the program")?;
        Ok(Self { child, start: Instant::now() })
    }

    pub(crate) fn finish(self) -> Result<Outcome> {
        let output = self.child.wait_with_output()?;
        Ok(Outcome {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
            took: self.start.elapsed(),
        })
    }

    /// The processes that it has started.
    pub(crate) fn children(&self) -> Vec<i32> {
        i32::try_from(self.child.id()).map(lab::processes::children).unwrap_or_default()
    }

    /// Whether it is over.
    pub(crate) fn has_ended(&mut self) -> bool {
        !matches!(self.child.try_wait(), Ok(None))
    }

    /// As `kill -9` of the program, which is the child of `timeout`.
    pub(crate) fn kill(self) -> Result<Outcome> {
        let pid = i32::try_from(self.child.id())?;
        let mut pids = lab::processes::children(pid);
        pids.push(pid);
        lab::processes::signal(&pids, lab::processes::Signal::KILL);
        self.finish()
    }
}

impl Outcome {
    /// Fails with everything that was printed unless the exit code is this.
    pub(crate) fn expect(self, code: i32) -> Result<Self> {
        ensure!(
            self.code == code,
            "exit {} instead of {code}\n{}\n{}",
            self.code,
            self.stdout,
            self.stderr
        );
        Ok(self)
    }

    /// Fails unless standard error says this.
    pub(crate) fn says(self, text: &str) -> Result<Self> {
        ensure!(
            self.stderr.contains(text),
            "{text:?} is not said:\n{}\n{}",
            self.stdout,
            self.stderr
        );
        Ok(self)
    }

    /// Fails unless the results are exactly these lines.
    pub(crate) fn prints(self, stdout: &str) -> Result<Self> {
        ensure!(
            self.stdout == stdout,
            "printed:\n{}\ninstead of:\n{stdout}\n{}",
            self.stdout,
            self.stderr
        );
        Ok(self)
    }
}
