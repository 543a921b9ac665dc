//! Guesses at passwords and link codes: limited where they come from, so that nobody can lock out anybody else.
//!
//! Wrong passwords count for the name together with the network, for the network, and 20 times less for the name alone.
//! A network from which the name's owner has signed in does not count for the name alone. Right ones never count: while
//! an attempt is under way, others that would be one too many wait for how it ends.

use std::{
    hash::Hash,
    net::IpAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use chat_protocol::Rate;
use dashmap::DashMap;
use tokio::sync::Notify;

use super::{address::AddressBuckets, count_limited};
use crate::{
    address::AddressKey,
    chat::{
        buckets::{Buckets, Fill, Seconds},
        meter::{Level, Meter},
    },
};

/// What it is called among the limits.
const LIMIT: &str = "sign-ins";
/// How much more often a name may be tried from everywhere together than from one network.
const EVERYWHERE: u32 = 20;
/// How long a network from which a name's owner signed in is remembered, at most until the server's end.
const KNOWN: Seconds = 30.0 * 24.0 * 60.0 * 60.0;
/// Attempts that wait for others to end. Each is a request that is held.
const WAITING: usize = 64;

/// A name, as it is compared, tried from a network.
type NameThere = (String, AddressKey);

#[derive(Debug)]
pub(super) struct SignIns {
    /// What the buckets count from.
    start: Instant,
    names_there: Buckets<NameThere>,
    names: Buckets<String>,
    addresses: AddressBuckets,
    /// When a name's owner was last there.
    known: DashMap<NameThere, Seconds>,
    /// Attempts that are under way, by what they count for.
    under_way: DashMap<Counted, u32>,
    waiting: AtomicUsize,
    ended: Notify,
}

/// What an attempt counts for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Counted {
    There(NameThere),
    Name(String),
    Address(AddressKey),
}

/// Why an attempt cannot begin now.
struct Refused {
    fill: Fill,
    /// Whether an attempt that is under way may make room.
    may_change: bool,
}

impl SignIns {
    pub(super) fn new(rate: Rate) -> Self {
        let everywhere =
            Rate { burst: rate.burst.saturating_mul(EVERYWHERE), per_second: rate.per_second * f64::from(EVERYWHERE) };
        Self {
            start: Instant::now(),
            names_there: Buckets::new(rate),
            names: Buckets::new(everywhere),
            addresses: AddressBuckets::new(rate),
            known: DashMap::new(),
            under_way: DashMap::new(),
            waiting: AtomicUsize::new(0),
            ended: Notify::new(),
        }
    }

    /// Begins an attempt, with a password for this name or with a link code. It waits while others are under way that
    /// may turn out to be right.
    pub(super) async fn begin(
        self: &Arc<Self>,
        name: Option<&str>,
        address: IpAddr,
        meter: &Meter,
    ) -> Result<Attempt, Duration> {
        let address = AddressKey::from(address);
        loop {
            let ended = self.ended.notified();
            let mut ended = std::pin::pin!(ended);
            ended.as_mut().enable();
            let Refused { fill, may_change } = match self.try_begin(name, address, meter) {
                Ok(attempt) => return Ok(attempt),
                Err(refused) => refused,
            };
            let waiting = Waiting::new(&self.waiting);
            if !may_change || waiting.are_too_many {
                count_limited(LIMIT);
                meter.note(|| Level::of(LIMIT, fill));
                return Err(fill.next());
            }
            ended.await;
        }
    }

    fn try_begin(self: &Arc<Self>, name: Option<&str>, address: AddressKey, meter: &Meter) -> Result<Attempt, Refused> {
        let now = self.now();
        // Dropped on the way, it gives back what it has taken.
        let mut taking = Taking { sign_ins: self, taken: Vec::with_capacity(3) };
        let mut left = taking.take(Counted::Address(address), now)?;
        if let Some(name) = name {
            let there = (name.to_owned(), address);
            let known = self.known.contains_key(&there);
            let left_there = taking.take(Counted::There(there), now)?;
            if left_there.remaining() < left.remaining() {
                left = left_there;
            }
            if !known {
                // What is left of it would tell how often others tried.
                taking.take(Counted::Name(name.to_owned()), now)?;
            }
        }
        let counted = std::mem::take(&mut taking.taken);
        for counted in &counted {
            *self.under_way.entry(counted.clone()).or_insert(0) += 1;
        }
        Ok(Attempt { sign_ins: Some(Arc::clone(self)), counted, left: Some((meter.clone(), left)) })
    }

    fn take(&self, counted: &Counted, now: Seconds) -> Result<Fill, Fill> {
        match counted {
            Counted::There(there) => self.names_there.take(there.clone(), now),
            Counted::Name(name) => self.names.take(name.clone(), now),
            Counted::Address(address) => self.addresses.take(*address, now),
        }
    }

    fn give_back(&self, counted: &Counted) {
        match counted {
            Counted::There(there) => self.names_there.give_back(there),
            Counted::Name(name) => self.names.give_back(name),
            Counted::Address(address) => self.addresses.give_back(*address),
        }
    }

    pub(super) fn shrink(&self) {
        let now = self.now();
        self.names_there.shrink(now);
        self.names.shrink(now);
        self.addresses.shrink(now);
        self.known.retain(|_, seen| now - *seen < KNOWN);
    }

    fn now(&self) -> Seconds {
        self.start.elapsed().as_secs_f64()
    }
}

/// Tokens of an attempt that cannot begin yet.
struct Taking<'a> {
    sign_ins: &'a SignIns,
    taken: Vec<Counted>,
}

impl Taking<'_> {
    fn take(&mut self, counted: Counted, now: Seconds) -> Result<Fill, Refused> {
        let left = self.sign_ins.take(&counted, now).map_err(|fill| {
            let may_change = self.sign_ins.under_way.contains_key(&counted);
            Refused { fill, may_change }
        })?;
        self.taken.push(counted);
        Ok(left)
    }
}

impl Drop for Taking<'_> {
    fn drop(&mut self) {
        for counted in &self.taken {
            self.sign_ins.give_back(counted);
        }
    }
}

/// An attempt that waits for others to end.
struct Waiting<'a> {
    count: &'a AtomicUsize,
    are_too_many: bool,
}

impl<'a> Waiting<'a> {
    fn new(count: &'a AtomicUsize) -> Self {
        Self { count, are_too_many: count.fetch_add(1, Ordering::Relaxed) >= WAITING }
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.count.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A sign-in that is being tried. Dropped, it has failed and counts.
#[derive(Debug)]
#[must_use = "an attempt that is dropped counts as failed"]
pub struct Attempt {
    /// `None` where nothing is counted.
    sign_ins: Option<Arc<SignIns>>,
    counted: Vec<Counted>,
    /// What is left if it fails, and where to note it.
    left: Option<(Meter, Fill)>,
}

impl Attempt {
    /// One that counts for nothing.
    pub(super) const fn uncounted() -> Self {
        Self { sign_ins: None, counted: Vec::new(), left: None }
    }

    /// It was the right secret: the attempt does not count.
    pub fn succeeded(mut self) {
        self.left = None;
        let Some(sign_ins) = &self.sign_ins else { return };
        for counted in &self.counted {
            sign_ins.give_back(counted);
            if let Counted::There(there) = counted {
                sign_ins.known.insert(there.clone(), sign_ins.now());
            }
        }
    }
}

impl Drop for Attempt {
    fn drop(&mut self) {
        let Some(sign_ins) = &self.sign_ins else { return };
        for counted in &self.counted {
            sign_ins.under_way.remove_if_mut(counted, |_, count| {
                *count -= 1;
                *count == 0
            });
        }
        sign_ins.ended.notify_waiters();
        if let Some((meter, left)) = &self.left {
            meter.note(|| Level::of(LIMIT, *left));
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;

    const HOME: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1));
    const AWAY: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 9));

    fn twice() -> Arc<SignIns> {
        Arc::new(SignIns::new(Rate { burst: 2, per_second: 0.001 }))
    }

    async fn begin(sign_ins: &Arc<SignIns>, name: Option<&str>, address: IpAddr) -> Result<Attempt, Duration> {
        sign_ins.begin(name, address, &Meter::default()).await
    }

    fn somewhere(number: u16) -> IpAddr {
        let [high, low] = number.to_be_bytes();
        IpAddr::from([10, 0, high, low])
    }

    #[tokio::test]
    async fn right_passwords_never_run_out_also_many_at_once() {
        let sign_ins = twice();
        for _ in 0..50 {
            begin(&sign_ins, Some("alice"), HOME).await.unwrap().succeeded();
        }
        let attempts = (0..50).map(|_| {
            let sign_ins = Arc::clone(&sign_ins);
            tokio::spawn(async move {
                let attempt = begin(&sign_ins, Some("alice"), HOME).await.unwrap();
                tokio::task::yield_now().await;
                attempt.succeeded();
            })
        });
        for attempt in attempts.collect::<Vec<_>>() {
            attempt.await.unwrap();
        }
        assert!(sign_ins.under_way.is_empty());
    }

    #[tokio::test]
    async fn a_failed_attempt_is_one_that_never_ended_well() {
        let sign_ins = twice();
        let open = begin(&sign_ins, Some("alice"), HOME).await.unwrap();
        drop(begin(&sign_ins, Some("alice"), HOME).await.unwrap());
        assert!(begin(&sign_ins, Some("alice"), HOME).now_or_never().is_none(), "it waits for the one under way");
        drop(open);
        assert!(begin(&sign_ins, Some("alice"), HOME).await.is_err());
        assert!(begin(&sign_ins, Some("bob"), HOME).await.is_err(), "the address is used up");
        assert!(begin(&sign_ins, None, HOME).await.is_err(), "for link codes, too");
        drop(begin(&sign_ins, Some("alice"), AWAY).await.unwrap());
        drop(begin(&sign_ins, None, somewhere(1)).await.unwrap());
    }

    #[tokio::test]
    async fn guesses_from_elsewhere_do_not_lock_the_owner_out() {
        let sign_ins = twice();
        begin(&sign_ins, Some("alice"), HOME).await.unwrap().succeeded();
        let mut guesses = 0;
        for number in 0..1000 {
            if let Ok(attempt) = begin(&sign_ins, Some("alice"), somewhere(number)).await {
                drop(attempt);
                guesses += 1;
            }
        }
        assert_eq!(guesses, 2 * EVERYWHERE, "many networks together are limited, too");
        begin(&sign_ins, Some("alice"), HOME).await.unwrap().succeeded();
        begin(&sign_ins, Some("bob"), AWAY).await.unwrap().succeeded();
    }

    #[tokio::test]
    async fn who_is_refused_pays_nothing() {
        let sign_ins = twice();
        for _ in 0..2 {
            drop(begin(&sign_ins, Some("alice"), HOME).await.unwrap());
        }
        for _ in 0..100 {
            assert!(begin(&sign_ins, Some("bob"), HOME).await.is_err());
        }
        assert!(sign_ins.names_there.take(("bob".to_owned(), HOME.into()), sign_ins.now()).is_ok());
    }
}
