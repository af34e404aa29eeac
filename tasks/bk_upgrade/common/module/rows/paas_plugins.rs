//! The plugins of the PaaS, section 7.5.

use super::super::model::Module;
use super::super::stages::{CHECK, RESTART, UPDATE};

/// BK-35.
///
/// - Changes: `bkcli` installs the plugins, and restarts them
/// - Proof: version equal on every host, `bkcli status` reports no fault
/// - Undo: no: reinstall the 6.1 package
///
/// ```sh
/// ./bkcli sync paas_plugins
/// ./bkcli install paas_plugins
/// ./bkcli restart paas_plugins
/// ./bkcli status paas_plugins
/// ```
pub(crate) const PAAS_PLUGINS: Module = Module {
    group: "paas",
    serves: "the plugins of the PaaS",
    package: "paas_plugins",
    verbs: &["sync", "install", "restart"],
    stages: &[UPDATE, RESTART, CHECK],
    ..Module::new("paas-plugins", "paas_plugins")
};
