//! The sequence of the parts: checks, selection, order.

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
            let fault = Fault::usage(format!("{only} is not a webservice node"));
            return Err(fault.detail("in", &sight.before.dir).into());
        }
        let (nodes, holder) = order::find(cx, sight.standings()?)?;
        Ok(Self { cx, args, config, stamp, backed_up, nodes, holder, done: RefCell::default() })
    }

    /// The selected nodes that are not finished.
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
                "{node} is finished: on {new}, with its own address and running services; skipped"
            ));
        }
        let Some(next) = self.ahead().next() else { return Ok(()) };
        // Refuse and ask before the stages of the platform change anything for this node.
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

    /// The selected stages that a node still needs. `--from` applies to the node in turn.
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
                "takes it out of service and moves it from {old} to {new}; irreversible from {} on, except by rollback-vm",
                last.name()
            ),
            None => format!("does {}", names.join(", ")),
        };
        self.cx.confirm(&format!("{node}: {what}"))
    }

    /// One part, by its name in the record.
    pub(super) fn part(&self, name: &str, work: impl FnOnce() -> Result<()>) -> Result<()> {
        let of = if self.args.stages.is_only() { 1 } else { Stage::all().len() };
        self.cx.part(name, of, work)?;
        self.done.borrow_mut().insert(name.to_owned());
        Ok(())
    }
}
