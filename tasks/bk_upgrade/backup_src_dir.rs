//! Document section 5.3. 备份 install、src 目录.
//!
//! - Hosts: the control machine
//! - Changes: moves the packages of 6.1 aside, to `src.bak`
//! - Proof: `src.bak` is 6.1, has what later steps read, and a manifest of that
//! - Undo: moves them back
//!
//! ```sh
//! mv /data/src /data/src.bak
//! ```

use engine::prelude::*;

use super::common::trees::{MARK, NEW, OLD, Tree, refused};
use super::common::{backups, package};
use super::job;

/// Moves the directory as a whole, never into an existing one (X4.13). A `src.bak` that is there
/// already is refused with its release: three later steps read it (X4.14). From now on the packages
/// are missing until `replace-src`. So the new ones must be unpacked, on the same filesystem.
///
/// Examples:
///   cargo xtask bk-upgrade backup-src-dir -n
///   cargo xtask bk-upgrade backup-src-dir --yes
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub struct Args {
    /// Directory of the packages
    #[arg(long, value_name = "DIR", default_value = "/data/src")]
    src: AbsPath,
    /// Its new name
    #[arg(long, value_name = "DIR", default_value = "/data/src.bak")]
    bak: AbsPath,
    /// Directory of the unpacked package
    #[arg(long, value_name = "DIR", default_value = "/data/tmp")]
    unpacked: AbsPath,
}

/// Judges both directories, moves, seals.
pub fn run(cx: &Context, args: &Args) -> Result<()> {
    let control = cx.one_host("control")?;
    let [src, bak, unpacked] = [&args.src, &args.bak, &args.unpacked]
        .map(|path| path.as_str().trim_end_matches('/').to_owned());
    let backup = backups::src(control.machine()?, &bak);
    // A dry run that would unpack the package before still finds none.
    let things = [&backups::KEPT[..], &[MARK]].concat();
    let trees = control
        .look("read the releases", |reader| Tree::read(reader, [&src, &bak, &unpacked], &things))?;
    if !is_moved(&trees, cx.is_pending())? {
        // The last moment to learn that a late step cannot use the package (X4.49).
        if !cx.is_pending() {
            let yq = format!("{unpacked}/install/bin/yq");
            control.ensure(&job::mikefarah(&yq, "is it the package of 6.2? unpack it again"))?;
        }
        control.confirm(&format!("moves {src} to {bak}: no packages until replace-src"))?;
        control.ensure(&Moved::aside(&src, &bak))?;
    } else if !control.look("read the backup", |reader| unchanged(reader, &backup))? {
        let what = format!("{bak} has changed since it was sealed");
        return Err(refused(what, &[&trees[1]])
            .detail("manifest", backup.manifest().as_str())
            .hint("bring the old files back; if the change is meant, delete the manifest first")
            .into());
    }
    control.ensure(&backup.sealed()).map(drop)
}

/// Whether the packages of 6.1 are at their new name.
fn is_moved([src, bak, unpacked]: &[Tree; 3], pending: bool) -> Result<bool> {
    let both = [src, bak];
    if bak.is_there() {
        if bak.is(OLD) && (!src.is_there() || src.is(NEW)) {
            holds_all(bak)?;
            return Ok(true);
        }
        return Err(refused(format!("{} is there already (X4.13)", bak.path), &both)
            .hint("find out what it is, and move it away; or give another name: --bak DIR")
            .into());
    }
    if !src.is(OLD) {
        let what = format!("{} is not that of 6.1: it would be no backup (X4.14)", src.path);
        return Err(refused(what, &both)
            .hint("find the packages of 6.1, or name their directory: --src DIR")
            .into());
    }
    holds_all(src)?;
    if !pending {
        package::is_whole(unpacked)?;
        if unpacked.filesystem != src.filesystem {
            let what = format!("{} is on another filesystem than {}", unpacked.path, src.path);
            return Err(Fault::refused(what)
                .hint("unpack beside the packages: bk-upgrade unpack-package --dest DIR")
                .into());
        }
    }
    Ok(false)
}

fn holds_all(tree: &Tree) -> Result<(), Fault> {
    let missing = tree.lacks(&backups::KEPT);
    if missing.is_empty() {
        return Ok(());
    }
    Err(refused(format!("{} lacks what later steps read (X4.14)", tree.path), &[tree])
        .detail("missing", missing.join(", "))
        .hint("look for the right directory of 6.1, or bring these files back into it"))
}

/// Whether it is sealed and as it was then, or not sealed yet.
fn unchanged(reader: &Reader<'_>, backup: &Backup) -> Result<bool> {
    match reader.read(backup.manifest())? {
        Entry::File(_) => backup.is_whole(reader),
        _ => Ok(true),
    }
}
