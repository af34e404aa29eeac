//! The way through the parts: what is looked at first, which come, in which order.

use std::cell::RefCell;

use engine::prelude::*;

use super::config::Config;
use super::stage::Stage;
use super::{Args, SETTINGS, Upgrade, order, platform};
use crate::webservice::common::progress::{Progress, Sight, Standing};

impl<'a> Upgrade<'a> {
    pub(super) fn look(cx: &'a Context, args: &'a Args, config: Config) -> Result<Self> {
        let (stamp, backed_up) = platform::stamp(cx, args)?;
        let sight = Sight::of(cx, SETTINGS, &format!("{SETTINGS}.{stamp}"))?;
        if let Some(only) = &args.only_node
            && !sight.moves.iter().any(|way| way.node == only.as_str())
        {
            let fault = Fault::usage(format!("{only} is no webservice node"));
            return Err(fault.detail("in", &sight.before.dir).into());
        }
        let (nodes, holder) = order::find(cx, sight.standings()?)?;
        Ok(Self { cx, args, config, stamp, backed_up, nodes, holder, done: RefCell::default() })
    }

    /// The nodes that this run is about and that are not finished.
    pub(super) fn ahead(&self) -> impl Iterator<Item = &Standing> {
        let wanted = |node: &&Standing| {
            self.args.only_node.as_ref().is_none_or(|only| only.as_str() == node.node)
        };
        self.nodes.iter().filter(wanted).filter(|node| node.progress != Progress::Finished)
    }

    pub(super) fn go(&self) -> Result<()> {
        for node in self.nodes.iter().filter(|node| node.progress == Progress::Finished) {
            let Standing { node, new, .. } = node;
            self.cx.note(&format!(
                "{node} is finished: on {new}, with its own address, services run; skipped"
            ));
        }
        let Some(next) = self.ahead().next() else { return Ok(()) };
        // What its turn would refuse is refused, and asked about, before the platform is touched for it.
        let stages: Vec<Stage> = self.stages_of(next, true).collect();
        self.may_begin(next, &stages)?;
        self.ask(next, &stages)?;
        for stage in Stage::all().iter().filter(|stage| !stage.of_node()) {
            if self.args.stages.has(stage) {
                self.part(&stage.name(), || self.once(*stage))?;
            }
        }
        let mut first = true;
        for node in self.ahead() {
            let stages: Vec<Stage> = self.stages_of(node, first).collect();
            if !first {
                self.may_begin(node, &stages)?;
                self.ask(node, &stages)?;
            }
            self.turn(node, &stages)?;
            first = false;
        }
        Ok(())
    }

    /// The stages of a node that are asked for and not behind it. `--from` is about the node whose turn it is.
    pub(super) fn stages_of(&self, node: &Standing, first: bool) -> impl Iterator<Item = Stage> {
        let asked = move |stage: &Stage| {
            if first { self.args.stages.has(stage) } else { !self.args.stages.is_only() }
        };
        let ahead = node.stages_ahead();
        Stage::all().iter().copied().filter(|stage| stage.of_node()).filter(asked).filter(ahead)
    }

    /// Asks once for a node, before any work on it.
    pub(super) fn ask(&self, node: &Standing, stages: &[Stage]) -> Result<()> {
        if stages.is_empty() {
            return Ok(());
        }
        let Standing { node, old, new, .. } = node;
        let names: Vec<String> = stages.iter().map(|stage| stage.name()).collect();
        let what = match stages.iter().find(|stage| stage.no_return()) {
            Some(last) => format!(
                "takes it out of service and moves it from {old} to {new}; cannot be taken back from {} on, but by rollback-vm",
                last.name()
            ),
            None => format!("does {}", names.join(", ")),
        };
        self.cx.confirm(&format!("{node}: {what}"))
    }

    /// One part, by the name that the record has for it.
    pub(super) fn part(&self, name: &str, work: impl FnOnce() -> Result<()>) -> Result<()> {
        let of = if self.args.stages.is_only() { 1 } else { Stage::all().len() };
        self.cx.part(name, of, work)?;
        self.done.borrow_mut().insert(name.to_owned());
        Ok(())
    }
}
