//! `webservice traps`: what it lists is all there is, and is so.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::support::{Xtask, scratch};
use crate::tidy::{File, files, is_test, none};

/// Those of the documents in common that this one has too.
const GENERAL: [&str; 12] = [
    "XX.1", "XX.2", "XX.4", "XX.5", "XX.7", "XX.8", "XX.9", "XX.10", "XX.12", "XX.13", "XX.15",
    "XX.16",
];

fn asked(words: &[&str]) -> crate::support::Outcome {
    // Neither an inventory nor anything else is here.
    let state = scratch();
    let outcome = Xtask::new(state.path(), &[&["webservice", "traps"], words].concat())
        .dir(state.path())
        .run();
    assert_eq!(std::fs::read_dir(state.path()).expect("a directory").count(), 0, "no record");
    outcome
}

fn all() -> Vec<Value> {
    let outcome = asked(&["--json"]);
    assert_eq!((outcome.code, outcome.stderr.as_str()), (0, ""));
    let document: Value = serde_json::from_str(&outcome.stdout).expect("JSON");
    assert_eq!(document["schema"], 1);
    document["traps"].as_array().expect("a list").clone()
}

fn word<'a>(trap: &'a Value, field: &str) -> &'a str {
    trap[field].as_str().unwrap_or_else(|| panic!("{field} of {trap}"))
}

/// Whether a text has this very id, not one that begins like it.
fn names(text: &str, id: &str) -> bool {
    let follows = |at: usize| text[at + id.len()..].starts_with(|c: char| c.is_ascii_digit());
    text.match_indices(id).any(|(at, _)| !follows(at))
}

#[test]
fn every_trap_of_the_document_is_listed_once_and_in_order() {
    let listed = all();
    let ids: Vec<&str> = listed.iter().map(|trap| word(trap, "id")).collect();
    let own: Vec<String> = (1..=31).map(|number| format!("X0.{number}")).collect();
    assert_eq!(ids, own.iter().map(String::as_str).chain(GENERAL).collect::<Vec<_>>());
    for trap in &listed {
        assert!(["guarded", "surfaced"].contains(&word(trap, "answer")), "{trap}");
        for field in ["mistake", "text"] {
            assert!(word(trap, field).ends_with(['.', '?']), "a sentence: {trap}");
        }
        let lines = word(trap, "lines").split([',', '-']).map(str::trim);
        let lines: Vec<u32> = lines.map(|line| line.parse().expect("a line")).collect();
        assert!(lines.is_sorted() && lines.iter().all(|line| (1..=186).contains(line)), "{trap}");
    }
}

/// The id stands in the code that answers, and in a test of it.
#[test]
fn every_trap_is_named_where_it_is_guarded_and_in_a_test() {
    let all_files = files();
    let table = |path: &str| path.contains("/traps");
    let of = |id: &str, wanted: &dyn Fn(&str) -> bool| {
        let has = |file: &&File| wanted(&file.path) && !table(&file.path) && names(&file.text, id);
        all_files.iter().any(|file| has(&file))
    };
    let code = |path: &str| {
        !is_test(path)
            && ["tasks/", "snippets/", "xtask/engine/src/"]
                .iter()
                .any(|root| path.starts_with(root))
            && !path.ends_with(".md")
    };
    let test = |path: &str| is_test(path) && path.ends_with(".rs");
    let mut wrong = Vec::new();
    for trap in all() {
        let id = word(&trap, "id");
        if !of(id, &code) {
            wrong.push(format!("{id}: at no guard"));
        }
        if !of(id, &test) {
            wrong.push(format!("{id}: in no test"));
        }
    }
    none("a trap that nothing answers", wrong);
}

/// And the code names no trap of the document that the list does not have.
#[test]
fn no_other_trap_is_named() {
    let listed = all();
    let known: BTreeSet<&str> = listed.iter().map(|trap| word(trap, "id")).collect();
    let mut wrong = Vec::new();
    for file in files().into_iter().filter(|file| file.path.contains("/webservice/")) {
        for prefix in ["X0.", "XX."] {
            for (at, _) in file.text.match_indices(prefix) {
                let number = file.text[at + prefix.len()..].split(|c: char| !c.is_ascii_digit());
                let id = format!("{prefix}{}", number.into_iter().next().unwrap_or_default());
                let is_one = id.len() > prefix.len();
                if is_one && !known.contains(&*id) && !file.path.contains("/traps") {
                    wrong.push(format!("{}: {id}", file.path));
                }
            }
        }
    }
    none("not in the list of traps", wrong);
}

#[test]
fn the_steps_that_answer_are_steps() {
    let state = scratch();
    let list = Xtask::new(state.path(), &["list", "--json"]).run().stdout;
    let list: Value = serde_json::from_str(&list).expect("JSON");
    let steps = list["steps"].as_array().expect("a list").iter();
    let steps: BTreeSet<&str> = steps.map(|step| word(step, "step")).collect();
    let mut wrong = Vec::new();
    for trap in all() {
        let named = trap["steps"].as_array().expect("a list").iter();
        let named = named.map(|step| format!("webservice {}", step.as_str().expect("a name")));
        wrong.extend(named.filter(|step| !steps.contains(&**step)));
    }
    none("no such step", wrong);
}

#[test]
fn a_page_is_a_hundred_columns_wide_and_one_trap_is_shown_alone() {
    let page = asked(&[]);
    let long = page.stdout.lines().filter(|line| line.chars().count() > 100);
    none("too long a line", long.map(str::to_owned));
    assert_eq!(
        asked(&["x0.16"]).stdout,
        "X0.16  guarded · lines 121-124 · backup-vm-image
       The marker is removed first, after a `cd` that nobody checks. Cut short, an image without
       marker is left, which the launch may overwrite.
    -> The files are moved first, by absolute paths; the marker goes last.
"
    );
    let two = asked(&["XX.2", "X0.8", "--output", "jsonl"]);
    assert_eq!(two.stdout.lines().count(), 1, "{}", two.stdout);
    let two: Value = serde_json::from_str(&two.stdout).expect("JSON");
    let ids: Vec<&str> =
        two["traps"].as_array().expect("a list").iter().map(|trap| word(trap, "id")).collect();
    assert_eq!(ids, ["X0.8", "XX.2"]);
}

#[test]
fn a_name_that_no_trap_has_is_exit_2_with_the_nearest() {
    let wrong = asked(&["X0.5", "X0.55"]);
    assert_eq!((wrong.code, wrong.stdout.as_str()), (2, ""));
    assert_eq!(
        wrong.stderr,
        "error: no trap `X0.55`
hint: did you mean `X0.5`?
hint: without a name all of them are listed
"
    );
}
