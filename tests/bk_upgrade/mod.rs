//! The steps of bk-upgrade.

mod env;
mod package;
mod paas;
mod sources;
mod venvs;
