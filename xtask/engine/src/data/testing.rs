//! Faults as text, for tests that compare all that a user would see.

use super::fault::Fault;

/// The fault with its labels aligned, as in a report.
pub(crate) fn shown(fault: &Fault) -> String {
    let width = fault.details.iter().map(|(label, _)| label.chars().count()).max().unwrap_or(0);
    let details = fault.details.iter().map(|(label, text)| format!("    {label:>width$} {text}\n"));
    let hints = fault.hints.iter().map(|hint| format!("hint: {hint}\n"));
    let lines: String = details.chain(hints).collect();
    format!("{}\n{lines}", fault.message)
}
