//! An executable file.

use engine::prelude::*;

const EXECUTABLE: Snippet = snippet!("webservice/executable");

/// The file at this path is executable.
pub(crate) struct Executable(pub(crate) &'static str);

impl Op for Executable {
    fn describe(&self) -> String {
        format!("make {} executable", self.0)
    }

    fn probe(&self, host: &Reader<'_>) -> Result<State> {
        let (is, said) = host.answer(&Action::probe(EXECUTABLE, [("FILE", self.0.into())]))?;
        // In a dry run: a new file gets the mode it needs, an old one keeps its own.
        let comes = said.trim_end() == "absent" && host.planned(self.0.into()).is_some();
        Ok(if is || comes { State::Kept } else { State::needed(said) })
    }

    fn change(&self, _: &Reader<'_>) -> Result<Vec<Action>> {
        Ok(vec![Action::change(EXECUTABLE, [("FILE", self.0.into())])])
    }

    fn undo(&self, _: &Reader<'_>) -> Result<Option<Vec<Undo>>> {
        Ok(Some(vec![Undo::new(
            format!("the mode of {}", self.0),
            Action::undo(EXECUTABLE, [("FILE", self.0.into())]),
        )]))
    }
}
