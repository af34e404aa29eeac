//! BlueKing community edition 6.1 to 6.2.

mod common;

use self::common::{env_keys, module};

crate::runbook! {
    "bk-upgrade", "BlueKing 6.1 to 6.2", "bk-upgrade-6.1-to-6.2.md";

    env_gse        = env_keys::GSE        => "BK-18", "122-127", changes, "Set what the new GSE needs: its Redis password and ZooKeeper token";
    env_job_domain = env_keys::JOB_DOMAIN => "BK-20", "141-144", changes, "Point the API of the job platform to its one domain";
    env_agent_v1   = env_keys::AGENT_V1   => "BK-21", "146-150", changes, "Keep the products on GSE agent 1.0 during the upgrade";
    paas           = module::PAAS         => "BK-24 to BK-30", "170-199", changes, "Replace the PaaS services by their 6.2 form";
    bkauth         = module::BKAUTH       => "BK-33", "213-220", changes, "Install the authorization center";
    cmdb           = module::CMDB         => "BK-49", "324-330", changes, "Upgrade the configuration platform";
}
