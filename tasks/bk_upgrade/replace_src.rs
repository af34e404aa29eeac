//! Document section 6. 更新软件包及相关文件, 1.
//!
//! - Hosts: the control machine
//! - Changes: moves the packages of 6.2 to their place
//! - Proof: `VERSION` there is 6.2
//! - Undo: moves them back
//!
//! ```sh
//! # 替换 src 目录
//! mv /data/tmp/src /data/
//! ```

use engine::prelude::*;

use super::common::package;
use super::common::trees::{MARK, NEW, Tree, refused};

/// Moves the directory as a whole, never into an existing one (X4.13). The release of both decides
/// (X4.14): 6.2 at the new place is done, anything else there is refused.
///
/// Examples:
///   cargo xtask bk-upgrade replace-src -n
///   cargo xtask bk-upgrade replace-src
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub struct Args {
    /// The new packages, in the directory of the unpacked package
    #[arg(long, value_name = "DIR", default_value = "/data/tmp/src")]
    from: AbsPath,
    /// Directory of the packages
    #[arg(long, value_name = "DIR", default_value = "/data/src")]
    to: AbsPath,
}

/// Judges both directories, then moves.
pub fn run(cx: &Context, args: &Args) -> Result<()> {
    let control = cx.one_host("control")?;
    let [from, to] = [&args.from, &args.to].map(|path| path.as_str().trim_end_matches('/'));
    let unpacked = from.rsplit_once('/').map_or("", |(above, _)| above);
    let trees = control
        .look("read the releases", |reader| Tree::read(reader, [from, to, unpacked], &[MARK]))?;
    // A dry run that would unpack and move aside before finds the old state.
    if !cx.is_pending() {
        judge(&trees)?;
    }
    control.ensure(&Moved::aside(from, to)).map(drop)
}

/// Refuses anything but: unpacked and free, or done.
fn judge([from, to, unpacked]: &[Tree; 3]) -> Result<(), Fault> {
    let both = [from, to];
    match (from.is_there(), to.is_there()) {
        (false, true) if to.is(NEW) => Ok(()),
        (_, true) if !to.is(NEW) => Err(refused(format!("{} is not moved aside", to.path), &both)
            .hint("first: cargo xtask bk-upgrade backup-src-dir")),
        (true, true) => Err(refused(format!("{} is there already (X4.13)", to.path), &both)
            .hint("compare both; one of them is from another unpacking")),
        (false, _) => Err(refused(format!("{} is not unpacked", from.path), &both)
            .hint("first: cargo xtask bk-upgrade unpack-package")),
        (true, false) => {
            package::is_whole(unpacked)?;
            if !from.is(NEW) {
                let what = format!("{} is not that of 6.2", from.path);
                return Err(refused(what, &both).hint("unpack the package of 6.2"));
            }
            if from.filesystem != to.filesystem {
                let what = format!("{} is on another filesystem than {}", from.path, to.path);
                return Err(Fault::refused(what)
                    .hint("unpack beside the packages: bk-upgrade unpack-package --dest DIR"));
            }
            Ok(())
        }
    }
}
