//! The traps that a runbook lists: they are all there, and the list is true.

use std::collections::BTreeSet;

use serde_json::Value;

use super::handbook::{rows, word};
use super::{Outcome, Xtask, scratch};
use crate::tidy::{File, files, is_test, none};

/// The traps of a runbook.
pub(crate) struct Traps {
    pub(crate) runbook: &'static str,
    /// The beginning of its own names, and their number: `X0.`, 31.
    pub(crate) own: (&'static str, u32),
    /// Those of the documents in common that this one has too.
    pub(crate) general: &'static [&'static str],
    /// How many lines the document has.
    pub(crate) lines: u32,
}

/// Whether a text has this very id, not one that begins like it.
fn names(text: &str, id: &str) -> bool {
    let follows = |at: usize| text[at + id.len()..].starts_with(|c: char| c.is_ascii_digit());
    text.match_indices(id).any(|(at, _)| !follows(at))
}

impl Traps {
    /// The answer of `traps WORDS` without an inventory or any other file.
    pub(crate) fn asked(&self, words: &[&str]) -> Outcome {
        let state = scratch();
        let words = [&[self.runbook, "traps"], words].concat();
        let outcome = Xtask::new(state.path(), &words).dir(state.path()).run();
        assert_eq!(std::fs::read_dir(state.path()).expect("a directory").count(), 0, "no record");
        outcome
    }

    fn all(&self) -> Vec<Value> {
        let outcome = self.asked(&["--json"]);
        assert_eq!((outcome.code, outcome.stderr.as_str()), (0, ""));
        let document: Value = serde_json::from_str(&outcome.stdout).expect("JSON");
        assert_eq!(document["schema"], 1);
        document["traps"].as_array().expect("a list").clone()
    }

    /// Every trap of the document once, in order, each a whole record.
    #[track_caller]
    pub(crate) fn are_all_there(&self) {
        let listed = self.all();
        let ids: Vec<&str> = listed.iter().map(|trap| word(trap, "id")).collect();
        let (prefix, count) = self.own;
        let own: Vec<String> = (1..=count).map(|number| format!("{prefix}{number}")).collect();
        let wanted = own.iter().map(String::as_str).chain(self.general.iter().copied());
        assert_eq!(ids, wanted.collect::<Vec<_>>());
        for trap in &listed {
            assert!(["guarded", "surfaced"].contains(&word(trap, "answer")), "{trap}");
            for field in ["mistake", "text"] {
                assert!(word(trap, field).ends_with(['.', '?']), "a sentence: {trap}");
            }
            let lines = word(trap, "lines").split([',', '-']).map(str::trim);
            let lines: Vec<u32> = lines.map(|line| line.parse().expect("a line")).collect();
            let inside = lines.iter().all(|line| (1..=self.lines).contains(line));
            assert!(lines.is_sorted() && inside, "{trap}");
        }
    }

    /// The id stands in the code that answers, and in a test of it.
    #[track_caller]
    pub(crate) fn are_guarded_and_tested(&self) {
        let all_files = files();
        let of = |id: &str, wanted: &dyn Fn(&str) -> bool| {
            let has = |path: &str| wanted(path) && !path.contains("/traps");
            all_files.iter().any(|file| has(&file.path) && names(&file.text, id))
        };
        let roots = ["tasks/", "snippets/", "xtask/engine/src/"];
        let below = |path: &str| roots.iter().any(|root| path.starts_with(root));
        let code = |path: &str| !is_test(path) && below(path) && !path.ends_with(".md");
        let test = |path: &str| is_test(path) && path.ends_with(".rs");
        let mut wrong = Vec::new();
        for trap in self.all() {
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

    /// And the runbook's code and tests name no other trap of the document.
    #[track_caller]
    pub(crate) fn are_all_that_is_named(&self) {
        let listed = self.all();
        let known: BTreeSet<&str> = listed.iter().map(|trap| word(trap, "id")).collect();
        let folder = format!("/{}/", self.runbook).replace('-', "_");
        let below = |file: &File| file.path.replace('-', "_").contains(&folder);
        let mut wrong = Vec::new();
        for file in files().into_iter().filter(below) {
            for prefix in [self.own.0, "XX."] {
                for (at, _) in file.text.match_indices(prefix) {
                    let rest = &file.text[at + prefix.len()..];
                    let number = rest.split(|c: char| !c.is_ascii_digit()).next();
                    let number = number.unwrap_or_default();
                    let id = format!("{prefix}{number}");
                    if !number.is_empty() && !known.contains(&*id) && !file.path.contains("/traps")
                    {
                        wrong.push(format!("{}: {id}", file.path));
                    }
                }
            }
        }
        none("not in the list of traps", wrong);
    }

    /// The steps that are said to answer are steps.
    #[track_caller]
    pub(crate) fn name_steps(&self) {
        let list = rows(&["list", "--json"], "steps");
        let steps: BTreeSet<&str> = list.iter().map(|step| word(step, "step")).collect();
        let mut wrong = Vec::new();
        for trap in self.all() {
            let named = trap["steps"].as_array().expect("a list").iter();
            let named =
                named.map(|step| format!("{} {}", self.runbook, step.as_str().expect("a name")));
            wrong.extend(named.filter(|step| !steps.contains(&**step)));
        }
        none("no such step", wrong);
    }
}
