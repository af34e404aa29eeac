//! Document section 安装管理节点.
//!
//! - Hosts: firstbox is read, one node is changed
//! - Changes: block in `rc.local`, once, before the first statement that ends the script or may end it
//! - Proof: the file, followed as a shell parses it, reaches the block; it is executable
//! - Undo: restores the file
//!
//! ```sh
//! ssh webservice0/1 "sed -i /^'exit 0'/d /etc/rc.local"
//! ssh webservice0/1 "cat /etc/keepalived/rc.local.keepalived.webservice >> /etc/rc.local"
//! ssh webservice0/1 "echo 'exit 0' >> /etc/rc.local"
//! ssh webservice0/1 "rm -f /etc/keepalived/rc.local.keepalived.webservice"
//! ```

use engine::prelude::*;

use super::common::args::{Node, VariablesDir};
use super::common::vip_package::{PKG_DIR, Package};
use super::common::{floating_ip, node_address};

/// Repeats the last part of `keepalived-vip`, for a node whose rc.local was restored or merged after
/// it. The block is there once, also after repeated runs, and every run of the script reaches it
/// (X0.26, X0.27): it stands before the first `exit` or `exec`, also one inside an `if`. A block
/// behind that is moved. A file that the kernel cannot start, or that cannot be followed, is
/// refused with its line (exit 6). Nothing of the file is run for this.
///
/// Examples:
///   cargo xtask webservice rc-local-keepalived --node webservice0
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub struct Args {
    #[command(flatten)]
    node: Node,
    /// Directory of the package's files on firstbox
    #[arg(long, value_name = "DIR", default_value = PKG_DIR)]
    pkg_dir: AbsPath,
    #[command(flatten)]
    variables_dir: VariablesDir,
}

/// Reads on firstbox, changes the node.
pub fn run(cx: &Context, args: &Args) -> Result<()> {
    let (firstbox, node) = (cx.one_host("firstbox")?, node_address::node(cx, args.node.as_str())?);
    // One decision for all steps (X0.30).
    if floating_ip::read(cx, &firstbox, args.variables_dir.as_str())?.is_none() {
        let fault = Fault::refused("no floating IP is set: rc.local needs no block");
        return Err(fault
            .hint("leave the step out, or first: cargo xtask webservice set-floating-ip")
            .into());
    }
    Package::read(cx, &firstbox, &args.pkg_dir, &args.node)?.rc_local(&node)
}
