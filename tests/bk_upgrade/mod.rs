//! The steps of bk-upgrade.

mod env;
mod gse;
mod iam;
mod job;
mod modules;
mod paas;
mod redis;
mod vendor;
mod venvs;
