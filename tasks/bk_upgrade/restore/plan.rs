//! What is brought back, from which backup: found and proved before anything is touched.

use engine::prelude::*;

use super::args::{Args, Stage};
use super::databases::{self, Attempt, Load};
use super::trees::{self, Back};
use crate::bk_upgrade::common::dumps;

const ATTEMPT: Snippet = snippet!("bk-upgrade/restore_attempt");

/// All that the selected stages bring back.
pub(super) struct Plan<'a> {
    trees: Vec<Back<'a>>,
    mysql: Option<Load<'a>>,
    mongodb: Option<Load<'a>>,
    /// Whether the services stop.
    stops: bool,
    cx: &'a Context,
}

impl<'a> Plan<'a> {
    /// Looks for the backups and proves those that are needed.
    ///
    /// # Errors
    /// Refused when a needed backup is missing, not proved, or not of 6.1.
    pub(super) fn make(cx: &'a Context, args: &Args) -> Result<Self> {
        let control = cx.one_host("control")?;
        let said = control.look("look for the upgrade", |reader| reader.ask(ATTEMPT, []))?;
        let mut lines = said.lines().skip(1).map(str::to_owned);
        let (name, key) = (lines.next().unwrap_or_default(), lines.next());
        let attempt = Attempt { name, key: key.unwrap_or_else(|| cx.stamp()) };
        let wants = |stage| args.stages.has(&stage);
        let trees = if wants(Stage::Trees) { trees::find(cx, args, control)? } else { Vec::new() };
        let mysql =
            if wants(Stage::Mysql) { Some(databases::mysql(cx, args, &attempt)?) } else { None };
        let mongodb = if wants(Stage::Mongodb) {
            Some(databases::mongodb(cx, args, &attempt)?)
        } else {
            None
        };
        Ok(Self { trees, mysql, mongodb, stops: wants(Stage::Stop), cx })
    }

    /// Whether nothing has to be brought back.
    pub(super) fn is_done(&self) -> bool {
        self.trees.iter().all(Back::is_kept) && self.loads().all(Load::is_kept)
    }

    /// What is lost, and what stays: before the question.
    pub(super) fn tell(&self, cx: &Context) {
        for load in self.loads().filter(|load| !load.is_kept()) {
            load.tell(cx);
        }
        if self.mysql.is_some() && self.mongodb.is_some() {
            cx.note("the two dumps are of different moments: what was written between them is in one of them only (X4.71)");
        }
        cx.note("does not come back: packages and virtual environments below /data/bkce, applications of the PaaS, users and grants of the databases");
        cx.note(dumps::NOT_SAVED);
    }

    /// For the question.
    pub(super) fn words(&self) -> String {
        let stops = self.stops.then(|| "stops all services of BlueKing".to_owned());
        let mut words: Vec<String> = stops.into_iter().collect();
        words.extend(self.trees.iter().filter(|back| !back.is_kept()).map(Back::words));
        words.extend(self.loads().filter(|load| !load.is_kept()).map(Load::words));
        if words.is_empty() {
            "brings back the selected stages".to_owned()
        } else {
            words.join("; ")
        }
    }

    /// The stage of the trees.
    pub(super) fn trees(&self, stages: &Stages<Stage>) -> Result<()> {
        self.cx.stage(stages, Stage::Trees, || self.trees.iter().try_for_each(Back::bring_back))
    }

    /// The stages of the databases.
    pub(super) fn databases(&self, cx: &Context, stages: &Stages<Stage>) -> Result<()> {
        let load = |load: &Option<Load<'_>>| load.as_ref().map_or(Ok(()), Load::load);
        cx.stage(stages, Stage::Mysql, || load(&self.mysql))?;
        cx.stage(stages, Stage::Mongodb, || load(&self.mongodb))
    }

    fn loads(&self) -> impl Iterator<Item = &Load<'a>> {
        self.mysql.iter().chain(&self.mongodb)
    }
}
