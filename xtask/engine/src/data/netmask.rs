//! IPv4 network masks.

use std::fmt;
use std::net::Ipv4Addr;
use std::str::FromStr;

use ipnet::{Ipv4Net, ipv4_mask_to_prefix};

use super::fault::Fault;

/// A contiguous IPv4 mask that is not empty: `255.255.255.0`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Netmask(Ipv4Addr);

impl Netmask {
    /// Whether two addresses are in the same network.
    pub fn same_network(self, one: Ipv4Addr, other: Ipv4Addr) -> bool {
        Ipv4Net::with_netmask(one, self.0).is_ok_and(|network| network.contains(&other))
    }
}

impl FromStr for Netmask {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Self, Fault> {
        let wrong = |why: &str| Fault::usage(format!("`{text}` is not a netmask: {why}"));
        let mask: Ipv4Addr = text.parse().map_err(|_| wrong("write it as 255.255.255.0"))?;
        match ipv4_mask_to_prefix(mask) {
            Ok(0) => Err(wrong("it matches every address")),
            Ok(_) => Ok(Self(mask)),
            Err(_) => Err(wrong("its one bits are not contiguous")),
        }
    }
}

impl fmt::Display for Netmask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn netmasks_are_contiguous() {
        let mask: Netmask = "255.255.240.0".parse().unwrap();
        assert_eq!(mask.to_string(), "255.255.240.0");
        assert!(mask.same_network([10, 16, 0, 10].into(), [10, 16, 15, 1].into()));
        assert!(!mask.same_network([10, 16, 0, 10].into(), [10, 16, 16, 1].into()));
        let host: Netmask = "255.255.255.255".parse().unwrap();
        assert!(!host.same_network([10, 16, 0, 10].into(), [10, 16, 0, 11].into()));
        for (text, why) in [
            ("255.0.255.0", "its one bits are not contiguous"),
            ("0.0.0.0", "it matches every address"),
            ("24", "write it as 255.255.255.0"),
        ] {
            let message = text.parse::<Netmask>().unwrap_err().message;
            assert_eq!(message, format!("`{text}` is not a netmask: {why}"));
        }
    }
}
