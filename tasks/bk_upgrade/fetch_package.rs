//! Document section 3. 获取软件包.
//!
//! - Hosts: the control machine
//! - Changes: downloads the package; a cut transfer continues at the next run
//! - Proof: the MD5 is the wanted one, and the archive can be read
//! - Undo: removes the package
//!
//! ```text
//! 1. 文件名：bkce-src-6.2.2.tgz
//!     - MD5：4213478c6b2c3e645c0c30009de474b8
//!     - 下载地址：https://bkopen-1252002024.file.myqcloud.com/ce/bkce-src-6.2.2.tgz
//! ```

use engine::ops::Download;
use engine::prelude::*;

use super::common::package::Sum;
use crate::common::args::WaitTimeout;

/// The document's address.
const URL: &str = "https://bkopen-1252002024.file.myqcloud.com/ce/bkce-src-6.2.2.tgz";

/// Downloads to a part beside the file, verifies the MD5, and moves the part into its place (X4.3,
/// XX.6). An error page or another file replaces nothing. A machine without internet gets the package
/// from a server of the site, or by hand: a `file://` URL is a path on the control machine.
///
/// Examples:
///   cargo xtask bk-upgrade fetch-package -n
///   cargo xtask bk-upgrade fetch-package --url file:///mnt/usb/bkce-src-6.2.2.tgz
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub struct Args {
    /// Address of the package [default: `bk_package_url` of `[vars]`, else that of the document]
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    #[command(flatten)]
    sum: Sum,
    /// The file on the control machine
    #[arg(long, value_name = "FILE", default_value = "/data/bkce-src-6.2.2.tgz")]
    dest: AbsPath,
    #[command(flatten)]
    wait: WaitTimeout<7200>,
}

/// Downloads.
pub fn run(cx: &Context, args: &Args) -> Result<()> {
    let control = cx.one_host("control")?;
    let url = args.url.as_deref().or(control.entry().var("bk_package_url")).unwrap_or(URL);
    // The MD5 finds damage; the vendor publishes nothing better (X4.3).
    let package = Download::new(url, args.dest.as_str())
        .md5(args.sum.read(&control)?)
        .checked_by(["tar", ">/dev/null", "-tzf"])
        .within(args.wait.limit());
    control.ensure(&package).map(drop)
}
