//! Helpers that several steps of this runbook share.

pub(crate) mod backups;
pub(crate) mod bkcli;
pub(crate) mod cmdb;
pub(crate) mod container;
pub(crate) mod dumps;
pub(crate) mod env_flag;
pub(crate) mod env_keys;
pub(crate) mod env_value;
pub(crate) mod everywhere;
pub(crate) mod http;
pub(crate) mod layout;
pub(crate) mod migration;
pub(crate) mod module;
pub(crate) mod mongodb;
pub(crate) mod mysql;
pub(crate) mod output;
pub(crate) mod package;
pub(crate) mod replacement;
pub(crate) mod restored;
pub(crate) mod saas;
pub(crate) mod site;
pub(crate) mod topology;
pub(crate) mod trees;
pub(crate) mod upgrader;
pub(crate) mod venvs;
pub(crate) mod versions;
