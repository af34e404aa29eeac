//! The steps of bk-upgrade.

mod env;
mod modules;
mod paas;
mod redis;
mod topo;
mod vendor;
mod venvs;
