//! How much the server holds of answers that are not read yet, and of bodies that have not come yet.
//!
//! An answer stands in memory until its client has taken it, and a client may take nothing; a body may never end. So
//! large ones have a place first: each address has a share of all, and one that asks for more waits until something
//! was read, or given up.

use std::{net::IpAddr, sync::Arc, time::Duration};

use bytes::Bytes;
use dashmap::DashMap;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

use crate::address::AddressKey;

/// Places are counted in units of this many bytes.
const UNIT: usize = 1024;
/// For all of them together: 48 MiB.
const IN_ALL: u32 = 48 * 1024;
/// For those to one address: 12 MiB.
const PER_ADDRESS: u32 = 12 * 1024;
/// What an answer may take before it is known how large it is: a page, and what stands around it.
pub const PAGE: usize = (1024 + 64) * UNIT;
/// How long a request waits for a place.
const PATIENCE: Duration = Duration::from_secs(5);

/// The address has as many bytes under way as it may.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoPlace {
    /// When to come back.
    pub retry_after: Duration,
}

/// The places. Cheap to clone; clones count together.
#[derive(Debug, Clone)]
pub struct Memory(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    in_all: Arc<Semaphore>,
    /// Of addresses that have something, or wait for it.
    shares: DashMap<AddressKey, Arc<Semaphore>>,
}

impl Default for Memory {
    fn default() -> Self {
        let in_all = Arc::new(Semaphore::new(IN_ALL as usize));
        Self(Arc::new(Inner { in_all, shares: DashMap::new() }))
    }
}

impl Memory {
    /// Waits for a place of this many bytes, but not for long.
    ///
    /// # Errors
    /// [`NoPlace`] when none is free in time.
    pub async fn place(&self, address: IpAddr, bytes: usize) -> Result<Place, NoPlace> {
        timeout(PATIENCE, self.reserve(address, bytes)).await.map_err(|_| NoPlace { retry_after: PATIENCE })
    }

    /// Waits for a place of this many bytes; more than an address may ever have counts as that.
    pub async fn reserve(&self, address: IpAddr, bytes: usize) -> Place {
        let units = u32::try_from(bytes.div_ceil(UNIT)).unwrap_or(PER_ADDRESS).min(PER_ADDRESS);
        let address = AddressKey::from(address);
        let mut share = Share { inner: Arc::clone(&self.0), address, permit: None };
        let own = || Arc::new(Semaphore::new(PER_ADDRESS as usize));
        let semaphore = Arc::clone(self.0.shares.entry(address).or_insert_with(own).value());
        // Semaphores that are never closed give what they are asked for.
        share.permit = semaphore.acquire_many_owned(units).await.ok();
        let in_all = Arc::clone(&self.0.in_all).acquire_many_owned(units).await.ok();
        Place { in_all, share }
    }
}

/// The place of an answer or a body; dropped, it is free again.
#[derive(Debug)]
pub struct Place {
    in_all: Option<OwnedSemaphorePermit>,
    share: Share,
}

/// The part of an address.
#[derive(Debug)]
struct Share {
    inner: Arc<Inner>,
    address: AddressKey,
    permit: Option<OwnedSemaphorePermit>,
}

impl Drop for Share {
    fn drop(&mut self) {
        drop(self.permit.take());
        // Nothing is kept of addresses that have nothing: who waits holds the semaphore, too.
        self.inner.shares.remove_if(&self.address, |_, semaphore| Arc::strong_count(semaphore) == 1);
    }
}

impl Place {
    /// Gives back what an answer of this many bytes does not need. It may have several parts.
    #[must_use]
    pub fn shrink_to(mut self, bytes: usize) -> Arc<Self> {
        let needed = bytes.div_ceil(UNIT);
        for permit in [&mut self.in_all, &mut self.share.permit].into_iter().flatten() {
            let spare = permit.num_permits().saturating_sub(needed);
            drop(permit.split(spare));
        }
        Arc::new(self)
    }

    /// Bytes that keep the place for as long as they exist.
    pub fn hold(self: &Arc<Self>, bytes: Bytes) -> Bytes {
        Bytes::from_owner(Held { bytes, _place: Arc::clone(self) })
    }
}

/// Bytes that take a place.
struct Held {
    bytes: Bytes,
    _place: Arc<Place>,
}

impl AsRef<[u8]> for Held {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use futures_util::poll;

    use super::*;

    fn address(number: u8) -> IpAddr {
        Ipv4Addr::new(192, 0, 2, number).into()
    }

    fn hold(place: Place, bytes: Bytes) -> Bytes {
        place.shrink_to(bytes.len()).hold(bytes)
    }

    fn page() -> Bytes {
        vec![0; 1024 * 1024].into()
    }

    #[tokio::test]
    async fn an_address_has_its_share_and_waits_for_more() {
        let memory = Memory::default();
        let mut held: Vec<Bytes> = Vec::new();
        loop {
            let mut next = Box::pin(memory.reserve(address(1), PAGE));
            let std::task::Poll::Ready(place) = poll!(&mut next) else { break };
            held.push(hold(place, page()));
        }
        assert_eq!(held.len(), 11, "a part of a share is kept for what is not known yet");
        let other = hold(memory.reserve(address(2), PAGE).await, page());
        assert_eq!(other.len(), 1024 * 1024);
        let mut waiting = Box::pin(memory.reserve(address(1), PAGE));
        assert!(poll!(&mut waiting).is_pending());
        held.pop();
        waiting.await;
    }

    #[tokio::test]
    async fn a_part_that_is_still_there_holds_the_whole() {
        let memory = Memory::default();
        let free = || memory.0.in_all.available_permits();
        let part = hold(memory.reserve(address(1), PAGE).await, page()).slice(..10);
        assert_eq!(free(), (IN_ALL - 1024) as usize);
        drop(part);
        assert_eq!(free(), IN_ALL as usize);
        let place = memory.reserve(address(1), PAGE).await.shrink_to(9);
        let mut parts: Vec<_> = ["first", "last"].map(|part| place.hold(Bytes::from_static(part.as_bytes()))).into();
        drop(place);
        parts.pop();
        assert_eq!(free(), (IN_ALL - 1) as usize);
        drop(parts);
        assert_eq!(free(), IN_ALL as usize);
        assert!(memory.0.shares.is_empty(), "nothing is kept of addresses that have nothing");
    }
}
