//! The arithmetic of clusters: the members that must stay, and whether others may go.

use std::collections::BTreeSet;

pub use reading::{Member, Reading};

mod reading;
#[cfg(test)]
mod tests;

/// How many healthy members a cluster needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// More than half of the members with a vote: `n / 2 + 1`.
    Majority,
    /// A fixed number.
    AtLeast(usize),
}

/// The number that must stay: the need, and a margin above it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// The need.
    pub need: Need,
    /// Members above the need.
    pub margin: usize,
}

/// Members that are about to go.
#[derive(Debug, Clone, Copy)]
pub struct Leaving<'a> {
    /// The hosts that go.
    pub hosts: &'a BTreeSet<String>,
    /// Hosts on their way out or back: they count as gone, whatever the reading says.
    pub away: &'a BTreeSet<String>,
    /// Their members leave the cluster for good. Otherwise they only stop, and still count as members.
    pub removed: bool,
}

/// A cluster in numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    /// Members with a vote.
    pub voters: usize,
    /// The healthy ones among them.
    pub live: usize,
    /// How many must be healthy, without the margin.
    pub quorum: usize,
    /// How many more are healthy than quorum and margin need; negative when some are missing.
    pub spare: isize,
}

impl Rule {
    /// The cluster as it was read.
    pub fn now(&self, reading: &Reading) -> Tally {
        let nobody = BTreeSet::new();
        self.after(reading, &Leaving { hosts: &nobody, away: &nobody, removed: false })
    }

    /// The cluster after these have gone.
    pub fn after(&self, reading: &Reading, leaving: &Leaving<'_>) -> Tally {
        let goes = |member: &&Member| member.is_on(leaving.hosts);
        let gone = |member: &&Member| member.is_on(leaving.away) || goes(member);
        let all = || reading.members.iter().filter(|member| member.votes);
        let voters = all().filter(|member| !(leaving.removed && goes(member))).count();
        let live = all().filter(|member| member.healthy && !gone(member)).count();
        // The cluster's own number holds for its present members only.
        let same = voters == all().count();
        let quorum = match self.need {
            Need::Majority => reading.quorum.filter(|_| same).unwrap_or(voters / 2 + 1),
            Need::AtLeast(least) => least,
        };
        let signed = |number: usize| isize::try_from(number).unwrap_or(isize::MAX);
        let spare = signed(live) - signed(quorum + self.margin);
        Tally { voters, live, quorum, spare }
    }

    /// Whether these may go. A member that is down already may go: that makes nothing worse. A healthy one may
    /// go when quorum and margin are left.
    pub fn allows(&self, reading: &Reading, leaving: &Leaving<'_>) -> bool {
        let nobody = BTreeSet::new();
        let before = self.after(reading, &Leaving { hosts: &nobody, ..*leaving });
        let after = self.after(reading, leaving);
        if after.live == before.live {
            return after.spare >= 0 || after.spare >= before.spare;
        }
        after.spare >= 0 && reading.quorate != Some(false)
    }

    /// Whether a healthy member goes with these.
    pub fn costs(&self, reading: &Reading, leaving: &Leaving<'_>) -> bool {
        let nobody = BTreeSet::new();
        let before = self.after(reading, &Leaving { hosts: &nobody, ..*leaving });
        self.after(reading, leaving).live < before.live
    }
}
