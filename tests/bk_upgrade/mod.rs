//! The steps of bk-upgrade.

mod env;
mod gse;
mod iam;
mod job;
mod paas;
mod venvs;
