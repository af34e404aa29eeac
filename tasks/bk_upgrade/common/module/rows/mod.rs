//! The modules, in the order of the document: a file for each of its sections.

mod apigw;
mod bkauth;
mod cmdb;
mod nodeman;
mod paas;
mod paas_plugins;
mod usermgr;

pub(crate) use self::apigw::*;
pub(crate) use self::bkauth::*;
pub(crate) use self::cmdb::*;
pub(crate) use self::nodeman::*;
pub(crate) use self::paas::*;
pub(crate) use self::paas_plugins::*;
pub(crate) use self::usermgr::*;
