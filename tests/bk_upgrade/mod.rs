//! The steps of bk-upgrade.

mod paas;
mod venvs;
