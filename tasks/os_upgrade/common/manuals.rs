//! What a person does in the console of the cloud.

use crate::common::manual::ByHand;

/// OS-08. The console and its API are not to be had for a program without its keys: a person does it.
pub(crate) const CREATE_SNAPSHOT: ByHand = ByHand {
    name: "create-snapshot",
    hosts: "production",
    instructions: "\
in the cloud console, create a snapshot of EVERY disk of this host, not only of the system disk
choose a quiet moment: a snapshot of a running host is as after a power cut
wait until each shows: accomplished, 100 %",
    evidence: "the ids of the snapshots",
    seen_by: None,
    inputs: &[],
    details: "\
Nothing of the upgrade can be taken back without them. The ids go into the record (X2.9).

Examples:
  cargo xtask os-upgrade create-snapshot
  cargo xtask os-upgrade create-snapshot --ack create-snapshot-production='s-1, s-2'",
};
