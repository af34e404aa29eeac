//! A step of one's own: a file of POSIX sh, whose comments at the top declare what Rust declares elsewhere.
//!
//! The header ends at the first line that is no comment. Its first line is the help. A line `# word: value` declares
//! something, `# reads` and `# detached` stand alone, and every other line is a detail of the help.

mod arg;
mod behind;
mod functions;
mod header;
mod kind;
mod line;
mod mode;
mod sent_file;
mod words;

pub use self::arg::{Arg, Presence};
use self::functions::Functions;
use self::header::Header;
pub use self::kind::Kind;
pub use self::mode::Mode;
pub use self::sent_file::SentFile;
use super::snippet::Function;
use crate::data::fault::Fault;
use crate::data::source::{Problems, Source};

/// A step as its file declares it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OwnStep {
    /// The line of help.
    pub help: String,
    /// The other lines of prose, without `# `.
    pub details: String,
    /// An expression of its hosts.
    pub on: String,
    /// How it goes through them.
    pub mode: Mode,
    /// Its arguments, each an input of the shell.
    pub args: Vec<Arg>,
    /// Names of `[secrets]`: on standard input of `change`, a line each.
    pub secrets: Vec<String>,
    /// What it interrupts, for the question before.
    pub confirm: Option<String>,
    /// Files that it brings to a host, before `change`.
    pub files: Vec<SentFile>,
    /// Programs that a host must have.
    pub needs: Vec<String>,
    /// It changes nothing: the output of `probe` is its answer.
    pub reads: bool,
    /// Seconds for `change` and `undo`, instead of those of `--timeout`.
    pub timeout: Option<u64>,
    /// `change` continues when the connection is lost.
    pub detached: bool,
    /// The functions of the file that the engine calls.
    functions: Vec<&'static str>,
}

impl OwnStep {
    /// Reads a whole file. `taken` are the flags that all commands have.
    ///
    /// # Errors
    /// Exit 2 with each mistake at its place.
    pub fn parse(path: &str, text: &str, taken: &[&str]) -> Result<Self, Fault> {
        let source = Source::new(path, text);
        let mut problems = Problems::default();
        let header = Header::read(&source, taken, &mut problems);
        let functions = Functions::of(text);
        header.check_whole(&source, &mut problems);
        functions.check(&source, header.step.reads, &mut problems);
        problems.into_result()?;
        Ok(Self { functions: functions.known(), ..header.step })
    }

    /// Reads the first lines of a file: the help and what a list shows, without the functions.
    ///
    /// # Errors
    /// As [`Self::parse`], for the header.
    pub fn head(path: &str, text: &str, taken: &[&str]) -> Result<Self, Fault> {
        let source = Source::new(path, text);
        let mut problems = Problems::default();
        let header = Header::read(&source, taken, &mut problems);
        if header.has_ended(&source) {
            header.check_whole(&source, &mut problems);
        }
        problems.into_result()?;
        Ok(header.step)
    }

    /// Whether the file has this function.
    pub fn has(&self, function: Function) -> bool {
        self.functions.contains(&function.name())
    }

    /// The file as the text of a snippet: with a line that declares its inputs.
    pub fn snippet(&self, text: &str) -> String {
        let names: Vec<&str> = self.args.iter().map(|arg| arg.variable.as_str()).collect();
        if names.is_empty() {
            return text.to_owned();
        }
        // The first line of the file stays the first one: it may name the shell.
        let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
        format!("{first}\n# in: {}\n{rest}", names.join(" "))
    }
}

#[cfg(test)]
mod tests;
