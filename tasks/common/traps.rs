//! The mistakes in the document of a runbook, and the program's answer to each.

use engine::data::nearest;
use engine::prelude::*;
use engine::run::options::Output;
use engine::run::report::json::SCHEMA;
use engine::run::report::{print_long, width};
use serde_json::json;

/// Columns of a page of text; a narrower terminal has fewer.
const WIDTH: usize = 100;
/// Columns before the sentences.
const INDENT: usize = 7;

/// The program's answer to a mistake.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answer {
    /// It cannot happen: a step avoids it, or refuses.
    Guarded,
    /// A person decides: the plan shows it.
    Surfaced,
}

impl Answer {
    /// The word for it in lists and in JSON.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Guarded => "guarded",
            Self::Surfaced => "surfaced",
        }
    }
}

/// A mistake, its place in the document, and the answer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Trap {
    /// The name at the guard and at its test: `X0.5`; `XX.n` is in more than one document.
    pub(crate) id: &'static str,
    /// Lines of the document: `17`, `111-115, 178`.
    pub(crate) lines: &'static str,
    /// The mistake, in whole sentences.
    pub(crate) mistake: &'static str,
    /// Whether it can still happen.
    pub(crate) answer: Answer,
    /// The answer to it, in whole sentences.
    pub(crate) text: &'static str,
    /// The names of the steps that give it; empty for all of them.
    pub(crate) steps: &'static [&'static str],
}

/// The traps to list.
#[derive(clap::Args, Debug)]
pub(crate) struct Wanted {
    /// Only these [default: all]
    #[arg(value_name = "ID")]
    ids: Vec<String>,
}

impl Wanted {
    /// Prints the selected ones of `traps`, in their order.
    ///
    /// # Errors
    /// Usage, for a name that no trap has.
    pub(crate) fn show<'a>(
        &self,
        options: &Options,
        traps: impl Iterator<Item = &'a Trap> + Clone,
    ) -> Result<()> {
        for id in &self.ids {
            if !traps.clone().any(|trap| trap.id.eq_ignore_ascii_case(id)) {
                return Err(unknown(id, traps.map(|trap| trap.id)).into());
            }
        }
        let wanted = |trap: &&Trap| {
            self.ids.is_empty() || self.ids.iter().any(|id| trap.id.eq_ignore_ascii_case(id))
        };
        let traps: Vec<&Trap> = traps.filter(wanted).collect();
        let text = match options.form() {
            Output::Text => traps.iter().map(|trap| text(trap)).collect::<Vec<_>>().join("\n"),
            Output::Json => format!("{}\n", serde_json::to_string_pretty(&document(&traps))?),
            Output::Jsonl => format!("{}\n", document(&traps)),
        };
        print_long(&text, options)
    }
}

fn unknown<'a>(id: &str, known: impl Iterator<Item = &'a str>) -> Fault {
    let fault = Fault::usage(format!("no trap `{id}`"));
    let fault = match nearest::did_you_mean(&id.to_uppercase(), known) {
        Some(hint) => fault.hint(hint),
        None => fault,
    };
    fault.hint("leave the name out to list all traps")
}

fn document(traps: &[&Trap]) -> serde_json::Value {
    let one = |trap: &&Trap| {
        json!({
            "id": trap.id,
            "lines": trap.lines,
            "mistake": trap.mistake,
            "answer": trap.answer.word(),
            "text": trap.text,
            "steps": trap.steps,
        })
    };
    json!({ "schema": SCHEMA, "traps": traps.iter().map(one).collect::<Vec<_>>() })
}

/// The id on the left, the rest in one column.
fn text(trap: &Trap) -> String {
    let steps = if trap.steps.is_empty() { "every step".to_owned() } else { trap.steps.join(", ") };
    let lines = if trap.lines.contains(['-', ',']) { "lines" } else { "line" };
    let head = format!("{} · {lines} {} · {steps}", trap.answer.word(), trap.lines);
    let mut text = String::new();
    let width = width::of_stdout().map_or(WIDTH, |width| width.min(WIDTH));
    for (label, sentences) in [(trap.id, &*head), ("", trap.mistake), ("    ->", trap.text)] {
        text += &width::fit(&format!("{label:INDENT$}{sentences}"), INDENT, width);
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_name_is_told_with_the_nearest() {
        let fault = unknown("x0.55", ["X0.4", "X0.5"].into_iter());
        assert_eq!(fault.message, "no trap `x0.55`");
        assert_eq!(fault.hints[0], "did you mean `X0.5`?");
        assert_eq!(unknown("deploy", ["X0.4"].into_iter()).hints.len(), 1);
    }
}
