//! The program of `xtask/examples/drill.rs`: small steps on hosts of the sshd, files for services.

use std::io::{BufRead as _, BufReader, Read, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::sync::OnceLock;

use serde_json::Value;
use tempfile::TempDir;

use super::{Fleet, Outcome, Xtask, fleet, root, scratch, write};

/// A state directory and a root of its own.
pub(crate) struct Drill {
    pub(crate) dir: TempDir,
    hosts: String,
}

/// A drill under way; its words for people are read as they come.
pub(crate) struct Running {
    pub(crate) child: Child,
    words: BufReader<Box<dyn Read>>,
    said: String,
}

impl Drill {
    /// On these hosts of the sshd. They are one machine, whose lock file is the drill's own: the `/run` of
    /// their sessions is below its directory.
    pub(crate) fn on(hosts: &str) -> Self {
        Self::at(fleet(), hosts)
    }

    /// The same at an sshd of the test's own.
    pub(crate) fn at(fleet: &Fleet, hosts: &str) -> Self {
        let drill = Self { dir: scratch(), hosts: hosts.to_owned() };
        let run = drill.dir.path().join("run");
        std::fs::create_dir(&run).expect("a directory");
        for name in ["hosts.toml", "ssh_config"] {
            write(&drill.dir.path().join(name), &read(&fleet.dir.join(name)));
        }
        let own = format!("Host h* 127.0.1.*\n  SetEnv XTASK_TEST_RUN={}\n", run.display());
        drill.rewrite("ssh_config", |config| config.replace("Host h* 127.0.1.*\n", &own))
    }

    /// With another file beside the inventory.
    pub(crate) fn rewrite(self, name: &str, change: impl FnOnce(String) -> String) -> Self {
        let file = self.dir.path().join(name);
        write(&file, &change(read(&file)));
        self
    }

    /// With one more host before the others, `a0`, at a port where no sshd is.
    #[must_use]
    pub(crate) fn with_a0(self, address: &str, port: u16) -> Self {
        let a0 = format!("[hosts.a0]\naddress = \"{address}\"\nport = {port}\n\n[hosts.\"h");
        self.rewrite("hosts.toml", |text| text.replace("[hosts.\"h", &a0))
    }

    /// With an ssh that does not know the key of the host at `address`.
    #[must_use]
    pub(crate) fn without_key_of(self, address: &str) -> Self {
        let (old, known) = (fleet().dir.join("known_hosts"), self.dir.path().join("known_hosts"));
        let keys = read(&old);
        let others = keys.lines().filter(|line| !line.contains(&format!("[{address}]")));
        write(&known, &others.map(|line| format!("{line}\n")).collect::<String>());
        let (old, known) = (old.display().to_string(), known.display().to_string());
        self.rewrite("ssh_config", |config| config.replace(&old, &known))
    }

    /// With the secret `password` in a file.
    #[must_use]
    pub(crate) fn with_secret(self, value: &str) -> Self {
        let word = self.dir.path().join("word");
        write(&word, value);
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o600);
        std::fs::set_permissions(&word, mode).expect("a file of our own");
        let secrets = format!("[secrets]\npassword = {{ file = {word:?} }}\n\n");
        self.rewrite("hosts.toml", |text| secrets + &text)
    }

    fn words(&self, line: &str) -> Vec<String> {
        let root = self.dir.path().join("hosts").display().to_string();
        let inventory = self.dir.path().join("hosts.toml").display().to_string();
        let own = ["-i", &inventory, "-w", &self.hosts, "--root", &root];
        let own = own.map(str::to_owned);
        own.into_iter().chain(line.split_whitespace().map(str::to_owned)).collect()
    }

    /// `drill LINE`; words are separated by blanks.
    pub(crate) fn call(&self, line: &str) -> Xtask {
        Xtask::start(program(), self.dir.path(), &self.words(line))
    }

    pub(crate) fn run(&self, line: &str) -> Outcome {
        self.call(line).run()
    }

    /// The same, which must end with this code.
    pub(crate) fn ends(&self, code: i32, line: &str) -> Outcome {
        let outcome = self.run(line);
        assert_eq!(outcome.code, code, "{line}\n{}{}", outcome.stdout, outcome.stderr);
        outcome
    }

    pub(crate) fn spawn(&self, line: &str) -> Running {
        let mut child = self.call(line).spawn();
        let stderr = child.stderr.take().expect("a pipe");
        Running { child, words: BufReader::new(Box::new(stderr)), said: String::new() }
    }

    /// The same at a terminal, at which `typed` is typed: the exit code, and the final text.
    pub(crate) fn typed(&self, line: &str, typed: &str) -> (i32, String) {
        let mut terminal = self.terminal(line);
        terminal.types(typed);
        terminal.leaves()
    }

    /// A terminal with the program at it, without the status line.
    pub(crate) fn terminal(&self, line: &str) -> Running {
        self.at_terminal(&[], &["-q"], line)
    }

    /// The same with the status line.
    pub(crate) fn status_line(&self, line: &str) -> Running {
        self.at_terminal(&["env", "TERM=xterm"], &[], line)
    }

    /// A terminal that cannot move its cursor.
    pub(crate) fn on_dumb_terminal(&self, line: &str) -> Running {
        self.at_terminal(&["env", "TERM=dumb"], &[], line)
    }

    fn at_terminal(&self, behind: &[&str], flags: &[&str], line: &str) -> Running {
        let program = program().to_str().expect("a plain path");
        let own = [behind, &[program, "--color", "never"], flags].concat();
        let own = own.into_iter().map(str::to_owned);
        let words: Vec<String> = own.chain(self.words(line)).collect();
        Running::at_terminal(&words, self.dir.path())
    }

    /// A file of a host, below its directory.
    pub(crate) fn path(&self, host: &str, name: &str) -> PathBuf {
        self.dir.path().join("hosts").join(host).join(name)
    }

    pub(crate) fn has(&self, host: &str, name: &str) -> bool {
        self.path(host, name).exists()
    }

    pub(crate) fn put(&self, host: &str, name: &str, text: &str) {
        let path = self.path(host, name);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
        write(&path, text);
    }

    /// The commands that were started on a host, in order.
    pub(crate) fn log(&self, host: &str) -> String {
        std::fs::read_to_string(self.path(host, "log")).unwrap_or_default().replace('\n', " ")
    }

    /// The directory of the last run's record.
    pub(crate) fn record(&self) -> String {
        let runs = std::fs::read_dir(self.dir.path().join("xtask/runs")).expect("runs");
        let dirs = runs.map(|entry| entry.expect("an entry").path());
        dirs.max().expect("a run").display().to_string()
    }

    /// The lines of the last run's journal with this `event`.
    pub(crate) fn journal(&self, event: &str) -> Vec<Value> {
        let runs = self.dir.path().join("xtask/runs");
        let mut runs: Vec<PathBuf> =
            std::fs::read_dir(runs).into_iter().flatten().flatten().map(|run| run.path()).collect();
        runs.sort();
        let journal = runs.last().map(|run| run.join("journal.jsonl"));
        let text = journal.and_then(|path| std::fs::read_to_string(path).ok()).unwrap_or_default();
        let lines = text.lines().map(|line| serde_json::from_str(line).expect("a whole line"));
        lines.filter(|line: &Value| line["event"] == event).collect()
    }
}

impl Running {
    /// A program at a terminal, with its records below `state`.
    pub(crate) fn at_terminal(words: &[String], state: &Path) -> Self {
        let command = engine::text::quote::join(words).expect("plain words");
        let args = ["--quiet", "--return", "--echo", "never", "--command", &command, "/dev/null"];
        let mut child = Xtask::start(Path::new("script"), state, &args).piped().spawn();
        let screen = child.stdout.take().expect("a pipe");
        Self { child, words: BufReader::new(Box::new(screen)), said: String::new() }
    }

    /// Reads on until a line holds these words.
    pub(crate) fn says(&mut self, words: &str) {
        let mut line = String::new();
        while !line.contains(words) {
            line.clear();
            let read = self.words.read_line(&mut line).expect("text");
            assert!(read > 0, "it never said `{words}`, but:\n{}", self.said);
            self.said.push_str(&line);
        }
    }

    /// Types at the terminal.
    pub(crate) fn types(&mut self, keys: &str) {
        self.types_bytes(keys.as_bytes());
    }

    /// The same for keys that are no text.
    pub(crate) fn types_bytes(&mut self, keys: &[u8]) {
        let stdin = self.child.stdin.as_mut().expect("a terminal");
        stdin.write_all(keys).expect("a terminal");
    }

    /// The end of a program at a terminal: its exit code, and the text.
    pub(crate) fn leaves(self) -> (i32, String) {
        let (code, bytes) = self.raw();
        (code, bytes.replace('\r', ""))
    }

    /// The same with every byte that reached the terminal.
    pub(crate) fn raw(mut self) -> (i32, String) {
        self.words.read_to_string(&mut self.said).expect("text");
        let status = self.child.wait().expect("an end");
        (status.code().unwrap_or(-1), self.said)
    }

    /// Its end.
    pub(crate) fn ends(mut self) -> Outcome {
        self.words.read_to_string(&mut self.said).expect("text");
        let output = self.child.wait_with_output().expect("an end");
        Outcome {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: self.said,
        }
    }
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).expect("a file of the fleet")
}

/// The program, built like this test. Cargo builds examples only when it is asked for them.
pub(super) fn program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        let beside = Path::new(env!("CARGO_BIN_EXE_xtask")).parent().expect("a folder");
        if super::prepared().is_none() {
            build(beside);
        }
        beside.join("examples/drill")
    })
}

fn build(beside: &Path) {
    let mut cargo = Xtask::program(env!("CARGO"));
    cargo.args(["build", "--quiet", "--offline", "--package", "xtask", "--example", "drill"]);
    cargo.arg("--target-dir").arg(beside.parent().expect("a folder")).current_dir(root());
    if beside.ends_with("release") {
        cargo.arg("--release");
    }
    // With this, which tests/lib/timed.sh sets, cargo would build everything again.
    cargo.env_remove("RUSTC_BOOTSTRAP");
    assert!(cargo.stdin(Stdio::null()).status().expect("cargo starts").success());
}
