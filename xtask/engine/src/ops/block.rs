//! Marked lines of a text file.

use camino::Utf8PathBuf;

use super::edit::Edit;
use crate::text::edit::block::Block;

/// The file has the block, with this content. [`Block::before_end`] for `rc.local`.
pub fn present(path: impl Into<Utf8PathBuf>, block: Block) -> Edit {
    let path = path.into();
    let what = format!("add block {} to {path}", block.name);
    Edit::new(path, what, move |file| block.present(file))
}

/// The file does not have the block.
pub fn absent(path: impl Into<Utf8PathBuf>, block: Block) -> Edit {
    let path = path.into();
    let what = format!("remove block {} from {path}", block.name);
    Edit::new(path, what, move |file| block.absent(file))
}
