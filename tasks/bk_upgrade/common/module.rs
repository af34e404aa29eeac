//! Moves a module to 6.2: removes the old services, installs the new ones with `bkcli`.
//!
//! - Hosts: the hosts of the module, the control machine
//! - Changes: removes old units and environments stage by stage, then installs the new package
//! - Proof: units inactive and gone, environments gone, version equal on every host, `bkcli status` and `bkcli check` report no fault
//! - Undo: up to `remove-units`: restores units and files; from `rm-venv` on no: reinstall the 6.1 package

use clap::builder::{PossibleValuesParser, TypedValueParser as _};
use clap::{ArgMatches, Args as _, Command, FromArgMatches as _};
use engine::prelude::*;

use self::Stage::{Check, RemoveUnits, Restart, RmVenv, SaasEnv, Stop, Update, Upgrade};
use super::bkcli::{self, Bkcli};
use super::{trees, venvs};
use crate::common::args::WaitTimeout;
use crate::list::Family;

const SAAS_ENV: Snippet = snippet!("bk-upgrade/module_saas_env");

/// The stages of a module, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(crate) enum Stage {
    /// Stop and disable the old services
    Stop,
    /// Remove their unit files
    RemoveUnits,
    /// Remove their Python virtual environments
    RmVenv,
    /// Install the 6.2 package: `bkcli sync` and `bkcli install`
    Update,
    /// Upgrade to the 6.2 package: `bkcli upgrade`
    Upgrade,
    /// Restart the services if one of them is down: `bkcli restart`
    Restart,
    /// Wait until the module is healthy
    Check,
    /// Load the new SaaS environment variables
    SaasEnv,
}

/// BK-24 to BK-30.
///
/// ```sh
/// pcmd -m paas "systemctl disable --now bk-paas-apigw.service bk-paas-console.service bk-paas-login.service bk-paas-appengine.service bk-paas-esb.service bk-paas-paas.service"
/// pcmd -m paas "systemctl status bk-paas-apigw.service bk-paas-console.service bk-paas-login.service bk-paas-appengine.service bk-paas-esb.service bk-paas-paas.service"
/// pcmd -m paas "rm -vf /usr/lib/systemd/system/{bk-paas-apigw.service,bk-paas-console.service,bk-paas-login.service,bk-paas-appengine.service,bk-paas-esb.service,bk-paas-paas.service} && systemctl daemon-reload"
/// pcmd -m paas "rmvirtualenv open_paas-apigw open_paas-appengine open_paas-console open_paas-esb open_paas-login open_paas-paas"
/// ./bkcli sync paas
/// ./bkcli install paas
/// ./bkcli status paas
/// ./bkcli check paas
/// source tools.sh
/// add_saas_environment
/// ```
pub(crate) const PAAS: Module = Module {
    name: "paas",
    group: "paas",
    serves: "the PaaS desktop and API",
    package: "open_paas",
    units: &[
        "bk-paas-apigw",
        "bk-paas-console",
        "bk-paas-login",
        "bk-paas-appengine",
        "bk-paas-esb",
        "bk-paas-paas",
    ],
    venvs: &[
        "open_paas-apigw",
        "open_paas-appengine",
        "open_paas-console",
        "open_paas-esb",
        "open_paas-login",
        "open_paas-paas",
    ],
    has_check: true,
    stages: &[Stop, RemoveUnits, RmVenv, Update, Check, SaasEnv],
};

/// BK-33. The module is new in 6.2: there is nothing old to remove.
///
/// - Changes: `bkcli` installs the module, and restarts its services when one does not run
/// - Proof: version equal on every host, `bkcli status` succeeds
/// - Undo: no: stop the services of the module, which is new in 6.2
///
/// ```sh
/// ./bkcli sync bkauth
/// ./bkcli install bkauth
/// ./bkcli start bkauth
/// ./bkcli status bkauth
/// ```
pub(crate) const BKAUTH: Module = Module {
    name: "bkauth",
    group: "auth",
    serves: "the authorization of applications",
    package: "bkauth",
    units: &[],
    venvs: &[],
    has_check: false,
    stages: &[Update, Restart, Check],
};

/// BK-49.
///
/// - Changes: `bkcli` upgrades the module
/// - Proof: version equal on every host, `bkcli status` and `bkcli check` succeed
/// - Undo: no: reinstall the 6.1 package
///
/// ```sh
/// ./bkcli upgrade cmdb
/// ./bkcli status cmdb
/// ./bkcli check cmdb
/// ```
pub(crate) const CMDB: Module = Module {
    name: "cmdb",
    group: "cmdb",
    serves: "the configuration platform",
    package: "cmdb",
    units: &[],
    venvs: &[],
    has_check: true,
    stages: &[Upgrade, Check],
};

/// A module of BlueKing.
#[derive(Debug)]
pub(crate) struct Module {
    /// Its name for `bkcli`.
    pub(crate) name: &'static str,
    /// Its name in install.config, which makes it a group.
    pub(crate) group: &'static str,
    /// The service that is interrupted: `the PaaS desktop and API`.
    pub(crate) serves: &'static str,
    /// The directory of its package, which holds VERSION.
    pub(crate) package: &'static str,
    /// The old services.
    pub(crate) units: &'static [&'static str],
    /// The old virtual environments.
    pub(crate) venvs: &'static [&'static str],
    /// Whether `bkcli check` knows it (X4.36).
    pub(crate) has_check: bool,
    /// Its stages.
    pub(crate) stages: &'static [Stage],
}

/// The arguments of every module.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    #[command(flatten)]
    stages: Stages<Stage>,
    /// The old services
    #[arg(long, value_name = "UNIT,UNIT", value_delimiter = ',')]
    units: Vec<UnitName>,
    /// Directory of the unit files
    #[arg(long, value_name = "DIR", default_value = "/usr/lib/systemd/system")]
    unit_dir: AbsPath,
    /// The old virtual environments
    #[arg(long, value_name = "NAME,NAME", value_delimiter = ',', value_parser = venvs::name)]
    venvs: Vec<String>,
    /// Directory of the BlueKing installation
    #[arg(long, value_name = "DIR", default_value = "/data/bkce")]
    install_path: AbsPath,
    /// Directory of the deploy scripts on the control machine
    #[arg(long, value_name = "DIR", default_value = "/data/install")]
    install_dir: AbsPath,
    /// Directory of the new packages on the control machine
    #[arg(long, value_name = "DIR", default_value = "/data/src")]
    src_dir: AbsPath,
    #[command(flatten)]
    wait: WaitTimeout<300>,
}

impl Family for Module {
    type Args = Args;

    fn arguments(&self, command: Command) -> Command {
        let names = || self.stages.iter().filter_map(Stage::to_possible_value);
        let stages = || {
            PossibleValuesParser::new(names())
                .map(|name| Stage::from_str(&name, false).expect("one of its stages"))
        };
        let mut command = Args::augment_args(command).long_about(self.details());
        for id in ["stage", "only_stage", "from"] {
            command = command.mut_arg(id, |arg| arg.value_parser(stages()));
        }
        let nothing_old = self.units.is_empty();
        for id in ["units", "unit_dir", "venvs"] {
            command = command.mut_arg(id, |arg| arg.hide(nothing_old));
        }
        let command = command.mut_arg("units", |arg| arg.default_values(self.units));
        command.mut_arg("venvs", |arg| arg.default_values(self.venvs))
    }

    fn read(&self, matches: &ArgMatches) -> clap::error::Result<Args> {
        Args::from_arg_matches(matches)
    }

    fn run(&self, cx: &Context, args: &Args) -> Result<()> {
        // A module without hosts is an error; the document's command reports success (X4.33).
        let hosts = cx.hosts(&format!("@{}", self.group))?;
        let control = cx.one_host("control")?;
        let stages: Vec<Stage> =
            self.stages.iter().copied().filter(|stage| args.stages.has(stage)).collect();
        self.confirm(&hosts, &stages)?;
        // Before anything is stopped: without the packages of 6.2 nothing could take its place.
        if stages.iter().any(|stage| [Update, Upgrade].contains(stage))
            && !cx.is_pending()
            && cx.options.emit.is_none()
        {
            control.look("read the release", |reader| trees::are_new(reader, &args.src_dir))?;
        }
        let bkcli = Bkcli {
            cx,
            module: self,
            hosts: &hosts,
            poll: args.wait.poll(),
            install_dir: &args.install_dir,
            src_dir: &args.src_dir,
            install_path: &args.install_path,
        };
        for stage in &stages {
            cx.part(&Stages::name(stage), stages.len(), || {
                self.stage(*stage, args, &bkcli, &control)
            })?;
        }
        Ok(())
    }
}

impl Module {
    fn stage(
        &self,
        stage: Stage,
        args: &Args,
        bkcli: &Bkcli<'_>,
        control: &Host<'_>,
    ) -> Result<()> {
        let units = || args.units.iter().map(ToString::to_string);
        match stage {
            Stop => {
                bkcli.hosts.ending().each(|host| host.ensure(&Units::disabled(units())).map(drop))
            }
            RemoveUnits => bkcli.hosts.ending().each(|host| {
                let absent = Units::absent(units()).in_dirs([args.unit_dir.to_string()]);
                host.ensure(&absent).map(drop)
            }),
            RmVenv => bkcli.hosts.ending().each(|host| {
                host.ensure(&venvs::absent(&args.install_path, &args.venvs)).map(drop)
            }),
            Update => control.ensure(&bkcli.installed()).map(drop),
            Upgrade => control.ensure(&bkcli.upgraded()).map(drop),
            Restart => control.ensure(&bkcli.restarted()).map(drop),
            Check => control.ensure(&bkcli.healthy()).map(drop),
            SaasEnv => control.ensure(&saas_env(args)).map(drop),
        }
    }

    /// Asks before stages that interrupt a service or are irreversible.
    fn confirm(&self, hosts: &Hosts<'_>, stages: &[Stage]) -> Result<()> {
        let mut what = Vec::new();
        if stages.iter().any(|stage| *stage < Update) {
            what.push(format!("takes {} down until `update` is done", self.serves));
        } else if stages.iter().any(|stage| [Upgrade, Restart].contains(stage)) {
            what.push(format!("interrupts {}", self.serves));
        }
        let last = [RmVenv, Update, Upgrade, SaasEnv];
        let last: Vec<String> =
            stages.iter().filter(|stage| last.contains(stage)).map(Stages::name).collect();
        if !last.is_empty() {
            what.push(format!("irreversible: {}", last.join(", ")));
        }
        if what.is_empty() { Ok(()) } else { hosts.confirm(&what.join("; ")) }
    }

    fn details(&self) -> String {
        let (name, serves) = (self.name, self.serves);
        let first = self.stages.first().map(Stages::name).unwrap_or_default();
        let what = if self.units.is_empty() {
            format!("Installs the 6.2 package with `bkcli`. This can interrupt {serves}.")
        } else {
            format!(
                "Removes the old units and virtual environments, then installs the new ones with `bkcli`.\n\
                 From `stop` to the end of `update`, users cannot reach {serves}."
            )
        };
        format!(
            "{what}\n\nExamples:\n  cargo xtask bk-upgrade {name} -n\n  \
             cargo xtask bk-upgrade {name} {first}\n  cargo xtask bk-upgrade {name} --from check"
        )
    }
}

/// Runs the functions of `tools.sh` in their own bash, in their directory (X4.37).
fn saas_env(args: &Args) -> Shell {
    Shell::new(SAAS_ENV, [("INSTALL_DIR", args.install_dir.to_string().into())])
        .after_changes(bkcli::LATER)
        .within(Duration::from_secs(600))
}
