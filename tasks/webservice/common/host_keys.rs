//! The host keys of a node, and trust in them.

use engine::data::identity::host_key;
use engine::prelude::*;

use super::settings::Settings;

const SCAN: Snippet = snippet!("webservice/host_keys_scan");
const TRUSTED: Snippet = snippet!("webservice/host_keys_trust");

/// The host keys of a node at the address of its settings.
pub(crate) struct Shown {
    node: String,
    address: String,
    /// Type and key, a line of known_hosts without the name.
    pub(crate) keys: Vec<String>,
}

/// Asks from firstbox; an empty answer is allowed.
pub(crate) fn scan(firstbox: &Host<'_>, node: &str, settings: &str) -> Result<Shown> {
    firstbox.look("ask for the node's host keys", |reader| {
        let settings = Settings::read(reader, settings)?;
        let address = settings.get(node, "mgmt_network_address").unwrap_or_default().to_owned();
        let keys = ask(reader, &address)?;
        Ok(Shown { node: node.to_owned(), address, keys })
    })
}

/// The host keys at an address; none if no host answers.
pub(crate) fn at(firstbox: &Host<'_>, address: &str) -> Result<Vec<String>> {
    firstbox.look("ask for host keys", |reader| ask(reader, address))
}

fn ask(reader: &Reader<'_>, address: &str) -> Result<Vec<String>> {
    let said = reader.ask(SCAN, [("ADDRESS", address.into())])?;
    // The node chooses the words, and they go into known_hosts.
    Ok(said.lines().filter(|line| host_key(line).is_some()).map(str::to_owned).collect())
}

impl Shown {
    /// Refuses if there is no key to trust; asks before it removes the old ones.
    pub(crate) fn answers(&self) -> Result<(), Fault> {
        let Self { node, address, keys } = self;
        if !keys.is_empty() {
            return Ok(());
        }
        let what = format!("{node} shows no host key at {address}");
        Err(Fault::refused(what).hint("check that its VM and sshd are running"))
    }

    /// firstbox trusts these keys from now on.
    pub(crate) fn accept(&self, cx: &Context, firstbox: &Host<'_>, file: &str) -> Result<()> {
        let Self { node, address, keys } = self;
        cx.confirm(&format!("trusts the present host keys of {address} as those of {node}"))?;
        let known: Vec<String> = keys.iter().map(|key| format!("{node},{address} {key}")).collect();
        let values = [("FILE", file.into()), ("KEYS", known.join("\n").into())];
        let trusted = Shell::new(TRUSTED, values)
            .called(format!("trust the host keys of {node} at {address}"));
        let later = "the host keys of the new VM are not known before it runs";
        let trusted = if keys.is_empty() { trusted.after_changes(later) } else { trusted };
        firstbox.ensure(&trusted).map(drop)
    }
}
