//! A program that wants a terminal, answered from a list.

use std::time::Duration;

use anyhow::Result;

use super::action::Action;
use super::reader::Reader;
use super::script::Script;
use super::shell::Shell;
use super::{Op, Planned, Poll, State, Undo};
use crate::data::fault::Fault;
use crate::snippet;
use crate::text::snippet::Snippet;
use crate::transport::secret::Secret;
use crate::transport::terminal::{Answer, Place, Terminal, Typed};

const TERMINAL: Snippet = snippet!("/../../snippets/", "ops/terminal");

/// A [`Shell`] or [`Script`] whose `change` runs in a terminal of the host, and asks.
///
/// The list has the questions, in any order, each with its answer. A question is what stands at the end of the output while
/// the program waits in a read of its terminal. A known one is answered then, and no earlier. The program is ended
/// when it asks something else for longer than the patience, or asks a question too often.
#[derive(Debug, Clone)]
pub struct Interactive<O> {
    op: O,
    terminal: Terminal,
}

/// An operation that can run in a terminal.
pub trait Asks: Op {
    /// Takes the answers that are no secret as one more input.
    ///
    /// # Errors
    /// When nobody would see the questions.
    fn answered(&mut self, answers: &str) -> Result<(), Fault>;
}

impl Asks for Shell {
    fn answered(&mut self, _: &str) -> Result<(), Fault> {
        Ok(())
    }
}

impl Asks for Script {
    fn answered(&mut self, answers: &str) -> Result<(), Fault> {
        if self.is_judged() {
            let message = "an interactive script cannot be judged by its output";
            return Err(Fault::usage(message)
                .hint("its output is the terminal; use its exit code or a probe"));
        }
        self.counts(answers);
        Ok(())
    }
}

impl<O: Asks + Clone> Interactive<O> {
    /// `op` in a `dumb` terminal of 24 rows and 80 columns, without any answer yet.
    pub fn new(op: O) -> Self {
        Self { op, terminal: Terminal::default() }
    }

    /// At the question `prompt`, types `text` and Enter. The question is the last line of the output, or the last
    /// lines. The longest question that fits is taken. Of equal ones each is used up in turn.
    #[must_use]
    pub fn answer(self, prompt: impl Into<String>, text: impl Into<String>) -> Self {
        self.with(prompt, Place::Line, Typed::Line(text.into()))
    }

    /// The same with a secret: it is typed at the host, and shown nowhere.
    #[must_use]
    pub fn secret(self, prompt: impl Into<String>, secret: &Secret) -> Self {
        self.with(prompt, Place::Line, Typed::Secret(secret.clone()))
    }

    /// When `text` is on the screen, sends these bytes without Enter: a key, cursor keys. For menus that fill the
    /// screen.
    #[must_use]
    pub fn keys(self, text: impl Into<String>, keys: impl Into<Vec<u8>>) -> Self {
        self.with(text, Place::Screen, Typed::Keys(keys.into()))
    }

    /// The last question may come so many times, instead of once.
    #[must_use]
    pub fn at_most(self, times: u32) -> Self {
        self.last(|answer| answer.most = times)
    }

    /// The last question has to come: without it, exit 0 is a failure.
    #[must_use]
    pub fn required(self) -> Self {
        self.last(|answer| answer.required = true)
    }

    /// The last question is only the end of its line: `Erase 5 disks? (yes/no)`.
    #[must_use]
    pub fn at_line_end(self) -> Self {
        self.last(|answer| answer.place = Place::LineEnd)
    }

    /// The last question may be anywhere on the screen.
    #[must_use]
    pub fn on_screen(self) -> Self {
        self.last(|answer| answer.place = Place::Screen)
    }

    /// Sets how long the program may wait with an unknown question, instead of 3 seconds.
    #[must_use]
    pub fn patience(mut self, patience: Duration) -> Self {
        self.terminal.patience = patience;
        self
    }

    /// Sets the terminal, instead of `dumb` with 24 rows and 80 columns.
    #[must_use]
    pub fn terminal(mut self, kind: impl Into<String>, rows: u16, columns: u16) -> Self {
        (self.terminal.kind, self.terminal.size) = (kind.into(), (rows, columns));
        self
    }

    fn with(mut self, prompt: impl Into<String>, place: Place, typed: Typed) -> Self {
        let prompt = prompt.into();
        self.terminal.answers.push(Answer { prompt, place, typed, most: 1, required: false });
        self
    }

    fn last(mut self, change: impl FnOnce(&mut Answer)) -> Self {
        if let Some(answer) = self.terminal.answers.last_mut() {
            change(answer);
        }
        self
    }

    /// The operation with the answers among its inputs.
    fn inner(&self) -> Result<O, Fault> {
        self.terminal.check()?;
        let mut op = self.op.clone();
        op.answered(&self.terminal.shown())?;
        Ok(op)
    }
}

impl<O: Asks + Clone> Op for Interactive<O> {
    fn describe(&self) -> String {
        self.op.describe()
    }

    fn probe(&self, host: &Reader<'_>) -> Result<State> {
        let state = self.inner()?.probe(host)?;
        if host.is_verifying() {
            return Ok(state);
        }
        Ok(match state {
            State::Needed(mut need) => {
                can_give_a_terminal(host)?;
                if !need.diff.is_empty() && !need.diff.ends_with('\n') {
                    need.diff.push('\n');
                }
                for line in self.terminal.shown().lines() {
                    need.diff += &format!("answers: {line}\n");
                }
                State::Needed(need)
            }
            other => other,
        })
    }

    fn change(&self, host: &Reader<'_>) -> Result<Vec<Action>> {
        let actions = self.inner()?.change(host)?;
        let terminal = || Some(self.terminal.clone());
        Ok(actions.into_iter().map(|action| Action { terminal: terminal(), ..action }).collect())
    }

    fn undo(&self, host: &Reader<'_>) -> Result<Option<Vec<Undo>>> {
        self.inner()?.undo(host)
    }

    fn leaves(&self) -> Vec<(String, Planned)> {
        self.op.leaves()
    }

    fn poll(&self) -> Poll {
        self.op.poll()
    }
}

/// Tries a terminal, before anything is changed. In a dry run an earlier operation may bring it.
fn can_give_a_terminal(host: &Reader<'_>) -> Result<()> {
    if host.pending().is_some() {
        return Ok(());
    }
    let (can, said) = host.answer(&Action::probe(TERMINAL, []))?;
    if can {
        return Ok(());
    }
    Err(Fault::refused("this host cannot give a program a terminal")
        .detail("found", said.trim_end())
        .hint(
            "install `script`: apt-get install bsdutils (Debian, Ubuntu), \
             yum install util-linux or util-linux-script (CentOS, Fedora); mount /dev/pts in a container",
        )
        .into())
}
