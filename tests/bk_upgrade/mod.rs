//! The steps of bk-upgrade.

mod env;
mod environment;
mod nginx;
mod paas;
mod site;
mod sync_common;
mod venvs;
