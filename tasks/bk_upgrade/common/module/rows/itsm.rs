//! The process service, section 7.14.

use super::super::model::{Module, Saas, Tool};
use super::super::stages::SAAS;
use super::sops::SOPS;

/// BK-60. `bk_install` and `bkcli` are two programs (X4.42).
///
/// - Hosts: the control machine
/// - Changes: `bk_install` deploys the newest package on the hosts of appo
/// - Proof: the PaaS names the version of the package
/// - Undo: no: deploy the old package
///
/// ```sh
/// ./bk_install saas-o bk_itsm
/// ```
pub(crate) const ITSM: Module = Module {
    group: "appo",
    about: SOPS.about,
    saas: Some(Saas { app: "bk_itsm", tool: Tool::BkInstall, retries: 1 }),
    stages: &[SAAS],
    ..Module::new("itsm", "itsm")
};
