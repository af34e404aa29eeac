//! Addresses that nobody uses, and the temporary one that a node has during its upgrade (X0.6).

use std::net::Ipv4Addr;

use engine::prelude::*;
use engine::text::edit::env;

use super::settings::Settings;

const FREE: Snippet = snippet!("webservice/temporary_address_free");
const READDRESS: Snippet = snippet!("webservice/temporary_address_set");
const REMARKED: Snippet = snippet!("webservice/temporary_address_marks");
/// Where firstbox remembers the addresses of a node that is being upgraded.
pub(crate) const FOLDER: &str = "/var/lib/xtask/webservice";

/// Refuses an address that a settings file names.
pub(crate) fn unnamed(settings: &Settings, address: Ipv4Addr) -> Result<(), Fault> {
    settings.named_by(&address.to_string()).map_or(Ok(()), |node| {
        Err(Fault::refused(format!("address {address} is in the settings of {node}"))
            .detail("in", format!("{}/{node}", settings.dir))
            .hint("take an address that no settings file names"))
    })
}

fn values(address: Ipv4Addr, device: Option<&Ifname>) -> [(&'static str, Value); 2] {
    let device = device.map(ToString::to_string).unwrap_or_default();
    [("ADDRESS", address.to_string().into()), ("DEVICE", device.into())]
}

/// Nobody answers for the address.
pub(crate) fn free(address: Ipv4Addr, device: Option<&Ifname>) -> Assert {
    let what = format!("address {address} is in use");
    Assert::new(FREE, values(address, device), what).hint("take one that nobody answers for")
}

/// The same as a question.
pub(crate) fn is_free(
    reader: &Reader<'_>,
    address: Ipv4Addr,
    device: Option<&Ifname>,
) -> Result<bool> {
    reader.kept(FREE, values(address, device))
}

/// The addresses of a node while it is upgraded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Reservation {
    pub(crate) temporary: Ipv4Addr,
    pub(crate) original: Ipv4Addr,
}

impl Reservation {
    /// What firstbox remembers; `None` when the node has no temporary address.
    pub(crate) fn read(reader: &Reader<'_>, node: &str) -> Result<Option<Self>> {
        let path = format!("{FOLDER}/{node}");
        let Entry::File(file) = reader.read(path.as_str().into())? else { return Ok(None) };
        let text = file.text(path.as_str().into())?;
        let get = |key: &str| -> Result<Ipv4Addr> {
            let found = env::get(text, key)?.unwrap_or_default();
            Ok(found.parse().map_err(|_| {
                Fault::refused(format!("{path} has no address as {key}: {found:?}"))
            })?)
        };
        Ok(Some(Self { temporary: get("temporary")?, original: get("original")? }))
    }

    /// What firstbox remembers; when it is told the original address, else the one of the settings is the
    /// temporary one.
    pub(crate) fn or_told(
        reader: &Reader<'_>,
        node: &str,
        dir: &AbsPath,
        original: Option<Ipv4Addr>,
    ) -> Result<Option<Self>> {
        let open = Self::read(reader, node)?;
        let Some(original) = original else { return Ok(open) };
        if let Some(both) = open {
            return Ok(Some(Self { original, ..both }));
        }
        let present = Settings::read(reader, dir.as_str())?;
        let present = present.get(node, "mgmt_network_address").unwrap_or_default();
        let temporary = present.parse().map_err(|_| {
            Fault::refused(format!("{dir}/{node} names no mgmt_network_address: {present:?}"))
        })?;
        Ok((temporary != original).then_some(Self { temporary, original }))
    }

    /// X0.6: firstbox has to know which address the node gets back.
    pub(crate) fn check(
        cx: &Context,
        open: Option<Self>,
        node: &str,
        address: Ipv4Addr,
    ) -> Result<(), Fault> {
        match open {
            Some(both) if both.temporary != address => {
                let what = format!("{} is the temporary address of {node}", both.temporary);
                Err(Fault::refused(what).hint(format!(
                    "take it, or first: cargo xtask webservice pick-temp-ip --node {node} --ip {address}"
                )))
            }
            Some(_) => Ok(()),
            None => {
                cx.note(&format!("firstbox does not remember the original address of {node}; before this: cargo xtask webservice pick-temp-ip --node {node} --ip {address}; else restore-mgmt-ip has to be told it with --ip (X0.6)"));
                Ok(())
            }
        }
    }

    /// The node has its original address in place of the temporary one. `files` are its file with the address
    /// and the known_hosts of firstbox.
    pub(crate) fn exchanged(&self, node: &str, files: [&AbsPath; 2], poll: Poll) -> Shell {
        let [interfaces, known] = files;
        let values = [
            ("NODE", node.into()),
            ("FROM", self.temporary.to_string().into()),
            ("INTO", self.original.to_string().into()),
            ("INTERFACES", interfaces.as_str().into()),
            ("KNOWN", known.as_str().into()),
        ];
        Shell::new(READDRESS, values)
            .called(format!("give {node} the address {} and restart it", self.original))
            .after_changes("until then another VM may answer at that address")
            .poll(poll)
    }

    /// The file that remembers it.
    pub(crate) fn file(&self, node: &str) -> FileContent {
        let Self { temporary, original } = self;
        FileContent::new(
            format!("{FOLDER}/{node}"),
            format!("temporary={temporary}\noriginal={original}\n"),
        )
    }
}

/// The marks of the launch say that the VM is the one of the present settings, which differ in the address
/// only; when the settings go back, the marks do too.
pub(crate) fn remarked(firstbox: &Host<'_>, node: &str, settings_dir: &AbsPath) -> Result<Shell> {
    let mark = format!("/var/lib/xtask/launched/{node}");
    let was = firstbox.look("read the mark of the launch", |reader| {
        match reader.read(mark.as_str().into())? {
            Entry::File(file) => Ok(file.text(mark.as_str().into())?.trim_end().to_owned()),
            _ => Ok(String::new()),
        }
    })?;
    let settings = format!("{settings_dir}/{node}");
    let values =
        [("NODE", node.into()), ("SETTINGS", settings.into()), ("WAS", was.as_str().into())];
    Ok(Shell::new(REMARKED, values).after_changes("the settings change first").undone_last())
}

/// X0.23: what acts on the whole platform carries temporary addresses while a node has one.
pub(crate) fn warn(cx: &Context, firstbox: &Host<'_>) -> Result<()> {
    for node in cx.all_hosts("@webservice")?.iter() {
        let open = firstbox
            .look("read the reservations", |reader| Reservation::read(reader, node.name()))?;
        if let Some(Reservation { temporary, original }) = open {
            cx.note(&format!(
                "{} has the temporary address {temporary} until `webservice restore-mgmt-ip` gives {original} back: update no package of other nodes meanwhile (X0.23)",
                node.name()
            ));
        }
    }
    Ok(())
}
