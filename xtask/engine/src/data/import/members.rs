//! The hosts of groups with children, and the order in which groups give their variables.

use std::collections::BTreeSet;

use super::ansible::{Group, Value};
use crate::data::source::{Problems, Source};

/// The hosts and the depth of each group.
pub(super) struct Members {
    pub(super) hosts: Vec<BTreeSet<usize>>,
    pub(super) depths: Vec<usize>,
}

/// A group that is being looked at, with the number of its children that are done.
struct Step {
    group: usize,
    next: usize,
}

/// All members; `None` for groups in a circle, which is reported. `all` has each of the `count` hosts.
pub(super) fn of(
    groups: &[Group],
    count: usize,
    source: &Source<'_>,
    problems: &mut Problems,
) -> Option<Members> {
    let order = children_first(groups, source, problems)?;
    let mut hosts: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); groups.len()];
    for &group in &order {
        let mut own: BTreeSet<usize> = groups[group].hosts.iter().copied().collect();
        for &child in &groups[group].children {
            own.extend(hosts[child].iter().copied());
        }
        hosts[group] = if groups[group].name.text == "all" { (0..count).collect() } else { own };
    }
    let mut depths: Vec<usize> =
        groups.iter().map(|group| usize::from(group.name.text != "all")).collect();
    for &group in order.iter().rev() {
        for &child in &groups[group].children {
            depths[child] = depths[child].max(depths[group] + 1);
        }
    }
    Some(Members { hosts, depths })
}

/// The groups, each behind all of its children.
fn children_first(
    groups: &[Group],
    source: &Source<'_>,
    problems: &mut Problems,
) -> Option<Vec<usize>> {
    let (mut order, mut seen) = (Vec::new(), vec![false; groups.len()]);
    let mut is_open = vec![false; groups.len()];
    for root in 0..groups.len() {
        let mut open: Vec<Step> = Vec::new();
        if !seen[root] {
            open.push(Step { group: root, next: 0 });
        }
        while let Some(step) = open.last_mut() {
            (seen[step.group], is_open[step.group]) = (true, true);
            let Some(&child) = groups[step.group].children.get(step.next) else {
                is_open[step.group] = false;
                order.push(step.group);
                open.pop();
                continue;
            };
            step.next += 1;
            if is_open[child] {
                let way: Vec<usize> = open.iter().map(|step| step.group).collect();
                circle(groups, &way, child, source, problems);
                return None;
            }
            if !seen[child] {
                open.push(Step { group: child, next: 0 });
            }
        }
    }
    Some(order)
}

fn circle(
    groups: &[Group],
    way: &[usize],
    child: usize,
    source: &Source<'_>,
    problems: &mut Problems,
) {
    let start = way.iter().position(|group| *group == child).unwrap_or_default();
    let circle = way[start..].iter().chain([&child]);
    let names: Vec<&str> = circle.map(|group| groups[*group].name.text.as_str()).collect();
    let message = format!("groups are children of each other in a circle: {}", names.join(" -> "));
    problems.push(source.problem(groups[child].name.span.clone(), message));
}

/// The groups in the order in which they give variables: the last one wins.
pub(super) fn in_order(groups: &[Group], depths: &[usize]) -> Vec<usize> {
    let priority = |group: &Group| match group.vars.get("ansible_group_priority") {
        Some(Value::One(word)) => word.text.parse().unwrap_or(1),
        _ => 1_i64,
    };
    let mut order: Vec<usize> = (0..groups.len()).collect();
    order.sort_by_key(|&at| (depths[at], priority(&groups[at]), groups[at].name.text.clone()));
    order
}
