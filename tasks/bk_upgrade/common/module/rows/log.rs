//! The log platform, section 7.16. Its comments in the document name bkmonitor by mistake (X4.60).

use super::super::model::{Module, Saas, Stage, Tool};
use super::super::stages::{CHECK, DOWN, REMOVE_UNITS, RM_VENV, SAAS, STOP, UPDATE};
use super::super::{leftovers, stages};
use crate::bk_upgrade::common::container::{Exec, IAM_UPGRADED};
use crate::bk_upgrade::common::saas;

/// BK-68 to BK-72. The old service runs on the hosts of log(api) only.
///
/// - Hosts: the hosts of log(api), the control machine; the other hosts of install.config are read
/// - Changes: removes the old unit and environment, deploys the SaaS application, installs the new package, then migrates permissions in the container
/// - Proof: unit inactive and gone, environment gone, version of application and hosts equal, `bkcli status` and `bkcli check` report no fault, the line of success of the migration
///
/// ```sh
/// pcmd -m log "systemctl disable --now bk-log-api.service"
/// pcmd -m log "systemctl status bk-log-api.service"
/// pcmd -m log "rm -vf /usr/lib/systemd/system/bk-log-api.service && systemctl daemon-reload"
/// pcmd -m log "rmvirtualenv bklog-api"
/// ./bkcli stop bklog
/// ./bkcli install saas-o bk_log_search
/// ./bkcli sync bklog
/// ./bkcli install bklog
/// ./bkcli status bklog
/// ./bkcli check bklog
/// ssh $BK_LOG_IP
/// docker exec bk-log-api mkdir -p /data/bkce/bklog/api/support-files/iam
/// docker cp /data/bkce/bklog/support-files/iam/  bk-log-api:/data/bkce/bklog/api/support-files
/// docker exec bk-log-api bash -lc "source bin/environ.sh; /cache/.bk/env/bin/python3 manage.py iam_upgrade_action_v2"
/// ```
pub(crate) const LOG: Module = Module {
    group: "log_api",
    whole: "log",
    projects: &[("bk-log-api", "log_api"), ("bk-log-grafana", "log_grafana")],
    serves: "the log platform",
    package: "bklog",
    units: &["bk-log-api"],
    reuses_units: true,
    venvs: &["bklog-api"],
    verbs: &["stop", "sync", "install"],
    has_check: true,
    container: "bk-log-api",
    ignores: &["report.bkmonitorv3.service.consul*Name or service not known"],
    saas: Some(Saas { app: "bk_log_search", tool: Tool::Bkcli, retries: 0 }),
    stages: &[
        STOP,
        REMOVE_UNITS,
        RM_VENV,
        SAAS_WHILE_STOPPED,
        UPDATE_AFTER_STOP,
        CHECK,
        IAM_MIGRATE,
    ],
    ..Module::new("log", "bklog")
};

/// The document stops all services of the log platform before its application is deployed; those of monitoring, before
/// the packages are sent. `update` stops them as well: the application may have been there, and what is stopped stays so.
const SAAS_WHILE_STOPPED: Stage = Stage {
    help: "Stop all its services, then deploy its SaaS application",
    asks: DOWN,
    does: |work| {
        leftovers::are_gone(work)?;
        saas::deploy_stopped(work)
    },
    ..SAAS
};

const UPDATE_AFTER_STOP: Stage = Stage { asks: DOWN, ..UPDATE };

const IAM_MIGRATE: Stage = stages::iam_migrate(|work| PERMISSIONS.run(work));

/// A login shell of the container has its environment.
const PERMISSIONS: Exec = Exec {
    name: "log-iam-migrate",
    what: "migrate the permissions of the log platform",
    command: &[
        "bash",
        "-lc",
        "source bin/environ.sh; /cache/.bk/env/bin/python3 manage.py iam_upgrade_action_v2",
    ],
    directory: "bklog/api",
    files: Some(("bklog/support-files/iam", "support-files/iam")),
    success: Some(IAM_UPGRADED),
};
