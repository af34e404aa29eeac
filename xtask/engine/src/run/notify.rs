//! Who hears of a run that changes hosts: the log of this machine and of the hosts, a program, a web address.
//!
//! A receiver that fails fails nothing: it is a note. None of them gets a secret.

mod message;

use std::sync::{Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use camino::Utf8Path;

use self::message::Message;
use super::context::Context;
use super::fanout;
use super::run_summary::RunSummary;
use crate::data::inventory::notify::{Moment, Notify, Webhook};
use crate::ops::Action;
use crate::snippet;
use crate::text::snippet::{Snippet, Value};
use crate::transport::hook;
use crate::transport::syslog::{self, Level};

const LOG: Snippet = snippet!("/../../snippets/", "ops/log");
/// The time of a program or an address.
const LIMIT: Duration = Duration::from_secs(10);

/// The notices of a run.
#[derive(Debug, Default)]
pub(super) struct Notices {
    /// It changes hosts, and they are no throw-away ones.
    heard: bool,
    /// The address of the webhook.
    url: Option<String>,
    /// The receivers of the start are at work; they give their errors.
    starting: Mutex<Option<JoinHandle<Vec<String>>>>,
}

impl Notices {
    /// For a run; `heard` when it really changes hosts.
    pub(super) fn new(heard: bool) -> Self {
        Self { heard, ..Self::default() }
    }

    /// Whether anybody hears of this run.
    pub(super) const fn are_heard(&self) -> bool {
        self.heard
    }
}

impl Context {
    /// The run starts: its receivers hear it while it works.
    pub(super) fn notify_start(&mut self) {
        if !self.notices.heard {
            return;
        }
        self.notices.url = self.url();
        let message = Message::start(self);
        if self.inventory.notify.journal {
            syslog::send(Level::Info, &message.line());
        }
        if let Some(work) = self.receivers(Moment::Start, message) {
            let starting = std::thread::Builder::new().spawn(work).ok();
            *self.notices.starting.lock().unwrap_or_else(PoisonError::into_inner) = starting;
        }
    }

    /// The run ends with this exit code.
    pub(super) fn notify_end(&self, code: u8, summary: &RunSummary) {
        if !self.notices.heard {
            return;
        }
        let moment = if code == 0 { Moment::Done } else { Moment::Failed };
        let message = Message::end(self, moment, code, summary);
        if self.inventory.notify.journal {
            let level = if code == 0 { Level::Info } else { Level::Warning };
            syslog::send(level, &message.line());
        }
        let mut errors = Vec::new();
        if self.inventory.notify.hosts {
            errors.extend(self.log_on_hosts(&message.line(), summary));
        }
        let starting = self.notices.starting.lock().unwrap_or_else(PoisonError::into_inner).take();
        errors.extend(starting.and_then(|thread| thread.join().ok()).unwrap_or_default());
        errors.extend(self.receivers(moment, message).map(|work| work()).unwrap_or_default());
        for error in errors {
            self.note(&self.mask().text(&error));
        }
    }

    /// What the program and the address hear of a moment; none when nobody listens to it.
    fn receivers(
        &self,
        moment: Moment,
        message: Message,
    ) -> Option<impl FnOnce() -> Vec<String> + Send + use<>> {
        let Notify { command, on, .. } = self.inventory.notify.clone();
        let url = self.notices.url.clone();
        if !on.contains(&moment) || (command.is_none() && url.is_none()) {
            return None;
        }
        let private = self.settings.private.clone();
        let dir = self.inventory.path.parent().map(Utf8Path::to_owned);
        Some(move || {
            let body = message.json();
            let mut errors = Vec::new();
            if let Some(words) = command {
                let (label, input) = ("`command` of [notify]", body.clone().into_bytes());
                errors.extend(
                    hook::tell(label, &words, dir.as_deref(), input, &private, LIMIT).err(),
                );
            }
            if let Some(url) = url {
                let label = "`webhook` of [notify]";
                errors.extend(hook::post(label, &url, &body, &private, LIMIT).err());
            }
            errors.into_iter().map(|error| brief(&error)).collect()
        })
    }

    /// The address of the webhook. One that cannot be had is a note.
    fn url(&self) -> Option<String> {
        match self.inventory.notify.webhook.clone()? {
            Webhook::Url(url) => Some(url),
            Webhook::Secret(name) => match self.secret(&name) {
                Ok(secret) => Some(secret.expose().to_owned()),
                Err(error) => {
                    self.note(&format!("`webhook` of [notify]: {}", brief(&error)));
                    None
                }
            },
        }
    }

    /// A line in the log of each host that the run has changed.
    fn log_on_hosts(&self, line: &str, summary: &RunSummary) -> Vec<String> {
        let changed = summary.hosts().filter(|(_, entry)| entry.changed > 0);
        let names: Vec<&str> = changed.map(|(host, _)| host).collect();
        let (handles, mask) = (self.pool.of(&names), self.mask());
        let mut errors = Vec::new();
        let log = |handle: &&super::session_pool::HostHandle| {
            let log = Action::probe(LOG, [("TEXT", Value::from(line))]);
            let action = Action { timeout: Some(LIMIT), ..log };
            self.exec(handle, &mask).reader().capture(&action).map(drop)
        };
        let width = usize::from(self.options.fanout);
        let go_on = || self.settings.interrupt.asked().is_none();
        fanout::each(&handles, width, go_on, log, |handle, answer| {
            let error = answer.and_then(Result::err);
            errors.extend(error.map(|error| {
                format!("{}: no line in its log: {}", handle.host.name, brief(&error))
            }));
        });
        errors
    }
}

/// The error in one line.
fn brief(error: &anyhow::Error) -> String {
    format!("{error:#}").lines().next().unwrap_or_default().to_owned()
}
