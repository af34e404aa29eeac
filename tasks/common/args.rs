//! Arguments that steps of several runbooks have.

use engine::prelude::*;

/// The limit for the result of a step; each step has its own default.
#[derive(clap::Args, Debug, Clone, Copy)]
pub(crate) struct WaitTimeout<const DEFAULT: u64> {
    /// Seconds to wait for the result
    #[arg(long, alias = "patience", value_name = "SECS", default_value_t = DEFAULT)]
    wait_timeout: u64,
}

impl<const DEFAULT: u64> WaitTimeout<DEFAULT> {
    /// Seconds.
    pub(crate) const fn seconds(self) -> u64 {
        self.wait_timeout
    }

    /// The limit.
    pub(crate) const fn limit(self) -> Duration {
        Duration::from_secs(self.wait_timeout)
    }

    /// Probes each second until the limit.
    pub(crate) fn poll(self) -> Poll {
        Poll::seconds(self.wait_timeout)
    }
}
