//! Unused addresses, and the temporary one of a node during its upgrade (X0.6).

use std::net::Ipv4Addr;

use engine::prelude::*;
use engine::text::edit::env;

use super::settings::Settings;

const FREE: Snippet = snippet!("webservice/temporary_address_free");
const READDRESS: Snippet = snippet!("webservice/temporary_address_set");
const REMARKED: Snippet = snippet!("webservice/temporary_address_marks");
/// The file on firstbox with the addresses of a node during its upgrade.
const FOLDER: &str = "/var/lib/xtask/webservice";

/// Refuses an address in a settings file.
pub(crate) fn unnamed(settings: &Settings, address: Ipv4Addr) -> Result<(), Fault> {
    settings.named_by(&address.to_string()).map_or(Ok(()), |node| {
        Err(Fault::refused(format!("address {address} is in the settings of {node}"))
            .detail("in", format!("{}/{node}", settings.dir))
            .hint("use an address that no settings file names"))
    })
}

fn values(address: Ipv4Addr, device: Option<&Ifname>) -> [(&'static str, Value); 2] {
    let device = device.map(ToString::to_string).unwrap_or_default();
    [("ADDRESS", address.to_string().into()), ("DEVICE", device.into())]
}

/// No host answers for the address.
pub(crate) fn free(address: Ipv4Addr, device: Option<&Ifname>) -> Assert {
    let what = format!("address {address} is in use");
    Assert::new(FREE, values(address, device), what)
        .hint("use an address for which no host answers")
}

/// The same as a question.
pub(crate) fn is_free(
    reader: &Reader<'_>,
    address: Ipv4Addr,
    device: Option<&Ifname>,
) -> Result<bool> {
    reader.kept(FREE, values(address, device))
}

/// The addresses of a node during its upgrade.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Reservation {
    pub(crate) temporary: Ipv4Addr,
    pub(crate) original: Ipv4Addr,
}

impl Reservation {
    /// The reservation on firstbox; `None` if the node has no temporary address.
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

    /// The reservation on firstbox. Without one, the given address is the original, and that of the settings
    /// the temporary one.
    pub(crate) fn or_given(
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

    /// Refuses or notes an address that `restore-mgmt-ip` could not replace later (X0.6).
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
                    "use it, or first: cargo xtask webservice pick-temp-ip --node {node} --ip {address}"
                )))
            }
            Some(_) => Ok(()),
            None => {
                cx.note(&format!("firstbox has no original address of {node}; before this: cargo xtask webservice pick-temp-ip --node {node} --ip {address}; otherwise restore-mgmt-ip needs --ip (X0.6)"));
                Ok(())
            }
        }
    }

    /// Replaces the temporary address of the node by its original one. `files` are its file with the address
    /// and the known_hosts of firstbox.
    pub(crate) fn exchanged(
        &self,
        node: &str,
        files: [&AbsPath; 2],
        poll: Poll,
    ) -> impl Op + use<> {
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
            .takes_away(Loss::stop_of(node).for_a_time())
    }

    /// Writes the reservation; the address stays open until `restore-mgmt-ip`.
    pub(crate) fn remember(&self, firstbox: &Host<'_>, node: &str) -> Result<Outcome> {
        firstbox.ensure(&Directory::present(FOLDER))?;
        firstbox.opens(&self.open(node), &self.file(node))
    }

    /// What is open until `restore-mgmt-ip`. Steps for the whole platform would spread the address (X0.23).
    pub(crate) fn open(&self, node: &str) -> OpenItem {
        let Self { temporary, original } = self;
        let what = format!(
            "{node} has the temporary address {temporary} until `webservice restore-mgmt-ip` restores {original}: do not update packages of other nodes (X0.23)"
        );
        OpenItem::new(open_name(node), what, format!("webservice restore-mgmt-ip --node {node}"))
    }

    /// The file of the reservation.
    fn file(&self, node: &str) -> FileContent {
        let Self { temporary, original } = self;
        FileContent::new(
            format!("{FOLDER}/{node}"),
            format!("temporary={temporary}\noriginal={original}\n"),
        )
    }
}

/// Updates the marks of the launch: the VM belongs to the present settings, only the address differs. An
/// undo of the settings restores the marks too.
pub(crate) fn remarked(firstbox: &Host<'_>, node: &str, settings_dir: &AbsPath) -> Result<Shell> {
    let mark = Script::marker(&format!("launched/{node}"));
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

/// The node has its original address, which `op` verifies: nothing is open any more.
pub(crate) fn closes(firstbox: &Host<'_>, node: &str, op: &dyn Op) -> Result<Outcome> {
    firstbox.closes(&open_name(node), op)
}

/// Whether a run has given the node a temporary address, and none has taken it back.
pub(crate) fn is_open(firstbox: &Host<'_>, node: &str) -> Result<bool> {
    firstbox.is_open(&open_name(node))
}

/// No reservation on firstbox.
pub(crate) fn forgotten(node: &str) -> Absent {
    Absent::new(format!("{FOLDER}/{node}"))
}

fn open_name(node: &str) -> String {
    format!("temporary-address-{node}")
}

/// Notes the temporary addresses, also those that another control machine has given.
pub(crate) fn warn(cx: &Context, firstbox: &Host<'_>) -> Result<()> {
    for node in cx.all_hosts("@webservice")?.iter() {
        let open = firstbox
            .look("read the reservations", |reader| Reservation::read(reader, node.name()))?;
        if let Some(both) = open {
            firstbox.has_open(&both.open(node.name()));
        }
    }
    Ok(())
}
