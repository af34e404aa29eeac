//! Checks after the upgrade.

use engine::prelude::*;

use crate::common::check::Check;
use crate::common::inputs::{Input, Kind};

/// OS-19.
///
/// ```sh
/// # 确认升级后的效果
/// # uname  -r
/// 3.10.0-1160.6.1.el7.x86_64
/// # cat /etc/redhat-release
/// CentOS Linux release 7.9.2009 (Core)
/// ```
pub(crate) const VERSION: Check = Check {
    what: "the new kernel and release are running",
    hosts: "transition",
    snippet: snippet!("os-upgrade/check_version"),
    inputs: &[
        Input {
            name: "KERNEL",
            kind: Kind::Word,
            help: "The oldest kernel to accept",
            default: Some("3.10.0-1160.6.1.el7.x86_64"),
        },
        Input {
            name: "RELEASE",
            kind: Kind::Text,
            help: "Text that the release must contain",
            default: Some("7.9"),
        },
        Input {
            name: "RELEASE_FILE",
            kind: Kind::Path,
            help: "File that names the release",
            default: Some("/etc/redhat-release"),
        },
    ],
    limit: None,
    fails_on: &[],
    hint: "run the update and the reboot first",
    details: "\
Accepts a later kernel too: the document names the kernel of its day (X2.22).

Examples:
  cargo xtask os-upgrade check-version
  cargo xtask os-upgrade check-version --hosts production --kernel 3.10.0-1160.119.1.el7.x86_64",
};
