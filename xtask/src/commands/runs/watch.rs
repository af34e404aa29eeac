//! `runs watch`: the page of a run while it runs, for the people in the call.

mod viewers;

use std::net::{SocketAddr, ToSocketAddrs as _};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::Result;
use engine::data::fault::Fault;
use engine::run::Options;
use engine::run::options::Output;
use engine::run::record::journal::is_running;
use engine::run::record::summary::{Operation, State, Summary};
use engine::run::report::Report;
use engine::transport::interrupt::Interrupt;
use engine::transport::serve::{Page, Server};
use serde_json::json;

use self::viewers::Viewers;
use super::report::account::Account;
use super::report::html::{self, Changed};
use crate::commands::form::document;
use crate::commands::past::{self, Aim, Run};

/// The journal is not looked at more often, whatever the number of viewers.
const LOOK: Duration = Duration::from_millis(400);

/// Show a run in a browser while it runs
///
/// Prints an address with a token in it, for those who may look; nobody can change anything there. Follows the run by
/// its journal, whatever process runs it, and ends with it. It listens on this machine only, unless --listen names
/// another address: then everybody who has the address can look, and it is not encrypted.
///
/// Examples:
///   cargo xtask runs watch
///   cargo xtask runs watch paas --listen 127.0.0.1:8080
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct Args {
    /// Its name, a part of it, or `last`
    #[arg(default_value = "last")]
    run: String,
    /// The address of the page; port 0 for a free one
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:0", value_parser = address)]
    listen: SocketAddr,
    /// Stay after the end of the run, until Ctrl-C
    #[arg(long)]
    stay: bool,
}

/// An address and a port, also with a name of this machine.
fn address(text: &str) -> Result<SocketAddr, String> {
    let wrong = || "not an address with a port: `127.0.0.1:0`, `[::1]:8080`".to_owned();
    if let Ok(address) = text.parse() {
        return Ok(address);
    }
    // Only a name with a port is looked up.
    let port = text.rsplit_once(':').and_then(|(_, port)| port.parse::<u16>().ok());
    let found = port.and_then(|_| text.to_socket_addrs().ok()?.next());
    found.ok_or_else(wrong)
}

pub(crate) fn run(options: &Options, report: &Report, args: &Args) -> Result<u8> {
    let run = past::chosen(Some(&args.run), Aim::Show("runs watch"), options)?;
    let id = run.at.id.clone();
    if run.summary.state != State::Running && !args.stay {
        let fault = Fault::usage(format!("{id} is over: there is nothing to follow"));
        let hint = format!("its report:  cargo xtask runs report {id} --output report.html");
        return Err(fault.hint(hint).hint("to show it anyway:  --stay").into());
    }
    let interrupt = Interrupt::install()?;
    let server = Server::bind(args.listen)?;
    if !args.listen.ip().is_loopback() {
        report.note(
            "everybody on the network who has this address can look, and it is not encrypted",
        );
    }
    let url = server.url()?;
    match options.form() {
        Output::Text => report.result(&url),
        _ => document(options, "watch", &json!({ "run": id, "url": url }))?,
    }
    report.inform(&match args.stay {
        true => format!("shows {id} until Ctrl-C"),
        false => format!("shows {id} until its end; Ctrl-C ends it before"),
    });
    let live = Arc::new(Mutex::new(Live::new(run)));
    let pages = Arc::clone(&live);
    server.run(
        &interrupt,
        &(Arc::new(move |path: &str, query: &str| answer(&pages, path, query)) as Arc<_>),
        || !args.stay && held(&live).is_over(),
    )?;
    report.inform(&format!("{id} is over:  cargo xtask runs report {id}"));
    Ok(0)
}

fn held(live: &Mutex<Live>) -> std::sync::MutexGuard<'_, Live> {
    live.lock().unwrap_or_else(PoisonError::into_inner)
}

fn answer(live: &Mutex<Live>, path: &str, query: &str) -> Option<Page> {
    let mut live = held(live);
    match path {
        "" => {
            live.look();
            live.viewers.opens(Instant::now());
            let text = html::page(&Account::of(&live.run), Some(live.version));
            Some(Page { kind: "text/html; charset=utf-8", body: text.into_bytes() })
        }
        "state" => {
            live.look();
            let (since, viewer) = query.strip_prefix("since=")?.split_once("&viewer=")?;
            let since = since.parse().ok()?;
            let over = live.run.summary.state != State::Running;
            live.viewers.asks(viewer, over, Instant::now());
            let body = live.state(since).into_bytes();
            Some(Page { kind: "application/json", body })
        }
        "left" => {
            live.viewers.leaves(query);
            Some(Page { kind: "text/plain; charset=utf-8", body: Vec::new() })
        }
        _ => None,
    }
}

/// A run as it was last seen.
struct Live {
    run: Run,
    /// Grows with each change.
    version: u64,
    /// For each operation, the version that it was last changed in.
    touched: Vec<u64>,
    /// The version since which all operations are sent: some have changed without a line in the journal.
    whole: u64,
    looked: Instant,
    viewers: Viewers,
    /// The end of the run, as it was seen here.
    ended: Option<Instant>,
}

impl Live {
    fn new(run: Run) -> Self {
        let touched = vec![1; run.summary.operations.len()];
        let (looked, viewers) = (Instant::now(), Viewers::default());
        Self { run, version: 1, touched, whole: 0, looked, viewers, ended: None }
    }

    /// Reads what the journal has got since the last look.
    fn look(&mut self) {
        if self.looked.elapsed() < LOOK {
            return;
        }
        self.looked = Instant::now();
        let was = self.run.summary.state == State::Running;
        // Asked first: a run that ends meanwhile is read with its end.
        let running = is_running(&self.run.at.dir);
        // A journal that cannot be read for a moment is read at the next look.
        let more = self.run.journal.follow(&self.run.at.dir).unwrap_or(false);
        if !more && running == was {
            return;
        }
        self.version += 1;
        let summary = Summary::new(&self.run.at.id, &self.run.journal, running);
        self.compare(&summary.operations);
        if running != was {
            self.whole = self.version;
            self.ended = (!running).then(Instant::now);
        }
        self.run.summary = summary;
    }

    fn compare(&mut self, now: &[Operation]) {
        let before = &self.run.summary.operations;
        self.touched.resize(now.len(), self.version);
        for (at, one) in now.iter().enumerate() {
            if before.get(at) != Some(one) {
                self.touched[at] = self.version;
            }
        }
    }

    /// The state for a page that has the one of `since`.
    fn state(&self, since: u64) -> String {
        let over = self.run.summary.state != State::Running;
        if since == self.version {
            return json!({ "version": since, "over": over, "same": true }).to_string();
        }
        let whole = since < self.whole || since > self.version;
        let changed = Changed { version: self.version, over, whole };
        let wants = |at: usize| whole || self.touched.get(at).is_none_or(|it| *it > since);
        html::data(&Account::part(&self.run, &wants), wants, &changed).to_string()
    }

    /// The run is over, and its viewers have the end.
    fn is_over(&mut self) -> bool {
        self.look();
        self.ended.is_some_and(|ended| self.viewers.are_done(ended, Instant::now()))
    }
}
