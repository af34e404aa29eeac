//! The locks and pins that a run holds.

use anyhow::Result;

use super::locks::RunbookLock;
use super::pins::PinFile;
use crate::data::holder::Holder;

/// What keeps others out of this run's hosts, and tells its hosts apart.
#[derive(Debug)]
pub(super) struct Guard {
    /// Who we are in the locks of hosts.
    pub(super) holder: Holder,
    /// Held until the run ends.
    _runbook: Option<RunbookLock>,
    pub(super) pins: PinFile,
}

impl Guard {
    /// The guard of a run, once it is recorded; says in the lock of the runbook whose it is.
    pub(super) fn new(
        holder: Holder,
        mut runbook: Option<RunbookLock>,
        pins: PinFile,
    ) -> Result<Self> {
        runbook.as_mut().map_or(Ok(()), |lock| lock.describe(&holder))?;
        Ok(Self { holder, _runbook: runbook, pins })
    }
}
