//! BlueKing community edition 6.1 to 6.2.

mod common;

crate::runbook! {
    "bk-upgrade", "BlueKing 6.1 to 6.2", "bk-upgrade-6.1-to-6.2.md";

    paas => "BK-24 to BK-30", "170-199", changes, "Replace the PaaS services by their 6.2 form";
}
