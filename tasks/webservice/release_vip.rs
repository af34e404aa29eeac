//! Document section 操作过程.
//!
//! - Hosts: one node; the other nodes are read
//! - Changes: stops keepalived on the node if it holds the floating IP
//! - Proof: another node holds the address
//! - Undo: starts keepalived again; the address stays with its new holder
//!
//! ```text
//! + 必须逐个关停旧的`webservice`节点, 优先关闭没有`VIP`的节点，然后重新拉起虚拟机，检查无误后，重复步骤。
//! ```

use std::net::Ipv4Addr;
use std::sync::atomic::{AtomicBool, Ordering};

use engine::prelude::*;

use super::common::args::{Node, VariablesDir};
use super::common::{floating_ip, node_address};

const RELEASE: Snippet = snippet!("webservice/release_vip");
const HOLDS: Snippet = snippet!("ops/holds_address");
const ACTIVE: Snippet = snippet!("webservice/release_vip_keepalived");

/// Moves the floating IP to another node before its holder is taken out of service (X0.20). Refuses
/// when no other node runs keepalived. Does nothing on a node without the address.
///
/// Examples:
///   cargo xtask webservice release-vip --node webservice1 -n
///   cargo xtask webservice release-vip --node webservice1 --to webservice0 --yes
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub struct Args {
    #[command(flatten)]
    node: Node,
    /// Nodes that may take it, a host set [default: all others]
    #[arg(long, value_name = "HOSTSET")]
    to: Option<String>,
    #[command(flatten)]
    variables_dir: VariablesDir,
}

/// The address is not on this node; after the release it is on another.
struct Released<'a> {
    node: &'a str,
    vip: Ipv4Addr,
    peers: Vec<Host<'a>>,
    /// This run released it.
    given: AtomicBool,
}

/// WS-02: the holder is the last.
pub fn run(cx: &Context, args: &Args) -> Result<()> {
    let firstbox = cx.one_host("firstbox")?;
    let vip = floating_ip::read(cx, &firstbox, &args.variables_dir.to_string())?;
    let Some(vip) = vip else { return Ok(()) };
    let node = node_address::node(cx, args.node.as_str())?;
    let mut peers = Vec::new();
    for other in cx.all_hosts("@webservice")?.names() {
        if other != node.name() {
            peers.push(node_address::node(cx, other)?);
        }
    }
    let op = Released { node: node.name(), vip, peers, given: AtomicBool::new(false) };
    let holds = node.look("look for the floating IP", |reader| reader.kept(HOLDS, op.values()))?;
    // In a dry run the other node counts as finished.
    if holds && cx.is_real() {
        op.ready(cx, args.to.as_deref().unwrap_or("@webservice"))?;
    }
    node.ensure(&op).map(drop)
}

impl Released<'_> {
    fn values(&self) -> [(&'static str, Value); 1] {
        [("ADDRESS", self.vip.to_string().into())]
    }

    /// Another node must be able to take the address.
    fn ready(&self, cx: &Context, takers: &str) -> Result<()> {
        let takers = cx.all_hosts(takers)?.names();
        for peer in self.peers.iter().filter(|peer| takers.contains(&peer.name())) {
            if peer.look("look at keepalived", |reader| reader.kept(ACTIVE, []))? {
                return Ok(());
            }
        }
        let peers = fold(self.peers.iter().map(Host::name));
        let what = format!("{} holds {}, and {peers} cannot take it", self.node, self.vip);
        Err(Fault::refused(what)
            .hint(format!("finish {peers} first, with keepalived running (X0.20)"))
            .into())
    }
}

impl Op for Released<'_> {
    fn describe(&self) -> String {
        format!("move the floating IP {} away from {}", self.vip, self.node)
    }

    fn probe(&self, host: &Reader<'_>) -> Result<State> {
        let (gone, said) = host.answer(&Action::probe(RELEASE, self.values()))?;
        if !gone {
            return Ok(State::needed(said));
        }
        if !self.given.load(Ordering::Relaxed) {
            return Ok(State::Kept);
        }
        for peer in &self.peers {
            if peer.look("look for the floating IP", |reader| reader.kept(HOLDS, self.values()))? {
                return Ok(State::Kept);
            }
        }
        Ok(State::needed(format!("no host holds {} yet", self.vip)))
    }

    fn change(&self, _: &Reader<'_>) -> Result<Vec<Action>> {
        self.given.store(true, Ordering::Relaxed);
        Ok(vec![Action::change(RELEASE, self.values())])
    }

    fn undo(&self, _: &Reader<'_>) -> Result<Option<Vec<Undo>>> {
        let undo = Action::undo(RELEASE, self.values());
        Ok(Some(vec![Undo::new("keepalived", undo)]))
    }

    fn poll(&self) -> Poll {
        Poll::seconds(30)
    }
}
