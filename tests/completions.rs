//! Completion in real shells at a terminal, and the manual pages.

use tempfile::TempDir;

use crate::support::drill::Running;
use crate::support::killed::Mortal as _;
use crate::support::rehearsal::Bench;
use crate::support::{Xtask, scratch, write};

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
    ("xtask -i x:", "-i x:y z.toml"),
    ("xtask -i 'x:y", "-i x:y z.toml"),
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
        for name in ["my hosts.toml", "x:y z.toml"] {
            write(&home.path().join(name), INVENTORY);
        }
        std::fs::create_dir(home.path().join("a dir")).expect("a directory");
        let path = home.path().to_str().expect("UTF-8");
        terminal.types(&format!("export HOME={path}\ncd {path}\n"));
        terminal.types(&prepared.replace("PROGRAM", env!("CARGO_BIN_EXE_xtask")));
        terminal.types("\n");
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

/// What is typed behind cargo. The last two are its own; `buil` is known to what completed cargo before.
const OF_CARGO: &[(&str, &str)] = &[
    ("cargo xtask hosts sho", "xtask hosts show"),
    ("cargo +nightly xtask hosts sho", "+nightly xtask hosts show"),
    ("cargo -q --color never xtask hosts sho", "-q --color never xtask hosts show"),
    ("xtask hosts sho", "hosts show"),
    ("cargo build --package xtask hosts sho", "build --package xtask hosts sho"),
    ("cargo buil", "build"),
];

const BASH: &[&str] = &["bash", "--norc", "--noprofile", "-i"];
const ZSH: &[&str] = &["zsh", "-f", "-i"];
const FISH: &[&str] = &["fish", "--no-config", "-i"];

/// Functions that show their words.
const SHOWN: &str = "xtask() { echo \"GOT<$*>\"; }\ncargo() { echo \"GOT<$*>\"; }\n";
const SHOWN_IN_FISH: &str =
    "function xtask; echo \"GOT<$argv>\"; end\nfunction cargo; echo \"GOT<$argv>\"; end\n";

/// Types these into a shell, one after the other.
fn completes(shell: &[&str], prepared: &str, lines: &[(&str, &str)]) {
    let bench = Bench::new();
    let run = if lines == TYPED {
        bench.ends(0, "bk-upgrade env-gse");
        bench.last()
    } else {
        String::new()
    };
    let shown = if shell == FISH { SHOWN_IN_FISH } else { SHOWN };
    let mut typist = Typist::new(&bench, shell, &format!("{prepared}\n{shown}"));
    typist.types(lines.iter().map(|(typed, _)| *typed));
    let (said, home) = typist.leaves();
    let mut rest = said.as_str();
    for (typed, words) in lines {
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
    completes(BASH, "source <(PROGRAM completions bash)", TYPED);
}

#[test]
fn zsh_completes_steps_flags_hosts_and_runs() {
    let prepared = "autoload -Uz compinit; compinit -D -u\nsource <(PROGRAM completions zsh)";
    completes(ZSH, prepared, TYPED);
}

#[test]
fn fish_completes_steps_flags_hosts_and_runs() {
    completes(FISH, "PROGRAM completions fish | source", TYPED);
}

#[test]
fn bash_keeps_the_completion_of_cargo_that_is_loaded_when_it_is_needed() {
    let lazy = "known() { COMPREPLY=($(compgen -W 'build bench' -- \"$2\")); }\n\
                loader() { complete -F known \"$1\"; return 124; }\n\
                complete -D -F loader\n\
                source <(PROGRAM completions bash)";
    completes(BASH, lazy, OF_CARGO);
}

/// Its script may be read twice.
#[test]
fn bash_keeps_the_completion_of_cargo_that_is_there() {
    let there = "known() { COMPREPLY=($(compgen -W 'build bench' -- \"$2\")); }\n\
                 complete -o nosort -F known cargo\n\
                 source <(PROGRAM completions bash); source <(PROGRAM completions bash)";
    completes(BASH, there, OF_CARGO);
}

/// A file of fpath is first read at the first tab, here behind cargo.
#[test]
fn zsh_completes_by_a_file_in_fpath_from_the_first_tab_on() {
    let file = "mkdir own other; PROGRAM completions zsh >own/_xtask\n\
                print -l '#compdef cargo' 'compadd build bench' >other/_cargo\n\
                fpath=(~/own ~/other $fpath); autoload -Uz compinit; compinit -D -u";
    completes(ZSH, file, OF_CARGO);
}

#[test]
fn zsh_keeps_the_completion_of_cargo_that_is_there() {
    let read = "autoload -Uz compinit; compinit -D -u\n\
                known() { compadd build bench }; compdef known cargo\n\
                source <(PROGRAM completions zsh); source <(PROGRAM completions zsh)";
    completes(ZSH, read, OF_CARGO);
}

#[test]
fn fish_completes_behind_cargo_only_what_is_behind_xtask() {
    let own =
        "complete --command cargo --arguments 'build bench'\nPROGRAM completions fish | source";
    completes(FISH, own, OF_CARGO);
}

/// The candidates, with what is said of each, as the list that a tab shows.
#[test]
fn shells_show_what_a_candidate_is() {
    let zsh = "autoload -Uz compinit; compinit -D -u\nsource <(PROGRAM completions zsh)";
    for (shell, prepared) in [(ZSH, zsh), (FISH, "PROGRAM completions fish | source")] {
        let bench = Bench::new();
        let mut typist = Typist::new(&bench, shell, prepared);
        typist.types(["xtask -i 'my hosts.toml' hosts list -w @"].into_iter());
        let (said, _) = typist.leaves();
        assert!(said.contains("@blue") && said.contains("b[1-2]"), "{said}");
        assert!(said.contains("@all") && said.contains("every host"), "{said}");
    }
}

/// The candidates for the last of these words, a line each.
fn candidates(bench: &Bench, words: &[&str]) -> Vec<String> {
    let args = [&["--", "xtask"], words].concat();
    let asked = Xtask::new(bench.state.path(), &args).env("XTASK_COMPLETE", "fish").run();
    assert_eq!((asked.code, asked.stderr.as_str()), (0, ""));
    asked.stdout.lines().map(str::to_owned).collect()
}

#[test]
fn candidates_are_those_that_the_command_can_take() {
    let clusters = "clusters.paas = { kind = \"module\", hosts = \"@blue\", units = \"paas\" }\n";
    let bench = Bench::new().with_inventory(&format!("{clusters}{INVENTORY}"));
    let file = bench.state.path().join("hosts.toml");
    let hosts = ["-i", file.to_str().expect("UTF-8"), "hosts", "list"];
    let asked = |words: &[&str]| candidates(&bench, &[hosts.as_slice(), words].concat());
    assert_eq!(asked(&["-w", ""]), ["b1\tb1", "b2\tb2", "@all\tevery host", "@blue\tb[1-2]"]);
    assert_eq!(asked(&["-w", "b1,"]), ["b1,b2\tb2", "b1,@all\tevery host", "b1,@blue\tb[1-2]"]);
    assert_eq!(asked(&["--accept-loss", ""]), ["paas"]);
    assert_eq!(
        candidates(&bench, &["man", "runs", ""])[..2],
        [
            "list\tList the recorded runs, the newest first",
            "show\tShow a run: user, time, result of each host, next commands"
        ]
    );
    assert_eq!(
        candidates(&bench, &["man", "bk-upgrade", "paas-p"]),
        ["paas-plugins\tInstall the plugins of the PaaS"]
    );
}

#[test]
fn undo_and_resume_offer_what_they_can_take() {
    let bench = Bench::new();
    let begins = |words: &[&str]| -> Vec<String> {
        let found = candidates(&bench, words).into_iter();
        let help = found.filter_map(|line| Some(line.split_once('\t')?.1.to_owned()));
        help.collect()
    };
    bench.ends(0, "hosts check --only paas1");
    bench.ends(0, "bk-upgrade env-gse");
    bench.ends(1, "pcmd --only paas1 false");
    let all = ["pcmd: failed", "bk-upgrade env-gse: done", "hosts check: done"];
    assert_eq!(begins(&["runs", "show", "2"]), all);
    assert_eq!(begins(&["undo", "2"]), ["bk-upgrade env-gse: done"]);
    assert!(begins(&["resume", "2"]).is_empty() && begins(&["retry", "2"]).is_empty());
    assert_eq!(
        candidates(&bench, &["runs", "list", "--step", ""]),
        ["bk-upgrade env-gse", "hosts check", "pcmd"]
    );
    let back = bench.cut_off("bk-control");
    bench.ends(4, "bk-upgrade env-gse --fanout 1");
    assert_eq!(begins(&["resume", "2"]), ["bk-upgrade env-gse: failed"]);
    assert_eq!(begins(&["retry", "2"]), ["bk-upgrade env-gse: failed"]);
    back();
}
