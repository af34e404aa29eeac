//! Helpers that several steps of this runbook share.

pub(crate) mod account_db;
pub(crate) mod args;
pub(crate) mod backup_day;
pub(crate) mod executable;
pub(crate) mod floating_ip;
pub(crate) mod host_keys;
pub(crate) mod keys;
pub(crate) mod login;
pub(crate) mod node_address;
pub(crate) mod node_files;
pub(crate) mod old_image;
pub(crate) mod order;
pub(crate) mod placement;
pub(crate) mod platform;
pub(crate) mod progress;
pub(crate) mod services;
pub(crate) mod settings;
pub(crate) mod settings_backup;
pub(crate) mod settings_values;
pub(crate) mod shutdown;
pub(crate) mod temporary_address;
pub(crate) mod vip_package;
pub(crate) mod vm;
