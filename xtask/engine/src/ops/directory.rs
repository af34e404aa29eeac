//! A directory that exists.

use anyhow::Result;
use camino::Utf8PathBuf;

use super::action::Action;
use super::file::absolute;
use super::plan::Planned;
use super::reader::Reader;
use super::{Need, Op, State, Undo};
use crate::data::fault::Fault;
use crate::snippet;
use crate::text::snippet::{Snippet, Value};

const DIRECTORY: Snippet = snippet!("/../../snippets/", "ops/directory");

/// A directory exists; missing parents are made with mode 755.
#[derive(Debug, Clone)]
pub struct Directory {
    path: Utf8PathBuf,
    mode: String,
    owner: String,
    stays: bool,
}

/// The state of the directory.
enum Found {
    /// Nothing; the uppermost directory to make.
    Absent(String),
    /// Octal mode, owner as names, owner as numbers.
    There([String; 3]),
}

impl Directory {
    /// `path` (absolute); an existing directory keeps its mode and owner.
    pub fn present(path: impl Into<Utf8PathBuf>) -> Self {
        Self { path: path.into(), mode: String::new(), owner: String::new(), stays: false }
    }

    /// Undo keeps it: irreversible operations leave files in it.
    #[must_use]
    pub fn stays(mut self) -> Self {
        self.stays = true;
        self
    }

    /// With these octal permissions, `750`.
    #[must_use]
    pub fn mode(mut self, mode: &str) -> Self {
        mode.trim_start_matches('0').clone_into(&mut self.mode);
        self
    }

    /// With this owner and group: `root:root` or `0:0`.
    #[must_use]
    pub fn owner(mut self, owner: impl Into<String>) -> Self {
        self.owner = owner.into();
        self
    }

    fn look(&self, host: &Reader<'_>) -> Result<Found> {
        absolute(&self.path)?;
        let said = host.ask(DIRECTORY, self.values(["", ""], ["", ""], ""))?;
        let words: Vec<_> = said.splitn(2, ' ').collect();
        Ok(match words[..] {
            ["absent", top] => Found::Absent(top.to_owned()),
            _ => {
                let mut words = said.split(' ').skip(1).map(str::to_owned);
                Found::There(std::array::from_fn(|_| words.next().unwrap_or_default()))
            }
        })
    }

    /// The mode and owner to set, and for undo those that the change `left`.
    fn values(
        &self,
        [mode, owner]: [&str; 2],
        left: [&str; 2],
        top: &str,
    ) -> Vec<(&'static str, Value)> {
        let path = self.path.as_str().trim_end_matches('/');
        vec![
            ("FOLDER", path.into()),
            ("MODE", mode.into()),
            ("OWNER", owner.into()),
            ("TOP", top.into()),
            ("LEFT_MODE", left[0].into()),
            ("LEFT_OWNER", left[1].into()),
        ]
    }

    fn wants_mode(&self, mode: &str) -> bool {
        !self.mode.is_empty() && self.mode != mode
    }

    fn wants_owner(&self, names: &str, numbers: &str) -> bool {
        !self.owner.is_empty() && self.owner != names && self.owner != numbers
    }

    /// `mode 755 -> 750`, for what differs.
    fn differences(&self, [mode, names, numbers]: &[String; 3]) -> Vec<String> {
        let mut found = Vec::new();
        if self.wants_mode(mode) {
            found.push(format!("mode {mode} -> {}", self.mode));
        }
        if self.wants_owner(names, numbers) {
            found.push(format!("owner {names} -> {}", self.owner));
        }
        found
    }
}

impl Op for Directory {
    fn describe(&self) -> String {
        format!("make directory {}", self.path)
    }

    fn probe(&self, host: &Reader<'_>) -> Result<State> {
        let what = match (host.planned(&self.path), self.look(host)?) {
            (Some(Planned::Directory), _) => return Ok(State::Kept),
            (Some(Planned::Text(_)), _) => {
                let what = format!("{} would be a file by then", self.path);
                return Err(Fault::refused(what).into());
            }
            (Some(Planned::Unknown(because)), _) => return Ok(State::Unknown(because)),
            (Some(Planned::Gone), _) | (None, Found::Absent(_)) => vec!["new directory".to_owned()],
            (None, Found::There(found)) => self.differences(&found),
        };
        if what.is_empty() {
            return Ok(State::Kept);
        }
        Ok(State::Needed(Need {
            diff: format!("{}: {}\n", self.path, what.join(", ")),
            after: vec![(self.path.to_string(), Planned::Directory)],
        }))
    }

    fn change(&self, _: &Reader<'_>) -> Result<Vec<Action>> {
        Ok(vec![Action::change(DIRECTORY, self.values([&self.mode, &self.owner], ["", ""], ""))])
    }

    fn undo(&self, host: &Reader<'_>) -> Result<Option<Vec<Undo>>> {
        if self.stays {
            return Ok(Some(Vec::new()));
        }
        let values = match self.look(host)? {
            Found::Absent(top) => self.values(["", ""], ["", ""], &top),
            Found::There([mode, _, owner]) => {
                let left = |wanted: &str, was: &str| {
                    if wanted.is_empty() { was.to_owned() } else { wanted.to_owned() }
                };
                let left = [left(&self.mode, &mode), left(&self.owner, &owner)];
                self.values([&mode, &owner], [&left[0], &left[1]], "")
            }
        };
        Ok(Some(vec![Undo::new(self.path.as_str(), Action::undo(DIRECTORY, values))]))
    }
}
