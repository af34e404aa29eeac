//! Completion in real shells at a terminal, and the manual pages.

use crate::support::drill::Running;
use crate::support::killed::Mortal as _;
use crate::support::rehearsal::Bench;

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
];

/// Types all of them into a shell in which both names are functions that show their words.
fn completes(shell: &[&str], prepared: &str) {
    let bench = Bench::new();
    bench.ends(0, "bk-upgrade env-gse");
    let run = bench.last();
    let words: Vec<String> = shell.iter().map(ToString::to_string).collect();
    let mut terminal = Running::at_terminal(&words, bench.state.path());
    let program = env!("CARGO_BIN_EXE_xtask");
    terminal.types(&prepared.replace("PROGRAM", program));
    for (typed, _) in TYPED {
        terminal.types(&format!("{typed}\t\n"));
    }
    terminal.types("exit\n");
    let (_, said) = terminal.leaves();
    for (typed, words) in TYPED {
        let wanted = format!("GOT<{}>", words.replace("RUN", &run));
        assert!(said.contains(&wanted), "{typed}: no {wanted} in:\n{said}");
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
