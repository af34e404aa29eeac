//! Hosts that do not stay what or where they are: built anew, restarted, at another address for a while.

use anyhow::Result;

use super::context::Context;
use super::record::entry::Entry;
use super::session_pool::HostHandle;
use crate::ops::ensure::Mode;

impl Context {
    /// From now on a host is at `address`, or with `None` where the inventory has it. Its session ends, and the next
    /// one goes there with everything the user's `ssh_config` says about the host. Where the address plays no
    /// part (local, rehearsal, behind a command) nothing happens but the line in the record.
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

    /// A step restarts this machine, or has restarted it: its session ends with it, and the next one is a first
    /// one, which takes the host's lock again.
    ///
    /// # Errors
    /// When a connection that was kept cannot be let go.
    pub fn restarted(&self, host: &str) -> Result<()> {
        let handles = self.pool.of(&[host]);
        let mut real = handles.iter().filter(|_| self.mode == Mode::Run);
        real.try_for_each(|handle| handle.channel.renew(&self.settings))
    }

    /// In a dry run: nothing can be told of this host from here on, and why. Every operation on it is unknown.
    pub fn uncertain(&self, host: &str, because: &str) {
        for handle in self.pool.of(&[host]).iter().filter(|_| self.mode == Mode::Plan) {
            handle.overlay().go_blind(because);
        }
    }
}

impl HostHandle {
    /// Notes where the host is; true when that is news.
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
