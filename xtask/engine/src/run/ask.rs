//! Asking before something that running the step again does not take back.

use anyhow::Result;

use super::context::Context;
use crate::data::fault::{Fault, Kind};
use crate::ops::ensure::Mode;

impl Context {
    /// Asks before something that cannot be undone by running the step again. Ask before any work.
    ///
    /// # Errors
    /// Exit 6 without a terminal and without `--yes`; exit 5 when the answer is no.
    pub fn confirm(&self, what: &str) -> Result<()> {
        if self.mode != Mode::Run || self.options.yes || self.rehearsal {
            return Ok(());
        }
        if !self.report.can_ask() {
            let fault = Fault::refused(format!("needs --yes without a terminal: {what}"));
            return Err(fault.hint("see what it would do with -n, then add --yes").into());
        }
        if self.report.ask(what)? {
            Ok(())
        } else {
            Err(Fault::new(Kind::Stopped, "stopped: the answer was no").into())
        }
    }
}
