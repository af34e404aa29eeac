//! The steps of the runbooks: one file per step, one folder per runbook, one explicit enum each.
//!
//! The path on the command line is the path on disk: `cargo xtask uecm keepalived-vip` is
//! `tasks/uecm/keepalived_vip.rs`, its shell is in `snippets/uecm/`.

#[path = "bk_upgrade/mod.rs"]
pub mod bk_upgrade;
#[path = "keepalived_vip.rs"]
pub mod keepalived_vip;
#[path = "traps.rs"]
pub mod traps;
#[path = "uecm/mod.rs"]
pub mod uecm;
#[path = "webservice/mod.rs"]
pub mod webservice;

use std::collections::BTreeMap;

use anyhow::Result;
use engine::run::{Context, Options};

/// Everything that can be done. Steps with a name of their own come first, then the runbooks.
#[derive(clap::Subcommand, Debug)]
#[command(defer = true)]
pub enum Step {
    /// Back up the settings files of firstbox
    BackupSettings(webservice::backup_settings::Args),
    /// Write the settings file of a webservice node
    GenSettings(webservice::gen_settings::Args),
    /// Launch a webservice node's VM anew on its new physical host
    RelaunchVm(webservice::relaunch_vm::Args),
    /// Bring a virtual IP under keepalived, for one of two platforms
    KeepalivedVip(keepalived_vip::Args),
    /// QingCloud: new OS for the webservice nodes
    #[command(subcommand)]
    Webservice(webservice::Step),
    /// UECM: from VMs to physical hosts
    #[command(subcommand)]
    Uecm(uecm::Step),
    /// BlueKing 6.1 to 6.2
    #[command(subcommand)]
    BkUpgrade(bk_upgrade::Step),
}

impl Step {
    /// The runbook that a step belongs to: one run at a time changes hosts for it. A step that only
    /// reads has none.
    pub fn runbook(&self) -> Option<&'static str> {
        match self {
            Self::BackupSettings(_) | Self::GenSettings(_) | Self::RelaunchVm(_) => {
                Some("webservice")
            }
            Self::KeepalivedVip(args) => Some(args.runbook()),
            Self::Webservice(step) => step.changes().then_some("webservice"),
            Self::Uecm(_) => Some("uecm"),
            Self::BkUpgrade(_) => Some("bk-upgrade"),
        }
    }
}

/// Runs one step.
pub fn run(cx: &Context, step: &Step) -> Result<()> {
    match step {
        Step::BackupSettings(args) => webservice::backup_settings::run(cx, args),
        Step::GenSettings(args) => webservice::gen_settings::run(cx, args),
        Step::RelaunchVm(args) => webservice::relaunch_vm::run(cx, args),
        Step::KeepalivedVip(args) => keepalived_vip::run(cx, args),
        Step::Webservice(step) => webservice::run(cx, step),
        Step::Uecm(step) => uecm::run(cx, step),
        Step::BkUpgrade(step) => bk_upgrade::run(cx, step),
    }
}

/// Prints what is known without any host; `None` for a step that looks at one.
pub fn show(options: &Options, step: &Step) -> Option<Result<()>> {
    match step {
        Step::Webservice(webservice::Step::Traps(args)) => {
            Some(webservice::traps::show(options, args))
        }
        _ => None,
    }
}

/// The shell of all steps, for the record: which version of it a run has used.
static SNIPPETS: include_dir::Dir<'_> =
    include_dir::include_dir!("$CARGO_MANIFEST_DIR/../snippets");

/// A hash (16 hexadecimal digits) of each snippet by its name, `ops/file`.
pub fn snippets() -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    let mut open = vec![&SNIPPETS];
    while let Some(dir) = open.pop() {
        open.extend(dir.dirs());
        for file in dir.files() {
            let name = file.path().with_extension("").to_string_lossy().into_owned();
            all.insert(name, engine::ops::reader::hash(file.contents())[..16].to_owned());
        }
    }
    all
}
