//! UECM: k3s, etcd and TiDB from three VMs to six physical hosts.

mod common;

crate::runbook! {
    "uecm", "UECM: from VMs to physical hosts", "uecm-platform-migration.md";

    keepalived_vip => "UE-33", "287-317", changes, "Put the platform's virtual IP under keepalived";
}
