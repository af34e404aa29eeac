//! The error of a run in which hosts have failed.

/// Hosts have failed; the summary knows which and why.
#[derive(Debug)]
pub(super) struct HostsFailed;

impl std::fmt::Display for HostsFailed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("hosts have failed")
    }
}

impl std::error::Error for HostsFailed {}
