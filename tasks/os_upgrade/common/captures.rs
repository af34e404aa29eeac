//! What is recorded before the upgrade, and compared after it.

use engine::prelude::*;

use crate::common::capture::Capture;
use crate::common::inputs::{Input, Kind};

/// OS-01.
///
/// ```sh
/// # cat /etc/redhat-release
/// CentOS Linux release 7.5.1804 (Core)
/// # uname -r
/// 3.10.0-862.9.1.el7.x86_64
/// ```
pub(crate) const VERSION: Capture = Capture {
    name: "version",
    hosts: "production",
    snippet: snippet!("os-upgrade/record_version"),
    inputs: &[Input {
        name: "RELEASE_FILE",
        kind: Kind::Path,
        help: "Where the release stands",
        default: Some("/etc/redhat-release"),
    }],
    details: "\
Keeps the release and the kernel. The first record stays as `before`; a later run shows what is
different now (X2.1).

Examples:
  cargo xtask os-upgrade record-version
  cargo xtask os-upgrade record-version --hosts production,transition --label after-yum",
};

/// OS-04.
///
/// ```sh
/// # netstat -ntlp|sort -n|uniq -c
/// ```
pub(crate) const PORTS: Capture = Capture {
    name: "ports",
    hosts: "production",
    snippet: snippet!("os-upgrade/record_ports"),
    inputs: &[],
    details: "\
Keeps protocol, address, port and program of everything that listens, sorted and without process
numbers, so that two records can be compared (X2.5). Needs root: others do not see the programs.

Examples:
  cargo xtask os-upgrade record-ports
  cargo xtask os-upgrade record-ports --label after",
};
