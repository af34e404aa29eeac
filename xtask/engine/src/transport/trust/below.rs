//! Files below a directory that the person has agreed to.

use std::fs::{self, File};

use anyhow::Result;
use camino::Utf8Path;
use rustix::fs::OFlags;

use super::{judge, open, regular};

/// Opens a file by the rule, which leaves out `base` and what is above it. A link that leads out of it has the whole rule.
///
/// # Errors
/// As [`open`].
pub fn open_below(base: &Utf8Path, path: &Utf8Path) -> Result<File> {
    let here = if base.as_str().is_empty() { Utf8Path::new(".") } else { base };
    judge_below(base, path)?;
    let (root, real) = (here.canonicalize_utf8()?, path.canonicalize_utf8()?);
    if !real.starts_with(&root) {
        return open(&real);
    }
    judge_below(&root, &real)?;
    let (file, meta) = regular(&real, OFlags::NOFOLLOW)?;
    judge(&real, &meta)?;
    Ok(file)
}

/// Looks at each part of the path below `base`, links as links.
fn judge_below(base: &Utf8Path, path: &Utf8Path) -> Result<()> {
    let above = base.components().count();
    let count = path.components().count();
    for at in path.ancestors().take(count.saturating_sub(above)) {
        judge(at, &fs::symlink_metadata(at)?)?;
    }
    Ok(())
}
