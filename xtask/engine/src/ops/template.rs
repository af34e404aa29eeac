//! Files from templates.

use camino::Utf8PathBuf;

use super::file::FileContent;
use crate::data::fault::Fault;
use crate::text::template::render;

/// `path` holds the template `text` with its `{{ name }}` filled in; `name` stands in messages
/// (`uecm/keepalived.conf`).
///
/// # Errors
/// An undefined or unused name, or a remaining placeholder; see [`render`].
pub fn file(
    path: impl Into<Utf8PathBuf>,
    name: &str,
    text: &str,
    values: &[(&str, &str)],
) -> Result<FileContent, Fault> {
    Ok(FileContent::new(path, render(name, text, values)?))
}
