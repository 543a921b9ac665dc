//! Buckets of addresses, which neighbours share.

use chat_protocol::Rate;

use crate::{
    address::{AddressKey, WIDE},
    chat::buckets::{Buckets, Fill, Seconds},
};

/// A bucket for each address, and a larger one for each wide network.
#[derive(Debug)]
pub(super) struct AddressBuckets {
    own: Buckets<AddressKey>,
    wide: Buckets<AddressKey>,
}

impl AddressBuckets {
    pub(super) fn new(rate: Rate) -> Self {
        let wide = Rate { burst: rate.burst.saturating_mul(WIDE), per_second: rate.per_second * f64::from(WIDE) };
        Self { own: Buckets::new(rate), wide: Buckets::new(wide) }
    }

    /// Takes a token of the address and of the network around it, or none; gives the fill of the one that has less.
    pub(super) fn take(&self, address: AddressKey, now: Seconds) -> Result<Fill, Fill> {
        let own = self.own.take(address, now)?;
        let Some(network) = address.wide() else { return Ok(own) };
        let wide = self.wide.take(network, now).inspect_err(|_| self.own.give_back(&address))?;
        Ok(if wide.remaining() < own.remaining() { wide } else { own })
    }

    pub(super) fn give_back(&self, address: AddressKey) {
        self.own.give_back(&address);
        if let Some(network) = address.wide() {
            self.wide.give_back(&network);
        }
    }

    /// Forgets the buckets that are full.
    pub(super) fn shrink(&self, now: Seconds) {
        self.own.shrink(now);
        self.wide.shrink(now);
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use super::*;

    fn key(text: &str) -> AddressKey {
        text.parse::<IpAddr>().unwrap().into()
    }

    #[test]
    fn many_households_of_one_network_share_a_larger_bucket() {
        let buckets = AddressBuckets::new(Rate { burst: 2, per_second: 0.001 });
        let mut taken = 0;
        for household in 0..1000 {
            taken += u32::from(buckets.take(key(&format!("2001:db8:1:{household:x}::1")), 0.0).is_ok());
        }
        assert_eq!(taken, 2 * WIDE);
        assert!(buckets.take(key("2001:db8:2::1"), 0.0).is_ok(), "the network beside it has its own");
        let refused = key("2001:db8:1:999::1");
        buckets.wide.give_back(&refused.wide().unwrap());
        assert!(buckets.take(refused, 0.0).is_ok(), "who was refused for the network has paid nothing");
    }
}
