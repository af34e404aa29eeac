//! The viewers of a page: who still waits for the end of the run?

use std::collections::{HashMap, VecDeque};
use std::time::{Duration, Instant};

/// A viewer is waited for this long after its last request, and after the end of the run. Browsers let a hidden page ask
/// once a minute.
const LINGER: Duration = Duration::from_secs(90);
/// A page that was just sent begins to ask within this time, also a large one on a slow way.
const BEGINNING: Duration = Duration::from_secs(10);
/// More are not waited for.
const MOST: usize = 1000;

/// Those who have looked, by the names that their pages made up.
#[derive(Debug, Default)]
pub(super) struct Viewers {
    /// The last request of each, until it has the end.
    waiting: HashMap<String, Instant>,
    /// The pages that were sent and have not asked yet, the oldest first.
    opened: VecDeque<Instant>,
}

impl Viewers {
    /// A page is sent.
    pub(super) fn opens(&mut self, now: Instant) {
        self.opened.push_back(now);
        self.opened.truncate(MOST);
    }

    /// One gets the state; `over`: with the end of the run.
    pub(super) fn asks(&mut self, name: &str, over: bool, now: Instant) {
        if !self.waiting.contains_key(name) {
            self.opened.pop_front();
        }
        if over {
            self.leaves(name);
        } else if self.waiting.len() < MOST {
            self.waiting.insert(name.to_owned(), now);
        }
    }

    /// One has closed its page.
    pub(super) fn leaves(&mut self, name: &str) {
        self.waiting.remove(name);
    }

    /// Whether nobody has to be waited for any more, after the end of the run at `ended`.
    pub(super) fn are_done(&self, ended: Instant, now: Instant) -> bool {
        let begins = |opened: &Instant| now < *opened + BEGINNING;
        let waits = |seen: &Instant| *seen + LINGER > ended && now < ended + LINGER;
        !self.opened.iter().any(begins) && !self.waiting.values().any(waits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_viewer_is_waited_for_until_it_has_the_end_and_none_for_ever() {
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let mut viewers = Viewers::default();
        assert!(viewers.are_done(at(0), at(0)), "nobody has looked");
        viewers.opens(at(0));
        assert!(!viewers.are_done(at(1), at(2)), "the page has not asked yet");
        assert!(viewers.are_done(at(1), at(10)), "it never will");
        viewers.opens(at(2));
        viewers.opens(at(3));
        viewers.asks("quick", true, at(4));
        viewers.asks("quicker", true, at(4));
        assert!(!viewers.are_done(at(4), at(5)), "one of three has not asked");
        // One asks once a minute, as a hidden page does; another one was closed; one went away long before the end.
        viewers.asks("gone", false, at(5));
        viewers.asks("hidden", false, at(100));
        viewers.asks("closed", false, at(120));
        viewers.leaves("closed");
        let ended = at(130);
        assert!(!viewers.are_done(ended, at(159)));
        viewers.asks("hidden", true, at(160));
        assert!(viewers.are_done(ended, at(160)));
        viewers.asks("asleep", false, at(129));
        assert!(!viewers.are_done(ended, at(219)));
        assert!(viewers.are_done(ended, at(220)));
    }
}
