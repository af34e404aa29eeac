//! Finds hosts by name and by address.

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

use crate::data::nearest::nearest;
use crate::data::range::fold;
use crate::data::spanned_error::SpannedError;

/// The names in use, with the places of their hosts in [`Inventory::hosts`](super::Inventory).
#[derive(Debug, Clone, Default)]
pub struct Roster {
    names: Vec<String>,
    by_name: HashMap<String, usize>,
    by_address: HashMap<String, Vec<usize>>,
    groups: Vec<String>,
    by_group: HashMap<String, usize>,
}

impl Roster {
    /// Adds the next host.
    pub(super) fn add(&mut self, name: &str, address: Option<&str>) -> usize {
        let number = self.names.len();
        self.names.push(name.to_owned());
        self.by_name.insert(name.to_owned(), number);
        if let Some(address) = address {
            self.by_address.entry(address.to_owned()).or_default().push(number);
        }
        number
    }

    /// Adds an address of a host that has none yet.
    pub(super) fn add_address(&mut self, number: usize, address: &str) {
        self.by_address.entry(address.to_owned()).or_default().push(number);
    }

    /// Adds the name of a group.
    pub(super) fn add_group(&mut self, name: &str) {
        self.by_group.entry(name.to_owned()).or_insert(self.groups.len());
        self.groups.push(name.to_owned());
    }

    /// The place of the group of this name.
    pub(super) fn group(&self, name: &str) -> Option<usize> {
        self.by_group.get(name).copied()
    }

    /// How many hosts there are.
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether there is no host.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// The place of the host of this name.
    pub fn named(&self, name: &str) -> Option<usize> {
        self.by_name.get(name).copied()
    }

    /// The places of the hosts that have this name or, if there is none, this address.
    pub fn at(&self, word: &str) -> Vec<usize> {
        self.named(word).map_or_else(
            || self.by_address.get(word).cloned().unwrap_or_default(),
            |number| vec![number],
        )
    }

    /// The names of hosts as one folded text.
    pub fn folded(&self, hosts: impl IntoIterator<Item = usize>) -> String {
        fold(hosts.into_iter().map(|number| &self.names[number]))
    }

    /// The hosts of all these names or addresses.
    ///
    /// # Errors
    /// Points at `at` and names those that are no host, or an address of several hosts.
    pub fn hosts(
        &self,
        words: &[String],
        at: &Range<usize>,
    ) -> Result<BTreeSet<usize>, SpannedError> {
        let mut found = BTreeSet::new();
        let mut missing = Vec::new();
        for word in words {
            match self.at(word).as_slice() {
                [] => missing.push(word.as_str()),
                [one] => drop(found.insert(*one)),
                many => {
                    let names = self.folded(many.iter().copied());
                    let message = format!("{word} is the address of several hosts: {names}");
                    return Err(
                        SpannedError::new(at.clone(), message).hint("name the host instead")
                    );
                }
            }
        }
        if missing.is_empty() { Ok(found) } else { Err(self.missing_hosts(&missing, at)) }
    }

    fn missing_hosts(&self, missing: &[&str], at: &Range<usize>) -> SpannedError {
        let word = missing[0];
        let s = if missing.len() == 1 { "" } else { "s" };
        let mut spanned = SpannedError::new(at.clone(), format!("no host{s} `{}`", fold(missing)));
        spanned.hint = if self.by_group.contains_key(word) {
            Some(format!("`{word}` is a group: write `@{word}`"))
        } else if word == "all" {
            Some("every host is `@all`".to_owned())
        } else if let Some(padded) = self.padded(missing) {
            Some(format!("did you mean `{padded}`? zeros before a number belong to the name"))
        } else if missing.len() > 1 {
            None
        } else {
            let host = nearest(word, self.names.iter().map(String::as_str)).map(str::to_owned);
            let group = || nearest(word, self.groups.iter().map(String::as_str));
            let near = host.or_else(|| group().map(|name| format!("@{name}")));
            near.map(|near| format!("did you mean `{near}`?"))
        };
        spanned
    }

    /// The hosts that match these words if leading zeros do not count: `web01` for `web1`.
    fn padded(&self, words: &[&str]) -> Option<String> {
        let mut plain: HashMap<String, &str> = HashMap::new();
        for name in &self.names {
            plain.entry(without_zeros(name)).or_insert(name);
        }
        let meant = |word: &&str| plain.get(&without_zeros(word));
        words.iter().map(meant).collect::<Option<Vec<_>>>().map(fold)
    }

    /// The mistake of a group that does not exist.
    pub fn missing_group(&self, name: &str, at: &Range<usize>) -> SpannedError {
        let mut spanned = SpannedError::new(at.clone(), format!("no group `{name}`"));
        spanned.hint = if self.by_name.contains_key(name) {
            Some(format!("`{name}` is a host: write it without `@`"))
        } else {
            nearest(name, self.groups.iter().map(String::as_str).chain(["all"]))
                .map(|near| format!("did you mean `@{near}`?"))
        };
        spanned
    }
}

/// A name with its numbers as small as they can be written: `web1` for `web001`.
fn without_zeros(name: &str) -> String {
    let mut plain = String::new();
    let mut digits = name.chars().peekable();
    while let Some(digit) = digits.next() {
        let leads = digit == '0' && !plain.ends_with(|last: char| last.is_ascii_digit());
        let more = digits.peek().is_some_and(char::is_ascii_digit);
        if !(leads && more) {
            plain.push(digit);
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zeros_before_a_number_do_not_count() {
        for (name, plain) in
            [("web001", "web1"), ("r0a010", "r0a10"), ("10.0.0.1", "10.0.0.1"), ("n00", "n0")]
        {
            assert_eq!(without_zeros(name), plain);
        }
    }
}
