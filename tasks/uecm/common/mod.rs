//! Helpers that several steps of this runbook share.

pub(crate) mod vrrp;
