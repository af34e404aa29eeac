//! Takes `backup-vm-image` and `relaunch-vm` back; the document has no such step.
//!
//! - Hosts: both physical hosts, firstbox
//! - Changes: moves the new VM aside and restores the old one, with its settings
//! - Proof: the old VM runs on its old physical host, the new one nowhere
//! - Undo: no: run the upgrade again

use engine::prelude::*;

use super::common::args::Node;
use super::common::old_image;
use super::common::settings_backup::{Before, Physical};
use super::common::temporary_address;
use super::gen_node_list;

const AUTOSTART_BACK: Snippet = snippet!("webservice/rollback_vm_autostart");
const RETIRE: Snippet = snippet!("webservice/rollback_vm_retire");
const STARTED: Snippet = snippet!("webservice/rollback_vm_start");

/// Destroys the new VM, but keeps its image as failed-NODE.STAMP. Restores the name of the old image
/// and the node's settings, and starts the old VM on its old physical host. Destroys nothing unless
/// the old image exists (X0.15).
///
/// Examples:
///   cargo xtask webservice rollback-vm --node webservice0 -n
///   cargo xtask webservice rollback-vm --node webservice0 --yes
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub struct Args {
    #[command(flatten)]
    node: Node,
    /// Its old physical host [default: the one in the backup]
    #[arg(long, value_name = "HOST")]
    old_host: Option<NodeName>,
    /// Image directory on the physical hosts
    #[arg(long, value_name = "DIR", default_value = "/pitrix/kernels")]
    kernels_dir: AbsPath,
    #[command(flatten)]
    before: Before,
    #[command(flatten)]
    physical: Physical,
}

/// Removes the new VM on any host first, then restores the old one.
pub fn run(cx: &Context, args: &Args) -> Result<()> {
    let (firstbox, node) = (cx.one_host("firstbox")?, args.node.as_str());
    let old = args.before.host(cx, &firstbox, &args.node, args.old_host.as_ref())?;
    let settings = args.old_settings(&firstbox, &args.before.backup(cx))?;
    let in_place = old_image::in_place(old, args.kernels_dir.as_str(), node)?;
    cx.confirm(&format!(
        "destroys the new VM of {node} and starts the old one on {}; irreversible",
        old.name()
    ))?;
    if !in_place {
        cx.rebuilt(node)?;
    }
    for host in args.physical.hosts(cx)?.iter().filter(|host| host.name() != old.name()) {
        let values = [
            ("NODE", node.into()),
            ("DIR", args.kernels_dir.as_str().into()),
            ("STAMP", cx.stamp().into()),
        ];
        let retire = Shell::new(RETIRE, values).called(format!("move a new VM of {node} aside"));
        host.ensure(&retire.takes_away(Loss::stop_of(node)))?;
    }
    if !in_place {
        for kind in ["img", "xml"] {
            old.ensure(&Moved::aside(
                args.path(&format!("old-{node}.{kind}")),
                args.path(&format!("{node}.{kind}")),
            ))?;
        }
    }
    // It is the disk of a running VM from here on.
    let manifest = old_image::backup(String::new(), args.kernels_dir.as_str(), node);
    old.ensure(&Absent::new(manifest.manifest()))?;
    let values = [("NODE", node.into()), ("XML", args.path(&format!("{node}.xml")).into())];
    old.ensure(
        &Shell::new(STARTED, values)
            .called(format!("start the old VM of {node}"))
            .poll(Poll::seconds(60))
            .undo_takes_away(Loss::stop_of(node)),
    )?;
    let mark = args.path(&format!("old-{node}.autostart"));
    let values = [("NODE", node.into()), ("MARK", mark.into())];
    old.ensure(&Shell::new(AUTOSTART_BACK, values))?;
    old.ensure(&FileContent::new(args.path(&format!("{node}.Done")), ""))?;
    let settings = FileContent::new(format!("{}/{node}", args.before.settings_dir), settings);
    temporary_address::closes(&firstbox, node, &settings)?;
    firstbox.ensure(&Absent::new(Script::marker(&format!("launched/{node}"))))?;
    firstbox.ensure(&temporary_address::forgotten(node))?;
    firstbox.ensure(&gen_node_list::made(
        &firstbox,
        "/pitrix/bin",
        args.before.settings_dir.as_str(),
        "",
    )?)?;
    cx.note(&format!("then: cargo xtask webservice purge-known-hosts --node {node}; build-pkgs; check-services --node {node}"));
    Ok(())
}

impl Args {
    fn path(&self, name: &str) -> String {
        format!("{}/{name}", self.kernels_dir)
    }

    fn old_settings(&self, firstbox: &Host<'_>, backup: &str) -> Result<Vec<u8>> {
        let path = format!("{backup}/{}", self.node);
        firstbox.look("read the backup", |reader| match reader.read(path.as_str().into())? {
            Entry::File(file) => Ok(file.bytes),
            _ => Err(Fault::refused(format!("no {path}"))
                .hint("name the day of the backup: --stamp YYYYMMDD")
                .into()),
        })
    }
}
