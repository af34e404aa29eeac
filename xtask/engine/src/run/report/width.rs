//! The columns of a terminal, and texts that fit into them.

use std::os::fd::AsFd;

use rustix::stdio::{stderr, stdout};
use rustix::termios::tcgetwinsize;

use super::style::is_mark;
use crate::data::spanned_error::columns;

/// Those of standard output; none without a terminal.
pub fn of_stdout() -> Option<usize> {
    of(stdout())
}

/// Its columns and rows; none without a terminal.
pub fn size_of_stdout() -> Option<(usize, usize)> {
    let rows = tcgetwinsize(stdout()).ok()?.ws_row;
    Some((of(stdout())?, if rows == 0 { 24 } else { usize::from(rows) }))
}

/// Those of standard error; none without a terminal.
pub fn of_stderr() -> Option<usize> {
    of(stderr())
}

/// A terminal without a size has 80, as every program takes it.
fn of(stream: impl AsFd) -> Option<usize> {
    let size = tcgetwinsize(stream).ok()?;
    Some(if size.ws_col == 0 { 80 } else { usize::from(size.ws_col) })
}

/// The columns of a text without its colours.
pub fn wide(text: &str) -> usize {
    text.chars().filter(|c| !is_mark(*c)).map(columns).sum()
}

/// The beginning of `text`, with `…` for the rest that has no room.
pub fn cut(text: &str, room: usize) -> String {
    if wide(text) <= room {
        return text.to_owned();
    }
    let mut left = room.saturating_sub(1);
    let fits = |c: &char| {
        let fits = columns(*c) <= left;
        left = left.saturating_sub(columns(*c));
        fits
    };
    text.chars().take_while(fits).chain(['…']).collect()
}
