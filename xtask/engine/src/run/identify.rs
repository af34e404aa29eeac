//! Whether hosts are who they were: what they say, against the pins (trap XX.16).

use anyhow::Result;

use super::context::Context;
use super::record::entry::Entry;
use super::session_pool::HostHandle;
use crate::data::fault::Fault;
use crate::data::identity::Identity;
use crate::data::inventory::Session;
use crate::data::pins::{Pins, Verdict};
use crate::data::range::fold;

impl Context {
    /// Judges what hosts have said of themselves, and gives those that are refused. When all is `fine`
    /// otherwise and nobody is refused, first contacts are pinned.
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
        let mut refused = Vec::new();
        let mut new = Vec::new();
        for (host, found) in &said {
            match judge(&pins, host, found, &said) {
                Verdict::Match => self.told(host, found, "match")?,
                Verdict::New => new.push((*host, found)),
                other => {
                    self.told(host, found, "changed")?;
                    refused.push((*host, self.refusal(host, found, &other).into()));
                }
            }
        }
        if fine && refused.is_empty() {
            self.pin_new(&new)?;
        }
        Ok(refused)
    }

    /// A local session has no network in between and no address that could be somebody else's.
    pub(super) fn proves_itself(&self, handle: &HostHandle) -> bool {
        handle.host.identity && handle.host.session != Session::Local && !self.is_rehearsal()
    }

    /// First contact: pins the hosts, and shows it.
    fn pin_new(&self, new: &[(&str, &Identity)]) -> Result<()> {
        let (bare, new): (Vec<_>, Vec<_>) = new.iter().partition(|(_, found)| found.is_empty());
        if !bare.is_empty() {
            let names = fold(bare.iter().map(|(host, _)| host));
            self.note(&format!("{names}: neither machine-id nor host key there, so nothing tells who it is (`identity = false` in the inventory says that this is meant)"));
        }
        if new.is_empty() {
            return Ok(());
        }
        self.guard.pins.edit(|pins| {
            for (host, found) in &new {
                // Another run may have come first.
                match pins.judge(host, found, std::iter::empty()) {
                    Verdict::New | Verdict::Match => pins.set(host, (*found).clone()),
                    other => return Err(self.refusal(host, found, &other).into()),
                }
            }
            Ok(())
        })?;
        for (host, found) in &new {
            self.told(host, found, "new")?;
        }
        let names = fold(new.iter().map(|(host, _)| host));
        self.report.inform(&format!("pinned {names}: {}", self.guard.pins.name()));
        Ok(())
    }

    /// Not the host that was pinned, or a copy of another: both identities, and what to do.
    fn refusal(&self, host: &str, found: &Identity, verdict: &Verdict) -> Fault {
        let file = self.guard.pins.name();
        let inventory = self.options.inventory.as_ref();
        let inventory = inventory.map(|path| format!(" -i {path}")).unwrap_or_default();
        let hint = format!("cargo xtask{inventory} hosts pin {host}");
        match verdict {
            Verdict::Changed { pinned, like } => {
                let message = match like {
                    Some(other) => format!("this is the host that {file} knows as {other}"),
                    None => format!("this is not the host that {file} knows"),
                };
                let cause = if like.is_some() {
                    "are addresses swapped, or is it a clone? If all is as it should be"
                } else {
                    "is the address right? If the host was rebuilt on purpose"
                };
                Fault::refused(message)
                    .detail("pinned", pinned.to_string())
                    .detail("found", found.to_string())
                    .hint(format!("{cause}:  {hint}"))
            }
            Verdict::Twin(other) => Fault::refused(format!("this host and {other} show one identity: a clone, or one machine with two names"))
                .detail("found", found.to_string())
                .hint(format!("give a clone a machine-id of its own; for two names of one machine say `identity = false` at one of them; or accept it:  {hint}")),
            Verdict::New | Verdict::Match => Fault::refused("this host is refused"),
        }
    }

    /// A step builds this machine anew: its pin is forgotten, and its next contact is a first one. To be said
    /// before the change, so that a run that is cut short leaves no pin of a machine that is gone. In a dry
    /// run nothing can be told of it from here on. Nothing when the inventory does not have the host.
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
            self.note(&format!("{host} becomes another machine: its pin in {file} is gone, the next contact pins it anew"));
        }
        Ok(())
    }

    /// Writes into the record who a host said it is.
    fn told(&self, host: &str, found: &Identity, pin: &str) -> Result<()> {
        let entry = Entry::Identity {
            host: host.to_owned(),
            machine_id: found.machine_id.clone().unwrap_or_default(),
            host_key: found.host_key.clone().unwrap_or_default(),
            pin: pin.to_owned(),
        };
        self.journal(&entry, false)
    }
}

/// The verdict on one of the hosts that have `said` who they are.
pub(super) fn judge(
    pins: &Pins,
    host: &str,
    found: &Identity,
    said: &[(&str, Identity)],
) -> Verdict {
    let unknown = said.iter().filter(|(name, _)| pins.get(name).is_none());
    pins.judge(host, found, unknown.map(|(name, identity)| (*name, identity)))
}
