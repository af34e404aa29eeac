//! The steps of bk-upgrade.

mod env;
mod paas;
mod package;
mod products;
mod sources;
mod venvs;
