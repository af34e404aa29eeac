//! Document section 5.3. 备份 install、src 目录.
//!
//! - Hosts: the control machine
//! - Changes: copies the deploy scripts once, to `DIR_YYYYMMDDHHMM`
//! - Proof: the copy is equal to the directory, and its manifest lists it by hash
//! - Undo: removes the copy
//!
//! ```sh
//! # 中控机执行
//! cp -a -r /data/install /data/install_$(date +%Y%m%d%H%M)
//! ```

use engine::prelude::*;

use super::common::backups::{self, Copies};
use super::common::trees::{NEW, Tree, refused};

/// An equal copy is kept, whatever its time. A changed directory gets another copy; no copy is ever
/// replaced, and none is made inside of another. Once the scripts of 6.2 are in place, the copy of
/// 6.1 stays the backup: a copy made then would be one of the new scripts (X4.12). `replace-install`
/// needs the manifest.
///
/// Examples:
///   cargo xtask bk-upgrade backup-install-dir -n
///   cargo xtask bk-upgrade backup-install-dir --stamp 202601020304
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub struct Args {
    /// Directory of the deploy scripts
    #[arg(long, value_name = "DIR", default_value = "/data/install")]
    dir: AbsPath,
    /// The time in the name of the copy [default: the start of this run]
    #[arg(long, value_name = "YYYYMMDDHHMM", value_parser = stamp)]
    stamp: Option<String>,
}

/// Looks for a copy, copies, seals.
pub fn run(cx: &Context, args: &Args) -> Result<()> {
    let control = cx.one_host("control")?;
    let dir = args.dir.as_str().trim_end_matches('/');
    let (copies, [tree]) = control.look("look for copies of the deploy scripts", |reader| {
        Ok((Copies::read(reader, dir)?, Tree::read(reader, [dir], &[])?))
    })?;
    if !tree.is_there() || tree.is_empty() {
        return Err(refused(format!("{dir} holds no deploy scripts"), &[&tree])
            .hint("name their directory: --dir DIR")
            .into());
    }
    let machine = control.machine()?;
    if copies.replaced || tree.is(NEW) {
        let Some(copy) = copies.sealed.first() else {
            return Err(refused(
                format!("{dir} is that of 6.2 already, and 6.1 has no copy"),
                &[&tree],
            )
            .hint("a copy of the new scripts would be no backup (X4.12)")
            .hint(format!("bring the scripts of 6.1 back as {dir}_YYYYMMDDHHMM"))
            .into());
        };
        return control.ensure(&backups::install(machine, copy).sealed()).map(drop);
    }
    let now: String = cx.stamp().chars().filter(char::is_ascii_digit).collect();
    let (minute, seconds) = now.split_at(12);
    let known = copies.sealed.iter().chain(&copies.open);
    let first = match (&args.stamp, copies.begun) {
        (Some(stamp), _) => format!("{dir}_{stamp}"),
        (None, Some(begun)) => begun,
        (None, None) => format!("{dir}_{minute}"),
    };
    let names: Vec<&str> = known.map(String::as_str).filter(|name| *name != first).collect();
    // An equal copy of another time counts as well; a free name is one of the last two.
    let copy = names.iter().fold(TreeCopy::once(dir, &*first), |copy, name| copy.or_else(*name));
    let copy = copy.or_else(format!("{first}{seconds}"));
    let target = control.look("look for a copy", |reader| copy.target(reader))?;
    control.ensure(&copy)?;
    control.ensure(&backups::install(machine, target.as_str()).sealed()).map(drop)
}

/// Twelve digits.
fn stamp(text: &str) -> Result<String, String> {
    if text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(text.to_owned());
    }
    Err("a time is YYYYMMDDHHMM, twelve digits".into())
}
