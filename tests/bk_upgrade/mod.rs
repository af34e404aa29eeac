//! The steps of bk-upgrade.

mod backups;
mod env;
mod mysql;
mod paas;
mod package;
mod restore;
mod sources;
mod venvs;
