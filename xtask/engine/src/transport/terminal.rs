//! A terminal for a command, and the answers to its questions: data only.

use std::fmt::Write as _;
use std::time::Duration;

use super::launch::bare;
use super::secret::Secret;
use super::wire;
use crate::data::fault::Fault;
use crate::text::mask::Mask;
use crate::text::quote;
use crate::text::screen::words;

const TERMINAL: &str = include_str!("../../../../snippets/session/terminal.sh");

/// The most bytes of an answer as it is sent. A frame of up to 4096 is written whole or not at all, pipe(7): the program may
/// end at that moment, and then nothing more is sent. A terminal takes a line of 4095 bytes, termios(3).
const LONGEST: usize = 3900;

/// What a terminal sends for the Enter key: its line discipline makes a newline of it.
const ENTER: u8 = b'\r';

/// A terminal, and what is typed there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terminal {
    /// The value of `TERM`.
    pub kind: String,
    /// Rows and columns.
    pub size: (u16, u16),
    /// How long a program may wait with a question that no answer is for.
    pub patience: Duration,
    /// The known questions.
    pub answers: Vec<Answer>,
}

/// The answer to one question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The question, as a person reads it.
    pub prompt: String,
    /// Where it has to stand.
    pub place: Place,
    /// What is typed.
    pub typed: Typed,
    /// How often it may be asked.
    pub most: u32,
    /// The program has to ask it.
    pub required: bool,
}

/// The place of a question in the output since the last answer. White space at ends does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// It is the last line, or the last lines: nothing else is there.
    Line,
    /// The last line ends with it.
    LineEnd,
    /// Anywhere: the text of a menu that fills the screen.
    Screen,
}

/// What is typed at a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Typed {
    /// A line of text, then Enter.
    Line(String),
    /// The same, never shown.
    Secret(Secret),
    /// These bytes: cursor keys, a single key.
    Keys(Vec<u8>),
}

impl Default for Terminal {
    /// A `dumb` one of 24 rows and 80 columns: programs then print plain lines.
    fn default() -> Self {
        let (kind, size) = ("dumb".to_owned(), (24, 80));
        Self { kind, size, patience: Duration::from_secs(3), answers: Vec::new() }
    }
}

impl Terminal {
    /// Whether all of it can be used.
    ///
    /// # Errors
    /// An empty question, or a text that no terminal takes as one line.
    pub fn check(&self) -> Result<(), Fault> {
        self.answers.iter().try_for_each(Answer::check)
    }

    /// The questions and answers for a person, one per line; secrets are `****`.
    pub fn shown(&self) -> String {
        let mut text = String::new();
        for answer in &self.answers {
            let typed = match &answer.typed {
                Typed::Line(text) => text.clone(),
                Typed::Secret(_) => "****".to_owned(),
                Typed::Keys(keys) => format!("keys {:?}", String::from_utf8_lossy(keys)),
            };
            let often =
                if answer.most > 1 { format!(" (at most {})", answer.most) } else { String::new() };
            let must = if answer.required { " (must be asked)" } else { "" };
            let _ = writeln!(text, "{} -> {typed}{often}{must}", words(&answer.prompt));
        }
        text
    }

    /// Hides the secrets among the answers.
    pub(super) fn mask(&self) -> Mask {
        self.answers.iter().fold(Mask::new(), |mask, answer| match &answer.typed {
            Typed::Secret(secret) => mask.value(secret.expose()),
            _ => mask,
        })
    }

    /// The script that runs `script` in this terminal.
    pub(super) fn script(&self, script: &str) -> Result<String, Fault> {
        let (rows, columns) = self.size;
        let (script, kind) = (quote::quote(script)?, quote::quote(&self.kind)?);
        Ok(format!("__terminal {script} {kind} {rows} {columns}"))
    }
}

impl Answer {
    /// The bytes to type, for `printf %b` inside single quotes.
    pub(super) fn encoded(&self) -> String {
        let line = |text: &str| [text.as_bytes(), &[ENTER]].concat();
        let bytes = match &self.typed {
            Typed::Line(text) => line(text),
            Typed::Secret(secret) => line(secret.expose()),
            Typed::Keys(keys) => keys.clone(),
        };
        wire::encode(&bytes).replace('\'', "\\0047")
    }

    fn check(&self) -> Result<(), Fault> {
        let wrong = |what: String| Err(Fault::usage(what));
        if words(&self.prompt).is_empty() {
            return wrong("an answer is for an empty question".to_owned()).map_err(|fault| {
                fault.hint("give the words that the program prints before it waits")
            });
        }
        let (bytes, line) = match &self.typed {
            Typed::Line(text) => (text.as_bytes(), true),
            Typed::Secret(secret) => (secret.expose().as_bytes(), true),
            Typed::Keys(keys) => (keys.as_slice(), false),
        };
        let prompt = &self.prompt;
        if self.encoded().len() > LONGEST {
            return wrong(format!("the answer to {prompt:?} is too long for a terminal"));
        }
        match bytes.iter().position(|byte| line && byte.is_ascii_control()) {
            Some(at) => {
                let what = format!("the answer to {prompt:?} has a control character (byte {at})");
                wrong(what)
                    .map_err(|fault| fault.hint("a terminal obeys it: give keys, not a line"))
            }
            None => Ok(()),
        }
    }
}

/// The bytes that ask the far end for a terminal.
pub(super) fn open_frame(id: u64) -> Vec<u8> {
    wire::own_frame(id, &bare(TERMINAL))
}

/// The bytes that close it.
pub(super) fn close_frame(id: u64) -> Vec<u8> {
    wire::own_frame(id, "exec 7>&-")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(prompt: &str, typed: Typed) -> Answer {
        Answer { prompt: prompt.into(), place: Place::Line, typed, most: 1, required: false }
    }

    #[test]
    fn what_no_terminal_takes_as_a_line_is_refused() {
        let line = |text: &str| Typed::Line(text.to_owned());
        let check = |prompt: &str, typed| match answer(prompt, typed).check() {
            Ok(()) => "ok".to_owned(),
            Err(fault) => fault.message,
        };
        assert_eq!(check("Mode:", line("5")), "ok");
        assert_eq!(check("Mode:", line("")), "ok");
        assert_eq!(check("Mode:", Typed::Keys(b"\x1b[B\r".to_vec())), "ok");
        assert_eq!(check(" \n", line("5")), "an answer is for an empty question");
        let control = "the answer to \"Mode:\" has a control character (byte 1)";
        for text in ["a\nb", "a\x03", "a\x04b", "a\x7f"] {
            assert_eq!(check("Mode:", line(text)), control);
            assert_eq!(check("Mode:", Typed::Secret(Secret::new(text))), control);
        }
        let long = "the answer to \"Mode:\" is too long for a terminal";
        assert_eq!(check("Mode:", line(&"x".repeat(3895))), "ok");
        assert_eq!(check("Mode:", line(&"x".repeat(3896))), long);
        assert_eq!(check("Mode:", line(&"ü".repeat(390))), long);
    }

    #[test]
    fn a_plan_shows_all_but_the_secrets() {
        let mut secret = answer("New\n  password: ", Typed::Secret(Secret::new("s3cret")));
        (secret.most, secret.required) = (2, true);
        let keys = answer("Mode", Typed::Keys(b"\x1b[B".to_vec()));
        let answers = vec![answer("Go on?", Typed::Line("yes".into())), secret, keys];
        let terminal = Terminal { answers, ..Terminal::default() };
        assert_eq!(
            terminal.shown(),
            "Go on? -> yes\nNew password: -> **** (at most 2) (must be asked)\n\
             Mode -> keys \"\\u{1b}[B\"\n"
        );
        assert!(!format!("{terminal:?}").contains("s3cret"));
    }

    #[test]
    fn no_answer_leaves_its_quotes() {
        let encoded = answer("x", Typed::Line("a'b\\ü".into())).encoded();
        assert_eq!(encoded, "a\\0047b\\\\\\0303\\0274\\0015");
    }
}
