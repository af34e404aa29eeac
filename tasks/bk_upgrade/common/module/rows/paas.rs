//! The PaaS platform, section 7.1.

use super::super::model::Module;
use super::super::stages::{CHECK, REMOVE_UNITS, RM_VENV, SAAS_ENV, STOP, UPDATE};

/// BK-24 to BK-30.
///
/// ```sh
/// pcmd -m paas "systemctl disable --now bk-paas-apigw.service bk-paas-console.service bk-paas-login.service bk-paas-appengine.service bk-paas-esb.service bk-paas-paas.service"
/// pcmd -m paas "systemctl status bk-paas-apigw.service bk-paas-console.service bk-paas-login.service bk-paas-appengine.service bk-paas-esb.service bk-paas-paas.service"
/// pcmd -m paas "rm -vf /usr/lib/systemd/system/{bk-paas-apigw.service,bk-paas-console.service,bk-paas-login.service,bk-paas-appengine.service,bk-paas-esb.service,bk-paas-paas.service} && systemctl daemon-reload"
/// pcmd -m paas "rmvirtualenv open_paas-apigw open_paas-appengine open_paas-console open_paas-esb open_paas-login open_paas-paas"
/// ./bkcli sync paas
/// ./bkcli install paas
/// ./bkcli status paas
/// ./bkcli check paas
/// source tools.sh
/// add_saas_environment
/// ```
pub(crate) const PAAS: Module = Module {
    serves: "the PaaS desktop and API",
    package: "open_paas",
    units: &[
        "bk-paas-apigw",
        "bk-paas-console",
        "bk-paas-login",
        "bk-paas-appengine",
        "bk-paas-esb",
        "bk-paas-paas",
    ],
    venvs: &[
        "open_paas-apigw",
        "open_paas-appengine",
        "open_paas-console",
        "open_paas-esb",
        "open_paas-login",
        "open_paas-paas",
    ],
    verbs: &["sync", "install"],
    has_check: true,
    stages: &[STOP, REMOVE_UNITS, RM_VENV, UPDATE, CHECK, SAAS_ENV],
    ..Module::new("paas", "paas")
};
