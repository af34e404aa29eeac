//! The steps of webservice.

mod backup_settings;
mod checks;
mod fresh;
mod gen_settings;
mod keepalived_vip;
mod relaunch_vm;
