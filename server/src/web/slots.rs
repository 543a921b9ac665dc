//! How many connections there are, in all and of each address.

use std::{
    net::IpAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use chat_protocol::{ErrorCode, Limits};
use dashmap::DashMap;

use crate::{
    address::{AddressKey, WIDE},
    gauge::Counted,
    web::Error,
};

/// Counts connections against their limits. Cheap to clone; clones count together.
#[derive(Debug, Clone)]
pub struct Slots(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    in_all: Option<u64>,
    per_address: Option<u64>,
    /// The slots that are taken.
    taken: AtomicU64,
    /// Those of them that count for an address, or for the network around it; one that has none is not here.
    taken_by_address: DashMap<AddressKey, u64>,
}

/// Which limit is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Full {
    /// `connections`.
    InAll,
    /// `connections-per-address`.
    ForAddress,
}

/// When to come back after having been one too many.
const RETRY_AFTER: Duration = Duration::from_secs(5);

impl From<Full> for Error {
    fn from(full: Full) -> Self {
        match full {
            Full::InAll => {
                Self::unavailable("the server has all the connections that it takes; come back later", RETRY_AFTER)
            }
            Full::ForAddress => {
                metrics::counter!("chat_rate_limited_total", "limit" => "connections-per-address").increment(1);
                let detail = "your address has too many connections open; close some";
                Self::new(ErrorCode::RateLimited, detail).after(RETRY_AFTER)
            }
        }
    }
}

/// The place of one connection. Dropped, it is free again; a socket keeps the one of the connection that it was.
#[derive(Debug)]
pub struct Slot {
    slots: Slots,
    /// How it is counted among all, if it is.
    in_all: Option<Counted>,
    /// The address that it counts for, and the network around that.
    addresses: [Option<AddressKey>; 2],
}

impl Slots {
    pub fn new(limits: &Limits) -> Self {
        Self(Arc::new(Inner {
            in_all: limits.connections,
            per_address: limits.connections_per_address,
            taken: AtomicU64::new(0),
            taken_by_address: DashMap::new(),
        }))
    }

    /// Takes a slot for a connection, which counts for `address` if one is given.
    pub fn take(&self, address: Option<IpAddr>) -> Result<Slot, Full> {
        // From here on the guard gives back what was counted, also when the limit turns out to be reached.
        let taken = self.0.taken.fetch_add(1, Ordering::Relaxed);
        let in_all = Some(Counted::by(metrics::gauge!("chat_connections")));
        let mut slot = Slot { slots: self.clone(), in_all, addresses: [None; 2] };
        if self.0.in_all.is_some_and(|limit| taken >= limit) {
            return Err(Full::InAll);
        }
        if let Some(address) = address {
            slot.count_for(address)?;
        }
        Ok(slot)
    }

    /// Takes a slot for a client whose connection is its proxy's: that one counts among all, this one for the address.
    pub fn take_behind_proxy(&self, address: IpAddr) -> Result<Slot, Full> {
        let mut slot = Slot { slots: self.clone(), in_all: None, addresses: [None; 2] };
        slot.count_for(address)?;
        Ok(slot)
    }
}

impl Slot {
    fn count_for(&mut self, address: IpAddr) -> Result<(), Full> {
        let Some(limit) = self.slots.0.per_address else { return Ok(()) };
        let address = AddressKey::from(address);
        self.addresses = [Some(address), address.wide()];
        let mut full = false;
        for (address, limit) in self.addresses.iter().zip([limit, limit.saturating_mul(WIDE.into())]) {
            let Some(address) = address else { continue };
            let mut taken = self.slots.0.taken_by_address.entry(*address).or_insert(0);
            *taken += 1;
            full |= *taken > limit;
        }
        if full { Err(Full::ForAddress) } else { Ok(()) }
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let inner = &*self.slots.0;
        if self.in_all.is_some() {
            inner.taken.fetch_sub(1, Ordering::Relaxed);
        }
        for address in self.addresses.into_iter().flatten() {
            inner.taken_by_address.remove_if_mut(&address, |_, taken| {
                *taken -= 1;
                *taken == 0
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slots(in_all: u64, per_address: u64) -> Slots {
        let limits =
            Limits { connections: Some(in_all), connections_per_address: Some(per_address), ..Limits::default() };
        Slots::new(&limits)
    }

    #[test]
    fn a_dropped_slot_is_free_again() {
        let slots = slots(2, 10);
        let first = slots.take(None).unwrap();
        let _second = slots.take(None).unwrap();
        assert_eq!(slots.take(None).unwrap_err(), Full::InAll);
        drop(first);
        slots.take(None).unwrap();
    }

    #[test]
    fn one_address_does_not_take_the_slots_of_another() {
        let slots = slots(10, 1);
        let (home, away) = (IpAddr::from([192, 0, 2, 1]), IpAddr::from([192, 0, 2, 2]));
        let first = slots.take(Some(home)).unwrap();
        assert_eq!(slots.take(Some(home)).unwrap_err(), Full::ForAddress);
        let _other = slots.take(Some(away)).unwrap();
        drop(first);
        slots.take(Some(home)).unwrap();
    }

    #[test]
    fn households_of_one_network_have_sixteen_times_as_many_together() {
        let slots = slots(1000, 1);
        let household = |number: u16| IpAddr::from([0x2001, 0xdb8, 1, number, 0, 0, 0, 1]);
        let taken: Vec<_> = (0..100).filter_map(|number| slots.take(Some(household(number))).ok()).collect();
        assert_eq!(taken.len(), 16);
        drop(taken);
        slots.take(Some(household(99))).unwrap();
    }

    #[test]
    fn nothing_is_kept_of_addresses_that_are_gone() {
        let slots = slots(10, 1);
        let home = IpAddr::from([192, 0, 2, 1]);
        let slot = slots.take(Some(home)).unwrap();
        _ = slots.take(Some(home));
        drop(slot);
        assert!(slots.0.taken_by_address.is_empty());
        assert_eq!(slots.0.taken.load(Ordering::Relaxed), 0);
    }
}
