//! Document section 4. 解压6.2安装包.
//!
//! - Hosts: the control machine
//! - Changes: unpacks the package into a fresh directory, which appears as a whole
//! - Proof: MD5 of the unpacked bytes, `src/VERSION` is 6.2, `install/bkcli` is there
//! - Undo: removes the directory, while it is whole
//!
//! ```sh
//! # 创建临时存放目录
//! mkdir -p /data/tmp
//! tar xf bkce-src-6.2.2.tgz -C /data/tmp
//! ```

use engine::prelude::*;

use super::common::package::Sum;
use super::common::trees::{MARK, NEW, Tree, refused};
use crate::common::args::WaitTimeout;

const UNPACK: Snippet = snippet!("bk-upgrade/unpack_package");

/// Never unpacks into a directory that holds something: tar would mix an older unpacking with the new
/// one (X4.4). The package is read once: MD5 and content come from the same bytes (X4.3). The release
/// comes from the package, not from its name (X4.1). It is a job of its own: a lost connection does
/// not end it.
///
/// Examples:
///   cargo xtask bk-upgrade unpack-package -n
///   cargo xtask bk-upgrade unpack-package --dest /data/tmp-6.2
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub struct Args {
    /// The package on the control machine
    #[arg(long, value_name = "FILE", default_value = "/data/bkce-src-6.2.2.tgz")]
    tgz: AbsPath,
    #[command(flatten)]
    sum: Sum,
    /// The directory to make
    #[arg(long, value_name = "DIR", default_value = "/data/tmp")]
    dest: AbsPath,
    /// Directory of the packages, where `replace-src` moves them
    #[arg(long, value_name = "DIR", default_value = "/data/src")]
    src_dir: AbsPath,
    #[command(flatten)]
    wait: WaitTimeout<3600>,
}

/// Looks at the directory, then unpacks.
pub fn run(cx: &Context, args: &Args) -> Result<()> {
    let control = cx.one_host("control")?;
    let sum = args.sum.read(&control)?;
    let dest = args.dest.as_str().trim_end_matches('/');
    let new = format!("{dest}/src");
    let things = [MARK];
    let [dest, new, src] = control.look("look for an unpacked package", |reader| {
        Tree::read(reader, [dest, &new, args.src_dir.as_str()], &things)
    })?;
    let whole = dest.lacks(&things).is_empty();
    if dest.is_there() && !dest.is_empty() && !whole {
        return Err(refused(format!("{} holds something else (X4.4)", dest.path), &[&dest, &new])
            .hint(format!("move it away: mv -T {0} {0}.old", dest.path))
            .hint("or unpack elsewhere: --dest DIR, and tell the later steps with --from")
            .into());
    }
    if whole && !new.is_there() && !src.is(NEW) && !cx.is_pending() {
        return Err(refused(format!("the packages of {} are gone", dest.path), &[&new, &src])
            .hint(format!("move {} away, then run this again", dest.path))
            .into());
    }
    let values = [
        ("TGZ", args.tgz.as_str().into()),
        ("SUM", sum.into()),
        ("DEST", dest.path.as_str().into()),
        ("WAS", if dest.is_empty() { "empty" } else { "absent" }.into()),
    ];
    let unpack = Shell::new(UNPACK, values)
        .called(format!("unpack {} into {}", args.tgz, dest.path))
        .makes(&*dest.path)
        .within(args.wait.limit())
        .detached(Detached::job("bk-unpack-package").rerun_when_cut());
    control.ensure(&unpack).map(drop)
}
