//! The functions of a step's file.

use crate::data::source::{Problems, Source};
use crate::text::shell::{function_name, outline};

/// Those that the engine calls.
const KNOWN: [&str; 6] = ["probe", "change", "verify", "undo", "undone", "inputs"];
/// Those that change something, or belong to a change.
const CHANGING: [&str; 5] = ["change", "verify", "undo", "undone", "inputs"];

/// The functions that a file defines at its left edge, each with the first byte of its line.
#[derive(Debug)]
pub(super) struct Functions {
    found: Vec<(&'static str, usize)>,
    /// Those of them that are defined elsewhere: nothing calls them.
    lost: Vec<(&'static str, usize)>,
}

impl Functions {
    pub(super) fn of(text: &str) -> Self {
        let outline = outline(text);
        let starts = text.split_inclusive('\n').scan(0, |at, line| {
            let start = *at;
            *at += line.len();
            Some(start)
        });
        let (mut found, mut lost): (Vec<(&str, usize)>, Vec<_>) = (Vec::new(), Vec::new());
        for (start, line) in starts.zip(&outline.lines).filter(|(_, line)| !line.verbatim) {
            let Some((name, indent)) = defined(line.text) else { continue };
            let is_found = outline.functions.contains(&name);
            if is_found && indent == 0 && found.iter().all(|(known, _)| *known != name) {
                found.push((name, start));
            } else if !is_found {
                lost.push((name, start + indent));
            }
        }
        Self { found, lost }
    }

    pub(super) fn known(&self) -> Vec<&'static str> {
        self.found.iter().map(|(name, _)| *name).collect()
    }

    /// Reports functions that are missing, or not allowed for a step that `reads`.
    pub(super) fn check(&self, source: &Source<'_>, reads: bool, problems: &mut Problems) {
        if let Some(at) = source.text.find("\r\n") {
            let problem = source.problem(at..at + 1, "the line ends with a carriage return");
            let hint = format!("remove all of them: sed -i 's/\\r$//' {}", source.path);
            problems.push(problem.hint(Some(hint)));
        }
        for (name, at) in &self.lost {
            let message = format!("the function {name} is not at the left edge: nothing calls it");
            let problem = source.problem(*at..at + name.len(), message);
            problems.push(problem.hint(Some(format!("begin a line with it: {name}() {{"))));
        }
        let end = source.text.trim_end().len();
        let missing = |name: &str, hint: &str| {
            let problem = source.problem(end..end, format!("the function {name} is missing"));
            problem.hint(Some(hint.to_owned()))
        };
        let has = |name| self.found.iter().chain(&self.lost).any(|(known, _)| *known == name);
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
        for (name, at) in self.found.iter().filter(|(name, _)| CHANGING.contains(name)) {
            let message = format!("a step with `# reads` has no function {name}");
            problems.push(source.problem(*at..at + name.len(), message));
        }
    }
}

/// The function that a line defines, and the first byte of it in the line: also with blanks or the word `function` before.
fn defined(line: &str) -> Option<(&'static str, usize)> {
    let text = line.trim_start();
    let behind = text.strip_prefix("function").filter(|rest| rest.starts_with([' ', '\t']));
    let text = behind.map_or(text, str::trim_start);
    let name = function_name(text)?;
    let known = KNOWN.into_iter().find(|known| *known == name)?;
    Some((known, line.len() - text.len()))
}
