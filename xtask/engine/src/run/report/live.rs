//! The status line at the bottom of a terminal: the hosts at work and their operation.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::State;
use super::outlet::Outlet;
use crate::data::range::fold;
use crate::data::spanned_error::{columns, printable};

/// Draws one line on standard error and removes it before anything else is printed.
#[derive(Debug)]
pub struct Live {
    on: bool,
    drawn: bool,
    /// The cursor is at the end of an unfinished line.
    half: bool,
    hosts: BTreeMap<String, (String, Instant)>,
    /// Hosts that are done, and all.
    progress: Option<(usize, usize)>,
    screen: Outlet,
}

impl Live {
    /// A status line, or none.
    pub fn new(on: bool) -> Self {
        let hosts = BTreeMap::new();
        Self { on, drawn: false, half: false, hosts, progress: None, screen: Outlet::stderr() }
    }

    /// A host works on something.
    pub fn working(&mut self, host: &str, what: &str) {
        if self.on {
            self.hosts.insert(host.to_owned(), (what.to_owned(), Instant::now()));
            self.clear();
            self.draw();
        }
    }

    /// So many of all hosts are done.
    pub fn progress(&mut self, done: usize, all: usize) {
        self.progress = Some((done, all)).filter(|_| all > 1);
        self.clear();
        self.draw();
    }

    /// A host has nothing to do.
    pub fn idle(&mut self, host: &str) {
        if self.hosts.remove(host).is_some() {
            self.clear();
            self.draw();
        }
    }

    /// Removes the line.
    pub fn clear(&mut self) {
        if std::mem::take(&mut self.drawn) {
            // A closed or stopped terminal needs no clearing.
            self.screen.offer(b"\r\x1b[K");
        }
    }

    /// Notes the bytes on the terminal. After an unfinished line nothing is drawn: clearing would remove that line too.
    pub fn behind(&mut self, bytes: &[u8]) {
        self.half = bytes.last().map_or(self.half, |last| *last != b'\n');
    }

    /// Draws the line again.
    pub fn draw(&mut self) {
        if !self.half && !self.hosts.is_empty() {
            self.drawn = self.screen.offer(self.text(width()).as_bytes());
        }
    }

    /// `paas[1-3] at work 12 s: install paas`, short enough for `width` columns.
    fn text(&self, width: usize) -> String {
        let names: Vec<&str> = self.hosts.keys().map(String::as_str).collect();
        let mut hosts = fold(&names);
        if names.len() > 1 && hosts.len() > width / 2 {
            hosts = format!("{} hosts", names.len());
        }
        let oldest = self.hosts.values().min_by_key(|(_, since)| *since);
        let what = oldest.map_or("", |(what, _)| what);
        let waited = oldest.map_or(0, |(_, since)| since.elapsed().as_secs());
        let waited = if waited > 0 { format!(" {waited} s") } else { String::new() };
        let mut room = width;
        let fits = |c: &char| {
            room = room.saturating_sub(columns(*c));
            room > 0
        };
        let done = self.progress.map(|(done, all)| format!("{done}/{all} ")).unwrap_or_default();
        let text = printable(&format!("{done}{hosts} at work{waited}: {what}"));
        text.chars().take_while(fits).collect()
    }

    /// Ends the status line.
    pub fn end(&mut self) {
        self.clear();
        self.on = false;
        self.hosts.clear();
    }
}

/// The columns of the terminal of standard error.
pub(super) fn width() -> usize {
    let size = rustix::termios::tcgetwinsize(io::stderr()).ok();
    size.map(|size| usize::from(size.ws_col)).filter(|width| *width > 0).unwrap_or(80)
}

/// Draws the line again each second while the report lives, to show the passing time.
pub(super) fn tick(state: &Arc<Mutex<State>>) {
    if !state.lock().unwrap_or_else(PoisonError::into_inner).live.on {
        return;
    }
    let state = Arc::downgrade(state);
    std::thread::spawn(move || {
        loop {
            std::thread::sleep(Duration::from_secs(1));
            let Some(state) = state.upgrade() else { return };
            let live = &mut state.lock().unwrap_or_else(PoisonError::into_inner).live;
            live.clear();
            live.draw();
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_fits_into_the_terminal() {
        let mut live = Live::new(false);
        for host in ["web1", "web2", "web3", "a-rather-long-name", "another-long-name"] {
            live.hosts.insert(host.to_owned(), ("write 配置\nof web".to_owned(), Instant::now()));
        }
        let whole = "a-rather-long-name,another-long-name,web[1-3] at work: write 配置 of web";
        assert_eq!(live.text(120), whole);
        assert_eq!(live.text(40), "5 hosts at work: write 配置 of web");
        assert_eq!(live.text(26), "5 hosts at work: write 配");
        assert_eq!(live.text(8), "5 hosts");
        assert_eq!(live.text(1), "");
        live.progress(3, 8);
        assert_eq!(live.text(40), "3/8 5 hosts at work: write 配置 of web");
    }
}
