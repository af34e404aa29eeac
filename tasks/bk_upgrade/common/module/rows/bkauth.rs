//! The authorization center, section 7.3.

use super::super::model::Module;
use super::super::stages::{CHECK, START, UPDATE};

/// BK-33. The module is new in 6.2: there is nothing old to remove.
///
/// - Changes: `bkcli` installs the module, and starts its services
/// - Proof: version equal on every host, `bkcli status` succeeds
/// - Undo: no: stop the services of the module, which is new in 6.2
///
/// ```sh
/// ./bkcli sync bkauth
/// ./bkcli install bkauth
/// ./bkcli start bkauth
/// ./bkcli status bkauth
/// ```
pub(crate) const BKAUTH: Module = Module {
    group: "auth",
    serves: "the authorization of applications",
    package: "bkauth",
    verbs: &["sync", "install", "start"],
    stages: &[UPDATE, START, CHECK],
    ..Module::new("bkauth", "bkauth")
};
