//! The order of the nodes: the holder of the floating IP is the last.

use std::net::Ipv4Addr;

use engine::prelude::*;

const HOLDS: Snippet = snippet!("ops/holds_address");

/// The nodes in the order of their upgrade, and the holder of the floating IP.
pub(crate) struct Order<'a> {
    pub(crate) nodes: Vec<Host<'a>>,
    pub(crate) holder: Option<&'a str>,
}

impl<'a> Order<'a> {
    /// Looks for the floating IP on every node (X0.20).
    ///
    /// # Errors
    /// Refuses if two nodes hold it: split brain.
    pub(crate) fn find(nodes: &Hosts<'a>, vip: Option<Ipv4Addr>) -> Result<Self> {
        let (mut first, mut last) = (Vec::new(), Vec::new());
        for node in nodes.iter() {
            let values = vip.map(|vip| [("ADDRESS", vip.to_string().into())]);
            let holds = values.map_or(Ok(false), |values| {
                node.look("look for the floating IP", |reader| reader.kept(HOLDS, values))
            })?;
            if holds { &mut last } else { &mut first }.push(node);
        }
        let holders: Vec<&str> = last.iter().map(Host::name).collect();
        if let (Some(vip), [_, _, ..]) = (vip, &holders[..]) {
            let what = format!("{vip} is on {}: split brain", fold(&holders));
            let hint = "find out why the two keepalived do not hear each other; stop one of them";
            return Err(Fault::refused(what).hint(hint).into());
        }
        let holder = holders.first().copied();
        Ok(Self { nodes: first.into_iter().chain(last).collect(), holder })
    }

    /// The order as the answer of a step: the names, and the holder or null.
    pub(crate) fn finding(&self, vip: Option<Ipv4Addr>) -> Finding {
        let names: Vec<&str> = self.nodes.iter().map(Host::name).collect();
        let value = json!({ "nodes": names, "holder": self.holder });
        Finding::new("order", value, self.line(vip))
    }

    /// `webservice0, then webservice1 (holds 10.16.0.20)`.
    pub(crate) fn line(&self, vip: Option<Ipv4Addr>) -> String {
        let one = |node: &Host<'_>| match (vip, self.holder == Some(node.name())) {
            (Some(vip), true) => format!("{} (holds {vip})", node.name()),
            _ => node.name().to_owned(),
        };
        self.nodes.iter().map(one).collect::<Vec<_>>().join(", then ")
    }
}
