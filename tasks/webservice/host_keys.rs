//! The host keys that a node shows, and trusting them.

use anyhow::Result;
use engine::data::fault::Fault;
use engine::ops::{Directory, line};
use engine::run::{Context, Host};
use engine::snippet;
use engine::text::edit::line::Place;
use engine::text::snippet::Snippet;

use super::settings::Settings;

const SCAN: Snippet = snippet!("webservice/scan_keys");

/// What a node shows at the address of its settings.
pub(super) struct Shown {
    node: String,
    address: String,
    /// Type and key, a line of known_hosts without the name.
    pub(super) keys: Vec<String>,
}

/// Asks from firstbox; nobody may answer.
pub(super) fn scan(firstbox: &Host<'_>, node: &str, settings: &str) -> Result<Shown> {
    firstbox.look("ask for the node's host keys", |reader| {
        let settings = Settings::read(reader, settings)?;
        let address = settings.get(node, "mgmt_network_address").unwrap_or_default().to_owned();
        let said = reader.ask(SCAN, [("ADDRESS", address.as_str().into())])?;
        Ok(Shown {
            node: node.to_owned(),
            address,
            keys: said.lines().map(str::to_owned).collect(),
        })
    })
}

impl Shown {
    /// Refused when there is no key to trust; asked before the old ones go.
    pub(super) fn answers(&self) -> Result<(), Fault> {
        let Self { node, address, keys } = self;
        if !keys.is_empty() {
            return Ok(());
        }
        let what = format!("{node} shows no host key at {address}");
        Err(Fault::refused(what).hint("does its VM run, and sshd in it?"))
    }

    /// firstbox trusts these keys from now on.
    pub(super) fn accept(&self, cx: &Context, firstbox: &Host<'_>, file: &str) -> Result<()> {
        let Self { node, address, keys } = self;
        cx.confirm(&format!("trusts the host keys that {address} shows now as those of {node}"))?;
        let folder = file.rsplit_once('/').map_or("/", |(folder, _)| folder);
        firstbox.ensure(&Directory::present(folder))?;
        for key in keys {
            let known = format!("{node},{address} {key}");
            firstbox.ensure(&line::present(file, known, Place::End).or_create("600"))?;
        }
        Ok(())
    }
}
