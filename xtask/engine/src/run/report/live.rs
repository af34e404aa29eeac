//! The status line at the bottom of a terminal: which hosts work on what.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::time::Instant;

use crate::data::range::fold;

/// Draws one line on standard error and takes it away before anything else is printed.
#[derive(Debug)]
pub struct Live {
    on: bool,
    drawn: bool,
    hosts: BTreeMap<String, (String, Instant)>,
}

impl Live {
    /// A status line, or none.
    pub const fn new(on: bool) -> Self {
        Self { on, drawn: false, hosts: BTreeMap::new() }
    }

    /// A host works on something.
    pub fn working(&mut self, host: &str, what: &str) {
        if self.on {
            self.hosts.insert(host.to_owned(), (what.to_owned(), Instant::now()));
            self.clear();
            self.draw();
        }
    }

    /// A host has nothing to do.
    pub fn idle(&mut self, host: &str) {
        if self.hosts.remove(host).is_some() {
            self.clear();
            self.draw();
        }
    }

    /// Takes the line away.
    pub fn clear(&mut self) {
        if std::mem::take(&mut self.drawn) {
            // A terminal that is gone needs no clearing.
            drop(io::stderr().lock().write_all(b"\r\x1b[K"));
        }
    }

    /// Draws the line again.
    pub fn draw(&mut self) {
        let Some((what, since)) = self.hosts.values().min_by_key(|(_, since)| *since) else {
            return;
        };
        let names: Vec<&str> = self.hosts.keys().map(String::as_str).collect();
        let waited = since.elapsed().as_secs();
        let waited = if waited > 0 { format!(" {waited} s") } else { String::new() };
        let text = format!("{} at work: {what}{waited}", fold(&names));
        let width = rustix::termios::tcgetwinsize(io::stderr())
            .ok()
            .map(|size| usize::from(size.ws_col))
            .filter(|width| *width > 20)
            .unwrap_or(80);
        let text: String = text.chars().take(width - 1).collect();
        self.drawn = io::stderr().lock().write_all(text.as_bytes()).is_ok();
    }

    /// No more line.
    pub fn end(&mut self) {
        self.clear();
        self.on = false;
        self.hosts.clear();
    }
}
