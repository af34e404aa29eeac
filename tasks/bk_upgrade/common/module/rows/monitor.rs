//! Monitoring, section 7.15.

use super::super::model::{Module, Saas, Stage, Tool};
use super::super::stages::{CHECK, DOWN, REMOVE_UNITS, RM_VENV, SAAS, STOP, UPDATE};
use super::super::{leftovers, stages};
use crate::bk_upgrade::common::container::{Exec, IAM_UPGRADED};
use crate::bk_upgrade::common::saas;

/// BK-61 to BK-67. The old service runs on the hosts of monitorv3(monitor) only.
///
/// - Hosts: the hosts of monitorv3(monitor), the control machine; the other hosts of install.config are read
/// - Changes: removes the old unit and environment, deploys the SaaS application, installs the new package, then migrates data in the container
/// - Proof: unit inactive and gone, environment gone, version of application and hosts equal, `bkcli status` reports no fault, the line of success of the migration
///
/// ```sh
/// pcmd -m monitorv3 "systemctl disable --now bk-monitor.service"
/// pcmd -m monitorv3 "systemctl status bk-monitor.service"
/// pcmd -m monitorv3 "rm -vf /usr/lib/systemd/system/bk-monitor.service && systemctl daemon-reload"
/// pcmd -m monitorv3 "rmvirtualenv bkmonitorv3-monitor"
/// ./bkcli install saas-o bk_monitorv3
/// ./bkcli stop bkmonitorv3
/// ./bkcli sync bkmonitorv3
/// ./bkcli install bkmonitorv3
/// ./bkcli status bkmonitorv3
/// ./bkcli check bkmonitorv3
/// ssh $BK_MONITORV3_MONITOR_IP
/// docker exec bk-monitor ./bin/manage.sh init_space_data
/// docker cp /data/bkce/bkmonitorv3/support-files bk-monitor:/data/bkce/bkmonitorv3/monitor/support-files
/// docker exec bk-monitor ./bin/api_manage.sh iam_upgrade_action_v2
/// ```
pub(crate) const MONITOR: Module = Module {
    group: "monitorv3_monitor",
    whole: "monitorv3",
    projects: &[
        ("bk-monitor", "monitorv3_monitor"),
        ("bk-transfer", "monitorv3_transfer"),
        ("bk-influxdb-proxy", "monitorv3_influxdb-proxy"),
        ("bk-grafana", "monitorv3_grafana"),
        ("bk-ingester", "monitorv3_ingester"),
        ("bk-unify-query", "monitorv3_unify-query"),
    ],
    serves: "monitoring",
    package: "bkmonitorv3",
    units: &["bk-monitor"],
    reuses_units: true,
    venvs: &["bkmonitorv3-monitor"],
    verbs: &["stop", "sync", "install"],
    has_check: true,
    check_enters: "bkmonitorv3-monitor",
    container: "bk-monitor",
    saas: Some(Saas { app: "bk_monitorv3", tool: Tool::Bkcli, retries: 3 }),
    stages: &[STOP, REMOVE_UNITS, RM_VENV, SAAS, UPDATE_AFTER_SAAS, CHECK, INIT_SPACE, IAM_MIGRATE],
    ..Module::new("monitor", "bkmonitorv3")
};

/// The SaaS application changes the database, so it must be there first (X4.47).
const UPDATE_AFTER_SAAS: Stage = Stage {
    // It begins with a stop of all its services, also those that stay the same.
    asks: DOWN,
    does: |work| {
        leftovers::are_gone(work)?;
        saas::demand(work)?;
        stages::update(work)
    },
    ..UPDATE
};

const INIT_SPACE: Stage =
    stages::in_container("init-space", "Initialize the types and instances of spaces", |work| {
        SPACES.run(work)
    });

const IAM_MIGRATE: Stage = stages::iam_migrate(|work| PERMISSIONS.run(work));

const SPACES: Exec = Exec {
    name: "monitor-init-space",
    what: "initialize the spaces of monitoring",
    command: &["./bin/manage.sh", "init_space_data"],
    directory: "bkmonitorv3/monitor",
    files: None,
    success: None,
};

const PERMISSIONS: Exec = Exec {
    name: "monitor-iam-migrate",
    what: "migrate the permissions of monitoring",
    command: &["./bin/api_manage.sh", "iam_upgrade_action_v2"],
    directory: "bkmonitorv3/monitor",
    files: Some(("bkmonitorv3/support-files", "support-files")),
    success: Some(IAM_UPGRADED),
};
