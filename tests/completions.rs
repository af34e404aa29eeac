//! Completion in real shells at a terminal, and the manual pages.

use tempfile::TempDir;

use crate::support::drill::Running;
use crate::support::killed::Mortal as _;
use crate::support::rehearsal::Bench;
use crate::support::{scratch, write};

/// What is typed before a tab, and the words that the command then has.
const TYPED: &[(&str, &str)] = &[
    ("xtask bk-upgrade paas-pl", "bk-upgrade paas-plugins"),
    ("xtask bk-upgrade paas remo", "bk-upgrade paas remove-units"),
    ("xtask bk-upgrade paas --only-st", "bk-upgrade paas --only-stage"),
    ("xtask --rehearse hosts list -w @paa", "--rehearse hosts list -w @paas"),
    ("xtask --rehearse hosts list -w paas1,transi", "--rehearse hosts list -w paas1,transition"),
    (
        "xtask --rehearse hosts list --exclude=phy1,produ",
        "--rehearse hosts list --exclude=phy1,production",
    ),
    ("xtask --rehearse pcmd -m proxi", "--rehearse pcmd -m proxies"),
    ("xtask undo 20", "undo RUN"),
    ("cargo xtask --rehearse bk-upgrade nginx temp", "xtask --rehearse bk-upgrade nginx templates"),
    // In quotes, and in a word with quotes.
    ("xtask --rehearse hosts list -w '@paa", "--rehearse hosts list -w @paas"),
    ("xtask --rehearse hosts list -w \"paas1,@prox", "--rehearse hosts list -w paas1,@proxies"),
    ("xtask --rehearse hosts list -w paas1,'@prox", "--rehearse hosts list -w paas1,@proxies"),
    (
        "xtask --rehearse hosts list --exclude='phy1,produ",
        "--rehearse hosts list --exclude=phy1,production",
    ),
    ("cargo xtask --rehearse hosts list -w '@paa", "xtask --rehearse hosts list -w @paas"),
    // Paths with a blank, and the inventory of the line.
    ("xtask -i my", "-i my hosts.toml"),
    ("xtask -i \"my", "-i my hosts.toml"),
    ("xtask -i 'my", "-i my hosts.toml"),
    ("xtask -i my\\ h", "-i my hosts.toml"),
    ("xtask -i a\\ d", "-i a dir/"),
    ("xtask -i my\\ hosts.toml hosts list -w @bl", "-i my hosts.toml hosts list -w @blue"),
    ("xtask -i 'my hosts.toml' hosts list -w @bl", "-i my hosts.toml hosts list -w @blue"),
    ("xtask -i ~/my\\ hosts.toml hosts list -w @bl", "-i HOME/my hosts.toml hosts list -w @blue"),
    ("xtask -i ~/my", "-i HOME/my hosts.toml"),
    // What follows the value.
    ("xtask -i 'my\thosts list -w '@bl", "-i my hosts.toml hosts list -w @blue"),
];

const INVENTORY: &str = "[hosts.b1]\n[hosts.b2]\n[groups]\nblue = [\"b1\", \"b2\"]\n";

/// A shell in a directory with an inventory, which is also the home.
struct Typist {
    terminal: Running,
    home: TempDir,
}

impl Typist {
    /// With the completion in it, and functions in the place of both programs that show their words.
    fn new(bench: &Bench, shell: &[&str], prepared: &str) -> Self {
        let words: Vec<String> = shell.iter().map(ToString::to_string).collect();
        let mut terminal = Running::at_terminal(&words, bench.state.path());
        let home = scratch();
        write(&home.path().join("my hosts.toml"), INVENTORY);
        std::fs::create_dir(home.path().join("a dir")).expect("a directory");
        let path = home.path().to_str().expect("UTF-8");
        terminal.types(&format!("export HOME={path}\ncd {path}\n"));
        terminal.types(&prepared.replace("PROGRAM", env!("CARGO_BIN_EXE_xtask")));
        Self { terminal, home }
    }

    /// Types a line, a tab and enter for each.
    fn types<'a>(&mut self, lines: impl Iterator<Item = &'a str>) {
        for line in lines {
            self.terminal.types(&format!("{line}\t\n"));
        }
    }

    /// What the shell has shown until its end, and the home.
    fn leaves(mut self) -> (String, TempDir) {
        self.terminal.types("exit\n");
        (self.terminal.leaves().1, self.home)
    }
}

/// Types all of them into a shell.
fn completes(shell: &[&str], prepared: &str) {
    let bench = Bench::new();
    bench.ends(0, "bk-upgrade env-gse");
    let run = bench.last();
    let mut typist = Typist::new(&bench, shell, prepared);
    typist.types(TYPED.iter().map(|(typed, _)| *typed));
    let (said, home) = typist.leaves();
    let mut rest = said.as_str();
    for (typed, words) in TYPED {
        let words =
            words.replace("RUN", &run).replace("HOME", home.path().to_str().expect("UTF-8"));
        let wanted = format!("GOT<{words}>");
        let found = rest.find(&wanted);
        let at = found.unwrap_or_else(|| panic!("{typed}: no {wanted} in:\n{rest}"));
        rest = &rest[at + wanted.len()..];
    }
}

#[test]
fn bash_completes_steps_flags_hosts_and_runs() {
    completes(
        &["bash", "--norc", "--noprofile", "-i"],
        "source <(PROGRAM completions bash)\nxtask() { echo \"GOT<$*>\"; }\ncargo() { echo \"GOT<$*>\"; }\n",
    );
}

#[test]
fn zsh_completes_steps_flags_hosts_and_runs() {
    completes(
        &["zsh", "-f", "-i"],
        "autoload -Uz compinit; compinit -D -u\nsource <(PROGRAM completions zsh)\nxtask() { echo \"GOT<$*>\"; }\ncargo() { echo \"GOT<$*>\"; }\n",
    );
}

#[test]
fn fish_completes_steps_flags_hosts_and_runs() {
    completes(
        &["fish", "--no-config", "-i"],
        "PROGRAM completions fish | source\nfunction xtask; echo \"GOT<$argv>\"; end\nfunction cargo; echo \"GOT<$argv>\"; end\n",
    );
}
