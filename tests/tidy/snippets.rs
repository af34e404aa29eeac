//! The shell below `snippets/`: used, sound, and correct for every shell that may run it.

use engine::text::shell::outline;
use xshell::{Shell, cmd};

use super::{File, files, none};
use crate::support::root;

/// Names that a snippet leaves undefined or unused by itself: its inputs and its functions.
const EXPECTED: &str = "SC2154,SC2034,SC2317,SC2329";

fn snippets() -> Vec<File> {
    files().into_iter().filter(|file| file.path.starts_with("snippets/")).collect()
}

fn shells() -> Vec<File> {
    snippets().into_iter().filter(|file| file.path.ends_with(".sh")).collect()
}

/// Snippets that run inside a session; those of `session/` make one.
fn inside() -> Vec<File> {
    shells().into_iter().filter(|file| !file.path.starts_with("snippets/session/")).collect()
}

#[test]
fn every_snippet_is_used() {
    let rust: Vec<File> = files().into_iter().filter(|f| f.path.ends_with(".rs")).collect();
    let unused = snippets().into_iter().filter(|snippet| {
        let name = snippet.path.trim_start_matches("snippets/");
        let macro_name = format!("\"{}\"", name.trim_end_matches(".sh"));
        let includes = format!("{}\"", snippet.path);
        let uses = |file: &File| {
            file.text.contains("snippet!(") && file.text.contains(&macro_name)
                || file.text.contains("include_str!(") && file.text.contains(&includes)
        };
        !rust.iter().any(uses)
    });
    none("a snippet that nobody uses", unused.map(|file| file.path));
}

/// The shell of a step is found by the name of the step.
#[test]
fn every_snippet_of_a_runbook_is_named_after_a_step_or_a_helper() {
    let all = files();
    let mut wrong = Vec::new();
    for file in snippets() {
        let (runbook, name) = file.path["snippets/".len()..].split_once('/').expect("a folder");
        let folder = format!("tasks/{}", runbook.replace('-', "_"));
        let Some(list) = all.iter().find(|file| file.path == format!("{folder}/mod.rs")) else {
            continue;
        };
        let helpers = format!("{folder}/common/");
        let helpers = all.iter().filter_map(|file| {
            file.path.strip_prefix(&helpers)?.strip_suffix(".rs").filter(|name| *name != "mod")
        });
        let mut known = steps(&list.text).into_iter().chain(helpers);
        if !known.any(|known| named_after(name, known)) {
            wrong.push(file.path);
        }
    }
    none("its name begins with no step and no helper of its runbook", wrong);
}

/// The steps in the list of a runbook.
fn steps(list: &str) -> Vec<&str> {
    let rows = list.lines().filter(|line| line.contains(" => \""));
    rows.filter_map(|row| row.split_whitespace().next()).collect()
}

/// Whether the file `name` is `known.sh`, `known.template` or `known_….sh`.
fn named_after(name: &str, known: &str) -> bool {
    name.strip_prefix(known).is_some_and(|rest| rest.starts_with(['.', '_']))
}

#[test]
fn a_snippet_is_found_by_the_name_of_its_step() {
    let list = "    deploy on top => \"WS-23\", …;\n    paas = module::PAAS => \"BK-24\", …;\n";
    assert_eq!(steps(list), ["deploy", "paas"]);
    assert!(named_after("deploy.sh", "deploy") && named_after("deploy_names.sh", "deploy"));
    assert!(!named_after("deployed.sh", "deploy") && !named_after("update.sh", "deploy"));
}

#[test]
fn every_shell_can_read_every_snippet() {
    let shell = Shell::new().expect("a shell");
    shell.change_dir(root());
    let mut wrong = Vec::new();
    for words in [&["sh"][..], &["dash"], &["bash", "--posix"], &["busybox", "ash"]] {
        if which(words[0]).is_none() {
            eprintln!("SKIPPED: no {} here to read the snippets with", words[0]);
            continue;
        }
        let (program, args) = words.split_first().expect("a word");
        for file in shells() {
            let path = &file.path;
            let read = cmd!(shell, "{program} {args...} -n {path}").quiet().ignore_status();
            let output = read.output().expect("a shell starts");
            if !output.status.success() {
                let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
                wrong.push(format!("{path} ({program}): {said}"));
            }
        }
    }
    none("a shell cannot read it", wrong);
}

#[test]
fn shellcheck_has_nothing_to_say() {
    if which("shellcheck").is_none() {
        eprintln!("SKIPPED: no shellcheck here; install it: apt-get install shellcheck");
        return;
    }
    let shell = Shell::new().expect("a shell");
    shell.change_dir(root());
    let paths: Vec<String> = shells().into_iter().map(|file| file.path).collect();
    let check = cmd!(shell, "shellcheck -f gcc -s sh -e {EXPECTED} {paths...}");
    let output = check.quiet().ignore_status().output().expect("shellcheck starts");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    none("shellcheck says", said.lines().map(str::to_owned));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// The functions of a library begin with its name, so that they are none of a snippet's own; so do its variables.
#[test]
fn what_a_library_defines_begins_with_its_name() {
    let mut wrong = Vec::new();
    for file in shells() {
        let Some(name) = file.path.strip_prefix("snippets/lib/") else { continue };
        let name = name.trim_end_matches(".sh");
        let mut names: Vec<&str> = outline(&file.text).functions;
        names.extend(file.text.lines().filter_map(|line| {
            let (word, _) = line.trim_start().split_once('=')?;
            word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_').then_some(word)
        }));
        let foreign = names.into_iter().filter(|found| !found.starts_with(name));
        wrong.extend(foreign.map(|found| format!("{}: {found}", file.path)));
    }
    none("a name that a snippet may have", wrong);
}

#[test]
fn every_snippet_can_be_shortened_safely() {
    let lost = inside().into_iter().filter(|file| !outline(&file.text).sound);
    none("the reader of shell loses its way in it, so it is sent whole", lost.map(|f| f.path));
}

/// The driver tells the end of a command from its EXIT trap: `exec` would replace the shell that
/// has it, another trap would take its place.
#[test]
fn no_snippet_takes_the_drivers_end_away() {
    let mut wrong = Vec::new();
    for file in inside() {
        let lines = file.text.lines().enumerate();
        for (number, line) in lines.filter(|(_, line)| !line.trim_start().starts_with('#')) {
            if execs(line) || line.contains("trap ") && line.contains("EXIT") {
                wrong.push(format!("{}:{}: {}", file.path, number + 1, line.trim()));
            }
        }
    }
    none("`exec` or `trap … EXIT`", wrong);
}

#[test]
fn every_snippet_says_what_it_does_and_what_it_takes() {
    let mut wrong = Vec::new();
    for file in inside() {
        let first = file.text.lines().next().unwrap_or_default();
        if !first.starts_with("# ") || first.starts_with("# in:") {
            wrong.push(format!("{}: opens without a comment", file.path));
        }
        let known = ["probe", "change", "undo", "undone"];
        let library = file.path.starts_with("snippets/lib/");
        if !library && !outline(&file.text).functions.iter().any(|name| known.contains(name)) {
            wrong.push(format!("{}: none of {}", file.path, known.join(", ")));
        }
    }
    none("not a snippet as the engine reads them", wrong);
}

/// Whether a line has `exec` where a command stands.
fn execs(line: &str) -> bool {
    let words: Vec<&str> = line.split_whitespace().collect();
    let opens = |word: &str| {
        word.ends_with([';', '&', '|', '{', '('])
            || ["then", "do", "else", "!", "command"].contains(&word)
    };
    let at = |number: usize| number == 0 || opens(words[number - 1]);
    words.iter().enumerate().any(|(number, word)| {
        *word == "exec" && at(number) || word.ends_with("(exec") || word.ends_with(";exec")
    })
}

fn which(program: &str) -> Option<std::path::PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|dir| dir.join(program)).find(|file| file.is_file())
}

#[test]
fn exec_is_found_where_a_command_stands() {
    assert!(execs("  exec sleep 1") && execs("true && exec sleep 1") && execs("(exec 3>&1)"));
    assert!(!execs("find . -exec rm {} +") && !execs("docker exec -i web true"));
}
