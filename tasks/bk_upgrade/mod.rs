//! BlueKing community edition 6.1 to 6.2.

mod common;

use self::common::{env_keys, module, restored};

crate::runbook! {
    "bk-upgrade", "BlueKing 6.1 to 6.2", "bk-upgrade-6.1-to-6.2.md";

    preflight                                       => "BK-01", "1-12", reads, "Check the site before the upgrade";
    fetch_package                                   => "BK-02", "14-18", changes, "Download the package of 6.2 and verify its MD5";
    unpack_package                                  => "BK-03", "20-26", changes, "Unpack the package into a fresh directory";
    mysql_backup_dir                                => "BK-04", "27-39, 44-45", changes, "Make the directory of the MySQL dumps";
    mysql_backup_script                             => "BK-05", "40-57", changes, "Write the script that dumps MySQL";
    mysql_backup                                    => "BK-06", "58-66", changes, "Dump MySQL and prove the dump";
    mongodb_backup_dir                              => "BK-07", "68, 70-76", changes, "Make the directory of the MongoDB dumps";
    mongodb_backup                                  => "BK-08", "77-84", changes, "Dump MongoDB and prove the dump";
    backup_install_dir                              => "BK-09", "86-90", changes, "Copy the deploy scripts of 6.1 and seal the copy";
    backup_src_dir                                  => "BK-10", "91", changes, "Move the packages of 6.1 aside to src.bak";
    replace_src                                     => "BK-11", "94-99", changes, "Move the packages of 6.2 to their place";
    replace_install                                 => "BK-12", "100-101", changes, "Replace the deploy scripts, with deletions";
    unpack_products                                 => "BK-13", "102-103", changes, "Unpack the archives of all products, several at once";
    restore_cert        = restored::CERT            => "BK-14", "104-105", changes, "Bring the certificates back from the old packages";
    restore_backup_dir  = restored::BACKUP          => "BK-15", "106-107", changes, "Bring the directory backup back from the old packages";
    install_config                                  => "BK-16", "109-114", changes(|args: &install_config::Args| !args.print_example), "Place the five new modules in install.config";
    env_dbadmin                                     => "BK-17", "115-120", changes, "Generate the passwords of new databases";
    env_gse             = env_keys::GSE             => "BK-18", "122-127", changes, "Set the Redis password and the ZooKeeper token of the new GSE";
    env_job             = env_keys::JOB             => "BK-19", "129-139", changes, "Keep the full deployment of the job platform, with its secrets";
    env_job_domain      = env_keys::JOB_DOMAIN      => "BK-20", "141-144", changes, "Point the job platform's API to its single domain";
    env_agent_v1                                    => "BK-21", "146-150", changes, "Keep the products on GSE agent 1.0 during the upgrade";
    env_monitor_log     = env_keys::MONITOR_LOG     => "BK-22", "151-160", changes, "Set the credential service of monitor and log platform";
    sync_common                                     => "BK-23", "162-166", no_return, "Merge the environment files and send the deploy scripts to all hosts";
    paas                = module::PAAS              => "BK-24 to BK-30", "170-199", no_return, "Replace the PaaS services with their 6.2 version";
    nginx                                           => "BK-31, BK-32", "201-211", no_return, "Update the templates of nginx and the pages of the job platform";
    bkauth              = module::BKAUTH            => "BK-33", "213-220", no_return, "Install the authorization center";
    apigw               = module::APIGW             => "BK-34", "222-229", no_return, "Install the API gateway";
    paas_plugins        = module::PAAS_PLUGINS      => "BK-35", "231-238", no_return, "Install the plugins of the PaaS";
    iam                                             => "BK-36 to BK-39", "240-263", no_return, "Migrate the data of the permission center, then upgrade it";
    usermgr             = module::USERMGR           => "BK-40 to BK-44", "265-287", no_return, "Replace the user management with its 6.2 version";
    redis_cluster       = module::REDIS_CLUSTER     => "BK-45", "289-297", no_return, "Install the Redis cluster of GSE 2.0";
    gse                 = module::GSE               => "BK-46 to BK-48", "298-322", no_return, "Install GSE 2.0 beside the old services, then retire them";
    cmdb                = module::CMDB              => "BK-49", "324-330", no_return, "Upgrade the configuration platform";
    job                                             => "BK-50 to BK-53", "332-379", no_return, "Upgrade the job platform, between the two runs of its upgrader";
    nodeman             = module::NODEMAN           => "BK-54 to BK-57", "381-403", no_return, "Replace the node management with its 6.2 version";
    plugins                                         => "BK-58", "405-409", no_return, "Load the new agent and plugin packages";
    sops                = module::SOPS              => "BK-59", "411-415", no_return, "Deploy the standard operations";
    itsm                = module::ITSM              => "BK-60", "417-421", no_return, "Deploy the process service";
    monitor             = module::MONITOR           => "BK-61 to BK-67", "421-461", no_return, "Replace monitoring with its 6.2 version";
    log                 = module::LOG               => "BK-68 to BK-72", "463-499", no_return, "Replace the log platform with its 6.2 version";
    topo                                            => "BK-73 to BK-79, BK-82", "501-537", no_return, "Delete the topology of the BlueKing business, and build that of 6.2";
    refresh_version                                 => "BK-80", "539-544", no_return, "Write the versions of the packages into the version table";
    iam_search_engine   = module::IAM_SEARCH_ENGINE => "BK-81", "109", no_return, "Install the search engine of the permission center";
    all                                             => "BK-83", "168", composite, "Run all steps of the upgrade in order";
    restore                                         => "BK-04 to BK-10", "", no_return, "Restore trees and databases of 6.1 from the proved backups";
    traps                                           => "", "", prints, "List the document's mistakes and the answer to each";
}
