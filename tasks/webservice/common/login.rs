//! The logins of firstbox to the other hosts; its scripts need them.

use std::net::Ipv4Addr;

use engine::prelude::*;

const LOGIN: Snippet = snippet!("webservice/login");

/// It can log in without a password prompt.
pub(crate) fn possible(host: &str) -> Assert {
    possible_at(host, None)
}

/// The same, at an address that its name may not resolve to; the host key is that of the name.
pub(crate) fn possible_at(host: &str, address: Option<Ipv4Addr>) -> Assert {
    let at = address.map(|address| address.to_string()).unwrap_or_default();
    let values = [("NODE", host.into()), ("ADDRESS", at.into())];
    Assert::new(LOGIN, values, format!("firstbox cannot log in to {host}"))
        .hint(format!("try on firstbox: ssh -o BatchMode=yes {host} true"))
}
