//! The user management, section 7.7.

use super::super::model::{Module, Saas, Tool};
use super::super::stages::{CHECK, REMOVE_UNITS, RM_VENV, SAAS, STOP, UPDATE};

/// BK-40 to BK-44. The SaaS application comes before the back-end, as in the document (X4.47).
///
/// - Changes: removes the old unit and environment, deploys the SaaS application, then installs the new package
/// - Proof: units inactive and gone, environment gone, version of the application and of every host equal, `bkcli status` and `bkcli check` report no fault
///
/// ```sh
/// pcmd -m usermgr "systemctl disable --now bk-usermgr.service"
/// pcmd -m usermgr "systemctl status bk-usermgr.service"
/// pcmd -m usermgr "rm -vf /usr/lib/systemd/system/bk-usermgr.service && systemctl daemon-reload"
/// ./pcmd.sh -m usermgr "rmvirtualenv usermgr-api"
/// ./bkcli install saas-o bk_user_manage
/// ./bkcli sync usermgr
/// ./bkcli install usermgr
/// ./bkcli status usermgr
/// ```
pub(crate) const USERMGR: Module = Module {
    serves: "the user management and logins",
    package: "usermgr",
    units: &["bk-usermgr"],
    reuses_units: true,
    venvs: &["usermgr-api"],
    verbs: &["sync", "install"],
    has_check: true,
    saas: Some(Saas { app: "bk_user_manage", tool: Tool::Bkcli, retries: 1 }),
    stages: &[STOP, REMOVE_UNITS, RM_VENV, SAAS, UPDATE, CHECK],
    ..Module::new("usermgr", "usermgr")
};
