//! The steps of bk-upgrade.

mod containers;
mod env;
mod modules;
mod paas;
mod redis;
mod traps;
mod vendor;
mod venvs;
