//! The conversation with a program that asks at its terminal.
//!
//! A question is what stands at the end of the output while the program waits for its terminal. So the host is asked first
//! whether it waits. Only then the output is compared with the known questions. An answer is typed by the host, and only
//! if the program still waits: one that empties its input before it reads would lose an early answer.

use std::io;
use std::time::{Duration, Instant};

use super::call::{Sink, Stream};
use super::exchange::Turn;
use super::terminal::{Answer, Place, Terminal};
use super::wire;
use crate::data::fault::Fault;
use crate::text::mask::Mask;
use crate::text::screen::{screen, words};

/// Output without a pause is no question: the first look is this long after it.
const PAUSE: Duration = Duration::from_millis(50);
/// The longest time between two looks.
const SLOWEST: Duration = Duration::from_secs(1);
/// The silence after which a program that may wait gets a known answer.
const SILENCE: Duration = Duration::from_secs(1);
/// The output that a question can be in.
const KEPT: usize = 16 * 1024;
/// The most lines of a question to show.
const LINES: usize = 12;

/// What the host says about the program: the exit codes of `__waits` and `__type`.
const YES: i32 = 0;
const MAYBE: i32 = 2;

/// A frame beside the command that has no answer yet.
#[derive(Debug)]
enum Sent {
    /// Does it wait?
    Look(u64),
    /// The answer of this number was typed, at this question.
    Answer(u64, usize, Vec<u8>),
}

/// The state of one conversation.
#[derive(Debug)]
pub(super) struct Dialog<'a> {
    terminal: &'a Terminal,
    mask: Mask,
    /// Output that may become a secret with the next bytes.
    held: Vec<u8>,
    /// The output since the last answer.
    seen: Vec<u8>,
    /// How often each answer was given.
    given: Vec<u32>,
    sent: Option<Sent>,
    /// Something came since the last look began.
    heard: bool,
    /// The last output or answer.
    last: Instant,
    next: Instant,
    pace: Duration,
    /// Since when it has been waiting for sure.
    waits: Option<Instant>,
}

/// Takes the output of the program.
pub(super) struct Ear<'d, 'a, 's> {
    dialog: &'d mut Dialog<'a>,
    sink: &'s mut dyn Sink,
}

impl Sink for Ear<'_, '_, '_> {
    /// A terminal shows what is typed, perhaps a secret, too. It is masked before anybody gets it.
    fn take(&mut self, stream: Stream, bytes: &[u8]) -> io::Result<()> {
        if stream == Stream::Err {
            return self.sink.take(stream, &self.dialog.mask.bytes(bytes));
        }
        self.dialog.hear(bytes);
        self.dialog.held.extend_from_slice(bytes);
        let (shown, done) = self.dialog.mask.part(&self.dialog.held, false);
        self.dialog.held.drain(..done);
        self.sink.take(stream, &shown)
    }
}

impl<'a> Dialog<'a> {
    pub(super) fn new(terminal: &'a Terminal) -> Self {
        let now = Instant::now();
        Self {
            terminal,
            mask: terminal.mask(),
            held: Vec::new(),
            seen: Vec::new(),
            given: vec![0; terminal.answers.len()],
            sent: None,
            heard: false,
            last: now,
            next: now + PAUSE,
            pace: PAUSE,
            waits: None,
        }
    }

    /// The output of the program goes through here.
    pub(super) fn ear<'d, 's>(&'d mut self, sink: &'s mut dyn Sink) -> Ear<'d, 'a, 's> {
        Ear { dialog: self, sink }
    }

    /// Gives the output that is still held back; the command is over.
    pub(super) fn end(&mut self, sink: &mut dyn Sink) -> io::Result<()> {
        let rest = self.mask.bytes(&std::mem::take(&mut self.held));
        sink.take(Stream::Out, &rest)
    }

    /// The time of the next look.
    pub(super) fn next(&self) -> Instant {
        self.next
    }

    /// Asks the host, or answers the program, if it is time. `done` is the end of a frame beside the command.
    ///
    /// # Errors
    /// When the program asks something that has no answer.
    pub(super) fn look(
        &mut self,
        turn: &mut Turn<'_>,
        last: &mut u64,
        done: Option<(u64, i32)>,
    ) -> Result<(), Fault> {
        let now = Instant::now();
        match (self.sent.take(), done) {
            (Some(Sent::Look(id)), Some((this, code))) if this == id => {
                return self.judge(code, now, turn, last);
            }
            (Some(Sent::Answer(id, index, question)), Some((this, code))) if this == id => {
                if code == YES {
                    self.given[index] += 1;
                } else {
                    // It did not wait any more: its output goes on from there.
                    self.seen.splice(..0, question);
                }
                self.begin(now);
            }
            (sent, _) => self.sent = sent,
        }
        if self.sent.is_none() && now >= self.next {
            self.heard = false;
            let id = Self::say(turn, last, "__waits");
            self.sent = Some(Sent::Look(id));
        }
        if self.sent.is_some() {
            self.next = now + SLOWEST;
        }
        Ok(())
    }

    /// The questions that had to come, and did not.
    pub(super) fn missing(&self) -> Vec<&'a str> {
        let answers = self.terminal.answers.iter().zip(&self.given);
        let missing = answers.filter(|(answer, given)| answer.required && **given == 0);
        missing.map(|(answer, _)| answer.prompt.as_str()).collect()
    }

    fn hear(&mut self, bytes: &[u8]) {
        self.seen.extend_from_slice(bytes);
        let surplus = self.seen.len().saturating_sub(KEPT);
        self.seen.drain(..surplus);
        self.heard = true;
        if self.sent.is_none() {
            self.begin(Instant::now());
        } else {
            self.last = Instant::now();
        }
    }

    /// Something has happened: the next look is soon.
    fn begin(&mut self, now: Instant) {
        (self.last, self.waits) = (now, None);
        (self.pace, self.next) = (PAUSE, now + PAUSE);
    }

    fn say(turn: &mut Turn<'_>, last: &mut u64, script: &str) -> u64 {
        *last += 1;
        turn.say(&wire::aside_frame(*last, script));
        *last
    }

    /// The host has said whether the program waits.
    fn judge(
        &mut self,
        code: i32,
        now: Instant,
        turn: &mut Turn<'_>,
        last: &mut u64,
    ) -> Result<(), Fault> {
        if self.heard {
            // It has not waited with all of its output.
            self.begin(now);
            return Ok(());
        }
        self.pace = (2 * self.pace).min(SLOWEST);
        self.next = now + self.pace;
        if code != YES {
            self.waits = None;
        }
        if code != YES && (code != MAYBE || now < self.last + SILENCE) {
            return Ok(());
        }
        let shown = screen(&self.seen);
        if let Some(index) = self.find(&shown) {
            let answer = &self.terminal.answers[index];
            if self.given[index] >= answer.most {
                let times =
                    if answer.most == 1 { "once".into() } else { format!("{} times", answer.most) };
                let what = format!("the program asks again what was answered {times}");
                return Err(self
                    .fault(what, &shown)
                    .hint("it did not take the answer: look at the output before the question"));
            }
            let script = format!("__type {code} '{}'", answer.encoded());
            let id = Self::say(turn, last, &script);
            self.sent = Some(Sent::Answer(id, index, std::mem::take(&mut self.seen)));
        } else if code == YES && now >= *self.waits.get_or_insert(now) + self.terminal.patience {
            let hint =
                "it was ended; add the answer to the step, or look what is different on this host";
            return Err(self
                .fault("the program asks something without a known answer".into(), &shown)
                .hint(hint));
        }
        Ok(())
    }

    /// The answer to the question at the end of `shown`: the longest one, of equals the first that is left.
    fn find(&self, shown: &str) -> Option<usize> {
        let answers = self.terminal.answers.iter().enumerate();
        let found = answers.filter(|(_, answer)| is_asked(answer, shown));
        let left = |index: usize| self.given[index] < self.terminal.answers[index].most;
        let rank = |(index, answer): &(usize, &Answer)| {
            (words(&answer.prompt).len(), left(*index), std::cmp::Reverse(*index))
        };
        found.max_by_key(rank).map(|(index, _)| index)
    }

    fn fault(&self, what: String, shown: &str) -> Fault {
        let lines: Vec<&str> =
            shown.lines().map(str::trim_end).filter(|line| !line.is_empty()).collect();
        let asked = lines[lines.len().saturating_sub(LINES)..].join("\n");
        let asked = if asked.is_empty() { "(it has printed nothing)" } else { &asked };
        let given = self.terminal.answers.iter().zip(&self.given);
        let known =
            given.map(|(answer, given)| format!("{} (given {given})", words(&answer.prompt)));
        Fault::failed(what)
            .detail("asked", self.mask.text(asked))
            .detail("known", known.collect::<Vec<_>>().join("\n"))
    }
}

/// Whether `shown` asks the question of `answer`.
fn is_asked(answer: &Answer, shown: &str) -> bool {
    let prompt = words(&answer.prompt);
    if answer.place == Place::Screen {
        return words(shown).contains(&prompt);
    }
    let lines: Vec<&str> = shown.trim_end().lines().collect();
    let many = answer.prompt.trim().lines().count();
    let last = words(&lines[lines.len().saturating_sub(many)..].join("\n"));
    match last.strip_suffix(&prompt) {
        Some("") => true,
        Some(before) => answer.place == Place::LineEnd && !before.ends_with(char::is_alphanumeric),
        None => false,
    }
}
