//! Small IPv4 networks in CIDR notation.

use std::fmt;
use std::net::Ipv4Addr;
use std::str::FromStr;

use ipnet::Ipv4Net;

use super::fault::Fault;

/// An IPv4 network of 2 to 254 hosts: `10.16.0.128/26`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cidr(Ipv4Net);

impl Cidr {
    /// Whether an address belongs to it.
    pub fn has(self, address: Ipv4Addr) -> bool {
        self.0.contains(&address)
    }

    /// Its addresses, without the network's own address and its broadcast address.
    pub fn hosts(self) -> Vec<Ipv4Addr> {
        self.0.hosts().collect()
    }
}

impl fmt::Display for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Cidr {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Self, Fault> {
        let network: Option<Ipv4Net> = text.parse().ok();
        let small = network.filter(|network| (24..=30).contains(&network.prefix_len()));
        small.map(Self).ok_or_else(|| {
            Fault::usage(format!(
                "`{text}` is not a network of 2 to 254 hosts, as in 10.16.0.128/26"
            ))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_has_its_hosts() {
        let network: Cidr = "10.16.0.130/30".parse().unwrap();
        let hosts = [Ipv4Addr::new(10, 16, 0, 129), Ipv4Addr::new(10, 16, 0, 130)];
        assert_eq!(network.hosts(), hosts);
        assert_eq!(network.to_string(), "10.16.0.130/30");
        assert!(network.has(hosts[0]) && !network.has(Ipv4Addr::new(10, 16, 0, 132)));
        for wrong in ["10.16.0.0", "10.16.0.0/8", "10.16.0/24", "10.16.0.0/31"] {
            assert!(wrong.parse::<Cidr>().is_err(), "{wrong}");
        }
    }
}
