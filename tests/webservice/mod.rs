//! The steps of webservice.

mod backup_settings;
mod backups;
mod build;
mod checks;
pub(crate) mod fresh;
mod gen_settings;
mod install;
mod keepalived_vip;
mod keys;
mod markers;
mod node_files;
mod old_vm;
mod open_items;
mod prepare;
mod purge_known_hosts;
mod relaunch_vm;
mod restore_mgmt_ip;
mod traps;
mod undo;
mod upgrade;
mod whole;
