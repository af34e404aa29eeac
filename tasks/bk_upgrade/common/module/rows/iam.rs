//! The permission center, section 7.6, as `bkcli` knows it. Its step is `tasks/bk_upgrade/iam.rs`.

use super::super::model::{Module, Saas, Tool};

/// BK-36, BK-37.
pub(crate) const BKIAM: Module = Module {
    group: "iam",
    serves: "the permission center",
    package: "bkiam",
    verbs: &["upgrade"],
    has_check: true,
    saas: Some(Saas { app: "bk_iam", tool: Tool::Bkcli, retries: 1 }),
    ..Module::new("iam", "bkiam")
};
