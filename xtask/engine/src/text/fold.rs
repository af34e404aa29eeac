//! Equal outputs of many hosts, shown once; outliers against the rest.

use super::diff::unified_bytes;

/// The hosts with the same output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group<H> {
    /// In the order given.
    pub hosts: Vec<H>,
    /// Their output, byte for byte.
    pub output: Vec<u8>,
}

/// `outputs` by equal bytes, the largest group first; equal sizes stay in the order given.
pub fn groups<H>(outputs: impl IntoIterator<Item = (H, Vec<u8>)>) -> Vec<Group<H>> {
    let mut groups: Vec<Group<H>> = Vec::new();
    let mut index = std::collections::HashMap::<Vec<u8>, usize>::new();
    for (host, output) in outputs {
        if let Some(&at) = index.get(&output) {
            groups[at].hosts.push(host);
        } else {
            index.insert(output.clone(), groups.len());
            groups.push(Group { hosts: vec![host], output });
        }
    }
    groups.sort_by_key(|group| std::cmp::Reverse(group.hosts.len()));
    groups
}

/// The output of most hosts, and the difference of each other group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outliers<'a, H> {
    /// The largest group.
    pub majority: &'a Group<H>,
    /// Every other group with a unified diff from the majority's output to its own.
    pub others: Vec<(&'a Group<H>, String)>,
}

/// The view of `groups` (as [`groups`] sorts them) against the majority.
///
/// `None` when there is no majority: no group, or no single largest one. A diff would then take a side.
pub fn outliers<H>(groups: &[Group<H>]) -> Option<Outliers<'_, H>> {
    let (majority, rest) = groups.split_first()?;
    if rest.first().is_some_and(|next| next.hosts.len() == majority.hosts.len()) {
        return None;
    }
    let differs = |group| unified_bytes("output", Some(&majority.output), Some(group));
    let others = rest.iter().map(|group| (group, differs(&group.output))).collect();
    Some(Outliers { majority, others })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(outputs: &[(&'static str, &str)]) -> Vec<Group<&'static str>> {
        groups(outputs.iter().map(|(host, output)| (*host, output.as_bytes().to_vec())))
    }

    #[test]
    fn equal_outputs_are_told_once_largest_group_first() {
        let groups =
            sample(&[("a", "1"), ("b", "2"), ("c", "3"), ("d", "2"), ("e", "1"), ("f", "2")]);
        let hosts: Vec<_> = groups.iter().map(|group| group.hosts.clone()).collect();
        assert_eq!(hosts, [vec!["b", "d", "f"], vec!["a", "e"], vec!["c"]]);
        assert_eq!(groups[1].output, b"1");
    }

    #[test]
    fn an_outlier_is_a_diff_against_the_majority() {
        let groups = sample(&[("a", "x\ny\n"), ("b", "x\nz\n"), ("c", "x\ny\n")]);
        let view = outliers(&groups).unwrap();
        assert_eq!(view.majority.hosts, ["a", "c"]);
        let (group, diff) = &view.others[0];
        assert_eq!(group.hosts, ["b"]);
        assert_eq!(diff, "--- a/output\n+++ b/output\n@@ -1,2 +1,2 @@\n x\n-y\n+z\n");
    }

    #[test]
    fn without_a_single_largest_group_there_is_no_majority() {
        assert_eq!(outliers(&sample(&[])), None);
        assert_eq!(outliers(&sample(&[("a", "1"), ("b", "2")])), None);
        assert!(outliers(&sample(&[("a", "1")])).unwrap().others.is_empty());
    }
}
