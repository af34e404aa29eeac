//! The steps of bk-upgrade.

mod containers;
mod env;
mod gse;
mod iam;
mod job;
mod modules;
mod order;
mod paas;
mod redis;
mod topo;
mod traps;
mod topo_refused;
mod vendor;
mod environment;
mod nginx;
mod site;
mod sync_common;
mod package;
mod products;
mod backups;
mod mysql;
mod restore;
mod sources;
mod venvs;
