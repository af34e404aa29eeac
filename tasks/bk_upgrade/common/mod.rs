//! Helpers that several steps of this runbook share.

pub(crate) mod bkcli;
pub(crate) mod dumps;
pub(crate) mod env_keys;
pub(crate) mod module;
pub(crate) mod mongodb;
pub(crate) mod mysql;
pub(crate) mod site;
pub(crate) mod venvs;
