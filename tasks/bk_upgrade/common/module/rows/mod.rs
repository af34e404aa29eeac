//! The modules, in the order of the document: a file for each of its sections.

mod apigw;
mod bkauth;
mod cmdb;
mod gse;
mod iam;
mod iam_search_engine;
mod itsm;
mod job;
mod log;
mod monitor;
mod nodeman;
mod paas;
mod paas_plugins;
mod redis_cluster;
mod sops;
mod usermgr;

pub(crate) use self::apigw::*;
pub(crate) use self::bkauth::*;
pub(crate) use self::cmdb::*;
pub(crate) use self::gse::*;
pub(crate) use self::iam::*;
pub(crate) use self::iam_search_engine::*;
pub(crate) use self::itsm::*;
pub(crate) use self::job::*;
pub(crate) use self::log::*;
pub(crate) use self::monitor::*;
pub(crate) use self::nodeman::*;
pub(crate) use self::paas::*;
pub(crate) use self::paas_plugins::*;
pub(crate) use self::redis_cluster::*;
pub(crate) use self::sops::*;
pub(crate) use self::usermgr::*;
