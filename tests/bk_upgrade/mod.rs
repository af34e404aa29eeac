//! The steps of bk-upgrade.

mod env;
mod paas;
mod venvs;
