//! The functions of a step's file.

use crate::data::source::{Problems, Source};
use crate::text::shell::outline;

/// Those that the engine calls.
const KNOWN: [&str; 6] = ["probe", "change", "verify", "undo", "undone", "inputs"];
/// Those that change something, or belong to a change.
const CHANGING: [&str; 5] = ["change", "verify", "undo", "undone", "inputs"];

/// The functions that a file defines at its left edge, each with the first byte of its line.
#[derive(Debug)]
pub(super) struct Functions(Vec<(&'static str, usize)>);

impl Functions {
    pub(super) fn of(text: &str) -> Self {
        let outline = outline(text);
        let start = |name: &str| {
            let lines = text.split_inclusive('\n').scan(0, |at, line| {
                let start = *at;
                *at += line.len();
                Some((start, line))
            });
            let opens =
                |line: &str| line.strip_prefix(name).is_some_and(|rest| rest.starts_with("()"));
            lines.into_iter().find(|(_, line)| opens(line)).map_or(0, |(start, _)| start)
        };
        let found = KNOWN.into_iter().filter(|name| outline.functions.contains(name));
        Self(found.map(|name| (name, start(name))).collect())
    }

    pub(super) fn known(&self) -> Vec<&'static str> {
        self.0.iter().map(|(name, _)| *name).collect()
    }

    /// Reports functions that are missing, or not allowed for a step that `reads`.
    pub(super) fn check(&self, source: &Source<'_>, reads: bool, problems: &mut Problems) {
        if let Some(at) = source.text.find("\r\n") {
            let problem = source.problem(at..at + 1, "the line ends with a carriage return");
            let hint = format!("remove all of them: sed -i 's/\\r$//' {}", source.path);
            problems.push(problem.hint(Some(hint)));
        }
        let end = source.text.trim_end().len();
        let missing = |name: &str, hint: &str| {
            let problem = source.problem(end..end, format!("the function {name} is missing"));
            problem.hint(Some(hint.to_owned()))
        };
        let has = |name| self.0.iter().any(|(known, _)| *known == name);
        if !reads {
            if !has("change") {
                let hint = "write it at the left edge: change() {; a step that changes nothing has the line # reads";
                problems.push(missing("change", hint));
            }
            return;
        }
        if !has("probe") {
            problems
                .push(missing("probe", "a step that reads answers with the output of probe() {"));
        }
        for (name, at) in self.0.iter().filter(|(name, _)| CHANGING.contains(name)) {
            let message = format!("a step with `# reads` has no function {name}");
            problems.push(source.problem(*at..at + name.len(), message));
        }
    }
}
