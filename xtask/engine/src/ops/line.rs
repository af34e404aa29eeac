//! One line of a text file.

use camino::Utf8PathBuf;

use super::edit::Edit;
use crate::text::edit::line::{self, Place};

/// The file has this line, put at `place` when it is missing.
pub fn present(path: impl Into<Utf8PathBuf>, text: impl Into<String>, place: Place) -> Edit {
    let (path, text) = (path.into(), text.into());
    let what = format!("add a line to {path}");
    Edit::new(path, what, move |file| line::present(file, &text, &place))
}

/// The file has no such line.
pub fn absent(path: impl Into<Utf8PathBuf>, text: impl Into<String>) -> Edit {
    let (path, text) = (path.into(), text.into());
    let what = format!("remove a line from {path}");
    Edit::new(path, what, move |file| Ok(line::absent(file, &text)))
}
