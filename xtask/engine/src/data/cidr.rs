//! Small IPv4 networks in CIDR notation.

use std::fmt;
use std::net::Ipv4Addr;
use std::str::FromStr;

use super::fault::Fault;

/// An IPv4 network of 2 to 254 hosts: `10.16.0.128/26`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cidr {
    base: u32,
    prefix: u32,
}

impl Cidr {
    /// Whether an address belongs to it.
    pub fn has(self, address: Ipv4Addr) -> bool {
        address.to_bits() >> (32 - self.prefix) == self.base >> (32 - self.prefix)
    }

    /// Its addresses, without the network's own address and its broadcast address.
    pub fn hosts(self) -> Vec<Ipv4Addr> {
        let first = self.base >> (32 - self.prefix) << (32 - self.prefix);
        let last = first | (u32::MAX >> self.prefix);
        (first + 1..last).map(Ipv4Addr::from_bits).collect()
    }
}

impl fmt::Display for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", Ipv4Addr::from_bits(self.base), self.prefix)
    }
}

impl FromStr for Cidr {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Self, Fault> {
        let wrong = || {
            Fault::usage(format!(
                "`{text}` is not a network of 2 to 254 hosts, as in 10.16.0.128/26"
            ))
        };
        let (base, prefix) = text.split_once('/').ok_or_else(wrong)?;
        let base: Ipv4Addr = base.parse().map_err(|_| wrong())?;
        let prefix =
            prefix.parse().ok().filter(|prefix| (24..=30).contains(prefix)).ok_or_else(wrong)?;
        Ok(Self { base: base.to_bits(), prefix })
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
        assert!(network.has(hosts[0]) && !network.has(Ipv4Addr::new(10, 16, 0, 132)));
        for wrong in ["10.16.0.0", "10.16.0.0/8", "10.16.0/24", "10.16.0.0/31"] {
            assert!(wrong.parse::<Cidr>().is_err(), "{wrong}");
        }
    }
}
