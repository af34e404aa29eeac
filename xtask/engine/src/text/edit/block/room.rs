//! Where a block can stand, judged by what the reader of the file makes of it.

use std::ops::Range;

use super::super::lines::Lines;
use super::Place;
use crate::data::fault::Fault;
use crate::text::shell::script;

/// The first line of a script that is made with the block.
pub(super) const SHEBANG: &str = "#!/bin/sh";
const SHELLS: [&str; 7] = ["sh", "bash", "dash", "ash", "ksh", "mksh", "zsh"];

/// The places in the lines outside of all copies of a block.
pub(super) struct Room {
    /// For each line, and for the end: a block can stand before it.
    pub(super) starts: Vec<bool>,
    /// The last place, which a missing block gets.
    pub(super) limit: usize,
    /// The file says itself where it ends.
    pub(super) ends: bool,
}

impl Room {
    /// The room in `lines` without those in `copies`, which are in order.
    pub(super) fn of(
        place: Place,
        lines: &Lines<'_>,
        copies: &[Range<usize>],
    ) -> Result<Self, Fault> {
        if place == Place::End {
            let limit = lines.len() - covered(copies, lines.len());
            return Ok(Self { starts: vec![true; limit + 1], limit, ends: true });
        }
        runs(lines)?;
        let mut copies = copies.iter().peekable();
        let outside = |(at, _): &(usize, &str)| {
            while copies.next_if(|copy| copy.end <= *at).is_some() {}
            !copies.peek().is_some_and(|copy| copy.contains(at))
        };
        let (numbers, rest): (Vec<usize>, Vec<&str>) =
            lines.iter().enumerate().filter(outside).unzip();
        let script = script(rest);
        if let Some(lost) = script.lost {
            return Err(wrong(lines, numbers[lost], "the script cannot be followed from here on")
                .hint("repair this line, or put the block into the file by hand with its marks"));
        }
        let end = script.end();
        let limit = end.map_or(script.starts.len() - 1, |end| end.start);
        Ok(Self { starts: script.starts, limit, ends: end.is_some() })
    }

    /// Whether a block at `range` is a statement of its own; `copies` are those left out of this room.
    pub(super) fn is_free(&self, range: &Range<usize>, copies: &[Range<usize>]) -> bool {
        self.starts[range.start - covered(copies, range.start)]
    }

    /// Whether every run reaches a block at `range`.
    pub(super) fn fits(&self, range: &Range<usize>, copies: &[Range<usize>]) -> bool {
        let at = range.start - covered(copies, range.start);
        at <= self.limit && self.starts[at]
    }
}

/// The number of lines before `at` in `copies`.
fn covered(copies: &[Range<usize>], at: usize) -> usize {
    copies.iter().filter(|copy| copy.end <= at).map(Range::len).sum()
}

/// Checks that the kernel can start the file, and that a shell reads it.
fn runs(lines: &Lines<'_>) -> Result<(), Fault> {
    let Some(words) = lines.iter().next().unwrap_or_default().strip_prefix("#!") else {
        return Err(wrong(lines, 0, "the file has no `#!` line: the kernel cannot start it")
            .hint(format!("put this first: {SHEBANG}")));
    };
    if let Some(at) = lines.carriage_return() {
        return Err(wrong(
            lines,
            at,
            "the line ends in a carriage return, which no shell leaves out",
        )
        .hint("remove them: sed -i 's/\\r$//' FILE"));
    }
    let name = |word: &&str| word.rsplit('/').next().is_some_and(|name| SHELLS.contains(&name));
    let mut words = words.split_whitespace();
    let program = words.next().unwrap_or_default();
    let wrapped = ["env", "busybox"].iter().any(|it| program.rsplit('/').next() == Some(it));
    if name(&program)
        || wrapped && words.find(|word| !word.starts_with('-')).is_some_and(|w| name(&w))
    {
        return Ok(());
    }
    Err(wrong(lines, 0, "no shell runs this script")
        .hint("start the block in another way, or put it into the file by hand"))
}

fn wrong(lines: &Lines<'_>, at: usize, what: &str) -> Fault {
    let text = lines.iter().nth(at).filter(|line| !line.is_empty()).unwrap_or("(empty)");
    Fault::refused(format!("cannot place the block: {what}"))
        .detail(format!("line {}", at + 1), text)
}
