//! Snippets: the shell that does the work on a host, one file each under `snippets/`.
//!
//! A file holds comments, one or more `# in: NAME NAME` lines that declare its inputs, `# with: NAME` lines
//! for shared functions (`snippets/lib/`), and up to six functions: `probe` (0 = kept, 1 = needed, anything else =
//! the probe failed), `change`, `verify` (called after `change`: both must succeed), `undo`, `undone` (0 = taken back,
//! 1 = not yet, anything else = changed since), and `inputs` (the line of a script's marker).

mod function;
mod reserved;

pub use self::function::Function;
pub use self::reserved::is_reserved;
use super::library;
use super::quote::{assign, is_name};
use super::shell::{Line, Outline, outline};
use crate::data::fault::Fault;

/// Embeds `snippets/NAME.sh` of the workspace: `snippet!("ops/file")` for a crate right below the
/// root; a crate elsewhere names the way to the directory first: `snippet!("/../../snippets/", "ops/file")`.
#[macro_export]
macro_rules! snippet {
    ($name:literal) => {
        $crate::snippet!("/../snippets/", $name)
    };
    ($root:literal, $name:literal) => {
        $crate::text::snippet::Snippet::new(
            $name,
            include_str!(concat!(env!("CARGO_MANIFEST_DIR"), $root, $name, ".sh")),
        )
    };
}

/// Set for every snippet: one language for messages, and a stop at the first failure.
const PRELUDE: &str = "LC_ALL=C; export LC_ALL; set -eu\n";

/// The value of one input.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Value {
    /// Any text without NUL; the snippet uses it as `"$NAME"`.
    Text(String),
    /// Words for `for x in $NAMES`: unquoted, so without blanks and pattern characters.
    List(Vec<String>),
}

impl Value {
    /// A list of `words`.
    pub fn list<S: Into<String>>(words: impl IntoIterator<Item = S>) -> Self {
        Self::List(words.into_iter().map(Into::into).collect())
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

/// One file of shell, embedded in the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Snippet {
    /// Its path below `snippets/`, without `.sh`: `ops/file`.
    pub name: &'static str,
    text: &'static str,
}

impl Snippet {
    /// The snippet `name` with the file's `text`; written by [`snippet!`](crate::snippet).
    pub const fn new(name: &'static str, text: &'static str) -> Self {
        Self { name, text }
    }

    /// The text of the file.
    pub const fn text(&self) -> &'static str {
        self.text
    }

    /// The declared inputs, in order.
    pub fn inputs(&self) -> Vec<&'static str> {
        let declared = self.text.lines().filter_map(|line| line.strip_prefix("# in:"));
        declared.flat_map(str::split_whitespace).collect()
    }

    /// Whether the file defines `function`.
    pub fn has(&self, function: Function) -> bool {
        outline(self.text).functions.contains(&function.name())
    }

    /// A description: the first comment line of the file, or nothing.
    pub fn describe(&self) -> &'static str {
        let comments = self.text.lines().filter_map(|line| line.strip_prefix('#'));
        let mut told = comments.filter(|line| !line.starts_with('!')).map(str::trim);
        told.find(|line| {
            let marks = ["in:", "with:", "shellcheck "];
            !line.is_empty() && !marks.iter().any(|mark| line.starts_with(mark))
        })
        .unwrap_or_default()
    }

    /// The script that calls `function`, as short as it can be: the far end reads it byte by byte.
    ///
    /// Comment lines and indentation are removed, but not inside strings and here-documents.
    /// Functions that the call cannot reach and unused inputs are removed too.
    ///
    /// # Errors
    /// A missing, surplus, duplicate or unfit input, or a function that the file does not have.
    pub fn script(&self, function: Function, values: &[(&str, Value)]) -> Result<String, Fault> {
        self.assemble(function, values, compact)
    }

    /// As [`Snippet::script`], with comments and indentation, for a person (and shellcheck) to read.
    ///
    /// # Errors
    /// As [`Snippet::script`].
    pub fn readable(&self, function: Function, values: &[(&str, Value)]) -> Result<String, Fault> {
        self.assemble(function, values, unchanged)
    }

    fn assemble(
        &self,
        function: Function,
        values: &[(&str, Value)],
        shorten: for<'a> fn(&Line<'a>) -> Option<&'a str>,
    ) -> Result<String, Fault> {
        let missing = |name| self.fault(format!("has no library {name}"));
        let text = library::with(self.text).map_err(missing)?;
        let outline = outline(&text);
        if !outline.functions.contains(&function.name()) {
            return Err(self.fault(format!("has no function {}", function.name())));
        }
        let assignments = self.assignments(values)?;
        let whole = !outline.sound || outline.dynamic;
        let calls = calls(&outline, function);
        let kept = reached(&outline, &calls);
        let body = if outline.sound {
            body(&kept, &outline, shorten)
        } else {
            format!("{}\n", text.trim_end())
        };
        // A name in a comment is no use.
        let code = if whole { String::new() } else { self::body(&kept, &outline, compact) };
        let mut script = PRELUDE.to_owned();
        for (name, assignment) in assignments {
            if whole || mentions(&code, name) {
                script.extend([&assignment, "\n"]);
            }
        }
        script += &body;
        script.extend(calls.into_iter().flat_map(|name| [name, "\n"]));
        Ok(script)
    }

    /// One assignment per declared input, in the order of the declaration.
    fn assignments(&self, values: &[(&str, Value)]) -> Result<Vec<(&'static str, String)>, Fault> {
        let inputs = self.inputs();
        if let Some((name, _)) = values.iter().find(|(name, _)| !inputs.contains(name)) {
            return Err(self
                .fault(format!("has no input {name}"))
                .detail("inputs", inputs.join(" "))
                .hint("declare it in the file: # in: NAME"));
        }
        let mut done = Vec::with_capacity(inputs.len());
        for (index, &name) in inputs.iter().enumerate() {
            if !is_name(name) || is_reserved(name) {
                return Err(self.fault(format!("declares {name}, a reserved name")));
            }
            if inputs[..index].contains(&name) {
                return Err(self.fault(format!("declares the input {name} twice")));
            }
            let mut given = values.iter().filter(|(given, _)| *given == name);
            let value = match (given.next(), given.next()) {
                (Some((_, value)), None) => value,
                (None, _) => return Err(self.fault(format!("misses its input {name}"))),
                _ => return Err(self.fault(format!("gets its input {name} twice"))),
            };
            done.push((name, self.assignment(name, value)?));
        }
        Ok(done)
    }

    fn assignment(&self, name: &str, value: &Value) -> Result<String, Fault> {
        let text = match value {
            Value::Text(text) => text.clone(),
            Value::List(words) => {
                if let Some(word) = words.iter().find(|word| !is_plain(word)) {
                    return Err(self
                        .fault(format!("cannot take {word:?} in the list {name}"))
                        .hint("a list holds words without blanks, brackets, *, ? and \\"));
                }
                words.join(" ")
            }
        };
        assign(name, &text).map_err(|fault| fault.detail("snippet", self.name))
    }

    fn fault(&self, what: String) -> Fault {
        Fault::usage(format!("snippet {} {what}", self.name))
    }
}

/// Whether `word` stays one word, and itself, when a shell expands it unquoted.
fn is_plain(word: &str) -> bool {
    let split = |c: char| c.is_whitespace() || c.is_control() || "*?[]()\\".contains(c);
    !word.is_empty() && !word.contains(split)
}

/// The name of the function that checks the result of `change`.
const VERIFY: &str = "verify";

/// What a script for `function` calls, in order.
fn calls(outline: &Outline<'_>, function: Function) -> Vec<&'static str> {
    let verifies = function == Function::Change && outline.functions.contains(&VERIFY);
    if verifies { vec![function.name(), VERIFY] } else { vec![function.name()] }
}

/// Which functions the `calls` can reach, by index: those named in the kept text.
fn reached(outline: &Outline<'_>, calls: &[&str]) -> Vec<bool> {
    let mut kept: Vec<_> =
        outline.functions.iter().map(|name| outline.dynamic || calls.contains(name)).collect();
    loop {
        let found = outline.functions.iter().enumerate().position(|(index, name)| {
            let calls = |line: &Line<'_>| {
                line.function.is_none_or(|owner| kept[owner])
                    && !is_comment(line)
                    && mentions(line.text, name)
            };
            !kept[index] && outline.lines.iter().any(calls)
        });
        let Some(index) = found else { return kept };
        kept[index] = true;
    }
}

fn body<'a>(
    kept: &[bool],
    outline: &Outline<'a>,
    shorten: impl Fn(&Line<'a>) -> Option<&'a str>,
) -> String {
    let lines = outline.lines.iter().filter(|line| line.function.is_none_or(|owner| kept[owner]));
    lines.filter_map(shorten).flat_map(|line| [line, "\n"]).collect()
}

fn is_comment(line: &Line<'_>) -> bool {
    !line.verbatim && line.text.trim_start().starts_with('#')
}

fn unchanged<'a>(line: &Line<'a>) -> Option<&'a str> {
    Some(line.text)
}

fn compact<'a>(line: &Line<'a>) -> Option<&'a str> {
    if line.verbatim {
        return Some(line.text);
    }
    let text = line.text.trim_start();
    (!text.is_empty() && !is_comment(line)).then_some(text)
}

/// Whether `name` occurs in `text` as a whole word.
fn mentions(text: &str, name: &str) -> bool {
    let part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    text.match_indices(name)
        .any(|(at, _)| !text[..at].ends_with(part) && !text[at + name.len()..].starts_with(part))
}

#[cfg(test)]
mod tests;
