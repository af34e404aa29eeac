//! BlueKing community edition 6.1 to 6.2.

mod common;

use self::common::{env_keys, module};

crate::runbook! {
    "bk-upgrade", "BlueKing 6.1 to 6.2", "bk-upgrade-6.1-to-6.2.md";

    mysql_backup_dir    => "BK-04", "27-39, 44-45", changes, "Make the directory of the MySQL dumps";
    mysql_backup_script => "BK-05", "40-57", changes, "Write the script that dumps MySQL";
    mysql_backup        => "BK-06", "58-66", changes, "Dump MySQL and prove the dump";
    mongodb_backup_dir  => "BK-07", "68, 70-76", changes, "Make the directory of the MongoDB dumps";
    mongodb_backup      => "BK-08", "77-84", changes, "Dump MongoDB and prove the dump";
    env_gse        = env_keys::GSE        => "BK-18", "122-127", changes, "Set the Redis password and the ZooKeeper token of the new GSE";
    env_job_domain = env_keys::JOB_DOMAIN => "BK-20", "141-144", changes, "Point the job platform's API to its single domain";
    env_agent_v1   = env_keys::AGENT_V1   => "BK-21", "146-150", changes, "Keep the products on GSE agent 1.0 during the upgrade";
    paas           = module::PAAS         => "BK-24 to BK-30", "170-199", no_return, "Replace the PaaS services with their 6.2 version";
    bkauth         = module::BKAUTH       => "BK-33", "213-220", no_return, "Install the authorization center";
    apigw          = module::APIGW        => "BK-34", "222-229", no_return, "Install the API gateway";
    paas_plugins   = module::PAAS_PLUGINS => "BK-35", "231-238", no_return, "Install the plugins of the PaaS";
    iam            => "BK-36 to BK-39", "240-263", no_return, "Migrate the data of the permission center, then upgrade it";
    usermgr        = module::USERMGR      => "BK-40 to BK-44", "265-287", no_return, "Replace the user management with its 6.2 version";
    redis_cluster  = module::REDIS_CLUSTER => "BK-45", "289-297", no_return, "Install the Redis cluster of GSE 2.0";
    gse            = module::GSE          => "BK-46 to BK-48", "298-322", no_return, "Install GSE 2.0 beside the old services, then retire them";
    cmdb           = module::CMDB         => "BK-49", "324-330", no_return, "Upgrade the configuration platform";
    job            => "BK-50 to BK-53", "332-379", no_return, "Upgrade the job platform, between the two runs of its upgrader";
    nodeman        = module::NODEMAN      => "BK-54 to BK-57", "381-403", no_return, "Replace the node management with its 6.2 version";
    plugins                               => "BK-58", "405-409", no_return, "Load the new agent and plugin packages";
    sops           = module::SOPS         => "BK-59", "411-415", no_return, "Deploy the standard operations";
    itsm           = module::ITSM         => "BK-60", "417-421", no_return, "Deploy the process service";
    iam_search_engine = module::IAM_SEARCH_ENGINE => "BK-81", "109", no_return, "Install the search engine of the permission center";
    traps          => "", "", prints, "List the document's mistakes and the answer to each";
}
