//! The document makes the backup, and never restores it.
//!
//! - Hosts: firstbox is read; one node
//! - Changes: puts the backed-up logo and `local_config.yaml` in place of the stock ones; `rc.local` only on request
//! - Proof: files equal to those of the manifest
//! - Undo: files and directories as they were; what the logo's directory was stays aside

use engine::prelude::*;

use super::common::executable::Executable;
use super::common::node_address;
use super::common::node_files::{self, LOCAL_CONFIG, STATIC};
use super::common::vip_package::RC_LOCAL;

/// Which of the files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Part {
    /// /etc/rc.local; before `keepalived-vip`, whose block it would take away
    RcLocal,
    /// The directory with the logo
    Static,
    /// local_config.yaml
    LocalConfig,
}

/// The relaunched node has the stock ones, and nothing in the document brings the backup back (X0.5).
/// Run it after `deploy`, whose packages overwrite them again, and before `check-console`. rc.local
/// only on request: that of the old system may not fit the new one.
///
/// Examples:
///   cargo xtask webservice restore-node-files --node webservice0 -n
///   cargo xtask webservice restore-node-files --node webservice0 --part rc-local --yes
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub struct Args {
    /// The node
    #[arg(long, value_name = "NODE")]
    node: NodeName,
    /// Where the backup is, on firstbox [default: /root/NODE-bak]
    #[arg(long, value_name = "DIR")]
    src: Option<AbsPath>,
    /// What to restore
    #[arg(long, value_enum, value_delimiter = ',', default_value = "static,local-config")]
    part: Vec<Part>,
}

/// Why a dry run does not compare the files of a node that gets new ones before.
const LATER: &str = "the node may have other files by then";

/// Only from a backup that is whole.
pub fn run(cx: &Context, args: &Args) -> Result<()> {
    let (firstbox, node) = (cx.one_host("firstbox")?, node_address::node(cx, args.node.as_str())?);
    let src = node_files::place(args.src.as_ref(), &args.node);
    firstbox.ensure(&node_files::is_sealed(&src, &args.node))?;
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

/// What is there and not in the backup stays; the directory as it was stays aside.
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
        // A dry run that has not fetched it yet; what becomes of the node's file is unknown then, too.
        Entry::Unknown(_) => Ok(Vec::new()),
        _ => Err(Fault::refused(format!("there is no {path} on firstbox")).into()),
    })
}

/// The packages come first: they would overwrite what was restored.
fn deployed(node: &Host<'_>) -> Result<()> {
    node.look("look for the web console", |reader| match reader.read(STATIC.into())? {
        Entry::Directory | Entry::Unknown(_) => Ok(()),
        _ => Err(Fault::refused(format!("{} has no {STATIC}", node.name()))
            .hint(format!("first: cargo xtask webservice deploy --node {}", node.name()))
            .into()),
    })
}
