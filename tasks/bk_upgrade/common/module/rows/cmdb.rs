//! The configuration platform, section 7.9.

use super::super::model::Module;
use super::super::stages::{CHECK, UPGRADE};

/// BK-49.
///
/// - Changes: `bkcli` upgrades the module
/// - Proof: version equal on every host, `bkcli status` and `bkcli check` succeed
/// - Undo: no: reinstall the 6.1 package
///
/// ```sh
/// ./bkcli upgrade cmdb
/// ./bkcli status cmdb
/// ./bkcli check cmdb
/// ```
pub(crate) const CMDB: Module = Module {
    serves: "the configuration platform",
    package: "cmdb",
    verbs: &["upgrade"],
    has_check: true,
    stages: &[UPGRADE, CHECK],
    ..Module::new("cmdb", "cmdb")
};
