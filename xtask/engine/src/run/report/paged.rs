//! Long results on a terminal go through a pager.

use std::io::{self, IsTerminal as _};

use anyhow::Result;

use super::Report;
use super::style::{unlinked, written};
use super::width::{self, wide};
use super::writer::print_own;
use crate::run::options::{Options, Output};
use crate::transport::interrupt::Interrupt;
use crate::transport::pager;

/// Prints the result of a command that is no run, as [`super::print()`] does; a long one on a terminal through the pager.
///
/// # Errors
/// When it cannot be written. A closed pipe and a pager that ends early are no failures.
pub fn print_long(text: &str, options: &Options) -> Result<()> {
    if options.form() == Output::Text && !options.no_pager && turn_over(text) {
        return Ok(());
    }
    print_own(&written(text, io::stdout().is_terminal()))
}

impl Report {
    /// A long text of results, with its colours.
    pub fn long(&self, text: &str) {
        if !self.pages || self.form != Output::Text {
            return self.text(text);
        }
        self.state().live.clear();
        if !turn_over(text) {
            self.text(text);
        }
    }
}

/// Shows a text that does not fit on the terminal; false when that is not wanted or not possible. Not every pager knows
/// links.
fn turn_over(text: &str) -> bool {
    let Some(size) = width::size_of_stdout() else { return false };
    let text = unlinked(text);
    if fits(&text, size) || std::env::var("TERM").as_deref() == Ok("dumb") {
        return false;
    }
    let Some(pager) = pager::chosen() else { return false };
    // Ctrl-C belongs to the pager: it ends a search there, and not this program.
    let heeded = Interrupt::install();
    heeded.is_ok() && pager::show(&pager, &written(&text, true)).unwrap_or(false)
}

/// Whether all lines are on one screen of these columns and rows, with a line for the prompt.
fn fits(text: &str, (columns, rows): (usize, usize)) -> bool {
    let lines = |line: &str| wide(line).div_ceil(columns.max(1)).max(1);
    let mut left = rows.saturating_sub(1);
    text.lines().all(|line| {
        let needed = lines(line);
        let fits = needed <= left;
        left = left.saturating_sub(needed);
        fits
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::options::ColorWhen;
    use crate::run::report::style::Style;

    #[test]
    fn a_text_fits_when_its_broken_lines_leave_room_for_the_prompt() {
        assert!(fits("a\nb\n", (80, 3)));
        assert!(!fits("a\nb\n", (80, 2)));
        assert!(!fits(&format!("{}\nb\n", "x".repeat(81)), (80, 3)));
        assert!(fits("", (80, 0)));
        // A colour has no width, and a full-width character has two.
        let green = Style::choose(ColorWhen::Always, true).green(&"x".repeat(80));
        assert!(fits(&format!("{green}\nb\n"), (80, 3)));
        assert!(!fits(&format!("{}\nb\n", "配".repeat(41)), (80, 3)));
    }
}
