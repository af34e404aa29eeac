//! Moves a module to 6.2: removes the old services, installs the new ones with the vendor's tools.
//!
//! - Hosts: the hosts of the module, the control machine; the other hosts of install.config are read
//! - Changes: removes old units and environments stage by stage, then installs the new package
//! - Proof: units inactive and gone, environments gone, version equal on every host, `bkcli status` and `bkcli check` report no fault
//! - Undo: up to `remove-units`: restores units and files; from `rm-venv` on no: reinstall the 6.1 package

mod args;
mod leftovers;
pub(crate) mod model;
mod rows;
mod stages;

use clap::{ArgMatches, Command};
use engine::prelude::*;

pub(crate) use self::args::{Args, given};
pub(crate) use self::model::{Effect, Module, Stage, Work};
pub(crate) use self::rows::*;
pub(crate) use self::stages::*;
use super::everywhere::Layout;
use super::trees;
use crate::list::Family;

impl Family for Module {
    type Args = Args;

    fn arguments(&self, command: Command) -> Command {
        args::augment(self, command).long_about(self.details())
    }

    fn read(&self, matches: &ArgMatches) -> clap::error::Result<Args> {
        args::read(matches)
    }

    fn run(&self, cx: &Context, args: &Args) -> Result<()> {
        let control = cx.one_host("control")?;
        let stages: Vec<&Stage> =
            self.stages.iter().filter(|stage| args.stages.has(self.stages, stage)).collect();
        let asks = self.question(&stages);
        if !asks.is_empty() {
            // Without an answer nothing is read, either.
            cx.can_confirm(&asks)?;
        }
        // Before anything is stopped: without the packages of 6.2 nothing could take its place.
        if stages.iter().any(|stage| ["update", "upgrade"].contains(&stage.name))
            && !cx.is_pending()
            && cx.options.emit.is_none()
        {
            control.look("read the release", |reader| trees::are_new(reader, &args.src_dir))?;
        }
        let layout = if cx.options.emit.is_some() {
            None
        } else {
            Some(Layout::read(cx, &control, &args.install_dir)?)
        };
        let mut own = Some(format!("@{}", self.group));
        if let Some(layout) = &layout {
            layout.demand(self.needs.iter().copied().chain([self.group]))?;
            own = layout.hosts_of(cx, self.group);
        }
        let Some(own) = own else {
            cx.note("its hosts are known when `install-config` has run");
            return Ok(());
        };
        // A module without hosts is an error; the document's command reports success (X4.33).
        let hosts = cx.hosts(&own)?;
        let mut old = None;
        if let Some(layout) = &layout
            && stages.iter().any(|stage| stage.on_old)
            && !self.units.is_empty()
        {
            old = leftovers::with_others(cx, self, args, layout, &own)?;
        }
        let (hosts, layout) = (&hosts, layout.as_ref());
        let work = Work {
            cx,
            module: self,
            control,
            hosts,
            old: old.as_ref().unwrap_or(hosts),
            layout,
            args,
        };
        if !asks.is_empty() {
            work.old.confirm(&asks)?;
        }
        for stage in &stages {
            cx.part(stage.name, stages.len(), || (stage.does)(&work))?;
        }
        Ok(())
    }
}

impl Module {
    /// What a person has to know of stages that interrupt a service or are irreversible; empty for others.
    fn question(&self, stages: &[&Stage]) -> String {
        let mut what: Vec<String> = Vec::new();
        for stage in stages.iter().filter(|stage| !stage.asks.is_empty()) {
            let asks = stage.asks.replace("{serves}", self.serves);
            if !what.contains(&asks) {
                what.push(asks);
            }
        }
        let last = stages.iter().filter(|stage| stage.effect == Effect::Irreversible);
        let last: Vec<&str> = last.map(|stage| stage.name).collect();
        if !last.is_empty() {
            what.push(format!("irreversible: {}", last.join(", ")));
        }
        what.join("; ")
    }

    fn details(&self) -> String {
        let (name, serves) = (self.command, self.serves);
        let first = self.stages.first().map(|stage| stage.name).unwrap_or_default();
        let last = self.stages.last().map(|stage| stage.name).unwrap_or_default();
        let what = if !self.about.is_empty() {
            self.about.to_owned()
        } else if self.units.is_empty() {
            format!("Installs the 6.2 package with `bkcli`. This can interrupt {serves}.")
        } else {
            format!(
                "Removes the old units and virtual environments, then installs the new ones with `bkcli`.\n\
                 From `stop` to the end of `update`, users cannot reach {serves}.\n\
                 The new install.config can place the module on other hosts. So all hosts of that file are asked for\n\
                 old services, before `stop` and in `check`. They are removed wherever they are; a note names the host.\n\
                 `update` is refused while there are any."
            )
        };
        let from =
            self.stages.iter().find(|stage| stage.name == "check").map_or(last, |stage| stage.name);
        let parts = format!(
            "\n  cargo xtask bk-upgrade {name} {first}\n  cargo xtask bk-upgrade {name} --from {from}"
        );
        let parts = if self.stages.len() > 1 { parts } else { String::new() };
        format!("{what}\n\nExamples:\n  cargo xtask bk-upgrade {name} -n{parts}")
    }
}
