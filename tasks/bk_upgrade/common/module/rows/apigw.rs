//! The API gateway, section 7.4.

use super::super::model::Module;
use super::super::stages::{BK_INSTALL, CHECK};

/// BK-34. `bk_install` skips what `.bk_install.step` lists, and asks for the agreement (X4.41, X4.42).
///
/// - Changes: `bk_install` installs etcd, the gateway and APISIX; with `--reset-steps` it repeats what it lists as done
/// - Proof: `bkcli status` reports no fault of the gateway and of APISIX
/// - Undo: no: stop the services of the gateway, which is new in 6.2
///
/// ```sh
/// ./bk_install apigw
/// ./bkcli status apigw
/// ./bkcli status apisix
/// ```
pub(crate) const APIGW: Module = Module {
    serves: "the API gateway",
    about: "Installs the API gateway, etcd and APISIX with `bk_install`. All three are new in 6.2.\n\
            `bk_install` skips what `.bk_install.step` lists as done, even when it does not work.\n\
            Then `--reset-steps` removes these lines first.",
    needs: &["etcd"],
    status: &["apigw", "apisix"],
    steps: &["etcd", "apigw", "apisix"],
    stages: &[BK_INSTALL, CHECK],
    ..Module::new("apigw", "apigw")
};
