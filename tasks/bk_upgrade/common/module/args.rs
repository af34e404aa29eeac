//! The arguments of a module: its stages, its old units and environments, the directories.

use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{ArgMatches, Args as _, Command, FromArgMatches as _};
use engine::prelude::*;

use super::model::{Effect, Module, Stage};
use crate::bk_upgrade::common::venvs;
use crate::common::args::WaitTimeout;

/// The arguments of every module.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    #[command(flatten)]
    pub(crate) stages: Chosen,
    /// The old services
    #[arg(long, value_name = "UNIT,UNIT", value_delimiter = ',')]
    pub(crate) units: Vec<UnitName>,
    /// Directory of the unit files
    #[arg(long, value_name = "DIR", default_value = "/usr/lib/systemd/system")]
    pub(crate) unit_dir: AbsPath,
    /// The old virtual environments
    #[arg(long, value_name = "NAME,NAME", value_delimiter = ',', value_parser = venvs::name)]
    pub(crate) venvs: Vec<String>,
    /// Directory of the BlueKing installation
    #[arg(long, value_name = "DIR", default_value = "/data/bkce")]
    pub(crate) install_path: AbsPath,
    /// Directory of the deploy scripts on the control machine
    #[arg(long, value_name = "DIR", default_value = "/data/install")]
    pub(crate) install_dir: AbsPath,
    /// Directory of the new packages on the control machine
    #[arg(long, value_name = "DIR", default_value = "/data/src")]
    pub(crate) src_dir: AbsPath,
    /// Runs again what `.bk_install.step` lists as done, when the module is not healthy
    #[arg(long)]
    pub(crate) reset_steps: bool,
    /// How often a first deployment that timed out is tried again
    #[arg(long, value_name = "N", default_value = "0")]
    pub(crate) retries: u8,
    /// Seconds before a deployment that timed out is tried again
    #[arg(long, value_name = "SECS", default_value = "60")]
    pub(crate) retry_wait: u64,
    /// The container of the new service
    #[arg(long, value_name = "NAME", default_value = "", value_parser = container)]
    pub(crate) container: String,
    /// Directory of the BlueKing installation in the container [default: that of --install-path]
    #[arg(long, value_name = "DIR")]
    pub(crate) container_path: Option<AbsPath>,
    /// A stack trace with this text is no failure of the migration; `*` stands for any text
    #[arg(long, value_name = "TEXT")]
    pub(crate) ignore: Vec<String>,
    #[command(flatten)]
    pub(crate) wait: WaitTimeout<300>,
}

/// The selected stages of a module: `[STAGE] [--from STAGE]`.
#[derive(clap::Args, Debug)]
pub(crate) struct Chosen {
    /// Only this stage
    #[arg(value_name = "STAGE", conflicts_with = "from")]
    stage: Option<String>,
    /// Only this stage, as a flag
    #[arg(long, value_name = "STAGE", hide_possible_values = true, conflicts_with_all = ["from", "stage"])]
    only_stage: Option<String>,
    /// This stage and all after it
    #[arg(long, value_name = "STAGE", hide_possible_values = true)]
    from: Option<String>,
}

impl Chosen {
    /// Whether `stage` of `all` runs.
    pub(crate) fn has(&self, all: &[Stage], stage: &Stage) -> bool {
        if let Some(only) = self.stage.as_ref().or(self.only_stage.as_ref()) {
            return only == stage.name;
        }
        let place = |name: &str| all.iter().position(|other| other.name == name);
        self.from.as_ref().is_none_or(|from| place(stage.name) >= place(from))
    }
}

/// Adds the arguments of `module`; those without a meaning for it are hidden.
pub(super) fn augment(module: &Module, command: Command) -> Command {
    let value = |stage: &Stage| {
        let mark = match stage.effect {
            Effect::Reads => " (reads only)",
            Effect::Reversible => "",
            Effect::Irreversible => " (irreversible)",
        };
        PossibleValue::new(stage.name).help(format!("{}{mark}", stage.help))
    };
    let mut command = Args::augment_args(command);
    for id in ["stage", "only_stage", "from"] {
        let values = PossibleValuesParser::new(module.stages.iter().map(value));
        command =
            command.mut_arg(id, |arg| arg.value_parser(values).hide(module.stages.len() == 1));
    }
    let nothing_old = module.units.is_empty();
    let hidden = [
        ("units", nothing_old),
        ("unit_dir", nothing_old),
        ("venvs", nothing_old),
        ("reset_steps", module.steps.is_empty() && !module.deploys_by_bk_install()),
        ("retries", module.saas.is_none()),
        ("retry_wait", module.saas.is_none()),
        ("container", module.container.is_empty()),
        ("container_path", module.container.is_empty()),
        ("ignore", module.container.is_empty()),
    ];
    for (id, hide) in hidden {
        command = command.mut_arg(id, |arg| arg.hide(hide));
    }
    let retries = module.saas.map_or(0, |saas| saas.retries).to_string();
    let command = command.mut_arg("retries", |arg| arg.default_value(retries));
    let command = command.mut_arg("container", |arg| match module.container {
        "" => arg.value_parser(clap::value_parser!(String)),
        name => arg.default_value(name),
    });
    let command = command.mut_arg("ignore", |arg| arg.default_values(module.ignores));
    let command = command.mut_arg("units", |arg| arg.default_values(module.units));
    command.mut_arg("venvs", |arg| arg.default_values(module.venvs))
}

/// The arguments of a stage that is run by a step of its own: these, and else the defaults.
///
/// # Errors
/// Those of clap.
pub(crate) fn given(module: &Module, words: &[&str]) -> Result<Args> {
    let command = augment(module, clap::Command::new(module.command).no_binary_name(true));
    Ok(read(&command.try_get_matches_from(words)?)?)
}

/// Reads them.
pub(super) fn read(matches: &ArgMatches) -> clap::error::Result<Args> {
    Args::from_arg_matches(matches)
}

/// The name of a container, as docker accepts it.
///
/// # Errors
/// A name with other characters, or that begins with another one than a letter or digit.
fn container(text: &str) -> Result<String, String> {
    let good = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    if !text.starts_with(|c: char| c.is_ascii_alphanumeric()) || !text.chars().all(good) {
        return Err("the name of a container has letters, digits, -, _ and . only".into());
    }
    Ok(text.to_owned())
}
