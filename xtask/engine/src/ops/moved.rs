//! A path moved aside.

use anyhow::Result;
use camino::{Utf8Path, Utf8PathBuf};

use super::action::Action;
use super::file::absolute;
use super::plan::Planned;
use super::reader::Reader;
use super::{Need, Op, State, Undo};
use crate::data::fault::Fault;
use crate::snippet;
use crate::text::snippet::{Snippet, Value};

const MOVED: Snippet = snippet!("/../../snippets/", "ops/moved");

/// Moves a path to another one, never over an existing one.
#[derive(Debug, Clone)]
pub struct Moved {
    from: Utf8PathBuf,
    to: Utf8PathBuf,
}

impl Moved {
    /// From `from` to `to`, both absolute.
    pub fn aside(from: impl Into<Utf8PathBuf>, to: impl Into<Utf8PathBuf>) -> Self {
        Self { from: from.into(), to: to.into() }
    }

    fn values(&self) -> [(&'static str, Value); 2] {
        [("FROM", self.from.as_str().into()), ("TO", self.to.as_str().into())]
    }
}

impl Op for Moved {
    fn describe(&self) -> String {
        format!("move {} to {}", self.from, self.to)
    }

    fn probe(&self, host: &Reader<'_>) -> Result<State> {
        absolute(&self.from)?;
        absolute(&self.to)?;
        let said = host.ask(MOVED, self.values())?;
        let (from, to) = said.split_once(' ').unwrap_or_default();
        let there = |path: &Utf8Path, now: &str| {
            host.planned(path).map_or(now == "yes", |planned| planned != Planned::Gone)
        };
        match (there(&self.from, from), there(&self.to, to)) {
            (true, false) => Ok(State::Needed(Need {
                diff: format!("{} -> {}\n", self.from, self.to),
                after: vec![
                    (self.to.to_string(), moved(host, &self.from)),
                    (self.from.to_string(), Planned::Gone),
                ],
            })),
            (false, true) => Ok(State::Kept),
            (true, true) => Err(Fault::refused(format!("{} is there already", self.to))
                .detail("would become", self.from.as_str())
                .hint("compare them, and move one of them away by hand")
                .into()),
            (false, false) => {
                Err(Fault::failed(format!("neither {} nor {} is there", self.from, self.to)).into())
            }
        }
    }

    fn change(&self, _: &Reader<'_>) -> Result<Vec<Action>> {
        Ok(vec![Action::change(MOVED, self.values())])
    }

    fn undo(&self, _: &Reader<'_>) -> Result<Option<Vec<Undo>>> {
        Ok(Some(vec![Undo::new(self.from.as_str(), Action::undo(MOVED, self.values()))]))
    }
}

fn moved(host: &Reader<'_>, from: &Utf8Path) -> Planned {
    let unknown = || Planned::Unknown(format!("it comes from {from}"));
    host.planned(from).unwrap_or_else(unknown)
}
