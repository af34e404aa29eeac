//! The steps of bk-upgrade.

mod env;
mod paas;
mod package;
mod sources;
mod venvs;
