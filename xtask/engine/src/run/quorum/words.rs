//! What a reading says, for people, and what is wrong with it.

use std::collections::BTreeSet;

use super::going::Going;
use crate::data::fault::Fault;
use crate::data::inventory::Cluster;
use crate::data::loss::Way;
use crate::data::quorum::{Leaving, Need, Reading};
use crate::data::range::fold;

/// `3 of 3 healthy, quorum 2, leader vm1`; several views one after the other.
pub(super) fn line(cluster: &Cluster, readings: &[Reading]) -> String {
    let lines = readings.iter().map(|reading| {
        let of = reading.of.as_ref().map(|host| format!("on {host} ")).unwrap_or_default();
        of + &one(cluster, reading)
    });
    lines.collect::<Vec<_>>().join("; ")
}

fn one(cluster: &Cluster, reading: &Reading) -> String {
    let rule = cluster.rule();
    let tally = rule.now(reading);
    let need = match rule.need {
        Need::Majority => format!("quorum {}", tally.quorum),
        Need::AtLeast(least) => format!("at least {least}"),
    };
    let mut line = format!("{} of {} healthy, {need}", tally.live, tally.voters);
    if rule.margin > 0 {
        line += &format!(" and margin {}", rule.margin);
    }
    if let Some(leader) = &reading.leader {
        line += &format!(", leader {leader}");
    }
    if reading.quorate == Some(false) {
        line += ", without quorum";
    }
    let down = reading.down();
    if !down.is_empty() {
        line += &format!(", down: {}", down.join(" "));
    }
    line
}

/// How many go at a time.
pub(super) fn pace(cluster: &Cluster) -> String {
    match cluster.at_once {
        1 => "one at a time".to_owned(),
        more => format!("at most {more} at a time"),
    }
}

/// Fails when nobody can tell which members run on these hosts.
pub(super) fn known(
    cluster: &Cluster,
    reading: &Reading,
    hosts: &BTreeSet<String>,
) -> Result<(), Fault> {
    let is_there =
        |host: &String| reading.members.iter().any(|member| member.host.as_ref() == Some(host));
    let strangers = reading.members.iter().filter(|member| member.host.is_none());
    let strangers: Vec<&str> = strangers
        .map(|member| if member.name.is_empty() { "-" } else { member.name.as_str() })
        .collect();
    match hosts.iter().find(|host| !is_there(host)) {
        Some(host) if !strangers.is_empty() => {
            let name = &cluster.name;
            let fault = Fault::refused(format!("nobody knows which member of {name} is on {host}"));
            let hint = format!("say it in [clusters.{name}]: members = {{ {host} = \"…\" }}");
            Err(fault.detail("members", strangers.join(" ")).hint(hint))
        }
        _ => Ok(()),
    }
}

/// Why these members may not go.
pub(super) fn refusal(cluster: &Cluster, reading: &Reading, leaving: &Leaving<'_>) -> Fault {
    let rule = cluster.rule();
    let after = rule.after(reading, leaving);
    let need = after.quorum + rule.margin;
    let hosts = fold(leaving.hosts);
    let verb = if leaving.removed { "leave" } else { "stop" };
    let of = reading.of.as_ref().map(|host| format!(" on {host}")).unwrap_or_default();
    let members = if need == 1 { "member" } else { "members" };
    let what = format!(
        "{hosts} may not {verb}: {}{of} would have {} of {need} {members} that it needs",
        cluster.name, after.live
    );
    Fault::refused(what).detail(cluster.name.clone(), one(cluster, reading))
}

/// What is wrong with a cluster after members were away; nothing when it is well.
pub(super) fn trouble(
    cluster: &Cluster,
    before: &[Reading],
    after: &[Reading],
    going: &Going,
) -> Option<Fault> {
    let rule = cluster.rule();
    let nobody = BTreeSet::new();
    let leaving = Leaving { hosts: &going.hosts, away: &nobody, removed: going.way == Way::Remove };
    for reading in after {
        let old = before.iter().find(|old| old.of == reading.of);
        let was_healthy = |host: &str| {
            let mut members = old.into_iter().flat_map(|old| &old.members);
            members.any(|member| member.host.as_deref() == Some(host) && member.healthy)
        };
        let back = |host: &str| {
            let mut own = reading.members.iter().filter(|it| it.host.as_deref() == Some(host));
            own.clone().count() > 0 && own.all(|member| member.healthy)
        };
        let fault = |what: String| {
            Some(Fault::failed(what).detail(cluster.name.clone(), one(cluster, reading)))
        };
        let missing: Vec<&String> =
            going.hosts.iter().filter(|host| was_healthy(host) && !back(host)).collect();
        if going.way == Way::Restart && !missing.is_empty() {
            return fault(format!("{} has not come back", fold(missing)));
        }
        // A cluster that was short before has to be as good as then.
        let expected = old.map_or(0, |old| rule.after(old, &leaving).spare).min(0);
        let lost =
            reading.quorate == Some(false) && old.is_none_or(|old| old.quorate != Some(false));
        if rule.now(reading).spare < expected || lost {
            return fault("it has too few healthy members".to_owned());
        }
    }
    None
}
