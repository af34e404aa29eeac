//! What processes of a lab tell everybody on their machine: arguments and environments, seen by polling /proc.

use std::collections::BTreeSet;
use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use anyhow::{Result, bail};

use crate::cgroups;
use crate::lab::Lab;

/// From one look to the next: a look takes some milliseconds of a processor. The sessions of a program live longer.
const EVERY: Duration = Duration::from_millis(50);

/// A thread that looks until `stop`.
#[derive(Debug)]
pub struct Told {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<Seen>,
}

/// The words that processes have shown.
#[derive(Debug, Default)]
pub struct Seen {
    /// How often it looked.
    pub looks: usize,
    /// All processes that it has seen.
    pub processes: BTreeSet<i32>,
    /// An argument, or a variable of an environment, that holds one of the marks.
    pub words: BTreeSet<String>,
}

impl Told {
    /// Begins to look at all processes of a lab, for words that hold one of these marks.
    pub fn start(lab: &Lab, marks: &'static [&'static str]) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let (asked, group) = (Arc::clone(&stop), lab.network.name().to_owned());
        let thread = thread::spawn(move || {
            let mut seen = Seen::default();
            while !asked.load(Ordering::Relaxed) {
                seen.looks += 1;
                for pid in cgroups::pids(&group) {
                    seen.processes.insert(pid);
                    for file in ["cmdline", "environ"] {
                        look(pid, file, marks, &mut seen.words);
                    }
                }
                thread::sleep(EVERY);
            }
            seen
        });
        Self { stop, thread }
    }

    /// Ends the thread; returns the words.
    pub fn stop(self) -> Result<Seen> {
        self.stop.store(true, Ordering::Relaxed);
        let Ok(seen) = self.thread.join() else { bail!("the watch panicked") };
        Ok(seen)
    }
}

/// A process that is gone has shown nothing.
fn look(pid: i32, file: &str, marks: &[&str], words: &mut BTreeSet<String>) {
    let bytes = fs::read(format!("/proc/{pid}/{file}")).unwrap_or_default();
    for word in bytes.split(|byte| *byte == 0) {
        let word = String::from_utf8_lossy(word);
        if marks.iter().any(|mark| word.contains(mark)) {
            words.insert(format!("{file}: {word}"));
        }
    }
}
