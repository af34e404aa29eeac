//! Helpers that several steps of this runbook share.

pub(crate) mod bkcli;
pub(crate) mod cmdb;
pub(crate) mod env_keys;
pub(crate) mod http;
pub(crate) mod module;
pub(crate) mod output;
pub(crate) mod saas;
pub(crate) mod site;
pub(crate) mod topology;
pub(crate) mod venvs;
