//! Document section 刷新版本信息, the second one with the number 7.14 (X4.68).
//!
//! - Hosts: the control machine
//! - Changes: the versions in the table bksuite_common.production_info
//! - Proof: each version in the table is that of the VERSION file of its package; that of bksuite begins with 6.2
//! - Undo: no: run it again with the former packages
//!
//! ```sh
//! source /data/install/tools.sh
//! _update_common_info
//! ```

use engine::prelude::*;

use super::common::bkcli::LATER;

const REFRESH: Snippet = snippet!("bk-upgrade/refresh_version");

/// The last step: it writes the versions of the packages in the directory of packages, whatever runs on
/// the hosts. The functions of the vendor run in a bash of their own (X4.37).
///
/// Examples:
///   cargo xtask bk-upgrade refresh-version -n
///   cargo xtask bk-upgrade refresh-version
///   cargo xtask bk-upgrade refresh-version --module job
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub struct Args {
    /// Only this module [default: all]
    #[arg(long, value_name = "MODULE", value_parser = module)]
    module: Option<String>,
    /// The version of the suite begins with this
    #[arg(long, value_name = "PREFIX", default_value = "6.2")]
    to: String,
    /// Directory of the deploy scripts on the control machine
    #[arg(long, value_name = "DIR", default_value = "/data/install")]
    install_dir: AbsPath,
    /// Directory of the new packages on the control machine
    #[arg(long, value_name = "DIR", default_value = "/data/src")]
    src_dir: AbsPath,
}

/// Runs the vendor's function when a version differs.
pub fn run(cx: &Context, args: &Args) -> Result<()> {
    let control = cx.one_host("control")?;
    let values = [
        ("INSTALL_DIR", args.install_dir.to_string().into()),
        ("SRC_DIR", args.src_dir.to_string().into()),
        ("MODULE", args.module.as_deref().unwrap_or_default().into()),
        ("TO", args.to.as_str().into()),
    ];
    let refreshed = Shell::new(REFRESH, values).after_changes(LATER);
    control.ensure(&refreshed.within(Duration::from_secs(600))).map(drop)
}

/// The name of a module: it becomes a word of a command and a part of a path.
fn module(text: &str) -> Result<String, String> {
    let good = |c: char| c.is_ascii_alphanumeric() || "_-".contains(c);
    if text.is_empty() || text.starts_with('-') || !text.chars().all(good) {
        return Err("a module has letters, digits, - and _ only".into());
    }
    Ok(text.to_owned())
}
