//! The agents' platform, section 7.8.

use engine::prelude::*;

use super::super::leftovers;
use super::super::model::{Effect, Module, Stage, Work};
use super::super::stages::UPDATE;
use crate::bk_upgrade::common::bkcli::{Bkcli, LATER};

const ACTIVE: Snippet = snippet!("bk-upgrade/gse_active");

/// BK-46 to BK-48. The new services run beside the old ones, so nothing is interrupted.
///
/// - Changes: `bkcli` installs GSE 2.0 beside the old services, which are removed once it is healthy
/// - Proof: version equal on every host, all new services active, `bkcli status` and `bkcli check` report no fault, old units gone
/// - Undo: `retire-v1`: restores units and files; `update` no: reinstall the 6.1 package
///
/// ```sh
/// ./bkcli sync gse
/// ./bkcli install gse
/// ./bkcli restart gse
/// pcmd -m gse "systemctl disable --now bk-gse-config.service  bk-gse-alarm.service bk-gse-api.service bk-gse-btsvr.service bk-gse-dba.service bk-gse-procmgr.service"
/// pcmd -m gse "rm -vf /usr/lib/systemd/system/{bk-gse-config.service,bk-gse-alarm.service,bk-gse-api.service,bk-gse-btsvr.service,bk-gse-dba.service,bk-gse-procmgr.service} && systemctl daemon-reload"
/// ./bkcli status gse
/// ./bkcli check gse
/// ```
pub(crate) const GSE: Module = Module {
    serves: "agents and data pipelines",
    about: "Installs GSE 2.0 beside the old services, and retires these only when it is healthy (X4.48). `update` is\n\
        refused while redis_cluster or apigw is not healthy. Of the errors that `bkcli install gse` prints, only\n\
        those of the failed SDK of bk-gse are accepted, as the document has them.",
    package: "gse",
    needs: &["redis_cluster", "apigw"],
    units: &[
        "bk-gse-config",
        "bk-gse-alarm",
        "bk-gse-api",
        "bk-gse-btsvr",
        "bk-gse-dba",
        "bk-gse-procmgr",
    ],
    verbs: &["sync", "install", "restart"],
    allows: SDK,
    has_check: true,
    stages: &[
        Stage { asks: "", does: update, ..UPDATE },
        Stage {
            name: "check",
            help: "Wait until GSE 2.0 is healthy",
            asks: "",
            effect: Effect::Reads,
            on_old: false,
            does: |work| work.control.ensure(&work.bkcli().healthy()).map(drop),
        },
        Stage {
            name: "retire-v1",
            help: "Stop and remove the old services, when GSE 2.0 is healthy",
            asks: "removes the services of GSE 1.0",
            effect: Effect::Reversible,
            on_old: true,
            does: retire,
        },
        Stage {
            name: "final-check",
            help: "Check that GSE 2.0 is healthy without the old services",
            asks: "",
            effect: Effect::Reads,
            on_old: false,
            does: final_check,
        },
    ],
    ..Module::new("gse", "gse")
};

/// The lines of the document (004 L302-305) that say that the SDK of bk-gse was not published. What it leaves out there is
/// the beginning of a traceback: its last line decides.
const SDK: &[&str] = &[
    "warning!! generate sdks failed: status_code: 400, code: 50100, *",
    "Stderr: request bkapi failed. status_code: <Response [400]>,*",
    "Traceback (most recent call last):",
    "bkapi_client_core.exceptions.HTTPResponseError: 400 Client Error: Bad Request for url: *apis/bk-gse/sdk/, status_code: 400,*",
];

/// The services of GSE 2.0.
const NEW: [&str; 5] =
    ["bk-gse-cluster", "bk-gse-task", "bk-gse-file", "bk-gse-data", "bk-gse-proc"];

/// What GSE 2.0 needs.
const NEEDS: Module = Module { status: &["redis_cluster", "apigw"], ..Module::new("gse", "gse") };

/// A condition of a stage; nothing is changed.
struct Healthy<'a> {
    work: &'a Work<'a>,
    module: &'static Module,
    /// `gse is`
    subject: &'static str,
    /// The units that are active on every host of the module.
    units: &'static [&'static str],
    hint: &'static str,
}

fn update(work: &Work<'_>) -> Result<()> {
    let goal = work.bkcli().updated();
    let state = work.control.look("look at GSE", |reader| goal.probe(reader))?;
    if state != State::Kept {
        let hint = "first: cargo xtask bk-upgrade redis-cluster, cargo xtask bk-upgrade apigw";
        work.control.ensure(&Healthy {
            work,
            module: &NEEDS,
            subject: "redis_cluster and apigw are",
            units: &[],
            hint,
        })?;
    }
    work.control.ensure(&goal).map(drop)
}

/// The document stops the old services first, and looks at the new ones afterwards (X4.48).
fn retire(work: &Work<'_>) -> Result<()> {
    let hint = "first: cargo xtask bk-upgrade gse update, then check";
    work.control.ensure(&Healthy { work, module: &GSE, subject: "gse is", units: &NEW, hint })?;
    let directory = work.args.unit_dir.to_string();
    work.old.ending().each(|host| {
        let units = leftovers::units(host, work)?;
        host.ensure(&Units::disabled(units.clone()))?;
        host.ensure(&Units::absent(units).in_dirs([directory.clone()])).map(drop)
    })
}

fn final_check(work: &Work<'_>) -> Result<()> {
    work.control.ensure(&work.bkcli().healthy())?;
    leftovers::none_left(work)
}

impl Op for Healthy<'_> {
    fn describe(&self) -> String {
        format!("check that {} healthy", self.subject)
    }

    fn probe(&self, control: &Reader<'_>) -> Result<State> {
        if self.work.cx.is_pending() {
            return Ok(State::Unknown(LATER.to_owned()));
        }
        let bkcli = Bkcli { module: self.module, ..self.work.bkcli() };
        let mut found = bkcli.trouble(control)?;
        let units = Value::list(self.units.iter().copied());
        for host in self.work.hosts.iter().filter(|_| !self.units.is_empty()) {
            let values = [("UNITS", units.clone())];
            let said = host.look("read units", |reader| reader.ask(ACTIVE, values))?;
            found.extend(said.lines().map(|line| format!("\n{}: {line}", host.name())));
        }
        if found.is_empty() {
            return Ok(State::Kept);
        }
        let fault = Fault::refused(format!("{} not healthy", self.subject));
        Err(fault.detail("found", found.trim()).hint(self.hint).into())
    }

    fn change(&self, _: &Reader<'_>) -> Result<Vec<Action>> {
        Ok(Vec::new())
    }

    fn undo(&self, _: &Reader<'_>) -> Result<Option<Vec<Undo>>> {
        Ok(Some(Vec::new()))
    }
}
