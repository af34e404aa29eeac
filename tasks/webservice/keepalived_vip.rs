//! WS-21 and WS-22, document section 安装管理节点, lines 142-154. Undo: the files as they were; stop keepalived.
//!
//! ```sh
//! rsync -azPS /pitrix/build/packages/deb/pitrix-ks-webservice-base/etc/keepalived/chk_health_webservice.sh webservice0/1:/etc/keepalived/
//! rsync -azPS /pitrix/build/packages/deb/pitrix-ks-webservice-base/etc/keepalived/rc.local.keepalived.webservice webservice0/1:/etc/keepalived/
//! rsync -azPS /pitrix/build/packages/deb/pitrix-ks-webservice-base/etc/keepalived/keepalived.conf.webservice.webservice0/1 webservice0/1:/etc/keepalived/keepalived.conf
//! ssh webservice0/1 "service keepalived restart"
//! ```

use anyhow::Result;
use engine::data::fault::Fault;
use engine::data::{abs_path::AbsPath, node_name::NodeName};
use engine::ops::{Absent, Entry, File, FileContent, Patience, Units, block};
use engine::run::{Context, Host};
use engine::text::edit::block::Block;

use super::executable::Executable;
use super::floating_ip;
use super::whereabouts;
use crate::keepalived_vip::{self, CHECK};

/// Where the build leaves the package's files.
pub(super) const PKG_DIR: &str =
    "/pitrix/build/packages/deb/pitrix-ks-webservice-base/etc/keepalived";
const CONF: &str = "/etc/keepalived/keepalived.conf";
const HEALTH: &str = "/etc/keepalived/chk_health_webservice.sh";
pub(super) const RC_LOCAL: &str = "/etc/rc.local";
const BLOCK: &str = "/etc/keepalived/rc.local.keepalived.webservice";

/// Bring the floating IP of a webservice node under keepalived
///
/// Takes the three files of the package on firstbox to the node: the health check, the
/// configuration, and the block of rc.local, which stands there once, before `exit 0`. keepalived
/// is restarted only when its configuration is newer than the running daemon, and only after
/// `keepalived -t` has passed. Restarting it can move the address.
///
/// Examples:
///   cargo xtask webservice keepalived-vip --node webservice0 -n
///   cargo xtask webservice keepalived-vip --node webservice0 --yes
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
// Both profiles are flattened into one command, where a second group named `Args` would clash.
#[group(skip)]
pub struct Args {
    /// The node; the one without the address first
    #[arg(long, value_name = "NODE")]
    node: Option<NodeName>,
    /// Where the package has the files, on firstbox
    #[arg(long, value_name = "DIR", default_value = PKG_DIR)]
    pkg_dir: AbsPath,
    /// Where firstbox has its variables
    #[arg(long, value_name = "DIR", default_value = "/pitrix/conf/variables")]
    variables_dir: AbsPath,
    /// There is no floating IP: do nothing
    #[arg(long)]
    skip: bool,
}

/// The three files as the package on firstbox has them.
pub(super) struct Package {
    health: Vec<u8>,
    block: String,
    conf: Vec<u8>,
}

/// Reads on firstbox, changes the node.
pub fn run(cx: &Context, args: &Args) -> Result<()> {
    let Some(node) = &args.node else {
        return Err(
            Fault::usage("which node? give --node webservice0 or --node webservice1").into()
        );
    };
    let firstbox = cx.the("firstbox")?;
    let target = whereabouts::node(cx, node.as_str())?;
    let vip = floating_ip::read(cx, &firstbox, &args.variables_dir.to_string())?;
    // X0.30: one decision, read from one place.
    let vip = match (vip, args.skip) {
        (None, true) => {
            cx.note("no floating IP, nothing to do");
            return Ok(());
        }
        (Some(vip), false) => vip,
        (Some(vip), true) => {
            return Err(refused(
                &format!("--skip, but the floating IP is set to {vip}"),
                "leave out --skip, or remove webservice_floating_ip from the variables",
            ));
        }
        (None, false) => {
            return Err(refused(
                "no floating IP is set",
                "set webservice_floating_ip in the variables first; without a floating IP give --skip",
            ));
        }
    };
    cx.confirm(&format!(
        "starts or restarts keepalived on {node} when its files changed; {vip} can move (X0.25)"
    ))?;
    // X0.5: nothing of the document restores rc.local; a restore after this would take the block away.
    cx.note("restore rc.local from its backup before this step, not after it: the block would be lost (X0.5)");
    let package = read(cx, &firstbox, &args.pkg_dir.to_string(), &node.to_string())?;
    apply(&target, &package)?;
    keepalived_vip::check_holder(cx, &cx.every("@webservice")?, vip)
}

fn apply(node: &Host<'_>, package: &Package) -> Result<()> {
    node.ensure(&FileContent::new(HEALTH, package.health.clone()).mode("755"))?;
    node.ensure(&Executable(HEALTH))?;
    // X0.25: nothing restarts before `keepalived -t` has passed; a file that fails never gets there.
    node.ensure(
        &FileContent::new(CONF, package.conf.clone())
            .mode("640")
            .masking(["auth_pass"])
            .checked_by(CHECK),
    )?;
    node.ensure(
        &Units::active(["keepalived"]).newer_than([CONF, HEALTH]).patience(Patience::seconds(30)),
    )?;
    rc_local(node, package)
}

/// WS-22. X0.26, X0.27: one block, found by its content, before the last `exit 0`.
pub(super) fn rc_local(node: &Host<'_>, package: &Package) -> Result<()> {
    let block = Block::new("keepalived-webservice", package.block.clone()).before_exit();
    let present = block::present(RC_LOCAL, block).or_create("755").checked_by(["bash", "-n"]);
    node.ensure(&present)?;
    node.ensure(&Executable(RC_LOCAL))?;
    node.ensure(&Absent::new(BLOCK)).map(drop)
}

/// A dry run in which the package is built before knows nothing of the node's files.
pub(super) fn read(cx: &Context, firstbox: &Host<'_>, dir: &str, node: &str) -> Result<Package> {
    firstbox.look("read the package", |reader| {
        let file = |name: String| match reader.read(name.as_str().into())? {
            Entry::File(file) => Ok(file),
            Entry::Unknown(because) => {
                cx.uncertain(node, &because);
                Ok(File::default())
            }
            _ => Err(refused(
                &format!("there is no {name} on firstbox"),
                "build the packages on firstbox first, or name another directory: --pkg-dir DIR",
            )),
        };
        let block = file(format!("{dir}/rc.local.keepalived.webservice"))?;
        Ok(Package {
            health: file(format!("{dir}/chk_health_webservice.sh"))?.bytes,
            block: block.text(BLOCK.into())?.to_owned(),
            conf: file(format!("{dir}/keepalived.conf.webservice.{node}"))?.bytes,
        })
    })
}

fn refused(message: &str, hint: &str) -> anyhow::Error {
    Fault::refused(message).hint(hint).into()
}
