//! Document section 6. 更新软件包及相关文件, 1.
//!
//! - Hosts: the control machine
//! - Changes: unpacks each archive of `src`, several at once
//! - Proof: each archive ended with 0, has its own marker, and its content is there
//! - Undo: nothing to undo: the content stays beside its archives
//!
//! ```sh
//! # 解压 src 下各个产品软件包
//! cd /data/src/; for f in *gz;do tar xf $f; done
//! ```

use engine::prelude::*;

use super::common::trees;
use crate::common::args::WaitTimeout;

const THERE: Snippet = snippet!("bk-upgrade/unpack_products_there");
const UNPACK: Snippet = snippet!("bk-upgrade/unpack_products");

/// Each archive has its own exit code: a failure in the middle is shown, the others are unpacked, and
/// the next run does the failed one only (X4.17). A marker holds size and time of the archive, so a
/// second run reads no archive. It is a job of its own: a lost connection does not end it.
///
/// Examples:
///   cargo xtask bk-upgrade unpack-products -n
///   cargo xtask bk-upgrade unpack-products --jobs 4
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub struct Args {
    /// Directory of the packages
    #[arg(long, value_name = "DIR", default_value = "/data/src")]
    dir: AbsPath,
    /// Archives at once [default: one for each processor]
    #[arg(short, long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..))]
    jobs: Option<u8>,
    #[command(flatten)]
    wait: WaitTimeout<3600>,
}

/// Requires 6.2 and at least one archive, then unpacks.
pub fn run(cx: &Context, args: &Args) -> Result<()> {
    let control = cx.one_host("control")?;
    let dir = args.dir.as_str().trim_end_matches('/');
    if !cx.is_pending() {
        control.look("read the release", |reader| trees::are_new(reader, &args.dir))?;
        let there = Assert::new(THERE, [("DIR", dir.into())], format!("no archive in {dir}"));
        control.ensure(&there.hint("first: cargo xtask bk-upgrade replace-src"))?;
    }
    let jobs = args.jobs.map(|jobs| jobs.to_string()).unwrap_or_default();
    let unpack = Shell::new(UNPACK, [("DIR", dir.into()), ("JOBS", jobs.into())])
        .called(format!("unpack the archives in {dir}"))
        .after_changes("the archives come with an earlier operation")
        .harmless()
        .within(args.wait.limit())
        .detached(Detached::job("bk-unpack-products").rerun_when_cut());
    control.ensure(&unpack).map(drop)
}
