//! The arithmetic, in examples and for any cluster.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;

/// A member per letter: `U` up, `d` down, `l` a healthy learner. The hosts are `h0`, `h1`, …
fn cluster(members: &str) -> Reading {
    let member = |(number, letter): (usize, char)| Member {
        name: format!("m{number}"),
        votes: letter != 'l',
        healthy: letter != 'd',
        host: Some(format!("h{number}")),
        ..Member::default()
    };
    Reading { members: members.chars().enumerate().map(member).collect(), ..Reading::default() }
}

fn hosts(numbers: &[usize]) -> BTreeSet<String> {
    numbers.iter().map(|number| format!("h{number}")).collect()
}

fn allows(rule: Rule, reading: &Reading, hosts: &BTreeSet<String>, removed: bool) -> bool {
    rule.allows(reading, &Leaving { hosts, away: &BTreeSet::new(), removed })
}

const QUORUM: Rule = Rule { need: Need::Majority, margin: 0 };

#[test]
fn a_member_goes_only_when_quorum_is_left() {
    let one_more = Rule { margin: 1, ..QUORUM };
    let least = |least, margin| Rule { need: Need::AtLeast(least), margin };
    for (rule, members, leaving, stops, removes) in [
        (QUORUM, "UUU", &[0][..], true, true),
        (QUORUM, "UUU", &[0, 1], false, true),
        // One is down: another may neither stop nor leave, but the dead one may.
        (QUORUM, "dUU", &[1], false, false),
        (QUORUM, "dUU", &[0], true, true),
        (QUORUM, "dUU", &[0, 1], false, true),
        (QUORUM, "UUUU", &[0], true, true),
        (QUORUM, "dUUU", &[1], false, true),
        (QUORUM, "UUUUU", &[0, 1], true, true),
        (QUORUM, "UUUUU", &[0, 1, 2], false, true),
        // Of two, one may be removed but not stopped; the last one neither.
        (QUORUM, "UU", &[0], false, true),
        (QUORUM, "U", &[0], false, false),
        // A learner does not count, so it may go.
        (QUORUM, "UUl", &[2], true, true),
        (QUORUM, "UUl", &[0], false, true),
        // A cluster without quorum can be repaired, not damaged.
        (QUORUM, "ddU", &[0], true, true),
        (QUORUM, "ddU", &[2], false, false),
        (one_more, "UUU", &[0], false, false),
        (one_more, "UUUUU", &[0], true, true),
        (one_more, "UUUUU", &[0, 1], false, true),
        (least(1, 0), "UU", &[0], true, true),
        (least(1, 0), "dU", &[1], false, false),
        (least(1, 0), "dU", &[0], true, true),
        (least(1, 1), "UU", &[0], false, false),
        (least(1, 0), "U", &[0], false, false),
    ] {
        let reading = cluster(members);
        let leaving = hosts(leaving);
        let told = format!("{rule:?} {members} without {leaving:?}");
        assert_eq!(allows(rule, &reading, &leaving, false), stops, "stop: {told}");
        assert_eq!(allows(rule, &reading, &leaving, true), removes, "remove: {told}");
    }
}

#[test]
fn the_quorum_of_the_cluster_itself_counts() {
    let two = Reading { quorum: Some(1), quorate: Some(true), ..cluster("UU") };
    assert!(allows(QUORUM, &two, &hosts(&[0]), false), "two nodes of corosync");
    assert!(!allows(QUORUM, &two, &hosts(&[0, 1]), false));
    let lost = Reading { quorate: Some(false), ..cluster("UUU") };
    assert!(!allows(QUORUM, &lost, &hosts(&[0]), false), "it says that it has no quorum");
    let lost = Reading { quorate: Some(false), ..cluster("dUU") };
    assert!(allows(QUORUM, &lost, &hosts(&[0]), false), "this one is down already");
}

#[test]
fn hosts_on_their_way_count_as_gone() {
    let reading = cluster("UUUUU");
    for (away, may) in [(&[1][..], true), (&[1, 2], false)] {
        let (away, hosts) = (hosts(away), hosts(&[0]));
        let leaving = Leaving { hosts: &hosts, away: &away, removed: false };
        assert_eq!(QUORUM.allows(&reading, &leaving), may, "{away:?}");
    }
}

#[test]
fn a_reading_is_read_and_any_other_line_is_refused() {
    let text = "member up voter a http://10.0.0.1:2380 https://[fd00::1]:2379\n\
                member down learner - web:80\nleader a\nquorum 2\nquorate yes\n";
    let reading = Reading::parse(text).unwrap();
    assert_eq!(reading.members[0].addresses, ["10.0.0.1", "fd00::1"]);
    assert_eq!(reading.members[1].addresses, ["web"]);
    assert!(reading.members[0].healthy && !reading.members[1].votes);
    assert_eq!(reading.down(), ["web"]);
    assert_eq!((reading.quorum, reading.quorate), (Some(2), Some(true)));
    for wrong in ["", "member maybe voter a", "member up voter", "quorum two", "leader", "Error"] {
        assert!(Reading::parse(wrong).is_err(), "{wrong:?}");
    }
}

proptest! {
    /// Whatever is asked for in whatever order: what was allowed leaves quorum and margin, as long as they were
    /// there at the start. Members that are down come back or not.
    #[test]
    fn after_any_allowed_sequence_quorum_and_margin_are_left(
        size in 1_usize..8,
        margin in 0_usize..3,
        least in proptest::option::of(1_usize..4),
        requests in proptest::collection::vec(
            (proptest::collection::btree_set(0_usize..8, 1..4), any::<bool>(), any::<bool>()), 0..20),
    ) {
        let need = least.map_or(Need::Majority, Need::AtLeast);
        let rule = Rule { need, margin };
        let mut reading = cluster(&"U".repeat(size));
        prop_assume!(rule.now(&reading).spare >= 0);
        for (numbers, removed, repair) in requests {
            let leaving = hosts(&numbers.into_iter().collect::<Vec<_>>());
            if repair {
                let back = reading.members.iter_mut().filter(|member| member.is_on(&leaving));
                back.for_each(|member| member.healthy = true);
                continue;
            }
            if !allows(rule, &reading, &leaving, removed) {
                continue;
            }
            if removed {
                reading.members.retain(|member| !member.is_on(&leaving));
            }
            let gone = reading.members.iter_mut().filter(|member| member.is_on(&leaving));
            gone.for_each(|member| member.healthy = false);
            let tally = rule.now(&reading);
            prop_assert!(tally.live >= tally.quorum + margin, "{tally:?} {reading:?}");
        }
    }

    /// A cluster without quorum never becomes worse.
    #[test]
    fn nothing_allowed_makes_a_broken_cluster_worse(
        members in "[Udl]{1,7}",
        numbers in proptest::collection::btree_set(0_usize..7, 1..4),
        removed in any::<bool>(),
        margin in 0_usize..3,
    ) {
        let rule = Rule { need: Need::Majority, margin };
        let reading = cluster(&members);
        let leaving = hosts(&numbers.into_iter().collect::<Vec<_>>());
        let whole = Leaving { hosts: &leaving, away: &BTreeSet::new(), removed };
        let (before, after) = (rule.now(&reading), rule.after(&reading, &whole));
        if rule.allows(&reading, &whole) {
            prop_assert!(after.spare >= before.spare.min(0), "{before:?} {after:?}");
        }
    }
}
