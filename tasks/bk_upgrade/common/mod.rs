//! Helpers that several steps of this runbook share.

pub(crate) mod bkcli;
pub(crate) mod container;
pub(crate) mod env_keys;
pub(crate) mod module;
pub(crate) mod output;
pub(crate) mod saas;
pub(crate) mod site;
pub(crate) mod venvs;
