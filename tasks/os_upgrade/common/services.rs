//! Services of the runbook.

use engine::prelude::*;

use crate::common::service::Service;

/// OS-20.
///
/// ```sh
/// # systemctl enable docker
/// # systemctl start docker
/// ```
pub(crate) const START_DOCKER: Service = Service {
    units: &["docker"],
    state: |units| Units::active(units.iter().copied()),
    hosts: "transition",
    interrupts: "",
    works: Some((snippet!("os-upgrade/start_docker_works"), "docker answers")),
    details: "\
Enables and starts docker, one host after the other. Then waits until `docker info` answers: an
active unit does not prove that the daemon answers (X2.17).

Examples:
  cargo xtask os-upgrade start-docker -n
  cargo xtask os-upgrade start-docker --hosts production",
};
