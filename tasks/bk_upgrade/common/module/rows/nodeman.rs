//! The node management, section 7.11.

use super::super::model::{Module, Saas, Tool};
use super::super::stages::{CHECK, REMOVE_UNITS, RM_VENV, SAAS, STOP, UPDATE};

/// BK-54 to BK-57. The SaaS application comes before the back-end, as in the document (X4.47).
///
/// - Changes: removes the old unit and environment, deploys the SaaS application, then installs the new package
/// - Proof: units inactive and gone, environment gone, version of the application and of every host equal, `bkcli status` reports no fault
///
/// ```sh
/// pcmd -m nodeman "systemctl disable --now bk-nodeman.service"
/// pcmd -m nodeman "systemctl status bk-nodeman.service"
/// pcmd -m nodeman "rm -vf /usr/lib/systemd/system/bk-nodeman.service && systemctl daemon-reload"
/// pcmd -m nodeman "rmvirtualenv bknodeman-nodeman"
/// ./bkcli install saas-o bk_nodeman
/// ./bkcli sync nodeman
/// ./bkcli install nodeman
/// ./bkcli status nodeman
/// ```
pub(crate) const NODEMAN: Module = Module {
    serves: "the node management",
    package: "bknodeman",
    units: &["bk-nodeman"],
    reuses_units: true,
    venvs: &["bknodeman-nodeman"],
    verbs: &["sync", "install"],
    saas: Some(Saas { app: "bk_nodeman", tool: Tool::Bkcli, retries: 1 }),
    stages: &[STOP, REMOVE_UNITS, RM_VENV, SAAS, UPDATE, CHECK],
    ..Module::new("nodeman", "nodeman")
};
