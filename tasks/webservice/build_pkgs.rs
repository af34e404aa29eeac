//! Document section settings文件.
//!
//! - Hosts: firstbox
//! - Changes: builds all packages with the script of this installer version
//! - Proof: the files for each node are there and newer than settings and variables
//! - Undo: no: restore the settings and build again
//!
//! ```text
//! + 若环境版本`installer_version >= 4.3.0`
//!   + 构建包: `/pitrix/build/build_pkgs_allinone.py`。
//! + 若环境版本`installer_version < 4.3.0`
//!   + 构建包: `/pitrix/build/build_pkgs_allinone.sh`。
//! ```

use engine::prelude::*;

use super::common::args::{SettingsDir, VariablesDir};
use super::common::platform::Platform;
use super::common::{floating_ip, temporary_address};
use crate::common::args::WaitTimeout;

const BUILD: Snippet = snippet!("webservice/build_pkgs");
const NGINX: &str = "pitrix/ks/webservice-base/conf/nginx/nginx.conf";

/// Runs build_pkgs_allinone.py from installer version 4.3.0 on, build_pkgs_allinone.sh before (X0.18).
/// Skips the build if settings, variables and keys are unchanged. Builds anyway if the package lacks a
/// file for `nginx-conf` or `keepalived-vip`.
///
/// Examples:
///   cargo xtask webservice build-pkgs -n
///   cargo xtask webservice build-pkgs --wait-timeout 7200
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub struct Args {
    /// Directory of the script; the packages are below it
    #[arg(long, value_name = "DIR", default_value = "/pitrix/build")]
    build_dir: AbsPath,
    #[command(flatten)]
    settings_dir: SettingsDir,
    #[command(flatten)]
    variables_dir: VariablesDir,
    #[command(flatten)]
    wait: WaitTimeout<3600>,
}

/// Runs the script of this version.
pub fn run(cx: &Context, args: &Args) -> Result<()> {
    let firstbox = cx.one_host("firstbox")?;
    let op = built(cx, &firstbox, [&args.build_dir, &args.settings_dir, &args.variables_dir])?;
    temporary_address::warn(cx, &firstbox)?;
    firstbox.ensure(&op.within(args.wait.limit())).map(drop)
}

/// The packages are built from the present settings and variables.
pub(super) fn built(
    cx: &Context,
    firstbox: &Host<'_>,
    [build, settings, variables]: [&AbsPath; 3],
) -> Result<Script> {
    let script = format!("{build}/{}", Platform::of(firstbox)?.script("build_pkgs_allinone"));
    let mut files = vec![NGINX.to_owned()];
    // With a floating IP each node has its keepalived.conf (X0.30).
    if floating_ip::read(cx, firstbox, variables.as_str())?.is_some() {
        for node in cx.all_hosts("@webservice")?.names() {
            files.push(format!("etc/keepalived/keepalived.conf.webservice.{node}"));
        }
    }
    let package = format!("{build}/packages/deb/pitrix-ks-webservice-base");
    let values = [
        ("SCRIPT", script.as_str().into()),
        ("SETTINGS", settings.as_str().into()),
        ("VARIABLES", variables.as_str().into()),
        ("PACKAGE", package.as_str().into()),
        ("FILES", Value::list(files)),
    ];
    Ok(Script::new("packages", BUILD, values)
        .called(format!("build all packages with {script}"))
        .outdated("not built from the present settings and variables")
        .after_changes("their inputs may change before")
        .makes(package))
}
