//! Document section 7.17: deletes the topology of the BlueKing business, and builds that of 6.2.
//!
//! - Hosts: the control machine; `show-installed` reads all hosts of install.config
//! - Changes: exports the topology, moves the hosts to the idle pool, deletes sets and templates, registers all again
//! - Proof: the export is proved before each deletion; nothing of it is left; every host is in all of its modules
//! - Undo: no: the deletion is irreversible; the export has every name and relation; `rebuild` registers the hosts again
//!
//! ```sh
//! source /data/install/utils.fc
//! curl -H 'BK_USER:admin' -H 'BK_SUPPLIER_ID:0' -H 'HTTP_BLUEKING_SUPPLIER_ID:0' -X POST $BK_CMDB_IP0:9000/migrate/v3/migrate/system/user_config/blueking_modify/true
//! /opt/py36/bin/python ${CTRL_DIR}/bin/create_blueking_set.py -c ${BK_PAAS_APP_CODE}  -t ${BK_PAAS_APP_SECRET} --delete
//! sed -i 's/"job": \[.*\]/"job": \["job-config", "job-crontab", "job-execute", "job-gateway", "job-logsvr", "job-manage", "job-backup", "job-analysis"\]/' /data/install/bin/create_blueking_set.py
//! ./bkcli sync common
//! ./bkcli initdata topo
//! ```

mod delete;
mod export;
mod guard;
mod installed;
mod patch;
mod placed;
mod rebuild;
mod tool;
mod work;

use engine::prelude::*;

use self::work::Work;
use super::common::cmdb::Place;
use crate::common::args::WaitTimeout;
use crate::common::composite;

/// Builds the topology of 6.2: first an export, then the hosts go to the idle pool, sets and templates are deleted, and
/// `bkcli initdata topo` registers everything again. A custom topology is refused (exit 6): delete nothing that the deploy
/// scripts do not know. No stage deletes anything without the proved export.
///
/// By default a person moves the hosts and deletes the sets on the page of the CMDB, and the program waits until the
/// CMDB shows it. With `--mode api` the program does it.
///
/// Between `unlock` and `lock` the BlueKing business is not protected: an open item says so until `lock` has run.
///
/// Examples:
///   cargo xtask bk-upgrade topo guard
///   cargo xtask bk-upgrade topo --mode api -n
///   cargo xtask bk-upgrade topo --from transfer-idle --ack topo-transfer-idle="moved, ma"
///   cargo xtask bk-upgrade topo lock
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub struct Args {
    #[command(flatten)]
    stages: Stages<Stage>,
    #[command(flatten)]
    place: Place,
    /// How hosts are moved and sets are deleted
    #[arg(long, value_enum, default_value_t = Mode::Manual)]
    mode: Mode,
    /// Directory of the export on the control machine
    #[arg(long, value_name = "DIR", default_value = "/data/backup/topology")]
    export: AbsPath,
    /// Deletes a custom topology, too; the reason is recorded
    #[arg(long, value_name = "REASON")]
    accept_custom: Option<String>,
    /// The list of installed modules on each host [default: .installed_module of the installation]
    #[arg(long, value_name = "PATH")]
    file: Option<AbsPath>,
    /// Modules of the job platform
    #[arg(long, value_name = "NAME,NAME", value_delimiter = ',', value_parser = patch::name, default_values = patch::FULL)]
    job_modules: Vec<String>,
    /// The interpreter of the deploy scripts
    #[arg(long, value_name = "PATH", default_value = "/opt/py36/bin/python")]
    python: AbsPath,
    /// Directory of the deploy scripts on the control machine
    #[arg(long, value_name = "DIR", default_value = "/data/install")]
    install_dir: AbsPath,
    /// Directory of the BlueKing installation
    #[arg(long, value_name = "DIR", default_value = "/data/bkce")]
    install_path: AbsPath,
    /// Directory of the new packages on the control machine
    #[arg(long, value_name = "DIR", default_value = "/data/src")]
    src_dir: AbsPath,
    #[command(flatten)]
    wait: WaitTimeout<600>,
}

/// The stages, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
enum Stage {
    /// Refuse a custom topology, and export the present one
    Guard,
    /// Compare the installed modules of all hosts with install.config
    ShowInstalled,
    /// Move all hosts to the idle pool
    TransferIdle,
    /// Switch the protection of the BlueKing business off
    Unlock,
    /// Delete the sets
    DeleteSets,
    /// Delete the set templates and service templates
    DeleteTemplates,
    /// Build the topology of 6.2
    Rebuild,
    /// Switch the protection on again
    Lock,
}

/// Who moves hosts and deletes sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Mode {
    /// A person, on the page of the CMDB; the program waits
    Manual,
    /// The program
    Api,
}

/// Guards first, then asks once, then deletes and rebuilds.
pub fn run(cx: &Context, args: &Args) -> Result<()> {
    let deletes = [Stage::TransferIdle, Stage::Unlock, Stage::DeleteSets, Stage::DeleteTemplates];
    let deletes = deletes.iter().any(|stage| args.stages.has(stage));
    if deletes {
        cx.can_confirm("deletes the topology of the BlueKing business")?;
    }
    let work = Work::new(cx, args)?;
    let stage =
        |stage, run: fn(&Work<'_>) -> Result<()>| cx.stage(&args.stages, stage, || run(&work));
    stage(Stage::Guard, guard::run)?;
    stage(Stage::ShowInstalled, installed::run)?;
    if deletes {
        work.confirm()?;
    }
    stage(Stage::TransferIdle, delete::transfer_idle)?;
    stage(Stage::Unlock, delete::unlock)?;
    stage(Stage::DeleteSets, delete::sets)?;
    stage(Stage::DeleteTemplates, delete::templates)?;
    stage(Stage::Rebuild, rebuild::run)?;
    stage(Stage::Lock, delete::lock)
}

/// What of the present topology the deploy scripts of `install_dir` have not made, a line each (X4.61).
///
/// # Errors
/// The CMDB does not answer; a table of the deploy scripts is missing.
pub(super) fn custom(cx: &Context, install_dir: &AbsPath) -> Result<Vec<String>> {
    let words = ["bk-upgrade", "topo", "guard", "--install-dir", install_dir.as_str()];
    let args: Args = composite::words(&words.map(str::to_owned))?;
    let work = Work::new(cx, &args)?;
    guard::foreign(&work, &work.topology()?)
}
