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

/// All of them.
#[rustfmt::skip]
pub(crate) const ALL: [&super::Module; 16] = [
    &PAAS, &BKAUTH, &APIGW, &PAAS_PLUGINS, &BKIAM, &USERMGR, &REDIS_CLUSTER, &GSE, &CMDB, &JOB, &NODEMAN, &SOPS, &ITSM,
    &MONITOR, &LOG, &IAM_SEARCH_ENGINE,
];

#[cfg(test)]
mod tests {
    /// A file of this folder is a module.
    #[test]
    fn no_module_is_left_out() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/bk_upgrade/common/module/rows");
        let rows = std::fs::read_dir(folder).unwrap().count() - 1;
        assert_eq!(super::ALL.len(), rows);
    }
}
