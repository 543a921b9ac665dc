//! Addresses as limits see them.

use std::net::{IpAddr, Ipv6Addr};

/// Whose network an address belongs to: an IPv6 address counts by its /64, which is the least that one household is
/// given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct AddressKey {
    /// Zero after the prefix.
    network: IpAddr,
    /// Bits of it that count.
    prefix: u8,
}

/// How much more a wide network may do than one household in it.
pub const WIDE: u32 = 16;

impl From<IpAddr> for AddressKey {
    fn from(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V6(address) => {
                let [a, b, c, d, ..] = address.segments();
                Self { network: IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0)), prefix: 64 }
            }
            v4 @ IpAddr::V4(_) => Self { network: v4, prefix: 32 },
        }
    }
}

impl AddressKey {
    /// The /48 around an IPv6 address: what one customer is often given, with 65,536 households in it.
    pub fn wide(self) -> Option<Self> {
        match self.network {
            IpAddr::V6(address) => {
                let [a, b, c, ..] = address.segments();
                Some(Self { network: IpAddr::V6(Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0)), prefix: 48 })
            }
            IpAddr::V4(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str) -> AddressKey {
        text.parse::<IpAddr>().unwrap().into()
    }

    #[test]
    fn a_household_is_one_address() {
        assert_eq!(key("2001:db8:1:2::1"), key("2001:db8:1:2:ffff::9"));
        assert_ne!(key("2001:db8:1:2::1"), key("2001:db8:1:3::1"));
        assert_eq!(key("::ffff:192.0.2.1"), key("192.0.2.1"));
        assert_ne!(key("192.0.2.1"), key("192.0.2.2"));
    }
}
