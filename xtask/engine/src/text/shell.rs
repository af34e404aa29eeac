//! Where the lines of a shell file start: in a command, a string, a here-document, a function.
//!
//! It knows only the grammar that is needed to shorten a file safely, and to find the statements
//! of a foreign file ([`script`]). Forms that are too loose for shortening (backquotes, bash's own
//! forms) make a file not `sound`: it is then sent unchanged.

mod reader;
mod script;

pub use self::reader::Command;
use self::reader::Reader;
pub use self::script::{End, Script, script};
use super::quote::is_name;

/// One line of a shell file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line<'a> {
    /// Without its newline.
    pub text: &'a str,
    /// Starts inside a string, a here-document or a continued line: every blank counts.
    pub verbatim: bool,
    /// The top-level function that the line belongs to, as index into [`Outline::functions`].
    pub function: Option<usize>,
}

/// A shell file, line by line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outline<'a> {
    /// All lines in order.
    pub lines: Vec<Line<'a>>,
    /// Names of the functions defined at the top level, in order.
    pub functions: Vec<&'a str>,
    /// The reader followed the file to its end.
    pub sound: bool,
    /// Some command is named by an expansion or runs through `eval`: any function may be called.
    pub dynamic: bool,
}

/// Reads `text` line by line.
pub fn outline(text: &str) -> Outline<'_> {
    let mut reader = Reader::default();
    let mut out = Outline { lines: vec![], functions: vec![], sound: true, dynamic: false };
    let mut open: Option<usize> = None;
    for line in text.lines() {
        let verbatim = reader.starts_verbatim();
        if let (true, None, Some(name)) = (reader.at_top(), open, function_name(line)) {
            open = Some(out.functions.len());
            reader.blocks = 0;
            out.functions.push(name);
        }
        out.lines.push(Line { text: line, verbatim, function: open });
        reader.line(line);
        if open.is_some() && reader.at_top() && !is_head(line) {
            open = None;
            // More than the body on these lines: not a definition alone, and not to be dropped.
            reader.lost |= !reader.closed || reader.blocks != 1;
        }
    }
    out.sound = !reader.lost && !reader.loose && reader.at_top() && open.is_none();
    out.dynamic = reader.dynamic;
    out
}

/// Whether a definition has its body on the next line.
fn is_head(line: &str) -> bool {
    let before = line.trim_end().strip_suffix(')').map(str::trim_end);
    before.is_some_and(|line| line.ends_with('('))
}

/// The name that a line such as `probe() {` or `probe () {` defines; definitions are written at the left edge.
pub fn function_name(line: &str) -> Option<&str> {
    let (name, rest) = line.split_once('(')?;
    let name = name.trim_end_matches([' ', '\t']);
    (rest.trim_start().starts_with(')') && is_name(name)).then_some(name)
}

#[cfg(test)]
mod tests;
