//! The steps of bk-upgrade.

mod env;
mod modules;
mod paas;
mod redis;
mod topo;
mod topo_refused;
mod vendor;
mod venvs;
