//! The locks and pins that a run holds.

use anyhow::Result;

use super::locks::RunbookLock;
use super::pins::PinFile;
use crate::data::holder::Holder;

/// The locks that keep other runs out, and the pins that identify the hosts.
#[derive(Debug)]
pub(super) struct Guard {
    /// The name of this run in the locks of hosts.
    pub(super) holder: Holder,
    /// Held until the run ends.
    _runbook: Option<RunbookLock>,
    pub(super) pins: PinFile,
}

impl Guard {
    /// The guard of a recorded run; writes its name into the lock of the runbook.
    pub(super) fn new(
        holder: Holder,
        mut runbook: Option<RunbookLock>,
        pins: PinFile,
    ) -> Result<Self> {
        runbook.as_mut().map_or(Ok(()), |lock| lock.describe(&holder))?;
        Ok(Self { holder, _runbook: runbook, pins })
    }
}
