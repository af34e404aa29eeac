//! The standard operations, section 7.13.

use super::super::model::{Module, Saas, Tool};
use super::super::stages::SAAS;

/// BK-59. `bk_install` and `bkcli` are two programs (X4.42).
///
/// - Hosts: the control machine
/// - Changes: `bk_install` deploys the newest package on the hosts of appo
/// - Proof: the PaaS names the version of the package
/// - Undo: no: deploy the old package
///
/// ```sh
/// ./bk_install saas-o bk_sops
/// ```
pub(crate) const SOPS: Module = Module {
    group: "appo",
    about: "Deploys the newest package of the application below `official_saas`, by its version.\n\
            A deployment that times out is tried once more. `bk_install` skips a deployment that\n\
            `.bk_install.step` lists as done; then `--reset-steps` removes this line first.",
    saas: Some(Saas { app: "bk_sops", tool: Tool::BkInstall, retries: 1 }),
    stages: &[SAAS],
    ..Module::new("sops", "sops")
};
