//! Asking a person: before any work, between batches, and before a point of no return.

use std::sync::PoisonError;
use std::sync::atomic::Ordering;

use anyhow::Result;

use super::context::Context;
use super::gate::{asks, unanswered};
use super::hosts::{Host, Hosts};
use super::record::entry::Entry;
use super::report::failure;
use crate::data::fault::{Fault, Kind};
use crate::data::range::fold;
use crate::ops::ensure::Mode;

/// A question to a person.
struct Question<'a> {
    /// The effect.
    what: &'a str,
    /// The hosts; more than one are confirmed by their number.
    hosts: &'a [&'a str],
}

impl Hosts<'_> {
    /// Asks before something that a rerun cannot repair: shows these hosts and `what` happens to them. For more
    /// than one host the person types their number. Ask before any work.
    ///
    /// # Errors
    /// Exit 6 without a terminal and without `--yes`; exit 5 when the answer is no.
    pub fn confirm(&self, what: &str) -> Result<()> {
        self.cx.confirmed(&Question { what, hosts: &self.names() })
    }
}

impl Host<'_> {
    /// The same for one host; see [`Hosts::confirm`].
    ///
    /// # Errors
    /// Exit 6 without a terminal and without `--yes`; exit 5 when the answer is no.
    pub fn confirm(&self, what: &str) -> Result<()> {
        self.cx.confirmed(&Question { what, hosts: &[self.name()] })
    }
}

impl Context {
    /// The same without hosts; see [`Hosts::confirm`].
    ///
    /// # Errors
    /// Exit 6 without a terminal and without `--yes`; exit 5 when the answer is no.
    pub fn confirm(&self, what: &str) -> Result<()> {
        self.confirmed(&Question { what, hosts: &[] })
    }

    /// Asks about something outside of the step itself: the answer does not confirm the work of the step.
    ///
    /// # Errors
    /// As [`Hosts::confirm`].
    pub fn agree(&self, what: &str) -> Result<()> {
        self.decide(&Question { what, hosts: &[] })
    }

    /// Checks that a person can be asked, when the run will ask.
    ///
    /// # Errors
    /// Exit 6 without a terminal and without `--yes`, before anything else is done.
    pub fn can_confirm(&self, what: &str) -> Result<()> {
        if asks(&self.options, self.mode, self.rehearsal) && !self.report.can_ask() {
            return Err(unanswered(what).into());
        }
        Ok(())
    }

    /// Does work that was confirmed as a whole: no part of it asks again.
    ///
    /// # Errors
    /// Those of the work.
    pub fn preconfirmed<T>(&self, work: impl FnOnce() -> Result<T>) -> Result<T> {
        self.preconfirmed.store(true, Ordering::Relaxed);
        let result = work();
        self.preconfirmed.store(false, Ordering::Relaxed);
        result
    }

    fn confirmed(&self, question: &Question<'_>) -> Result<()> {
        if self.preconfirmed.load(Ordering::Relaxed) {
            return Ok(());
        }
        let mut confirmed = self.confirmed.lock().unwrap_or_else(PoisonError::into_inner);
        self.decide(question)?;
        *confirmed = Some(true);
        Ok(())
    }

    /// Asks before an irreversible operation, once per run, unless the step has asked at its start.
    pub(super) fn pass(&self, host: &str, what: &str) -> Result<()> {
        let mut confirmed = self.confirmed.lock().unwrap_or_else(PoisonError::into_inner);
        match *confirmed {
            Some(true) => return Ok(()),
            Some(false) => return Err(stopped("no")),
            None => {}
        }
        let what = format!("irreversible: {what}, and all later operations on any host");
        let decided = self.decide(&Question { what: &what, hosts: &[host] });
        *confirmed = match &decided {
            Ok(()) => Some(true),
            Err(error) => (Fault::kind_of(error) == Kind::Stopped).then_some(false),
        };
        decided
    }

    /// Between two batches, with `--gate`: asks whether to continue with the `next` hosts.
    pub(super) fn gate(&self, next: &[&str]) -> Result<()> {
        if !self.options.gate {
            return Ok(());
        }
        let counts = self.summary().counts();
        let what = format!("so far {counts}; next: {}", fold(next));
        self.decide(&Question { what: &what, hosts: &[] }).map_err(|error| {
            match error.downcast::<Fault>() {
                Ok(fault) if fault.kind == Kind::Stopped => {
                    fault.hint(failure::resume(self.record_dir())).into()
                }
                Ok(fault) => fault.into(),
                Err(error) => error,
            }
        })
    }

    fn decide(&self, question: &Question<'_>) -> Result<()> {
        if self.mode == Mode::Run && self.options.yes {
            return self.answered(question, "--yes");
        }
        if !asks(&self.options, self.mode, self.rehearsal) {
            return Ok(());
        }
        if !self.report.can_ask() {
            return Err(unanswered(question.what).detail("hosts", fold(question.hosts)).into());
        }
        let count = question.hosts.len();
        let (on, wanted) = match count {
            0 => (String::new(), "Continue? [y/N] ".to_owned()),
            1 => (format!(" on {}", question.hosts[0]), "Continue? [y/N] ".to_owned()),
            _ => {
                let wanted = format!("Type the number of hosts, {count}, to continue: ");
                (format!(" on {}", fold(question.hosts)), wanted)
            }
        };
        let answer = self.ask(&format!("{on}: {}\n{wanted}", question.what))?;
        let number = count.to_string();
        let yes = if count > 1 { answer == number } else { matches!(&*answer, "y" | "yes") };
        self.answered(question, &answer)?;
        if yes { Ok(()) } else { Err(stopped(&answer)) }
    }

    /// The answer of a person; the question follows the name of the step.
    pub(super) fn ask(&self, question: &str) -> Result<String> {
        let question = self.mask().text(question);
        self.report.ask(&question, &self.settings.interrupt)
    }

    fn answered(&self, question: &Question<'_>, answer: &str) -> Result<()> {
        let (what, answer) = (self.mask().text(question.what), self.mask().text(answer));
        self.journal(&Entry::Confirm { what, answer }, true)
    }
}

fn stopped(answer: &str) -> anyhow::Error {
    let message = match answer {
        "" | "n" | "no" => "stopped: the answer was no".to_owned(),
        other => format!("stopped: the answer was `{other}`"),
    };
    Fault::new(Kind::Stopped, message).into()
}
