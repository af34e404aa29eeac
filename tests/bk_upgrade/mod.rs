//! The steps of bk-upgrade.

mod containers;
mod env;
mod paas;
mod venvs;
