//! The deploy scripts, replaced by rsync with deletions.

use engine::prelude::*;

const REPLACE: Snippet = snippet!("bk-upgrade/replace_install");

/// The directory becomes that of the package, but for the site's own files. It destroys files, so it needs a proved
/// backup, from which its undo brings them back.
#[derive(Debug)]
pub(crate) struct Replacement<'a> {
    /// The control machine.
    pub(crate) host: &'a str,
    /// The new scripts, with a slash at the end (X4.15).
    pub(crate) from: String,
    /// The directory, with a slash at the end.
    pub(crate) to: String,
    /// The directory with the mark of the package.
    pub(crate) unpacked: &'a str,
    /// Patterns of the site's own files.
    pub(crate) excludes: &'a [String],
    /// The backup; empty while there is none.
    pub(crate) copy: &'a str,
}

impl Replacement<'_> {
    fn values(&self) -> [(&'static str, Value); 5] {
        [
            ("FROM", self.from.as_str().into()),
            ("TO", self.to.as_str().into()),
            ("EXCLUDES", self.excludes.join("\n").into()),
            ("COPY", self.copy.into()),
            ("UNPACKED", self.unpacked.into()),
        ]
    }

    /// The files of the directory that the package does not have.
    ///
    /// # Errors
    /// When the host cannot answer.
    pub(crate) fn deletions(&self, host: &Reader<'_>) -> Result<Vec<String>> {
        let State::Needed(need) = self.probe(host)? else { return Ok(Vec::new()) };
        let gone = |line: &str| line.strip_suffix(": deleted").map(str::to_owned);
        Ok(need.diff.lines().filter_map(gone).collect())
    }
}

impl Op for Replacement<'_> {
    fn describe(&self) -> String {
        format!("replace {} with {}", self.to, self.from)
    }

    fn probe(&self, host: &Reader<'_>) -> Result<State> {
        let planned = [self.from.as_str(), self.to.as_str()]
            .iter()
            .any(|path| host.planned(path.trim_end_matches('/').into()).is_some());
        if planned || host.blind().is_some() {
            let what = format!("{} comes with an earlier operation", self.from);
            return Ok(State::Unknown(what));
        }
        let (kept, said) = host.answer(&Action::probe(REPLACE, self.values()))?;
        Ok(if kept { State::Kept } else { State::needed(said) })
    }

    fn change(&self, _: &Reader<'_>) -> Result<Vec<Action>> {
        Ok(vec![Action::change(REPLACE, self.values())])
    }

    fn undo(&self, _: &Reader<'_>) -> Result<Option<Vec<Undo>>> {
        let back = Action::undo(REPLACE, self.values());
        Ok(Some(vec![Undo::new(self.to.as_str(), back)]))
    }

    fn destroys(&self) -> Vec<Doomed> {
        vec![Doomed::path_on(self.host, self.to.trim_end_matches('/'))]
    }
}
