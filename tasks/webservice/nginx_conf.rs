//! Document section 安装管理节点.
//!
//! - Hosts: firstbox is read, one node is changed
//! - Changes: nginx configuration; nginx restarted if it is older than that
//! - Proof: `nginx -t` before the file takes its place; the unit is active
//! - Undo: file and unit as they were
//!
//! ```sh
//! scp /pitrix/build/packages/deb/pitrix-ks-webservice-base/pitrix/ks/webservice-base/conf/nginx/nginx.conf webservice0/1:/etc/nginx/
//! /pitrix/upgrade/exec_nodes.sh -f webservice0/1 "service nginx restart"
//! ```

use engine::prelude::*;

use super::common::node_address;

const CONF: &str = "/etc/nginx/nginx.conf";

/// `nginx -t` must pass before the file takes its place, and nginx is restarted only when it is older
/// than the file; the document restarts untested, through a wrapper that hides the exit code (X0.24).
///
/// Examples:
///   cargo xtask webservice nginx-conf --node webservice0 -n
///   cargo xtask webservice nginx-conf --node webservice0
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub struct Args {
    /// The node
    #[arg(long, value_name = "NODE")]
    node: NodeName,
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
        _ => Err(Fault::refused(format!("there is no {src} on firstbox"))
            .hint("first: cargo xtask webservice build-pkgs")
            .into()),
    })?;
    node.ensure(&FileContent::new(CONF, bytes).checked_by(["nginx", "-t", "-q", "-c"]))?;
    node.ensure(&Units::active(["nginx"]).newer_than([CONF]).poll(Poll::seconds(30)))?;
    if cx.is_rehearsal() {
        cx.note("rehearsal hosts serve no page: port 80 not looked at");
        return Ok(());
    }
    node.ensure(&Wait::port("127.0.0.1", 80).at_most(Duration::from_secs(30))).map(drop)
}
