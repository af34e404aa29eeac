//! The settings files of firstbox: `key="value"` lines, one file a node.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use engine::prelude::*;

const SETTINGS: Snippet = snippet!("webservice/settings");

/// All settings files of a directory, by node.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Settings {
    /// The directory.
    pub(crate) dir: String,
    nodes: BTreeMap<String, BTreeMap<String, String>>,
}

impl Settings {
    /// Refuses unless this directory is a backup: nothing is overwritten without one.
    pub(crate) fn is_there(&self) -> Result<(), Fault> {
        if !self.is_empty() {
            return Ok(());
        }
        let fault = Fault::refused(format!("there is no backup {}", self.dir));
        Err(fault.hint("first: cargo xtask backup-settings; or name the day of an earlier one: --stamp YYYYMMDD"))
    }

    /// Reads every file of `dir` on firstbox; a missing directory has no nodes.
    ///
    /// A dry run sees the files that it would write. In a backup `SETTINGS.STAMP` that it would make, it sees the
    /// files that it would copy.
    pub(crate) fn read(reader: &Reader<'_>, dir: &str) -> Result<Self> {
        let planned = reader.planned(dir.into()).is_some();
        let from = dir.rsplit_once('.').filter(|_| planned).map_or(dir, |(settings, _)| settings);
        let text = reader.ask(SETTINGS, [("DIR", Value::from(from))])?;
        let mut nodes = parse(&text);
        for (path, planned) in reader.planned_in(dir) {
            let node = path.rsplit('/').next().unwrap_or_default().to_owned();
            if let Planned::Text(bytes) = planned {
                let keys = String::from_utf8_lossy(&bytes).lines().filter_map(key).collect();
                nodes.insert(node, keys);
            }
        }
        Ok(Self { dir: dir.to_owned(), nodes })
    }

    /// The same files in another directory.
    pub(crate) fn at(self, dir: &str) -> Self {
        Self { dir: dir.to_owned(), ..self }
    }

    /// The value of a node's key.
    pub(crate) fn get(&self, node: &str, key: &str) -> Option<&str> {
        self.nodes.get(node)?.get(key).map(String::as_str)
    }

    /// Whether the node has a file.
    pub(crate) fn has(&self, node: &str) -> bool {
        self.nodes.contains_key(node)
    }

    /// Whether there is any file.
    pub(crate) fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// The other nodes with the role `webservice`.
    pub(crate) fn peers(&self, node: &str) -> Vec<&str> {
        let webservice = |keys: &BTreeMap<String, String>| {
            keys.get("role").is_some_and(|role| role == "webservice")
        };
        self.nodes
            .iter()
            .filter(|(name, keys)| *name != node && webservice(keys))
            .map(|(name, _)| name.as_str())
            .collect()
    }

    /// The node whose file names `value` anywhere.
    pub(crate) fn named_by(&self, value: &str) -> Option<&str> {
        let is = |keys: &BTreeMap<String, String>| {
            keys.values().any(|found| found.split(',').any(|part| part.trim() == value))
        };
        self.nodes.iter().find(|(_, keys)| is(keys)).map(|(name, _)| name.as_str())
    }

    /// Whether any node is in this zone.
    pub(crate) fn has_zone(&self, zone: &str) -> bool {
        self.nodes.values().any(|keys| keys.get("zone_id").is_some_and(|found| found == zone))
    }

    /// The node that uses `value` for one of `keys`, other than `node`.
    fn user(&self, node: &str, keys: &[&str], value: &str) -> Option<&str> {
        let has = |settings: &BTreeMap<String, String>| {
            keys.iter().any(|key| {
                settings.get(*key).is_some_and(|found| found.eq_ignore_ascii_case(value))
            })
        };
        self.nodes
            .iter()
            .find(|(name, settings)| *name != node && has(settings))
            .map(|(name, _)| name.as_str())
    }

    /// Refuses an address in another node's file (X0.6).
    pub(crate) fn check_address(&self, node: &str, address: Ipv4Addr) -> Result<(), Fault> {
        self.user(node, &["mgmt_network_address"], &address.to_string()).map_or(Ok(()), |other| {
            let fault = Fault::refused(format!("address {address} belongs to {other}"));
            Err(fault
                .detail("in", format!("{}/{other}", self.dir))
                .hint("use an address that no settings file names"))
        })
    }

    /// Refuses a MAC address in another node's file.
    pub(crate) fn check_mac(&self, node: &str, mac: &Mac) -> Result<(), Fault> {
        self.user(node, &["mgmt_network_mac_address"], &mac.to_string()).map_or(Ok(()), |other| {
            let fault = Fault::refused(format!("MAC address {mac} belongs to {other}"));
            Err(fault
                .detail("in", format!("{}/{other}", self.dir))
                .hint("generate a new one: /pitrix/bin/gen_mac.py"))
        })
    }
}

/// `NODE<tab>key="value"` lines.
fn parse(text: &str) -> BTreeMap<String, BTreeMap<String, String>> {
    let mut nodes: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    for line in text.lines() {
        let Some((node, line)) = line.split_once('\t') else { continue };
        nodes.entry(node.to_owned()).or_default().extend(key(line));
    }
    nodes
}

/// `key="value"`.
fn key(line: &str) -> Option<(String, String)> {
    let (key, value) = line.trim().split_once('=').filter(|(key, _)| !key.starts_with('#'))?;
    Some((key.trim().to_owned(), value.trim().trim_matches('"').to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_read_by_node_and_compared_over_nodes() {
        let text = "a\trole=\"webservice\"\na\t# x=\"y\"\na\tmgmt_network_address=\"10.0.0.1\"\nb\trole=\"webservice\"\nc\t\n";
        let settings = Settings { dir: "/s".into(), nodes: parse(text) };
        assert_eq!(settings.get("a", "mgmt_network_address"), Some("10.0.0.1"));
        assert_eq!(settings.get("a", "# x"), None);
        assert_eq!(settings.peers("a"), ["b"]);
        assert!(settings.has("c"));
        assert!(settings.check_address("a", Ipv4Addr::new(10, 0, 0, 1)).is_ok());
        let fault = settings.check_address("b", Ipv4Addr::new(10, 0, 0, 1)).unwrap_err();
        assert_eq!(fault.message, "address 10.0.0.1 belongs to a");
    }
}
