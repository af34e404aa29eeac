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
    size(stdout())
}

/// Those of standard error; none without a terminal.
pub fn of_stderr() -> Option<usize> {
    of(stderr())
}

/// Its columns and rows; none without a terminal.
pub(super) fn size_of_stderr() -> Option<(usize, usize)> {
    size(stderr())
}

fn of(stream: impl AsFd) -> Option<usize> {
    size(stream).map(|(columns, _)| columns)
}

/// A terminal without a size has 80 and 24, as every program takes it.
fn size(stream: impl AsFd) -> Option<(usize, usize)> {
    let size = tcgetwinsize(stream).ok()?;
    let or = |size: u16, default| if size == 0 { default } else { usize::from(size) };
    Some((or(size.ws_col, 80), or(size.ws_row, 24)))
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

/// `text` with no line wider than `width`: broken at blanks, and `indent` blanks before what goes on below. A longer word
/// stays whole.
pub fn fit(text: &str, indent: usize, width: usize) -> String {
    let (mut out, mut at) = (String::with_capacity(text.len()), 0);
    for (number, word) in text.split(' ').enumerate() {
        if number > 0 && at > indent && at + 1 + wide(word) > width {
            out.push('\n');
            out.extend(std::iter::repeat_n(' ', indent));
            at = indent;
        } else if number > 0 {
            out.push(' ');
            at += 1;
        }
        out += word;
        at += wide(word);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_broken_at_blanks_and_never_too_long() {
        assert_eq!(fit("one two three", 0, 7), "one two\nthree");
        assert_eq!(fit("a longer-than-that b", 0, 6), "a\nlonger-than-that\nb");
        assert_eq!(fit("  id   one 配置 three", 7, 15), "  id   one 配置\n       three");
        assert_eq!(fit("  id   longer-than-that b", 7, 15), "  id   longer-than-that\n       b");
        assert_eq!(fit("", 3, 6), "");
    }

    #[test]
    fn the_rest_without_room_is_an_ellipsis() {
        assert_eq!(cut("配置 a", 6), "配置 a");
        assert_eq!(cut("配置 ab", 6), "配置 …");
        assert_eq!(cut("ab", 0), "…");
    }
}
