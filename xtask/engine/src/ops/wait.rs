//! Waiting for a state.

use std::time::{Duration, Instant};

use anyhow::Result;

use super::action::Action;
use super::reader::Reader;
use super::{Op, Poll, State, Undo};
use crate::data::fault::Fault;
use crate::snippet;
use crate::text::snippet::{Snippet, Value};

const PORT: Snippet = snippet!("/../../snippets/", "ops/wait-port");
const PATH: Snippet = snippet!("/../../snippets/", "ops/wait-path");

/// The beginning of the description of every wait.
const UNTIL: &str = "wait until ";

/// The state that a wait is for, from its description; other descriptions stay whole.
pub fn awaited(what: &str) -> &str {
    what.strip_prefix(UNTIL).unwrap_or(what)
}

/// Waits until a probe succeeds, with a time limit; changes nothing.
///
/// Exit 0 ends the wait, 1 continues it. Any other exit code, or a word of [`Wait::fails_on`] in the output, is a
/// failure at once. A dry run shows it as unknown.
#[derive(Debug, Clone)]
pub struct Wait {
    what: String,
    action: Action,
    poll: Poll,
    failures: Vec<String>,
}

impl Wait {
    /// `what` is the state to wait for: `etcd has three members`. Probes every second, for a minute.
    pub fn until(
        what: impl Into<String>,
        snippet: Snippet,
        values: impl Into<Vec<(&'static str, Value)>>,
    ) -> Self {
        let action = Action::probe(snippet, values);
        Self { what: what.into(), action, poll: Poll::seconds(60), failures: Vec::new() }
    }

    /// Until the host can open a TCP connection to `server`.
    pub fn port(server: impl Into<String>, port: u16) -> Self {
        let server = server.into();
        let what = format!("{server}:{port} answers");
        Self::until(what, PORT, [("SERVER", server.into()), ("PORT", port.to_string().into())])
    }

    /// Until something is at `path`.
    pub fn path(path: impl Into<String>) -> Self {
        let path = path.into();
        Self::until(format!("{path} is there"), PATH, [("THING", path.into())])
    }

    /// Time between two probes.
    #[must_use]
    pub fn every(mut self, interval: Duration) -> Self {
        self.poll.interval = interval;
        self
    }

    /// Time limit of the wait.
    #[must_use]
    pub fn at_most(mut self, limit: Duration) -> Self {
        self.poll.limit = limit;
        self
    }

    /// A word in the output of the probe that ends the wait as failed: `FAILED`.
    #[must_use]
    pub fn fails_on(mut self, word: impl Into<String>) -> Self {
        self.failures.push(word.into());
        self
    }
}

impl Op for Wait {
    fn describe(&self) -> String {
        format!("{UNTIL}{}", self.what)
    }

    fn probe(&self, host: &Reader<'_>) -> Result<State> {
        let (holds, said) = host.answer(&self.action)?;
        if let Some(word) = self.failures.iter().find(|word| said.contains(word.as_str()))
            && host.pending().is_none()
        {
            let fault = Fault::failed(format!("wait failed: {}", self.what))
                .detail("found", word)
                .detail("said", said.trim_end());
            return Err(fault.into());
        }
        if holds {
            return Ok(State::Kept);
        }
        let limit = self.poll.limit.as_secs();
        let state = if said.trim().is_empty() { "not yet".to_owned() } else { said };
        Ok(State::Unknown(format!("waits for at most {limit} s; now: {}", state.trim_end())))
    }

    fn change(&self, _: &Reader<'_>) -> Result<Vec<Action>> {
        Ok(Vec::new())
    }

    fn undo(&self, _: &Reader<'_>) -> Result<Option<Vec<Undo>>> {
        Ok(Some(Vec::new()))
    }

    fn poll(&self) -> Poll {
        self.poll
    }
}

/// Sleeps until the time is over or a stop is requested.
pub(super) fn nap(time: Duration, go_on: &dyn Fn() -> Result<(), Fault>) -> Result<()> {
    let until = Instant::now() + time;
    while Instant::now() < until {
        go_on()?;
        std::thread::sleep(
            Duration::from_millis(50).min(until.saturating_duration_since(Instant::now())),
        );
    }
    Ok(())
}
