//! The steps of bk-upgrade.

mod backups;
mod by_hand;
mod cmdb_http;
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
