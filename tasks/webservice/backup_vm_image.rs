//! Document section 备份管理节点.
//!
//! - Hosts: the old physical host
//! - Changes: moves image and definition of the old VM aside, then removes `NODE.Done`
//! - Proof: `old-NODE` has both, as its manifest says; `NODE` has none of them
//! - Undo: moves the files back
//!
//! ```sh
//! # 连接到webservice vm所在的物理节点，备份管理虚机的镜像
//! ssh ${physical_host}
//! virsh list --all
//! cd /pitrix/kernels/
//! rm -f webservice0/1.Done
//! mv webservice0/1.img old-webservice0/1.img
//! mv webservice0/1.xml old-webservice0/1.xml
//! ```

use engine::prelude::*;

use super::common::args::Node;
use super::common::old_image;
use super::common::settings_backup::Before;
use super::common::vm;

const AUTOSTART: Snippet = snippet!("webservice/backup_vm_image_autostart");
const UNDEFINED: Snippet = snippet!("webservice/backup_vm_image_undefine");

/// Renames NODE.img and NODE.xml to old-NODE, but never over an existing file (X0.15). Then removes
/// NODE.Done (X0.16) and disables the start of the VM with its host. The VM must be off (X0.12). Works
/// on the physical host that the backup names (X0.14). A manifest with the hash of the image seals it:
/// `relaunch-vm` needs it.
///
/// Examples:
///   cargo xtask webservice backup-vm-image --node webservice0 -n
///   cargo xtask webservice backup-vm-image --node webservice0 --undefine --yes
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub struct Args {
    #[command(flatten)]
    node: Node,
    /// Its old physical host [default: the one in the backup]
    #[arg(long, value_name = "HOST")]
    physical_host: Option<NodeName>,
    /// Image directory on the physical hosts
    #[arg(long, value_name = "DIR", default_value = "/pitrix/kernels")]
    kernels_dir: AbsPath,
    #[command(flatten)]
    before: Before,
    /// Also undefine the old VM
    #[arg(long)]
    undefine: bool,
}

/// Works on the old physical host, by absolute paths. The document uses `ssh` in mid-script and continues
/// after a failed `cd` (XX.2, XX.7).
pub fn run(cx: &Context, args: &Args) -> Result<()> {
    let (firstbox, node) = (cx.one_host("firstbox")?, args.node.as_str());
    let old = args.before.host(cx, &firstbox, &args.node, args.physical_host.as_ref())?;
    // A dry run that would shut it down before still finds it running.
    if !cx.is_pending() {
        is_off(old, node)?;
    }
    cx.confirm(&format!("moves the image of {node} aside on {}", old.name()))?;
    let path = |name: &str| format!("{}/{name}", args.kernels_dir);
    let mut moved = false;
    for kind in ["img", "xml"] {
        let (from, to) = (path(&format!("{node}.{kind}")), path(&format!("old-{node}.{kind}")));
        moved |= old.ensure(&Moved::aside(from, to))? != Outcome::Kept;
    }
    old.ensure(&Absent::new(path(&format!("{node}.Done"))))?;
    let mark = path(&format!("old-{node}.autostart"));
    old.ensure(&Shell::new(AUTOSTART, [("NODE", node.into()), ("MARK", mark.into())]))?;
    let backup = old_image::backup(firstbox.machine()?, args.kernels_dir.as_str(), node);
    // An image that was moved before is the only one.
    old.ensure(&if moved { backup.sealed() } else { backup.sealed_once() })?;
    if args.undefine {
        let xml = path(&format!("old-{node}.xml"));
        old.ensure(&Shell::new(UNDEFINED, [("NODE", node.into()), ("XML", xml.into())]))?;
    }
    Ok(())
}

/// Refuses to move the image of a running VM (X0.12). Only virsh knows its state (X0.13).
fn is_off(old: Host<'_>, node: &str) -> Result<()> {
    match vm::state_of(old, node)?.as_deref() {
        None | Some("shut off") => Ok(()),
        Some(state) => Err(Fault::refused(format!("{node} is {state} on {}", old.name()))
            .hint(format!("first: cargo xtask webservice shutdown-vm --node {node}"))
            .into()),
    }
}
