//! Looks for a secret in everything that a test leaves behind, and in the processes while it runs.

use std::collections::BTreeSet;
use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use super::killed::children;
use super::rehearsal::Bench;

/// What was seen: the number of processes, and the command lines that had a secret, in themselves or their environment.
pub(crate) type Seen = (usize, BTreeSet<String>);

/// Looks at the processes that this process starts, at what they start, and so on.
pub(crate) struct Watch {
    over: Arc<AtomicBool>,
    thread: JoinHandle<Seen>,
}

impl Watch {
    pub(crate) fn start(secrets: Vec<String>) -> Self {
        let over = Arc::new(AtomicBool::new(false));
        let until = Arc::clone(&over);
        let thread = std::thread::spawn(move || {
            let (mut known, mut hits) = (BTreeSet::new(), BTreeSet::new());
            while !until.load(Ordering::Relaxed) {
                for pid in descendants(std::process::id()) {
                    let read =
                        |file: &str| fs::read(format!("/proc/{pid}/{file}")).unwrap_or_default();
                    let line = String::from_utf8_lossy(&read("cmdline")).replace('\0', " ");
                    // A process that becomes another program keeps its number.
                    if known.insert((pid, line.clone())) {
                        let whole = line.clone() + &String::from_utf8_lossy(&read("environ"));
                        hits.extend(
                            secrets.iter().any(|secret| whole.contains(secret)).then_some(line),
                        );
                    }
                }
                std::thread::sleep(Duration::from_millis(4));
            }
            (known.len(), hits)
        });
        Self { over, thread }
    }

    pub(crate) fn ends(self) -> Seen {
        self.over.store(true, Ordering::Relaxed);
        self.thread.join().expect("it only reads")
    }
}

/// All processes below one.
fn descendants(top: u32) -> Vec<u32> {
    let (mut found, mut open) = (Vec::new(), vec![top]);
    while let Some(pid) = open.pop() {
        let own = children(pid);
        open.extend(&own);
        found.extend(own);
    }
    found
}

/// It sees both places; a process is there for a moment only.
#[test]
fn a_watch_sees_arguments_and_environments_of_grandchildren() {
    let watch = Watch::start(vec!["a-made-up-word".to_owned()]);
    let word = "export W=$(printf 'a-made-up-%s' word); sleep 0.22; sh -c 'sleep 0.23; :' x \"$W\"";
    let done = super::Xtask::program("sh").args(["-c", word]).status();
    assert!(done.expect("sh starts").success());
    let (count, hits) = watch.ends();
    let lines = ["sleep 0.22 ", "sh -c sleep 0.23; : x a-made-up-word "];
    assert!(count > 3 && lines.iter().all(|line| hits.contains(*line)), "{count}: {hits:?}");
}

impl Bench {
    /// A secret is on the hosts, in files of these names, and nowhere else in the state directory:
    /// no record, no log of a stand-in, no other file.
    pub(crate) fn assert_only_in(&self, secret: &str, names: &[&str]) {
        let mut open = vec![self.state.path().to_owned()];
        let mut hits = 0;
        while let Some(dir) = open.pop() {
            for entry in std::fs::read_dir(dir).into_iter().flatten().flatten() {
                let path = entry.path();
                if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                    open.push(path);
                // A link to a device, such as /dev/stdout, would be read for ever.
                } else if entry.file_type().is_ok_and(|kind| kind.is_file())
                    && std::fs::read(&path).is_ok_and(|bytes| {
                        bytes.windows(secret.len()).any(|part| part == secret.as_bytes())
                    })
                {
                    let name = entry.file_name().to_string_lossy().into_owned();
                    let good = |good: &&str| {
                        name == **good || name.starts_with(&format!("{good}.webservice"))
                    };
                    let on_host = path.components().any(|part| part.as_os_str() == "upper");
                    assert!(on_host && names.iter().any(good), "{}", path.display());
                    hits += 1;
                }
            }
        }
        assert!(hits > 0, "{secret} is nowhere");
    }
}
