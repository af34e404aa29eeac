//! The pace of a wait.

use std::time::Duration;

/// The first pause between two probes.
const FIRST: Duration = Duration::from_millis(50);

/// The pace of a wait, for at most `limit`. The first pause is 50 ms; each further one is half as long again, up to
/// `interval`. So a short wait is short, and a long one asks rarely. The last probe begins at the limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Poll {
    /// The longest time between two probes.
    pub interval: Duration,
    /// Time after which the wait has failed.
    pub limit: Duration,
}

impl Poll {
    /// One probe.
    pub const NONE: Self = Self { interval: Duration::ZERO, limit: Duration::ZERO };

    /// At most `seconds`, in the end with a probe every second.
    pub const fn seconds(seconds: u64) -> Self {
        Self { interval: Duration::from_secs(1), limit: Duration::from_secs(seconds) }
    }

    /// The pauses of one wait.
    pub fn pauses(self) -> Pauses {
        Pauses { poll: self, next: FIRST.min(self.interval) }
    }
}

/// The pauses of one wait, in order.
#[derive(Debug, Clone)]
pub struct Pauses {
    poll: Poll,
    next: Duration,
}

impl Pauses {
    /// The pause after a probe that ended `elapsed` after the start of the wait. `None`: it was the last one.
    pub fn after(&mut self, elapsed: Duration) -> Option<Duration> {
        let left = self.poll.limit.checked_sub(elapsed).filter(|left| !left.is_zero())?;
        let pause = self.next;
        self.next = (pause * 3 / 2).min(self.poll.interval);
        Some(pause.min(left))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The times of all probes, in milliseconds, when each takes `cost`. The clock is a number.
    fn probes(poll: Poll, cost: u64) -> Vec<u64> {
        let (mut pauses, mut clock, mut all) = (poll.pauses(), 0, vec![]);
        loop {
            all.push(clock);
            clock += cost;
            let Some(pause) = pauses.after(Duration::from_millis(clock)) else { return all };
            clock += u64::try_from(pause.as_millis()).unwrap();
        }
    }

    fn every(interval: u64, limit: u64) -> Poll {
        let [interval, limit] = [interval, limit].map(Duration::from_millis);
        Poll { interval, limit }
    }

    #[test]
    fn a_wait_begins_fast_and_becomes_slow() {
        assert_eq!(
            probes(Poll::seconds(5), 0),
            [0, 50, 125, 237, 405, 658, 1037, 1606, 2460, 3460, 4460, 5000]
        );
        assert_eq!(probes(every(100, 400), 0), [0, 50, 125, 225, 325, 400]);
        assert_eq!(probes(every(20, 70), 0), [0, 20, 40, 60, 70]);
    }

    #[test]
    fn the_last_probe_begins_at_the_limit() {
        for limit in [1, 49, 50, 51, 999, 1000, 1001, 59_999, 60_000] {
            let all = probes(every(1000, limit), 0);
            assert_eq!(all.last(), Some(&limit), "{all:?}");
        }
        assert_eq!(probes(every(1000, 3_600_000), 0).last(), Some(&3_600_000));
    }

    #[test]
    fn without_a_limit_there_is_one_probe() {
        assert_eq!(probes(Poll::NONE, 0), [0]);
        assert_eq!(probes(Poll::seconds(0), 7), [0]);
    }

    /// One that began before the limit and ended after it was the last: the wait does not grow by a probe.
    #[test]
    fn a_slow_probe_ends_the_wait_once() {
        assert_eq!(probes(every(1000, 3000), 2000), [0, 2050]);
        assert_eq!(probes(every(1000, 3000), 3000), [0]);
        assert_eq!(probes(every(1000, 3000), 2900), [0, 2950]);
    }

    /// The longest time that anything is noticed late is a third of the wait so far, or the interval.
    #[test]
    fn nothing_is_noticed_much_too_late() {
        let all = probes(Poll::seconds(60), 0);
        for pair in all.windows(2).filter(|pair| pair[0] > 0) {
            let late = pair[1] - pair[0];
            assert!(late <= 1000 && late * 10 <= pair[0] * 16, "{pair:?}");
        }
    }
}
