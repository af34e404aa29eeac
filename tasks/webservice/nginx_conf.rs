//! Document section 安装管理节点.
//!
//! - Hosts: firstbox is read, one node is changed
//! - Changes: nginx configuration; restarts an nginx that is older than that
//! - Proof: `nginx -t` before the file takes its place; the unit is active
//! - Undo: restores file and unit
//!
//! ```sh
//! scp /pitrix/build/packages/deb/pitrix-ks-webservice-base/pitrix/ks/webservice-base/conf/nginx/nginx.conf webservice0/1:/etc/nginx/
//! /pitrix/upgrade/exec_nodes.sh -f webservice0/1 "service nginx restart"
//! ```

use engine::prelude::*;

use super::common::args::Node;
use super::common::node_address;

const CONF: &str = "/etc/nginx/nginx.conf";

/// Installs the file only after `nginx -t` passes. Restarts nginx only if it is older than the file.
/// The document restarts without a test, through a wrapper that hides the exit code (X0.24).
///
/// Examples:
///   cargo xtask webservice nginx-conf --node webservice0 -n
///   cargo xtask webservice nginx-conf --node webservice0
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub struct Args {
    #[command(flatten)]
    node: Node,
    /// The file on firstbox
    #[arg(
        long,
        value_name = "FILE",
        default_value = "/pitrix/build/packages/deb/pitrix-ks-webservice-base/pitrix/ks/webservice-base/conf/nginx/nginx.conf"
    )]
    src: AbsPath,
}

/// Reads on firstbox, changes the node.
pub fn run(cx: &Context, args: &Args) -> Result<()> {
    let (firstbox, node) = (cx.one_host("firstbox")?, node_address::node(cx, args.node.as_str())?);
    let src = args.src.as_str();
    let bytes = firstbox.look("read the package", |reader| match reader.read(src.into())? {
        Entry::File(file) => Ok(file.bytes),
        Entry::Unknown(because) => {
            cx.uncertain(node.name(), &because);
            Ok(Vec::new())
        }
        _ => Err(Fault::refused(format!("no {src} on firstbox"))
            .hint("first: cargo xtask webservice build-pkgs")
            .into()),
    })?;
    node.ensure(&FileContent::new(CONF, bytes).checked_by(["nginx", "-t", "-q", "-c"]))?;
    node.ensure(&Units::active(["nginx"]).newer_than([CONF]).poll(Poll::seconds(30)))?;
    if cx.is_rehearsal() {
        cx.note("skipped on rehearsal hosts, which serve no page: check of port 80");
        return Ok(());
    }
    node.ensure(&Wait::port("127.0.0.1", 80).at_most(Duration::from_secs(30))).map(drop)
}
