//! Helpers that several steps of this runbook share.

pub(crate) mod backups;
pub(crate) mod bkcli;
pub(crate) mod env_keys;
pub(crate) mod everywhere;
pub(crate) mod migration;
pub(crate) mod module;
pub(crate) mod mongodb;
pub(crate) mod mysql;
pub(crate) mod output;
pub(crate) mod saas;
pub(crate) mod site;
pub(crate) mod upgrader;
pub(crate) mod venvs;
pub(crate) mod versions;
