//! Captures: recorded before the upgrade, compared after it.

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
        help: "File that names the release",
        default: Some("/etc/redhat-release"),
    }],
    details: "\
Keeps the release and the kernel. The first record stays as `before`. A later run shows the
differences (X2.1).

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
Keeps protocol, address, port and program of each listening socket. The list is sorted and has no
process numbers, so two records can be compared (X2.5). Needs root: only root sees the programs.

Examples:
  cargo xtask os-upgrade record-ports
  cargo xtask os-upgrade record-ports --label after",
};
