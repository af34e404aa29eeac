//! All steps in order, document sections 3 to 7.
//!
//! - Hosts: those of the steps below
//! - Changes: all of these steps, up to the first that fails
//! - Proof: each step proves its own result; the last ones check every module
//! - Undo: up to `paas`: that of the steps; from there on no: `restore`
//!
//! ```text
//! 6.1 升级至 6.2.0
//! 本次升级预计所需时间：90分钟
//! ```

use engine::prelude::*;
use engine::run::composite::{
    At, Composite, Fact, Given, Input, Platform, Script, Stage, Table, Waits, WayBack,
};

use super::common::trees::{OLD, Tree};
use crate::common::composite::STEPS;

/// The runbook as one step.
pub static TABLE: Table = Table {
    help: HELP,
    service: "the upgrade interrupts one BlueKing product after the other",
    role: "control",
    stages: STAGES,
    doc_order: DOC_ORDER,
    // 本次升级预计所需时间：90分钟
    minutes: Some(90),
    inputs: INPUTS,
    facts: FACTS,
    way_back: Some(WayBack::by("bk-upgrade restore")),
    script: SCRIPT,
    check: All::check,
    ..Table::new("bk-upgrade all", STEPS, All::look)
};

const HELP: &str = "\
Runs the steps of the document in their corrected order, each with its own checks and questions.
Stops at the first failure; the same command continues from there: finished steps are kept. What
would stop a late stage and is known at the start is refused by the first one.

`--map` shows each stage with its record, whether it asks, waits for a person, or has no return.
At each point of no return the run says how long what follows took last time, how long the way
back takes, and how much of the 90 minutes of the document is gone (X4.2). `--window 3h` starts
nothing that cannot be finished and taken back in that time. A stage that was never measured
counts with its share of the 90 minutes; dumps and work on pages count.

`--doc-order` is the order of the document, with its known faults: to look at with `--map`, or to
run as far as it goes. hosts.toml can hold the values of the flags in `[vars]`.

Examples:
  cargo xtask bk-upgrade all -n
  cargo xtask bk-upgrade all --until sync-common
  cargo xtask bk-upgrade all --from paas --window 3h
  cargo xtask bk-upgrade all --map";

/// In the corrected order. What a person decides stands as early as it can.
#[rustfmt::skip]
const STAGES: &[Stage] = &[
    once("preflight", "Check the site, and what would stop a later stage", "bk-upgrade preflight [--place=redis_cluster={redis_cluster}] [--place=auth={auth}] [--place=etcd={etcd}] [--place=apigw={apigw}] [--place=iam_search_engine={iam_search_engine}] [--accept-custom={accept_custom}]").when("begun", "no", "skipped: the upgrade has begun, and src.bak has the packages of 6.1"),
    once("fetch-package", "Download the 6.2 package", "bk-upgrade fetch-package [--url={package_url}] [--md5={package_md5}]"),
    once("iam-fetch-script", "Download the migration of the permission center", "bk-upgrade iam fetch-script [--url={migration_url}] [--sha256={migration_sha256}]").reversible().record("BK-38").waits(ACCEPTED),
    once("unpack-package", "Unpack it", "bk-upgrade unpack-package [--md5={package_md5}]"),
    once("mysql-backup-dir", "Make the directory of the MySQL dump", "bk-upgrade mysql-backup-dir"),
    once("mysql-backup-script", "Write the script of the MySQL dump", "bk-upgrade mysql-backup-script"),
    once("mysql-backup", "Dump MySQL, and prove the dump", "bk-upgrade mysql-backup").when("begun", "no", "skipped: the upgrade has begun, and a dump of now would not be one of 6.1"),
    once("mongodb-backup-dir", "Make the directory of the MongoDB dump", "bk-upgrade mongodb-backup-dir"),
    once("mongodb-backup", "Dump MongoDB, and prove the dump", "bk-upgrade mongodb-backup").when("begun", "no", "skipped: the upgrade has begun, and a dump of now would not be one of 6.1"),
    once("backup-install-dir", "Copy the deploy scripts of 6.1", "bk-upgrade backup-install-dir"),
    once("backup-src-dir", "Move the packages of 6.1 aside", "bk-upgrade backup-src-dir").asks(),
    once("replace-src", "Put the packages of 6.2 in place", "bk-upgrade replace-src"),
    once("replace-install", "Replace the deploy scripts", "bk-upgrade replace-install").asks(),
    once("unpack-products", "Unpack the product packages", "bk-upgrade unpack-products"),
    once("restore-cert", "Restore the certificates", "bk-upgrade restore-cert"),
    once("restore-backup-dir", "Restore the backup directory", "bk-upgrade restore-backup-dir"),
    once("install-config", "Place the new modules on hosts", "bk-upgrade install-config [--place=redis_cluster={redis_cluster}] [--place=auth={auth}] [--place=etcd={etcd}] [--place=apigw={apigw}] [--place=iam_search_engine={iam_search_engine}]").asks(),
    once("env-dbadmin", "Generate the passwords of the new modules", "bk-upgrade env-dbadmin"),
    once("env-gse", "Set the variables of GSE", "bk-upgrade env-gse"),
    once("env-job", "Set the variables of the job platform", "bk-upgrade env-job"),
    once("env-job-domain", "Point the job platform's API to its single domain", "bk-upgrade env-job-domain"),
    once("env-agent-v1", "Keep the products on GSE agent 1.0", "bk-upgrade env-agent-v1"),
    once("env-monitor-log", "Set the variables of monitor and log", "bk-upgrade env-monitor-log"),
    once("sync-common", "Merge the variables, copy the deploy scripts to all hosts", "bk-upgrade sync-common"),
    once("paas", "Replace the PaaS services", "bk-upgrade paas").asks(),
    once("nginx-templates", "Install the nginx templates", "bk-upgrade nginx templates").reversible().record("BK-31"),
    once("nginx-job-frontend", "Release the pages of the job platform", "bk-upgrade nginx job-frontend").record("BK-32").asks(),
    once("bkauth", "Install the authorization center", "bk-upgrade bkauth").asks(),
    once("apigw", "Install the API gateway", "bk-upgrade apigw").asks(),
    once("paas-plugins", "Install the PaaS plugins", "bk-upgrade paas-plugins").asks(),
    once("iam-migrate", "Migrate its groups, before its upgrade (X4.43)", "bk-upgrade iam migrate [--url={migration_url}] [--sha256={migration_sha256}]").record("BK-39").asks(),
    once("iam-upgrade", "Upgrade the permission center", "bk-upgrade iam upgrade [--url={migration_url}] [--sha256={migration_sha256}]").record("BK-36").asks(),
    once("iam-check", "Check the permission center", "bk-upgrade iam check").reversible().record("BK-36"),
    once("iam-saas", "Deploy its pages", "bk-upgrade iam saas [--retry-wait={retry_wait}]").record("BK-37").asks(),
    once("iam-search-engine", "Install the search of the permission center (X4.20)", "bk-upgrade iam-search-engine").asks(),
    once("sync-search", "Merge and copy again what its installation has added", "bk-upgrade sync-common"),
    once("usermgr", "Replace the user management", "bk-upgrade usermgr [--retry-wait={retry_wait}]").asks(),
    once("redis-cluster", "Install the Redis cluster", "bk-upgrade redis-cluster").asks(),
    once("gse-update", "Install GSE 2.0 beside the old services", "bk-upgrade gse update").record("BK-46").asks(),
    once("gse-check", "Check it before the old services go (X4.48)", "bk-upgrade gse check").reversible().record("BK-48"),
    once("gse-retire-v1", "Remove the old services", "bk-upgrade gse retire-v1").reversible().record("BK-47").asks(),
    once("cmdb", "Upgrade the configuration platform", "bk-upgrade cmdb").asks(),
    once("job-install-yq", "Install yq on all hosts", "bk-upgrade job install-yq").reversible().record("BK-50"),
    once("job-disable-gse-v2", "Keep the job platform on GSE agent 1.0", "bk-upgrade job disable-gse-v2").reversible().record("BK-51"),
    once("job-before-upgrade", "Run its upgrader before the upgrade (X4.52)", "bk-upgrade job before-upgrade").record("BK-53").asks(),
    once("job-upgrade", "Upgrade the job platform", "bk-upgrade job upgrade").record("BK-52").asks(),
    once("job-check", "Check it", "bk-upgrade job check").record("BK-52").reversible(),
    once("job-after-upgrade", "Run its upgrader after the upgrade", "bk-upgrade job after-upgrade").record("BK-53").asks(),
    once("nodeman", "Replace the node management", "bk-upgrade nodeman [--retry-wait={retry_wait}]").asks(),
    once("plugins", "Update its plugins", "bk-upgrade plugins"),
    once("sops", "Deploy the standard operations", "bk-upgrade sops [--retry-wait={retry_wait}]").asks(),
    once("itsm", "Deploy the service processes", "bk-upgrade itsm [--retry-wait={retry_wait}]").asks(),
    once("monitor", "Replace the monitoring platform", "bk-upgrade monitor [--retry-wait={retry_wait}]").asks(),
    once("log", "Replace the log platform", "bk-upgrade log [--retry-wait={retry_wait}]").asks(),
    once("topo-guard", "Export the topology, and check that it is a standard one", "bk-upgrade topo guard [--accept-custom={accept_custom}]").reversible().record("BK-73"),
    once("topo-show-installed", "Compare the placed modules with the hosts", "bk-upgrade topo show-installed").reversible().record("BK-74").waits(MAPPING),
    once("topo-transfer-idle", "Move all hosts to the idle pool", "bk-upgrade topo transfer-idle [--mode={topo_mode}]").record("BK-75").asks().waits(IDLE),
    once("topo-unlock", "Open the topology of BlueKing for changes", "bk-upgrade topo unlock").reversible().record("BK-76").asks(),
    once("topo-delete-sets", "Delete its sets", "bk-upgrade topo delete-sets [--mode={topo_mode}]").record("BK-77").asks().waits(SETS),
    once("topo-delete-templates", "Delete its templates", "bk-upgrade topo delete-templates").record("BK-78").asks(),
    once("topo-rebuild", "Build it again", "bk-upgrade topo rebuild").record("BK-79"),
    once("topo-lock", "Protect it again (X4.64)", "bk-upgrade topo lock").reversible().record("BK-82"),
    once("refresh-version", "Refresh the versions of the products", "bk-upgrade refresh-version"),
];

const ACCEPTED: Waits =
    Waits::new("a person reads the script and accepts it").unless_given("migration_sha256");
const MAPPING: Waits =
    Waits::new("a person compares the modules of each host with the list").ack("topo-mapping");
const IDLE: Waits = Waits::new("a person moves the hosts on the page of the CMDB")
    .unless("topo_mode", "api")
    .ack("topo-transfer-idle");
const SETS: Waits = Waits::new("a person deletes the sets on the page of the CMDB")
    .unless("topo_mode", "api")
    .ack("topo-delete-sets");

const fn once(name: &'static str, help: &'static str, line: &'static str) -> Stage {
    Stage::once(name, help, line)
}

/// The order of the document, and what is wrong with it. It has no step for the last places of the table.
#[rustfmt::skip]
const DOC_ORDER: &[(&str, &str)] = &[
    ("preflight", ""), ("fetch-package", ""), ("unpack-package", ""), ("mysql-backup-dir", ""), ("mysql-backup-script", ""),
    ("mysql-backup", ""), ("mongodb-backup-dir", ""), ("mongodb-backup", ""), ("backup-install-dir", ""),
    ("backup-src-dir", ""), ("replace-src", ""), ("replace-install", ""), ("unpack-products", ""), ("restore-cert", ""),
    ("restore-backup-dir", ""), ("install-config", ""), ("env-dbadmin", ""), ("env-gse", ""), ("env-job", ""),
    ("env-job-domain", ""), ("env-agent-v1", ""), ("env-monitor-log", ""), ("sync-common", ""), ("paas", ""),
    ("nginx-templates", ""), ("nginx-job-frontend", ""), ("bkauth", ""), ("apigw", ""), ("paas-plugins", ""),
    ("iam-upgrade", "the vendor's script has to migrate before this upgrade (X4.43)"), ("iam-check", ""), ("iam-saas", ""),
    ("iam-fetch-script", ""), ("iam-migrate", "too late: the upgrade came first (X4.43)"),
    ("usermgr", ""), ("redis-cluster", ""), ("gse-update", ""),
    ("gse-retire-v1", "the old services go before the new ones are checked (X4.48)"), ("gse-check", ""), ("cmdb", ""),
    ("job-install-yq", ""), ("job-disable-gse-v2", ""), ("job-upgrade", "its BEFORE task has not run (X4.52)"),
    ("job-check", ""), ("job-before-upgrade", "too late: the upgrade came first (X4.52)"), ("job-after-upgrade", ""),
    ("nodeman", ""), ("plugins", ""), ("sops", ""), ("itsm", ""), ("monitor", ""), ("log", ""),
    ("topo-guard", ""), ("topo-show-installed", ""), ("topo-transfer-idle", ""), ("topo-unlock", ""),
    ("topo-delete-sets", ""), ("topo-delete-templates", ""),
    ("topo-rebuild", "nothing protects the topology again afterwards: run `bk-upgrade topo lock` (X4.64)"),
    ("refresh-version", "iam_search_engine is not installed: run `bk-upgrade iam-search-engine` (X4.20)"),
];

/// What the document does too late: the first step, and the one that has to come before it.
const LATE: [(&str, &str, &str); 2] =
    [("iam-upgrade", "iam-migrate", "X4.43"), ("job-upgrade", "job-before-upgrade", "X4.52")];

#[rustfmt::skip]
const INPUTS: &[Input] = &[
    Input::new::<String>("package_url", "PACKAGE_URL", "URL", "The 6.2 package [default: the document's]").variable("bk_package_url"),
    Input::new::<String>("package_md5", "PACKAGE_MD5", "MD5", "Its checksum [default: the document's]").variable("bk_package_md5"),
    place("redis_cluster", "REDIS_CLUSTER", "The hosts of redis_cluster, unless install.config has them: three or more"),
    place("auth", "AUTH", "The hosts of auth, unless install.config has them"),
    place("etcd", "ETCD", "The hosts of etcd, unless install.config has them: 1, 3 or 5"),
    place("apigw", "APIGW", "The hosts of apigw, unless install.config has them"),
    place("iam_search_engine", "IAM_SEARCH_ENGINE", "The hosts of iam_search_engine, unless install.config has them"),
    Input::new::<String>("migration_url", "MIGRATION_URL", "URL", "The migration script of the permission center [default: the document's]").variable("bk_migration_url"),
    Input::new::<String>("migration_sha256", "MIGRATION_SHA256", "SHA256", "Checksum of the migration script of the permission center").variable("bk_migration_sha256"),
    Input::new::<String>("topo_mode", "TOPO_MODE", "MODE", "How the topology is changed: manual on the page, or api").variable("bk_topo_mode"),
    Input::new::<u64>("retry_wait", "RETRY_WAIT", "SECS", "Seconds before a deployment on the PaaS that timed out is tried again [default: 60]"),
    Input::new::<String>("accept_custom", "ACCEPT_CUSTOM", "REASON", "Deletes a custom topology, too; the reason is recorded"),
];

const fn place(name: &'static str, shell: &'static str, help: &'static str) -> Input {
    Input::new::<String>(name, shell, "IP,IP", help).variable(name)
}

const FACTS: &[Fact] = &[Fact::made("begun", "")];

const SCRIPT: Script = Script::of_list(
    "\
all.sh - the whole upgrade. Started again, it continues where it was: finished steps are kept.

On throw-away hosts:
  cargo xtask bk-upgrade all --script >all.sh
  XTASK=\"cargo xtask --rehearse\" XTASK_YES=1 sh all.sh",
);

/// The upgrade as the control machine shows it.
#[derive(Debug)]
struct All {
    /// Packages were moved aside: it has begun.
    begun: bool,
}

impl All {
    /// The order of the document ends at two places where the program refuses: that is known now.
    fn check(given: &Given<'_>) -> Result<()> {
        given.cx.one_host("control")?;
        for (first, late, trap) in LATE {
            if given.runs_before(first, late) {
                let what = format!(
                    "the order of the document cannot be finished: {late} comes after {first} ({trap})"
                );
                return Err(Fault::refused(what)
                    .hint("leave out --doc-order: the corrected order has it before")
                    .hint(format!(
                        "or only look at it: cargo xtask {} --doc-order --map",
                        TABLE.name
                    ))
                    .into());
            }
        }
        Ok(())
    }

    fn look(given: &Given<'_>) -> Result<Box<dyn Composite>> {
        let control = given.cx.one_host("control")?;
        // Packages of 6.1 that are still in place have not been moved aside: another src.bak is an older one (X4.13).
        let [src, bak] = control.look("read the release", |reader| {
            Tree::read(reader, ["/data/src", "/data/src.bak"], &[])
        })?;
        Ok(Box::new(Self { begun: bak.is(OLD) && !src.is(OLD) }))
    }
}

impl Composite for All {
    fn platform(&self) -> Platform<'_> {
        if self.begun { Platform::Recorded } else { Platform::Ahead }
    }

    fn fact(&self, _: &At<'_>, _: &str) -> Result<Option<String>> {
        Ok(Some(if self.begun { "yes" } else { "no" }.to_owned()))
    }
}
