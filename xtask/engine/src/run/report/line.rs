//! One finished operation as a line for a person.

use super::style::Style;
use crate::data::fault::Fault;
use crate::data::outcome::Outcome;
use crate::ops::ensure::{Event, Mode};
use crate::text::visible::visible;

/// The amount of detail.
#[derive(Debug, Clone, Copy)]
pub(super) struct Form {
    pub(super) mode: Mode,
    pub(super) verbose: bool,
    pub(super) diff: bool,
    pub(super) style: Style,
}

/// `changed  write /etc/hosts   0.2 s`, without the host, and a diff below it. Kept operations give nothing without
/// `verbose`.
pub(super) fn text(event: &Event<'_>, form: Form) -> Option<String> {
    let style = form.style;
    let word = match &event.result {
        Ok(Outcome::Kept) if !form.verbose => return None,
        Ok(Outcome::Kept) => style.dim("kept"),
        Ok(Outcome::Changed) => style.yellow("changed"),
        Ok(Outcome::Needed) => style.yellow("needed"),
        Ok(Outcome::Unknown) => style.cyan("unknown"),
        Err(error) => style.red(Fault::kind_of(error).word()),
    };
    let mut text = format!("{word}  {}", event.what);
    if form.mode == Mode::Run {
        text += &format!("   {:.1} s", event.took.as_secs_f64());
        if matches!(event.result, Ok(Outcome::Changed)) && !event.undo {
            text += &format!("   {}", style.dim("(no undo)"));
        }
    }
    if form.mode == Mode::Plan && !event.undo {
        text += &format!("   {}", style.red("(irreversible)"));
    }
    if (form.diff || form.mode == Mode::Plan) && !matches!(event.result, Ok(Outcome::Kept)) {
        for line in event.diff.split_terminator('\n') {
            // A carriage return that comes or goes is a change, too.
            text += &format!("\n    {}", style.diff(&visible(line)));
        }
    }
    Some(text)
}
