//! Equal outputs of many hosts, shown once; outliers against the rest.

use std::collections::HashMap;
use std::hash::Hash;

/// The hosts with the same output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group<H, T> {
    /// In the order given.
    pub hosts: Vec<H>,
    /// The output of the first of them.
    pub output: T,
}

/// Hosts, each with its output, by equal keys of the outputs. Of equal outputs only the first is kept.
#[derive(Debug)]
pub struct Groups<H, K, T> {
    groups: Vec<Group<H, T>>,
    index: HashMap<K, usize>,
}

impl<H, K: Hash + Eq, T> Default for Groups<H, K, T> {
    fn default() -> Self {
        Self { groups: Vec::new(), index: HashMap::new() }
    }
}

impl<H, K: Hash + Eq, T> Groups<H, K, T> {
    /// Adds a host. Outputs with the same key are equal.
    pub fn add(&mut self, host: H, key: K, output: T) {
        if let Some(&at) = self.index.get(&key) {
            self.groups[at].hosts.push(host);
        } else {
            self.index.insert(key, self.groups.len());
            self.groups.push(Group { hosts: vec![host], output });
        }
    }

    /// The largest group first; equal sizes stay in the order given.
    pub fn sorted(mut self) -> Vec<Group<H, T>> {
        self.groups.sort_by_key(|group| std::cmp::Reverse(group.hosts.len()));
        self.groups
    }
}

/// Whether the first of these sorted groups is larger than every other. Else a diff would take a side.
pub fn has_majority<H, T>(groups: &[Group<H, T>]) -> bool {
    match groups {
        [] => false,
        [_] => true,
        [first, second, ..] => first.hosts.len() > second.hosts.len(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(outputs: &[(&'static str, &'static str)]) -> Vec<Group<&'static str, &'static str>> {
        let mut groups = Groups::default();
        outputs.iter().for_each(|(host, output)| groups.add(*host, *output, *output));
        groups.sorted()
    }

    #[test]
    fn equal_outputs_are_told_once_largest_group_first() {
        let groups =
            sample(&[("a", "1"), ("b", "2"), ("c", "3"), ("d", "2"), ("e", "1"), ("f", "2")]);
        let hosts: Vec<_> = groups.iter().map(|group| group.hosts.clone()).collect();
        assert_eq!(hosts, [vec!["b", "d", "f"], vec!["a", "e"], vec!["c"]]);
        assert_eq!(groups[1].output, "1");
    }

    #[test]
    fn without_a_single_largest_group_there_is_no_majority() {
        assert!(!has_majority(&sample(&[])));
        assert!(!has_majority(&sample(&[("a", "1"), ("b", "2")])));
        assert!(has_majority(&sample(&[("a", "1")])));
        assert!(has_majority(&sample(&[("a", "1"), ("b", "2"), ("c", "1")])));
    }
}
