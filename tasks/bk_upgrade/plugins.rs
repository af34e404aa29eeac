//! Document section 7.12 更新插件.
//!
//! - Hosts: the control machine; the hosts of nodeman are read
//! - Changes: `bkcli` loads the new agent and plugin packages into the node management; it deletes the old ones on its hosts first
//! - Proof: `bkcli` prints no error; the marker has the checksums of the packages
//! - Undo: no: load the packages of 6.1 again
//!
//! ```sh
//! ./bkcli initdata nodeman
//! ```

use engine::prelude::*;

use super::common::bkcli::Bkcli;
use super::common::module::NODEMAN;

const LOAD: Snippet = snippet!("bk-upgrade/plugins");

/// Refused before `bk-upgrade nodeman` is done: the command deletes the old packages on the hosts of the
/// node management first (X4.54). It runs again when a package or the version of nodeman differs.
///
/// Examples:
///   cargo xtask bk-upgrade plugins -n
///   cargo xtask bk-upgrade plugins
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub struct Args {
    /// Directory of the BlueKing installation
    #[arg(long, value_name = "DIR", default_value = "/data/bkce")]
    install_path: AbsPath,
    /// Directory of the deploy scripts on the control machine
    #[arg(long, value_name = "DIR", default_value = "/data/install")]
    install_dir: AbsPath,
    /// Directory of the new packages on the control machine
    #[arg(long, value_name = "DIR", default_value = "/data/src")]
    src_dir: AbsPath,
}

/// Loads them.
pub fn run(cx: &Context, args: &Args) -> Result<()> {
    let control = cx.one_host("control")?;
    let hosts = cx.hosts(&format!("@{}", NODEMAN.group))?;
    let bkcli = Bkcli {
        cx,
        module: &NODEMAN,
        hosts: &hosts,
        layout: None,
        poll: Poll::NONE,
        install_dir: &args.install_dir,
        src_dir: &args.src_dir,
        install_path: &args.install_path,
        container: "",
    };
    if !cx.is_pending() && cx.options.emit.is_none() {
        let mut late = control.look("look at nodeman", |reader| bkcli.older(reader))?;
        late.extend(
            control
                .look("look at nodeman", |reader| bkcli.trouble(reader))?
                .lines()
                .map(str::to_owned),
        );
        if !late.is_empty() {
            let fault =
                Fault::refused("nodeman is not the new one yet").detail("found", late.join("\n"));
            return Err(fault.hint("first: cargo xtask bk-upgrade nodeman").into());
        }
    }
    let values = [
        ("INSTALL_DIR", args.install_dir.to_string().into()),
        ("SRC_DIR", args.src_dir.to_string().into()),
        ("PACKAGE", NODEMAN.package.into()),
        ("ALLOW", "".into()),
    ];
    let load = Script::new("bk-plugins", LOAD, values)
        .called("load the agent and plugin packages into nodeman")
        .outdated("these packages were not loaded yet")
        .within(cx.options.limit())
        .detached(Detached::job("bkcli-initdata-nodeman").rerun_when_cut());
    control.ensure(&load).map(drop)
}
