//! Steps for a person in the cloud console.

use crate::common::manual::ByHand;

/// OS-08. A person does it: the program has no keys for the console or its API.
pub(crate) const CREATE_SNAPSHOT: ByHand = ByHand {
    name: "create-snapshot",
    hosts: "production",
    instructions: "\
in the cloud console, create a snapshot of EVERY disk of this host, not only of the system disk
choose a quiet moment: a snapshot of a running host is like the disk after a power cut
wait until each shows: accomplished, 100 %",
    evidence: "the ids of the snapshots",
    seen_by: None,
    inputs: &[],
    details: "\
Without the snapshots the upgrade is irreversible. Their ids go into the record (X2.9).

Examples:
  cargo xtask os-upgrade create-snapshot
  cargo xtask os-upgrade create-snapshot --ack create-snapshot-production='s-1, s-2'",
};
