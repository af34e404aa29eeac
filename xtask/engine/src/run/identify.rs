//! Compares the identity of hosts with the pins (trap XX.16).

use anyhow::Result;

use super::context::Context;
use super::record::entry::Entry;
use super::session_pool::HostHandle;
use crate::data::fault::Fault;
use crate::data::identity::Identity;
use crate::data::inventory::Session;
use crate::data::pins::{Twins, Verdict};
use crate::data::range::fold;

impl Context {
    /// Judges the identities of hosts, and gives the refused hosts. When all is `fine` otherwise and none is refused,
    /// new hosts are pinned.
    pub(super) fn identify<'a>(
        &self,
        said: Vec<(&'a HostHandle, Identity)>,
        fine: bool,
    ) -> Result<Vec<(&'a str, anyhow::Error)>> {
        let said: Vec<(&str, Identity)> = said
            .into_iter()
            .filter(|(handle, _)| self.proves_itself(handle))
            .map(|(handle, identity)| (handle.host.name.as_str(), identity))
            .collect();
        if said.is_empty() {
            return Ok(Vec::new());
        }
        let pins = self.guard.pins.read()?;
        let twins = Twins::new(&pins, said.iter().map(|(host, found)| (*host, found)));
        let mut refused = Vec::new();
        let mut new = Vec::new();
        for (host, found) in &said {
            match pins.judge(host, found, &twins) {
                Verdict::Match => self.note_identity(host, found, "match")?,
                Verdict::New => new.push((*host, found)),
                other => {
                    self.note_identity(host, found, "changed")?;
                    refused.push((*host, self.refusal(host, found, &other).into()));
                }
            }
        }
        if fine && refused.is_empty() {
            self.pin_new(&new)?;
        }
        Ok(refused)
    }

    /// A local session has no network and no address that another machine could have.
    pub(super) fn proves_itself(&self, handle: &HostHandle) -> bool {
        handle.host.identity && handle.host.session != Session::Local && !self.is_rehearsal()
    }

    /// First contact: pins the hosts, and shows it.
    fn pin_new(&self, new: &[(&str, &Identity)]) -> Result<()> {
        let (bare, new): (Vec<_>, Vec<_>) = new.iter().partition(|(_, found)| found.is_empty());
        if !bare.is_empty() {
            let names = fold(bare.iter().map(|(host, _)| host));
            self.note(&format!("{names}: no machine-id and no host key to identify it (set `identity = false` in the inventory to accept this)"));
        }
        if new.is_empty() {
            return Ok(());
        }
        self.guard.pins.edit(|pins| {
            let before = pins.clone();
            let twins = Twins::new(&before, []);
            for (host, found) in &new {
                // Another run may have pinned it first.
                match before.judge(host, found, &twins) {
                    Verdict::New | Verdict::Match => pins.set(host, (*found).clone()),
                    other => return Err(self.refusal(host, found, &other).into()),
                }
            }
            Ok(())
        })?;
        for (host, found) in &new {
            self.note_identity(host, found, "new")?;
        }
        let names = fold(new.iter().map(|(host, _)| host));
        self.report.inform(&format!("pinned {names}: {}", self.guard.pins.name()));
        Ok(())
    }

    /// The error for another host than the pinned one, or a copy: both identities, and the remedy.
    fn refusal(&self, host: &str, found: &Identity, verdict: &Verdict) -> Fault {
        let file = self.guard.pins.name();
        let inventory = self.options.inventory_flags();
        let hint = format!("cargo xtask{inventory} hosts pin {host}");
        match verdict {
            Verdict::Changed { pinned, like } => {
                let message = match like {
                    Some(other) => format!("this is the host pinned as {other} in {file}"),
                    None => format!("this is not the host pinned in {file}"),
                };
                let cause = if like.is_some() {
                    "check for swapped addresses or a clone; if all is correct"
                } else {
                    "check the address; if the host was rebuilt on purpose"
                };
                Fault::refused(message)
                    .detail("pinned", pinned.to_string())
                    .detail("found", found.to_string())
                    .hint(format!("{cause}:  {hint}"))
            }
            Verdict::Twin(other) => Fault::refused(format!("this host and {other} have the same identity: a clone, or one machine with two names"))
                .detail("found", found.to_string())
                .hint(format!("give a clone its own machine-id; set `identity = false` at one of two names; or accept it:  {hint}")),
            Verdict::New | Verdict::Match => Fault::refused("this host is refused"),
        }
    }

    /// A step rebuilds this machine: its pin is removed, and the next contact pins it again. Call it before the
    /// change, so that an interrupted run leaves no pin of a removed machine. In a dry run the host is unknown from
    /// here on. Without such a host in the inventory nothing happens.
    ///
    /// # Errors
    /// When the pins cannot be written.
    pub fn rebuilt(&self, host: &str) -> Result<()> {
        self.uncertain(host, &format!("{host} becomes another machine"));
        self.restarted(host)?;
        let known = self.pool.of(&[host]);
        let proves = known.iter().any(|handle| self.proves_itself(handle));
        if !proves || !self.is_real() {
            return Ok(());
        }
        let mut forgotten = false;
        self.guard.pins.edit(|pins| {
            forgotten = pins.forget(host);
            Ok(())
        })?;
        if forgotten {
            let file = self.guard.pins.name();
            self.note(&format!("{host} becomes another machine: its pin in {file} is removed, the next contact pins it again"));
        }
        Ok(())
    }

    /// Writes the identity of a host into the record.
    fn note_identity(&self, host: &str, found: &Identity, pin: &str) -> Result<()> {
        let entry = Entry::Identity {
            host: host.to_owned(),
            machine_id: found.machine_id.clone().unwrap_or_default(),
            host_key: found.host_key.clone().unwrap_or_default(),
            pin: pin.to_owned(),
        };
        self.journal(&entry, false)
    }
}
