//! Moves the floating IP to the finished node, before its holder is taken out of service (X0.20).

use std::net::Ipv4Addr;
use std::sync::atomic::{AtomicBool, Ordering};

use engine::prelude::*;

use super::{Upgrade, config};
use crate::webservice::common::node_address;
use crate::webservice::common::progress::{Progress, Standing};

const RELEASE: Snippet = snippet!("webservice/upgrade_release_vip");
const HOLDS: Snippet = snippet!("ops/holds_address");
const ACTIVE: Snippet = snippet!("webservice/upgrade_keepalived");

/// The address is not on this node; after the release it is on another.
struct Released<'a> {
    node: &'a str,
    vip: Ipv4Addr,
    peers: Vec<Host<'a>>,
    /// This run released it.
    given: AtomicBool,
}

impl Upgrade<'_> {
    /// WS-02: the holder is the last; only a finished node takes the address.
    pub(super) fn release_vip(&self, standing: &Standing) -> Result<()> {
        let Some(vip) = config::vip(self.cx)? else { return Ok(()) };
        let node = node_address::node(self.cx, &standing.node)?;
        let mut peers = Vec::new();
        for other in self.nodes.iter().filter(|other| other.node != standing.node) {
            peers.push(node_address::node(self.cx, &other.node)?);
        }
        let op = Released { node: node.name(), vip, peers, given: AtomicBool::new(false) };
        let holds =
            node.look("look for the floating IP", |reader| reader.kept(HOLDS, op.values()))?;
        // In a dry run the other node counts as finished.
        if holds && self.cx.is_real() {
            self.ready(&op)?;
        }
        node.ensure(&op).map(drop)
    }

    /// Another node must be able to take the address.
    fn ready(&self, op: &Released<'_>) -> Result<()> {
        for peer in &op.peers {
            let finished = self.is_finished(peer.name());
            if finished && peer.look("look at keepalived", |reader| reader.kept(ACTIVE, []))? {
                return Ok(());
            }
        }
        let peers = fold(op.peers.iter().map(Host::name));
        let what = format!("{} holds {}, and {peers} cannot take it", op.node, op.vip);
        Err(Fault::refused(what)
            .hint(format!("finish {peers} first, with keepalived running (X0.20)"))
            .into())
    }

    /// At the start of this run, or now.
    fn is_finished(&self, name: &str) -> bool {
        let part = format!("{name}/{}", super::stage::Stage::CheckNode.name());
        let then = |node: &&Standing| node.node == name && node.progress == Progress::Finished;
        self.nodes.iter().any(|node| then(&node)) || self.done.borrow().contains(&part)
    }
}

impl Released<'_> {
    fn values(&self) -> [(&'static str, Value); 1] {
        [("ADDRESS", self.vip.to_string().into())]
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
