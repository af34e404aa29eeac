//! The stages that several modules have. A stage of one module only is a [`Stage`] beside its row.

use engine::prelude::*;

use super::leftovers;
use super::model::{Effect, Stage, Work};
use crate::bk_upgrade::common::bkcli::LATER;
use crate::bk_upgrade::common::{saas, venvs};

const SAAS_ENV_TABLE: Snippet = snippet!("bk-upgrade/module_saas_env");
/// What a stage asks that leaves the module without its services.
pub(super) const DOWN: &str = "takes {serves} down until `update` is done";
const INTERRUPTS: &str = "interrupts {serves}";

/// The old services do not run.
pub(crate) const STOP: Stage = Stage {
    name: "stop",
    help: "Stop and disable the old services",
    asks: DOWN,
    effect: Effect::Reversible,
    on_old: true,
    does: stop,
};

/// Their unit files are gone.
pub(crate) const REMOVE_UNITS: Stage = Stage {
    name: "remove-units",
    help: "Remove their unit files",
    asks: DOWN,
    effect: Effect::Reversible,
    on_old: true,
    does: remove_units,
};

/// Their environments are gone.
pub(crate) const RM_VENV: Stage = Stage {
    name: "rm-venv",
    help: "Remove their Python virtual environments",
    asks: DOWN,
    effect: Effect::Irreversible,
    on_old: true,
    does: rm_venv,
};

/// The application of the module on the PaaS is the one of 6.2.
pub(crate) const SAAS: Stage = Stage {
    name: "saas",
    help: "Deploy its SaaS application",
    asks: "",
    effect: Effect::Irreversible,
    on_old: false,
    does: |work| {
        leftovers::are_gone(work)?;
        saas::deploy(work)
    },
};

/// The new package is installed.
pub(crate) const UPDATE: Stage = Stage {
    name: "update",
    help: "Install the 6.2 package",
    asks: "",
    effect: Effect::Irreversible,
    on_old: false,
    does: |work| {
        leftovers::are_gone(work)?;
        update(work)
    },
};

/// The same by `bkcli upgrade`, in place of an old service.
pub(crate) const UPGRADE: Stage = Stage {
    name: "upgrade",
    help: "Upgrade to the 6.2 package: `bkcli upgrade`",
    asks: INTERRUPTS,
    effect: Effect::Irreversible,
    on_old: false,
    does: update,
};

/// The module is installed, with everything that it needs, by `bk_install`.
pub(crate) const BK_INSTALL: Stage = Stage {
    name: "install",
    help: "Install it with everything it needs: `bk_install`",
    asks: "",
    effect: Effect::Irreversible,
    on_old: false,
    does: bk_install,
};

/// Its services run: `bkcli start`.
pub(crate) const START: Stage = Stage {
    name: "start",
    help: "Start the services if one of them is down: `bkcli start`",
    asks: "",
    effect: Effect::Reversible,
    on_old: false,
    does: |work| work.control.ensure(&work.bkcli().started()).map(drop),
};

/// Its services run: `bkcli restart`.
pub(crate) const RESTART: Stage = Stage {
    name: "restart",
    help: "Restart the services if one of them is down: `bkcli restart`",
    asks: INTERRUPTS,
    effect: Effect::Reversible,
    on_old: false,
    does: |work| work.control.ensure(&work.bkcli().restarted()).map(drop),
};

/// It is healthy, and nothing old is left on any host.
pub(crate) const CHECK: Stage = Stage {
    name: "check",
    help: "Wait until the module is healthy",
    asks: "",
    effect: Effect::Reads,
    on_old: false,
    does: check,
};

/// A command in the container of the new service.
pub(crate) const fn in_container(
    name: &'static str,
    help: &'static str,
    does: fn(&Work<'_>) -> Result<()>,
) -> Stage {
    Stage { name, help, asks: "", effect: Effect::Irreversible, on_old: false, does }
}

/// Its migration of permissions, there.
pub(crate) const fn iam_migrate(does: fn(&Work<'_>) -> Result<()>) -> Stage {
    in_container("iam-migrate", "Migrate its permissions to the new model", does)
}

/// The variables of the SaaS applications are in the database.
pub(crate) const SAAS_ENV: Stage = Stage {
    name: "saas-env",
    help: "Load the new SaaS environment variables",
    asks: "",
    effect: Effect::Irreversible,
    on_old: false,
    does: saas_env,
};

fn stop(work: &Work<'_>) -> Result<()> {
    work.old.ending().each(|host| match leftovers::units(host, work)? {
        units if units.is_empty() => Ok(()),
        units => host.ensure(&Units::disabled(units)).map(drop),
    })
}

fn remove_units(work: &Work<'_>) -> Result<()> {
    let directory = work.args.unit_dir.to_string();
    work.old.ending().each(|host| match leftovers::units(host, work)? {
        units if units.is_empty() => Ok(()),
        units => host.ensure(&Units::absent(units).in_dirs([directory.clone()])).map(drop),
    })
}

fn rm_venv(work: &Work<'_>) -> Result<()> {
    let absent = venvs::absent(&work.args.install_path, &work.args.venvs);
    work.old.ending().each(|host| host.ensure(&absent).map(drop))
}

/// The commands of the row, whatever is left of the old services.
pub(super) fn update(work: &Work<'_>) -> Result<()> {
    work.control.ensure(&work.bkcli().updated()).map(drop)
}

fn bk_install(work: &Work<'_>) -> Result<()> {
    work.control.ensure(&work.bkcli().installed_by_bk_install(work.args.reset_steps)).map(drop)
}

fn check(work: &Work<'_>) -> Result<()> {
    let (cx, module) = (work.cx, work.module);
    // At once: with them it would not become healthy.
    leftovers::none_left(work)?;
    if !cx.is_pending() && !work.bkcli().check_enters()?.is_empty() {
        cx.note(&format!(
            "`bkcli check {}` needs the removed environment {}: the container {} runs in its place",
            module.name, module.check_enters, work.args.container
        ));
    }
    work.control.ensure(&work.bkcli().healthy()).map(drop)
}

/// Runs the functions of `tools.sh` in their own bash, in their directory (X4.37).
fn saas_env(work: &Work<'_>) -> Result<()> {
    let load =
        Shell::new(SAAS_ENV_TABLE, [("INSTALL_DIR", work.args.install_dir.to_string().into())])
            .after_changes(LATER)
            .within(Duration::from_secs(600));
    work.control.ensure(&load).map(drop)
}
