//! A new operating system for a production host, while a transition host takes its traffic.

mod common;

use self::common::{captures, checks, manuals, services};

crate::runbook! {
    "os-upgrade", "OS upgrade with a transition host", "os-upgrade-transition-host.md";

    record_version  = captures::VERSION         => "OS-01", "15-23", reads, "Record the version of the system";
    record_ports    = captures::PORTS           => "OS-04", "53-58", reads, "Record which program listens on which port";
    create_snapshot = manuals::CREATE_SNAPSHOT  => "OS-08", "84-86", changes, "Ask a person to take a snapshot of every disk";
    check_version   = checks::VERSION           => "OS-19", "166-171", reads, "Check that the new kernel and release are running";
    start_docker    = services::START_DOCKER    => "OS-20", "174-176", changes, "Start docker, also at boot";
}
