//! Hosts that change during a run: rebuilt, restarted, or at a temporary address.

use anyhow::Result;

use super::context::Context;
use super::record::entry::Entry;
use super::session_pool::HostHandle;
use crate::ops::ensure::Mode;

impl Context {
    /// From now on a host is at `address`, or with `None` at that of the inventory. Its session ends, and the next one
    /// goes to the new address with the user's `ssh_config` for the host. For sessions without an address (local,
    /// rehearsal, behind a command) this only adds a line to the record.
    ///
    /// # Errors
    /// When the record cannot be written.
    pub fn moved(&self, host: &str, address: Option<&str>) -> Result<()> {
        for handle in self.pool.of(&[host]) {
            if !handle.set_address(address) {
                continue;
            }
            handle.channel.move_to(address, &self.settings)?;
            let address = address.map(str::to_owned);
            self.journal(&Entry::Moved { host: host.to_owned(), address: address.clone() }, false)?;
            let at = address.unwrap_or_else(|| format!("{} again", handle.host.target()));
            self.report.inform(&format!("{host}: at {at}"));
        }
        Ok(())
    }

    /// A step restarts this machine, or has restarted it: its session ends, and the next one takes the host's lock
    /// again.
    ///
    /// # Errors
    /// When a kept connection cannot be closed.
    pub fn restarted(&self, host: &str) -> Result<()> {
        let handles = self.pool.of(&[host]);
        let mut real = handles.iter().filter(|_| self.mode == Mode::Run);
        real.try_for_each(|handle| handle.channel.renew(&self.settings))
    }

    /// In a dry run: this host is unknown from here on, and why. So is every operation on it.
    pub fn uncertain(&self, host: &str, because: &str) {
        for handle in self.pool.of(&[host]).iter().filter(|_| self.mode == Mode::Plan) {
            handle.overlay().go_blind(because);
        }
    }
}

impl HostHandle {
    /// Notes the address of the host; true when it is a new one.
    fn set_address(&self, address: Option<&str>) -> bool {
        let mut now = self.address.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let news = now.as_deref() != address;
        *now = address.map(str::to_owned);
        news
    }

    fn overlay(&self) -> std::sync::MutexGuard<'_, crate::ops::plan::Overlay> {
        self.overlay.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}
