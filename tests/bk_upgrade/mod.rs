//! The steps of bk-upgrade.

mod backups;
mod env;
mod mysql;
mod package;
mod paas;
mod restore;
mod sources;
mod venvs;
