//! The permissions of an existing file.

use anyhow::Result;
use camino::Utf8PathBuf;

use super::action::Action;
use super::file::absolute;
use super::reader::Reader;
use super::{Op, State, Undo};
use crate::data::fault::Fault;
use crate::snippet;
use crate::text::snippet::{Snippet, Value};

const MODE: Snippet = snippet!("/../../snippets/", "ops/mode");

/// An existing file has at most these permissions; stricter ones stay.
///
/// Writing keeps the mode of a file. So this comes before a secret is written into a file that all can read.
/// A missing file is fine: [`super::FileContent::mode`] sets its mode.
#[derive(Debug, Clone)]
pub struct Mode {
    path: Utf8PathBuf,
    most: u32,
}

impl Mode {
    /// `path` (absolute) has at most the permissions `most`, `0o640`; set-user-ID and the like stay.
    pub fn at_most(path: impl Into<Utf8PathBuf>, most: u32) -> Self {
        Self { path: path.into(), most: most | 0o7000 }
    }

    /// Before and after, when these differ.
    fn look(&self, host: &Reader<'_>) -> Result<Option<[String; 2]>> {
        absolute(&self.path)?;
        let now = host.ask(MODE, self.values(&[String::new(), String::new()]))?;
        if now == "absent" {
            return Ok(None);
        }
        let bits = u32::from_str_radix(&now, 8).map_err(|_| {
            Fault::failed(format!("cannot read the permissions of {}: {now:?}", self.path))
        })?;
        let after = bits & self.most;
        Ok((after != bits).then(|| [now, format!("{after:o}")]))
    }

    fn values(&self, [before, after]: &[String; 2]) -> [(&'static str, Value); 3] {
        [
            ("FILE", self.path.as_str().into()),
            ("MODE", after.as_str().into()),
            ("BEFORE", before.as_str().into()),
        ]
    }
}

impl Op for Mode {
    fn describe(&self) -> String {
        format!("restrict permissions of {}", self.path)
    }

    fn probe(&self, host: &Reader<'_>) -> Result<State> {
        let line =
            |[before, after]: [String; 2]| format!("{}: mode {before} -> {after}\n", self.path);
        Ok(self.look(host)?.map_or(State::Kept, |modes| State::needed(line(modes))))
    }

    fn change(&self, host: &Reader<'_>) -> Result<Vec<Action>> {
        let actions = self.look(host)?.map(|modes| Action::change(MODE, self.values(&modes)));
        Ok(actions.into_iter().collect())
    }

    fn undo(&self, host: &Reader<'_>) -> Result<Option<Vec<Undo>>> {
        // Not the path alone: operations that write the content use that.
        let thing = format!("permissions of {}", self.path);
        let undo = |modes| Undo::new(&*thing, Action::undo(MODE, self.values(&modes)));
        Ok(Some(self.look(host)?.map(undo).into_iter().collect()))
    }
}
