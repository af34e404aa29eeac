//! `tasks/RUNBOOK/README.md`: each runbook as the program runs it, made of the program's own words.
//! `UPDATE_EXPECT=1` writes it again.

use clap::Subcommand as _;
use clap::{Args as _, FromArgMatches as _};
use engine::run::Options;
use engine::text::graph::Form;
use tasks::RUNBOOKS;
use tasks::list::{Access, Runbook, Step};

use crate::support::handbook::{Handbook, Head, folder, help};
use crate::support::root;
use crate::tidy::{none, read};

fn head(runbook: &Runbook) -> String {
    let Runbook { name, title, document, .. } = runbook;
    let folder = folder(runbook);
    let has_traps = runbook.rows.iter().any(|row| row.module == "traps");
    let traps = if has_traps { format!(", and `{name} traps`") } else { String::new() };
    format!(
        "\
# {title}

The runbook `{document}`, as `cargo xtask {name}` runs it.
Each step shows the commands of the document, the command that replaces them, the proof and the undo.
A step can be run again at any time: finished work is kept. `-n` shows the changes and makes none.

Generated from `{folder}/mod.rs`, the head of each step's file, the help{traps}; a test compares them.
To update it: `UPDATE_EXPECT=1 cargo test -p xtask --test end_to_end handbooks`
"
    )
}

fn script(runbook: &Runbook) -> String {
    let path = format!("{}/example.sh", folder(runbook));
    let text = read(&path);
    if text.is_empty() {
        return text;
    }
    format!(
        "
## All of it as a script

The file is `{path}`. Finished work is kept: after a failure, start the script again.
It also runs on throw-away hosts, and then needs nothing but this machine.

```bash
{text}```
"
    )
}

/// The picture of the runbook as one step, as GitHub draws it.
fn picture(runbook: &Runbook) -> String {
    let Some(row) = runbook.rows.iter().find(|row| row.composite.is_some()) else {
        return String::new();
    };
    let graph = tasks::graph::of(runbook.name, None).expect("a picture");
    format!(
        "
## The order of `{step}`

{about}.

A red border is a point of no return, a box of dashes only reads. Neighbours of a kind are one box;
`cargo xtask {name} graph` has all of them.

```mermaid
{text}```
",
        step = row.name(),
        about = graph.about,
        name = runbook.name,
        text = graph.text(Form::Mermaid)
    )
}

fn traps(runbook: &Runbook, table: &str) -> String {
    format!(
        "
## The mistakes of the document

`cargo xtask {} traps` prints them at the terminal. Guarded: a step does it right, or refuses.
Surfaced: the plan shows it, and a person decides.

{table}",
        runbook.name
    )
}

#[test]
fn the_readme_of_each_runbook_is_what_the_program_says() {
    for runbook in RUNBOOKS {
        let book = Handbook::of(runbook);
        let traps = book.mistakes().map_or(String::new(), |table| traps(runbook, &table));
        let (picture, script) = (picture(runbook), script(runbook));
        let text = format!("{}{picture}{}{script}{traps}", head(runbook), book.chapters());
        let path = root().join(folder(runbook)).join("README.md");
        expect_test::expect_file![path].assert_eq(&text);
    }
}

/// The words of an example, as a shell reads them; it has quotes, and no other mark.
fn words(example: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    for (number, part) in example.split(['\'', '"']).enumerate() {
        let quoted = number % 2 == 1;
        for (number, piece) in part.split(|c| c == ' ' && !quoted).enumerate() {
            if number > 0 {
                words.push(String::new());
            }
            words.last_mut().expect("a word").push_str(piece);
        }
    }
    words
}

/// The list, the head of each step's file, and the lock of its examples agree.
///
/// Fault R5: steps that only read took the lock of their runbook; two took those of the hosts.
#[test]
fn what_only_reads_is_marked_and_takes_no_lock() {
    let all = Step::augment_subcommands(Options::augment_args(clap::Command::new("xtask")));
    let mut wrong = Vec::new();
    let mut reading = 0;
    for runbook in RUNBOOKS {
        for row in runbook.rows {
            let step = format!("{} {}", runbook.name, row.name());
            let changes = row.access == Access::Changes;
            reading += usize::from(!changes);
            if changes == (Head::of(runbook, row).changes == "nothing") {
                wrong.push(format!("{step}: the head of its file and the list disagree"));
            }
            let file = format!("tasks/{}/{}.rs", runbook.name.replace('-', "_"), row.module);
            let source = std::fs::read_to_string(root().join(file)).unwrap_or_default();
            let admits = |line: &str| line.contains(".each(") || line.contains(".one_by_one(");
            if !changes && source.lines().any(admits) {
                wrong.push(format!("{step}: it locks its hosts; `look_each` does not"));
            }
            if changes == row.about().ends_with(" (reads only)") {
                wrong.push(format!("{step}: its help says nothing of it"));
            }
            let mut command = row.command();
            command.build();
            let locks = help(&command).1.into_iter().map(|example| {
                let matches = all.clone().try_get_matches_from(words(&example).into_iter().skip(1));
                let matches = matches.unwrap_or_else(|error| panic!("{example}: {error}"));
                Step::from_arg_matches(&matches).expect(&example).lock
            });
            let locks: Vec<Option<&str>> = locks.collect();
            if locks.contains(&Some(runbook.name)) != changes {
                wrong.push(format!("{step}: the locks of its examples are {locks:?}"));
            }
        }
    }
    none("a step that reads takes a lock, or one that changes takes none", wrong);
    assert!(reading > 0);
}
