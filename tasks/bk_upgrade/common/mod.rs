//! What several steps of this runbook share.

pub(crate) mod bkcli;
pub(crate) mod venvs;
