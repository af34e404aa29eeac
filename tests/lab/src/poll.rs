//! A client that asks for a page all the time, inside the lab's network, and remembers when it got none.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::os::fd::AsFd as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use rustix::thread::{LinkNameSpaceType, move_into_link_name_space};

use crate::network::Network;

/// Asks this often.
const EVERY: Duration = Duration::from_millis(50);
/// Nobody waits longer for a page.
const LIMIT: Duration = Duration::from_secs(1);

/// A thread that asks until `stop`.
#[derive(Debug)]
pub struct Poll {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<Result<Seen>>,
}

/// Its answers.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    /// Requests, and those of them without the page.
    pub asked: usize,
    /// Those without the page.
    pub failed: usize,
    /// Requests that failed one after the other.
    pub outages: Vec<Outage>,
}

/// From one page to the next, with failures between them.
#[derive(Debug, Clone)]
pub struct Outage {
    /// When the last page came, since the beginning.
    pub at: Duration,
    /// Until the next one.
    pub lasted: Duration,
    /// How many requests failed.
    pub failed: usize,
    /// The host of an answer, and that of the next one.
    pub nodes: [String; 2],
    /// The text of the first failure.
    pub why: String,
}

impl Outage {
    /// The address went from one node to another one, within a time.
    pub fn is_failover(&self, limit: Duration) -> bool {
        self.nodes[0] != self.nodes[1] && self.lasted <= limit
    }
}

impl Poll {
    /// Begins to ask `address` on port 80. A page holds `text`, and its title ends with `, NODE`.
    pub fn start(network: &Network, address: &str, text: &str) -> Result<Self> {
        let stop = Arc::new(AtomicBool::new(false));
        let address: SocketAddr = format!("{address}:80").parse()?;
        let (asked, space, text) = (Arc::clone(&stop), network.path(), text.to_owned());
        let thread = thread::spawn(move || {
            let space =
                File::open(&space).with_context(|| format!("opening {}", space.display()))?;
            move_into_link_name_space(space.as_fd(), Some(LinkNameSpaceType::Network))?;
            Ok(poll(&asked, address, &text))
        });
        Ok(Self { stop, thread })
    }

    /// Ends the thread; returns its answers.
    pub fn stop(self) -> Result<Seen> {
        self.stop.store(true, Ordering::Relaxed);
        let Ok(seen) = self.thread.join() else { bail!("the client panicked") };
        seen
    }
}

fn poll(stop: &AtomicBool, address: SocketAddr, text: &str) -> Seen {
    let (start, mut seen) = (Instant::now(), Seen::default());
    let (mut good, mut node) = (Duration::ZERO, String::new());
    let mut open: Option<(usize, String)> = None;
    while !stop.load(Ordering::Relaxed) {
        let begun = Instant::now();
        seen.asked += 1;
        match page(address, text) {
            Ok(from) => {
                let now = start.elapsed();
                if let Some((failed, why)) = open.take() {
                    let nodes = [node, from.clone()];
                    seen.outages.push(Outage { at: good, lasted: now - good, failed, nodes, why });
                }
                (good, node) = (now, from);
            }
            Err(error) => {
                seen.failed += 1;
                open.get_or_insert((0, format!("{error:#}"))).0 += 1;
            }
        }
        thread::sleep(EVERY.saturating_sub(begun.elapsed()));
    }
    if let Some((failed, why)) = open {
        let nodes = [node.clone(), node];
        seen.outages.push(Outage { at: good, lasted: start.elapsed() - good, failed, nodes, why });
    }
    seen
}

/// The node that answered.
fn page(address: SocketAddr, text: &str) -> Result<String> {
    let mut stream = TcpStream::connect_timeout(&address, LIMIT).context("connecting")?;
    stream.set_read_timeout(Some(LIMIT))?;
    stream.write_all(b"GET / HTTP/1.0\r\nHost: console\r\n\r\n").context("asking")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).context("reading")?;
    let status = answer.lines().next().unwrap_or("nothing");
    ensure!(status.contains(" 200 "), "{status}");
    ensure!(answer.contains(text), "a page without {text:?}");
    let title = answer.split("<title>").nth(1).and_then(|rest| rest.split("</title>").next());
    let node = title.and_then(|title| title.rsplit_once(", "));
    node.map(|(_, node)| node.to_owned()).context("a page without a title")
}
