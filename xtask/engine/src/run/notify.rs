//! Who hears of a run that changes hosts: the log of this machine and of the hosts, a program, a web address.
//!
//! A receiver that fails fails nothing: it is a note. None of them gets a secret.

mod message;

use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};

use self::message::Message;
use super::context::Context;
use super::fanout;
use super::run_summary::RunSummary;
use crate::data::fault::Fault;
use crate::data::inventory::notify::{Moment, Notify, Program, Webhook};
use crate::ops::Action;
use crate::snippet;
use crate::text::snippet::{Snippet, Value};
use crate::transport::hook;
use crate::transport::interrupt::Interrupt;
use crate::transport::secret;
use crate::transport::syslog::{self, Level};

const LOG: Snippet = snippet!("/../../snippets/", "ops/log");
/// The time of a program or an address.
const LIMIT: Duration = Duration::from_secs(10);

/// The notices of a run.
#[derive(Debug, Default)]
pub(super) struct Notices {
    /// It changes hosts, and they are no throw-away ones.
    heard: bool,
    /// The address of the webhook, once it was fetched.
    url: Arc<OnceLock<String>>,
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
    pub(super) fn notify_start(&self) {
        if !self.notices.heard {
            return;
        }
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
        let Notify { command, on, webhook, .. } = self.inventory.notify.clone();
        if !on.contains(&moment) || (command.is_none() && webhook.is_none()) {
            return None;
        }
        let private = self.settings.private.clone();
        let address = webhook.map(|webhook| self.address(webhook));
        Some(move || {
            let body = message.json();
            let mut errors = Vec::new();
            if let Some(Program { words, dir }) = command {
                let (label, input) = ("`command` of [notify]", body.clone().into_bytes());
                errors.extend(hook::tell(label, &words, Some(&dir), input, &private, LIMIT).err());
            }
            if let Some(address) = address {
                let (label, begun) = ("`webhook` of [notify]", Instant::now());
                let sent = address().and_then(|url| {
                    // curl counts whole seconds, and takes 0 for no limit.
                    let left = LIMIT.saturating_sub(begun.elapsed()).max(Duration::from_secs(1));
                    hook::post(label, &url, &body, &private, left)
                });
                errors.extend(sent.err());
            }
            errors.into_iter().map(|error| brief(&error)).collect()
        })
    }

    /// Gives the address of the webhook when it is needed: its secret may take a while.
    fn address(&self, webhook: Webhook) -> impl FnOnce() -> Result<String> + Send + use<> {
        let (known, report) = (Arc::clone(&self.notices.url), Arc::clone(&self.report));
        let source = match &webhook {
            Webhook::Url(_) => None,
            Webhook::Secret(name) => Some(self.inventory.secret(name).cloned()),
        };
        move || {
            let name = match webhook {
                Webhook::Url(url) => return Ok(url),
                Webhook::Secret(name) => name,
            };
            if let Some(url) = known.get() {
                return Ok(url.clone());
            }
            let source = source.context("a secret without a source")??;
            let secret = secret::fetch_within(&name, &source, &Interrupt::never(), LIMIT)
                .map_err(|error| error.context("`webhook` of [notify]"))?;
            report.hide(|mask| mask.clone().value(secret.expose()));
            Ok(known.get_or_init(|| secret.expose().to_owned()).clone())
        }
    }

    /// A line in the log of each host on which the run has begun to change something, also after a stop: they need it most.
    fn log_on_hosts(&self, line: &str, summary: &RunSummary) -> Vec<String> {
        let names: Vec<&str> = summary.begun.iter().map(String::as_str).collect();
        let (handles, mask) = (self.pool.of(&names), self.mask());
        let mut errors = Vec::new();
        let log = |handle: &&super::session_pool::HostHandle| {
            let log = Action::probe(LOG, [("TEXT", Value::from(line))]);
            let action = Action { timeout: Some(LIMIT), ..log };
            self.exec(handle, &mask).reader().capture(&action).map(drop)
        };
        let width = usize::from(self.options.fanout);
        let go_on = || self.settings.interrupt.now().is_none();
        fanout::each(&handles, width, go_on, log, |handle, answer| {
            let why = match answer {
                Some(Ok(())) => return,
                Some(Err(error)) => brief(&error),
                None => "interrupted".to_owned(),
            };
            errors.push(format!("{}: no line in its log: {why}", handle.host.name));
        });
        errors
    }
}

/// The error in one line, with the first one of what a program said.
fn brief(error: &anyhow::Error) -> String {
    let first = |text: &str| text.lines().next().unwrap_or_default().to_owned();
    let said = error.downcast_ref::<Fault>().and_then(|fault| {
        let (_, said) = fault.details.iter().find(|(label, _)| label == "stderr")?;
        Some(first(said)).filter(|said| !said.is_empty())
    });
    let what = first(&format!("{error:#}"));
    said.map_or_else(|| what.clone(), |said| format!("{what}: {said}"))
}
