//! How tests run the program, and the sshd that they share.

mod ages;
pub(crate) mod apart;
pub(crate) mod case;
pub(crate) mod chromium;
pub(crate) mod drill;
pub(crate) mod handbook;
pub(crate) mod killed;
pub(crate) mod machines;
pub(crate) mod mariadb;
pub(crate) mod records;
pub(crate) mod rehearsal;
pub(crate) mod secrets;
pub(crate) mod shown;
pub(crate) mod snapshot;
mod template;
pub(crate) mod traps;
mod unpacked;
mod walk;
pub(crate) mod written;

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

use tempfile::TempDir;

/// One call of the program, with a state directory of its own.
#[derive(Debug)]
pub(crate) struct Xtask {
    command: Command,
}

/// Its outcome.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Outcome {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Xtask {
    /// `cargo xtask ARGS`, without a terminal, colour, kept connections or anything of the user's.
    pub(crate) fn new<S: AsRef<str>>(state: &Path, args: &[S]) -> Self {
        Self::start(Path::new(env!("CARGO_BIN_EXE_xtask")), state, args)
    }

    /// Another program in the same surroundings.
    pub(crate) fn start<S: AsRef<str>>(program: &Path, state: &Path, args: &[S]) -> Self {
        let mut command = Self::program(program.to_str().expect("a plain path"));
        command.args(args.iter().map(AsRef::as_ref)).stdin(Stdio::null());
        command.env("XDG_STATE_HOME", state).env("XTASK_PERSIST", "0");
        command.env("XDG_CONFIG_HOME", state.join("config"));
        for name in [
            "LC_ALL",
            "LANG",
            "NO_COLOR",
            "CLICOLOR",
            "CLICOLOR_FORCE",
            "XTASK_INVENTORY",
            "XTASK_ACK",
            "XTASK_BATCH",
            "XTASK_GATE",
            "XTASK_GRACE",
            "XTASK_YES",
            "XTASK_REHEARSE",
            "VRRP_PASSWORD",
            "ACCOUNT_DB_PASSWORD",
        ] {
            command.env_remove(name);
        }
        Self { command }
    }

    #[expect(clippy::disallowed_methods, reason = "a test starts the program itself")]
    pub(crate) fn program(path: &str) -> Command {
        Command::new(path)
    }

    #[must_use]
    pub(crate) fn env(mut self, name: &str, value: impl AsRef<std::ffi::OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    #[must_use]
    pub(crate) fn dir(mut self, dir: &Path) -> Self {
        self.command.current_dir(dir);
        self
    }

    /// The same as the last arguments of another program.
    #[must_use]
    pub(crate) fn behind<S: AsRef<str>>(self, words: &[S]) -> Self {
        let mut words = words.iter().map(AsRef::as_ref);
        let mut command = Self::program(words.next().expect("a program"));
        command.args(words).arg(self.command.get_program()).args(self.command.get_args());
        for (name, value) in self.command.get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        command.stdin(Stdio::null());
        Self { command }
    }

    /// Runs it to its end.
    pub(crate) fn run(self) -> Outcome {
        let output = self.output();
        Outcome {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// Runs it to its end; for output that is not text.
    pub(crate) fn output(mut self) -> std::process::Output {
        self.command.output().expect("the program starts")
    }

    /// Runs it with `text` on standard input.
    pub(crate) fn fed(mut self, text: &str) -> Outcome {
        let command = self.command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.stderr(Stdio::piped()).spawn().expect("the program starts");
        let mut stdin = child.stdin.take().expect("a pipe");
        stdin.write_all(text.as_bytes()).expect("a reader");
        drop(stdin);
        let output = child.wait_with_output().expect("an end");
        Outcome {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// With a pipe to its standard input.
    #[must_use]
    pub(crate) fn piped(mut self) -> Self {
        self.command.stdin(Stdio::piped());
        self
    }

    /// Starts it, for tests that interrupt it.
    pub(crate) fn spawn(mut self) -> Child {
        self.command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts")
    }
}

/// Hosts `h001` to `h016` of one real sshd on loopback; `hosts.toml` and `ssh_config` are below `dir`.
#[derive(Debug)]
pub(crate) struct Fleet {
    pub(crate) dir: PathBuf,
    /// Ends the sshd when this process ends, however it ends; none for that of `tests/run`.
    _guard: Option<Child>,
}

/// The sshd that `tests/run` started for all test processes, else one of this process.
pub(crate) fn fleet() -> &'static Fleet {
    static FLEET: OnceLock<Fleet> = OnceLock::new();
    let running = |dir: PathBuf| Fleet { dir, _guard: None };
    FLEET.get_or_init(|| prepared().map_or_else(Fleet::start, running))
}

/// The directory of that sshd; where it is, cargo has built everything.
fn prepared() -> Option<PathBuf> {
    std::env::var_os("XTASK_TEST_FLEET").map(PathBuf::from)
}

impl Fleet {
    /// An sshd of one's own, for tests that change the home directory of its hosts.
    pub(crate) fn start() -> Self {
        Self::start_with(&[])
    }

    /// The same with more variables for `tests/lib/sshd.sh`.
    pub(crate) fn start_with(variables: &[(&str, &str)]) -> Self {
        let dir = tempfile::tempdir().expect("a directory").keep();
        let script = root().join("tests/lib/sshd.sh");
        let script = script.to_str().expect("a plain path");
        let started = Xtask::program(script)
            .arg("start")
            .arg(&dir)
            .env("SSHD_RUN", "client")
            .envs(variables.iter().copied())
            .stdout(Stdio::null())
            .status();
        assert!(started.expect("sshd.sh starts").success(), "the loopback sshd did not start");
        let stop = "cat >/dev/null; \"$0\" stop \"$1\"; rm -rf \"$1\"";
        let guard = Xtask::program("sh")
            .args(["-c", stop, script])
            .arg(&dir)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        Self { dir, _guard: Some(guard.expect("sh starts")) }
    }

    /// The program with this fleet's inventory.
    pub(crate) fn xtask<S: AsRef<str>>(&self, state: &Path, args: &[S]) -> Xtask {
        Xtask::new(state, args).env("XTASK_INVENTORY", self.dir.join("hosts.toml"))
    }
}

/// The workspace.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace").to_owned()
}

/// A script that people are given has nothing for shellcheck to say.
pub(crate) fn shellcheck(script: &str) {
    let dir = scratch();
    let file = dir.path().join("script.sh");
    write(&file, script);
    match Xtask::program("shellcheck").arg(&file).output() {
        Ok(said) => assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stdout)),
        Err(error) => {
            let note = format!("NOT CHECKED: shellcheck does not start: {error}\n");
            std::io::stderr().write_all(note.as_bytes()).expect("standard error");
        }
    }
}

/// A directory that goes away with the test.
pub(crate) fn scratch() -> TempDir {
    tempfile::tempdir().expect("a directory")
}

/// Writes a file, for inventories and fixtures.
pub(crate) fn write(path: &Path, text: &str) {
    File::create(path)
        .and_then(|mut file| file.write_all(text.as_bytes()))
        .expect("a writable file");
}

/// Waits until `there` says so, at most half a minute.
pub(crate) fn wait_until(what: &str, mut there: impl FnMut() -> bool) {
    let start = std::time::Instant::now();
    while !there() {
        assert!(start.elapsed().as_secs() < 30, "waited in vain: {what}");
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
}

/// Processes `sleep SECONDS`; a test takes a number that no other takes.
pub(crate) fn sleepers(seconds: &str) -> usize {
    let exact = |pid: &i32| {
        std::fs::read(format!("/proc/{pid}/cmdline"))
            .is_ok_and(|line| line == format!("sleep\0{seconds}\0").as_bytes())
    };
    processes(seconds).iter().filter(|pid| exact(pid)).count()
}

/// Process ids whose command line holds `text`.
pub(crate) fn processes(text: &str) -> Vec<i32> {
    let Ok(entries) = std::fs::read_dir("/proc") else { return Vec::new() };
    let number =
        |entry: std::fs::DirEntry| entry.file_name().to_str().and_then(|name| name.parse().ok());
    let pids = entries.flatten().filter_map(number);
    let has = |pid: &i32| {
        std::fs::read(format!("/proc/{pid}/cmdline"))
            .is_ok_and(|line| String::from_utf8_lossy(&line).replace('\0', " ").contains(text))
    };
    pids.filter(has).collect()
}
