//! The identity of a host, as the host reports it.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The kinds of host keys that OpenSSH makes; ssh-keygen(1).
const KINDS: [&str; 5] =
    ["ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", "ssh-rsa"];

/// An RSA key of 16384 bits, the longest that ssh-keygen makes, has 2776 characters.
const LONGEST: usize = 4096;

/// Kind and base64 of a public host key: `ssh-ed25519 AAAA…`, and nothing else. A host says it, and so may say anything.
pub fn host_key(text: &str) -> Option<(&str, &str)> {
    let (kind, blob) = text.split_once(' ')?;
    let base64 = |byte: u8| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte);
    let good = KINDS.contains(&kind) && (1..=LONGEST).contains(&blob.len());
    (good && blob.bytes().all(base64)).then_some((kind, blob))
}

/// The values that distinguish one machine from another.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Identity {
    /// `/etc/machine-id`: 32 hexadecimal digits.
    pub machine_id: Option<String>,
    /// Its first host key, ed25519 before ecdsa before rsa: `ssh-ed25519 SHA256:…`, as `ssh-keygen -l`
    /// shows it.
    pub host_key: Option<String>,
}

impl Identity {
    /// Whether there is nothing to compare.
    pub const fn is_empty(&self) -> bool {
        self.machine_id.is_none() && self.host_key.is_none()
    }

    /// Whether every pinned value is the same here. A value that was not pinned is no difference.
    pub fn agrees_with(&self, pinned: &Self) -> bool {
        let agrees =
            |pinned: &Option<String>, found: &Option<String>| pinned.is_none() || pinned == found;
        agrees(&pinned.machine_id, &self.machine_id) && agrees(&pinned.host_key, &self.host_key)
    }

    /// What one machine and its copy have alike: the machine-id (true), else the host key (false). The
    /// machine-id decides: images of virtual machines often share a host key.
    pub fn mark(&self) -> Option<(bool, &str)> {
        let id = self.machine_id.as_deref().map(|id| (true, id));
        id.or_else(|| self.host_key.as_deref().map(|key| (false, key)))
    }
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let machine = self.machine_id.as_deref().unwrap_or("none");
        write!(f, "machine-id {machine}, host key {}", self.host_key.as_deref().unwrap_or("none"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity(machine_id: &str, host_key: &str) -> Identity {
        let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        Identity { machine_id: some(machine_id), host_key: some(host_key) }
    }

    #[test]
    fn a_host_key_has_a_known_kind_and_is_base64() {
        assert_eq!(host_key("ssh-ed25519 AA+/="), Some(("ssh-ed25519", "AA+/=")));
        for text in
            ["", "ssh-ed25519", "ssh-ed25519 ", "ssh\u{1b}-ed25519 AA", "ssh-ed25519 A\u{200b}"]
        {
            assert_eq!(host_key(text), None, "{text:?}");
        }
        assert_eq!(host_key(&format!("ssh-rsa {}", "A".repeat(LONGEST + 1))), None);
    }

    #[test]
    fn a_difference_is_one_of_what_was_pinned() {
        assert!(identity("a", "k").agrees_with(&identity("a", "k")));
        assert!(identity("a", "k").agrees_with(&identity("a", "")));
        assert!(!identity("a", "").agrees_with(&identity("a", "k")));
        assert!(!identity("b", "k").agrees_with(&identity("a", "k")));
    }

    #[test]
    fn a_twin_has_the_machine_id_or_without_one_the_host_key() {
        let twins = |one: [&str; 2], two: [&str; 2]| {
            let (one, two) = (identity(one[0], one[1]), identity(two[0], two[1]));
            one.mark().is_some() && one.mark() == two.mark()
        };
        assert!(twins(["a", "k"], ["a", "other"]) && !twins(["a", "k"], ["b", "k"]));
        assert!(twins(["", "k"], ["", "k"]) && !twins(["", ""], ["", ""]));
        assert!(!twins(["a", "k"], ["", "k"]));
    }
}
