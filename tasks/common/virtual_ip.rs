//! The virtual IP under keepalived: exactly one host holds it.

use std::net::Ipv4Addr;

use engine::prelude::*;

/// Checks a configuration before the daemon reads it.
pub(crate) const CHECK: [&str; 3] = ["keepalived", "-t", "-f"];

const HOLDS: Snippet = snippet!("ops/holds_address");

/// Exactly one of the hosts has the address. None: no host has taken it yet. Two: split brain.
struct Holder<'a> {
    hosts: &'a Hosts<'a>,
    vip: Ipv4Addr,
}

/// Waits until exactly one of the hosts has the address.
pub(crate) fn check_holder(cx: &Context, hosts: &Hosts<'_>, vip: Ipv4Addr) -> Result<()> {
    if cx.is_rehearsal() {
        cx.note(&format!(
            "skipped on rehearsal hosts, which have no network: check that one host holds {vip}"
        ));
        return Ok(());
    }
    let Some(first) = hosts.iter().next() else { return Ok(()) };
    first.ensure(&Holder { hosts, vip }).map(drop)
}

impl Op for Holder<'_> {
    fn describe(&self) -> String {
        format!("wait until exactly one of {} holds {}", fold(self.hosts.names()), self.vip)
    }

    fn probe(&self, host: &Reader<'_>) -> Result<State> {
        if let Some(pending) = host.pending() {
            return Ok(State::Unknown(format!("waits for an earlier change: {pending}")));
        }
        let mut holders = Vec::new();
        for host in self.hosts.iter() {
            let values = [("ADDRESS", self.vip.to_string().into())];
            if host.look("look for the address", |reader| reader.kept(HOLDS, values))? {
                holders.push(host.name());
            }
        }
        Ok(match holders[..] {
            [_] => State::Kept,
            [] => State::needed(format!("no host holds {}", self.vip)),
            _ => State::needed(format!("{} is on {}: split brain", self.vip, fold(&holders))),
        })
    }

    fn change(&self, _: &Reader<'_>) -> Result<Vec<Action>> {
        Ok(Vec::new())
    }

    fn undo(&self, _: &Reader<'_>) -> Result<Option<Vec<Undo>>> {
        Ok(Some(Vec::new()))
    }

    fn poll(&self) -> Poll {
        Poll { interval: Duration::from_millis(500), limit: Duration::from_secs(20) }
    }
}
