//! The columns of a terminal.

use std::os::fd::AsFd;

use rustix::stdio::{stderr, stdout};
use rustix::termios::tcgetwinsize;

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
