//! `tasks/webservice/README.md`: the runbook as the program runs it, made of what the program says of itself.
//! `UPDATE_EXPECT=1` writes it anew.

use crate::support::handbook::{Handbook, rows, word};
use crate::support::root;
use crate::tidy::read;

const HEAD: &str = "\
# QingCloud: new OS for the webservice nodes

The runbook as `cargo xtask` runs it. Each step has the lines of the document and the commands there, what is typed
instead, what is looked at before and after, and the way back. Written by
`UPDATE_EXPECT=1 cargo test -p xtask --test end_to_end readme` from the help, the first comment of each step's file, the
table of steps in the README of the project, and `webservice traps`; a test compares.

A step is run again at any time: what is done is kept. `-n` shows what it would do, and changes nothing.
";

const SCRIPT: &str = "
## All of it as a script

For both nodes, as `tasks/webservice/example.sh`. What is done is not done again, so after a failure it is started again. On
throw-away hosts it needs nothing but this machine.

";

const TRAPS: &str = "
## The mistakes of the document

`cargo xtask webservice traps` prints them at the terminal. Guarded: a step does it right, or refuses. Surfaced: the plan
says it, and a person decides.

";

#[test]
fn the_readme_of_the_runbook_is_what_the_program_says() {
    let book = Handbook::of("webservice", "WS-");
    let (chapters, mistakes) = (book.chapters(), book.mistakes());
    let script = read("tasks/webservice/example.sh");
    let text = format!("{HEAD}{chapters}{SCRIPT}```bash\n{script}```\n{TRAPS}{mistakes}");
    let path = root().join("tasks/webservice/README.md");
    expect_test::expect_file![path].assert_eq(&text);
}

/// The mark in the help, the file's head and the code that takes no lock say the same.
#[test]
fn what_only_reads_is_marked_and_takes_no_lock() {
    let code = read("tasks/webservice/mod.rs");
    let (_, arms) = code.split_once("pub const fn changes(").expect("it tells who changes");
    let (arms, _) = arms.split_once("\n    }\n").expect("its end");
    let kebab = |name: &str| -> String {
        let parts = name.chars().map(|c| match c {
            'A'..='Z' => format!("-{}", c.to_ascii_lowercase()),
            _ => c.to_string(),
        });
        parts.collect::<String>().trim_start_matches('-').to_owned()
    };
    let quiet =
        arms.split("Self::").skip(1).map(|arm| kebab(arm.split('(').next().unwrap_or_default()));
    let mut quiet: Vec<String> = quiet.collect();
    let list = rows(&["list", "--json"], "steps");
    let below = list.iter().filter_map(|row| {
        let name = word(row, "step").strip_prefix("webservice ")?;
        word(row, "help").ends_with(" (reads only)").then(|| name.to_owned())
    });
    let mut marked: Vec<String> = below.collect();
    quiet.sort();
    marked.sort();
    assert_eq!(marked, quiet);
    assert!(!marked.is_empty());
}
