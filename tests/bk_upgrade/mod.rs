//! The steps of bk-upgrade.

mod env;
mod job;
mod paas;
mod venvs;
