//! The document makes the backup, and never restores it.
//!
//! - Hosts: firstbox is read; one node
//! - Changes: replaces the stock logo and `local_config.yaml` by the backed-up ones; `rc.local` only on request
//! - Proof: files equal to those of the manifest
//! - Undo: restores files and directories; the earlier directory of the logo stays aside

use engine::prelude::*;

use super::common::args::Node;
use super::common::executable::Executable;
use super::common::node_address;
use super::common::node_files::{self, LOCAL_CONFIG, STATIC};
use super::common::vip_package::RC_LOCAL;

/// A part of the backup.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Part {
    /// /etc/rc.local; before `keepalived-vip`: it would remove that block
    RcLocal,
    /// The directory with the logo
    Static,
    /// local_config.yaml
    LocalConfig,
}

/// Replaces the stock files of the relaunched node by those of the backup; the document never does
/// (X0.5). Run it after `deploy`, whose packages overwrite the files, and before `check-console`.
/// Restores rc.local only on request: the old file may not fit the new system.
///
/// Examples:
///   cargo xtask webservice restore-node-files --node webservice0 -n
///   cargo xtask webservice restore-node-files --node webservice0 --part rc-local --yes
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub struct Args {
    #[command(flatten)]
    node: Node,
    /// Backup directory on firstbox [default: /root/NODE-bak]
    #[arg(long, value_name = "DIR")]
    src: Option<AbsPath>,
    /// The parts to restore
    #[arg(long, value_enum, value_delimiter = ',', default_value = "static,local-config")]
    part: Vec<Part>,
}

/// Why a dry run does not compare files that an earlier step replaces.
const LATER: &str = "earlier steps may replace the files";

/// Restores only from a complete backup.
pub fn run(cx: &Context, args: &Args) -> Result<()> {
    let (firstbox, node) = (cx.one_host("firstbox")?, node_address::node(cx, args.node.as_str())?);
    let src = node_files::place(args.src.as_ref(), &args.node);
    let backup = node_files::backup(&firstbox, &src, &args.node)?;
    firstbox.proven(&backup, &Demand::default()).map(drop)?;
    cx.confirm(&format!("replaces files of {} by those of {src}", args.node))?;
    for part in &args.part {
        match part {
            Part::RcLocal => rc_local(&firstbox, &node, &src)?,
            Part::LocalConfig => local_config(&firstbox, &node, &src)?,
            Part::Static => logo(cx, &firstbox, &node, &src)?,
        }
    }
    Ok(())
}

fn local_config(firstbox: &Host<'_>, node: &Host<'_>, src: &str) -> Result<()> {
    deployed(node)?;
    let bytes = kept(firstbox, &format!("{src}/local_config.yaml"))?;
    node.ensure(&FileContent::new(LOCAL_CONFIG, bytes).secret()).map(drop)
}

/// Keeps files that the backup lacks; the earlier directory stays aside.
fn logo(cx: &Context, firstbox: &Host<'_>, node: &Host<'_>, src: &str) -> Result<()> {
    deployed(node)?;
    let from = format!("{src}/static");
    let logo = Transfer::push(&from, node.name(), STATIC, cx.stamp()).after_changes(LATER);
    firstbox.ensure(&logo).map(drop)
}

fn rc_local(firstbox: &Host<'_>, node: &Host<'_>, src: &str) -> Result<()> {
    let bytes = kept(firstbox, &format!("{src}/rc.local"))?;
    node.look("look for the keepalived block", |reader| match reader.read(RC_LOCAL.into())? {
        Entry::File(file)
            if file.bytes != bytes && file.text(RC_LOCAL.into())?.contains("keepalived") =>
        {
            let what =
                format!("{RC_LOCAL} of {} has the keepalived block already (X0.5)", node.name());
            Err(Fault::refused(what)
                .hint("restore rc.local before keepalived-vip; or merge it by hand")
                .into())
        }
        _ => Ok(()),
    })?;
    node.ensure(&FileContent::new(RC_LOCAL, bytes).mode("755").secret())?;
    node.ensure(&Executable(RC_LOCAL)).map(drop)
}

fn kept(firstbox: &Host<'_>, path: &str) -> Result<Vec<u8>> {
    firstbox.look("read the backup", |reader| match reader.read(path.into())? {
        Entry::File(file) => Ok(file.bytes),
        // A dry run has not fetched it yet, so the result for the node's file is unknown.
        Entry::Unknown(_) => Ok(Vec::new()),
        _ => Err(Fault::refused(format!("no {path} on firstbox")).into()),
    })
}

/// Requires the packages first: they would overwrite the restored files.
fn deployed(node: &Host<'_>) -> Result<()> {
    node.look("look for the web console", |reader| match reader.read(STATIC.into())? {
        Entry::Directory | Entry::Unknown(_) => Ok(()),
        _ => Err(Fault::refused(format!("{} has no {STATIC}", node.name()))
            .hint(format!("first: cargo xtask webservice deploy --node {}", node.name()))
            .into()),
    })
}
