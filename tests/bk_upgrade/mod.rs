//! The steps of bk-upgrade.

mod all;
mod all_refused;
mod all_stopped;
mod backups;
mod containers;
mod env;
mod environment;
mod gse;
mod iam;
mod job;
mod modules;
mod mysql;
mod nginx;
mod paas;
mod package;
mod products;
mod redis;
mod restore;
mod site;
mod sources;
mod sync_common;
mod topo;
mod topo_refused;
mod traps;
mod vendor;
mod venvs;
