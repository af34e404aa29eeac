//! The holder of an address, found by polling the kernels' tables of all hosts.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

use crate::host::Host;

/// A thread that looks at an address until `stop`.
#[derive(Debug)]
pub struct Watch {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<Vec<Seen>>,
}

/// From this moment on, these hosts held the address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// Since the watch began.
    pub at: Duration,
    /// Names; more than one is a split brain.
    pub holders: Vec<String>,
}

/// Whether a host holds an address, read from its network namespace without starting anything there.
pub fn holds(leader: i32, address: &str) -> bool {
    let table = fs::read_to_string(format!("/proc/{leader}/net/fib_trie")).unwrap_or_default();
    let line = format!("|-- {address}");
    let mut lines = table.lines().skip_while(|text| text.trim() != line);
    lines.nth(1).is_some_and(|text| text.contains("host LOCAL"))
}

/// The hosts that hold an address now.
pub fn holders(hosts: &[&Host], address: &str) -> Vec<String> {
    let holds = |host: &&&Host| host.leader().is_some_and(|leader| holds(leader, address));
    hosts.iter().filter(holds).map(|host| host.name.clone()).collect()
}

impl Watch {
    /// Begins to look, some hundred times a second.
    pub fn start(hosts: &[&Host], address: &str) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let (asked, address) = (Arc::clone(&stop), address.to_owned());
        let hosts: Vec<(String, Option<i32>)> =
            hosts.iter().map(|host| (host.name.clone(), host.leader())).collect();
        let thread = thread::spawn(move || {
            let (start, mut seen) = (Instant::now(), Vec::<Seen>::new());
            while !asked.load(Ordering::Relaxed) {
                let holders = look(&hosts, &address);
                if seen.last().is_none_or(|last| last.holders != holders) {
                    seen.push(Seen { at: start.elapsed(), holders });
                }
                thread::sleep(Duration::from_millis(5));
            }
            seen
        });
        Self { stop, thread }
    }

    /// Ends the thread; returns the changes of the holders.
    pub fn stop(self) -> Result<Vec<Seen>> {
        self.stop.store(true, Ordering::Relaxed);
        let Ok(seen) = self.thread.join() else { bail!("the watch panicked") };
        Ok(seen)
    }
}

/// One after the other is not at once: two holders count only when both still hold it on a second look.
fn look(hosts: &[(String, Option<i32>)], address: &str) -> Vec<String> {
    let once = || {
        let has = |(_, leader): &&(String, Option<i32>)| {
            leader.is_some_and(|leader| holds(leader, address))
        };
        hosts.iter().filter(has).map(|(name, _)| name.clone()).collect::<Vec<_>>()
    };
    let first = once();
    if first.len() < 2 { first } else { once() }
}

/// Waits until exactly one host holds the address; its name.
pub fn one_holder(hosts: &[&Host], address: &str, limit: Duration) -> Result<String> {
    let mut found = Vec::new();
    let waited = crate::processes::wait("exactly one holder", limit, || {
        found = holders(hosts, address);
        found.len() == 1
    });
    waited.with_context(|| format!("{address} is on {found:?}"))?;
    Ok(found.remove(0))
}
