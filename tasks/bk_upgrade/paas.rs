//! Document section 7.1.
//!
//! - Hosts: `@paas`, the control machine
//! - Changes: stages `stop`, `remove-units`, `rm-venv`, `update`, `check`, `saas-env`: the old services go, `bkcli` installs the new ones
//! - Proof: units inactive and gone, environments gone, version equal on every host, `bkcli status` and `bkcli check` succeed
//! - Undo: up to `remove-units`: units and files as they were; from `rm-venv` on no: reinstall the 6.1 package
//!
//! ```sh
//! pcmd -m paas "systemctl disable --now bk-paas-apigw.service bk-paas-console.service bk-paas-login.service bk-paas-appengine.service bk-paas-esb.service bk-paas-paas.service"
//! pcmd -m paas "systemctl status bk-paas-apigw.service bk-paas-console.service bk-paas-login.service bk-paas-appengine.service bk-paas-esb.service bk-paas-paas.service"
//! pcmd -m paas "rm -vf /usr/lib/systemd/system/{bk-paas-apigw.service,bk-paas-console.service,bk-paas-login.service,bk-paas-appengine.service,bk-paas-esb.service,bk-paas-paas.service} && systemctl daemon-reload"
//! pcmd -m paas "rmvirtualenv open_paas-apigw open_paas-appengine open_paas-console open_paas-esb open_paas-login open_paas-paas"
//! ./bkcli sync paas
//! ./bkcli install paas
//! ./bkcli status paas
//! ./bkcli check paas
//! source tools.sh
//! add_saas_environment
//! ```

use engine::prelude::*;

use super::common::bkcli::{self, Bkcli};
use super::common::venvs;

const SAAS_ENV: Snippet = snippet!("bk-upgrade/saas_env");

/// The stages of section 7.1, in the order of the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Stage {
    /// Stop and disable the old services
    Stop,
    /// Remove their unit files
    RemoveUnits,
    /// Remove their Python virtual environments
    RmVenv,
    /// Install the 6.2 package
    Update,
    /// Wait until PaaS is healthy
    Check,
    /// Load the new SaaS environment variables
    SaasEnv,
}

/// The old units and virtual environments go; `bkcli` then installs the new ones. The desktop and
/// the API are down from `stop` until `update` is done.
///
/// Examples:
///   cargo xtask bk-upgrade paas -n
///   cargo xtask bk-upgrade paas stop --only 'paas[1-2]'
///   cargo xtask bk-upgrade paas --from update
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub struct Args {
    #[command(flatten)]
    stages: Stages<Stage>,
    /// The module whose hosts are meant
    #[arg(long, default_value = "paas")]
    module: String,
    /// The old services
    #[arg(long, value_name = "UNIT,UNIT", value_delimiter = ',', default_values = [
        "bk-paas-apigw", "bk-paas-console", "bk-paas-login", "bk-paas-appengine", "bk-paas-esb", "bk-paas-paas"])]
    units: Vec<UnitName>,
    /// Where their unit files are
    #[arg(long, value_name = "DIR", default_value = "/usr/lib/systemd/system")]
    unit_dir: AbsPath,
    /// The old virtual environments
    #[arg(long, value_name = "NAME,NAME", value_delimiter = ',', value_parser = venvs::name, default_values = [
        "open_paas-apigw", "open_paas-appengine", "open_paas-console", "open_paas-esb", "open_paas-login", "open_paas-paas"])]
    venvs: Vec<String>,
    /// Where BlueKing runs
    #[arg(long, value_name = "DIR", default_value = "/data/bkce")]
    install_path: AbsPath,
    /// Where the deploy scripts are, on the control machine
    #[arg(long, value_name = "DIR", default_value = "/data/install")]
    install_dir: AbsPath,
    /// Where the new packages are, on the control machine
    #[arg(long, value_name = "DIR", default_value = "/data/src")]
    src_dir: AbsPath,
    /// How long PaaS may take to become healthy
    #[arg(long, alias = "patience", value_name = "SECS", default_value_t = 300)]
    wait_timeout: u64,
}

/// Runs the stages that were asked for.
pub fn run(cx: &Context, args: &Args) -> Result<()> {
    // X4.33: a module without hosts is an error here; the original does nothing and says it is fine.
    let paas = cx.hosts(&format!("@{}", args.module))?;
    let control = cx.one_host("control")?;
    let stages = &args.stages;
    confirm(&paas, stages)?;
    let units = || args.units.iter().map(ToString::to_string);
    let poll = Poll::seconds(args.wait_timeout);
    let bkcli = Bkcli {
        cx,
        paas: &paas,
        install_dir: &args.install_dir,
        src_dir: &args.src_dir,
        install_path: &args.install_path,
    };

    cx.stage(stages, Stage::Stop, || {
        paas.each(|host| host.ensure(&Units::disabled(units())).map(drop))
    })?;
    cx.stage(stages, Stage::RemoveUnits, || {
        paas.each(|host| {
            host.ensure(&Units::absent(units()).in_dirs([args.unit_dir.to_string()])).map(drop)
        })
    })?;
    cx.stage(stages, Stage::RmVenv, || {
        paas.each(|host| host.ensure(&venvs::absent(&args.install_path, &args.venvs)).map(drop))
    })?;
    cx.stage(stages, Stage::Update, || {
        let limit = cx.options.limit();
        control.ensure(&bkcli.installed("paas", "open_paas", limit, poll)).map(drop)
    })?;
    cx.stage(stages, Stage::Check, || control.ensure(&bkcli.healthy("paas", poll)).map(drop))?;
    cx.stage(stages, Stage::SaasEnv, || control.ensure(&saas_env(args)).map(drop))
}

/// What the stages that were asked for interrupt, and which of them cannot be taken back.
fn confirm(paas: &Hosts<'_>, stages: &Stages<Stage>) -> Result<()> {
    let any = |of: &[Stage]| of.iter().any(|stage| stages.has(stage));
    let mut what = Vec::new();
    if any(&[Stage::Stop, Stage::RemoveUnits, Stage::RmVenv]) {
        what.push("takes the PaaS desktop and API down until `update` is done".to_owned());
    }
    let last = [Stage::RmVenv, Stage::Update, Stage::SaasEnv];
    let last: Vec<String> =
        last.iter().filter(|stage| stages.has(stage)).map(Stages::name).collect();
    if !last.is_empty() {
        what.push(format!("cannot be taken back: {}", last.join(", ")));
    }
    if what.is_empty() { Ok(()) } else { paas.confirm(&what.join("; ")) }
}

/// X4.37: functions of `tools.sh` in a bash of their own, in their directory.
fn saas_env(args: &Args) -> Shell {
    Shell::new(SAAS_ENV, [("INSTALL_DIR", args.install_dir.to_string().into())])
        .after_changes(bkcli::LATER)
        .within(Duration::from_secs(600))
}
