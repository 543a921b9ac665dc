//! How often someone may do something, and how long they must wait otherwise.
//!
//! Every rate of `--limit` has its buckets here; a limit that is `off` has none. Sizes and counts are kept elsewhere.

use std::{
    net::{IpAddr, Ipv6Addr},
    sync::Arc,
    time::{Duration, Instant},
};

use chat_protocol::{Limits, Rate, UserId};

use super::buckets::{Bucket, Buckets, Seconds};

/// Wrong link codes that all addresses together may try: nobody guesses 65 random bits at this pace.
const LINK_CODES_IN_ALL: Rate = Rate { burst: 100, per_second: 100.0 / 60.0 };

/// Whose network an address counts for: an IPv6 address by its /64, which is the least that one household is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct AddressKey(IpAddr);

impl From<IpAddr> for AddressKey {
    fn from(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V6(address) => {
                let [a, b, c, d, ..] = address.segments();
                Self(IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0)))
            }
            v4 @ IpAddr::V4(_) => Self(v4),
        }
    }
}

/// Who makes a REST request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Who {
    /// Someone with a token that counts.
    User(UserId),
    /// Anyone else at this address.
    Address(AddressKey),
}

/// All buckets of a server. Cheap to clone; clones share them.
#[derive(Debug, Clone)]
pub struct Rates(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    /// What the buckets count from.
    start: Instant,
    messages: Option<Buckets<UserId>>,
    guest_messages: Option<Buckets<AddressKey>>,
    commands: Option<Bucket>,
    requests: Option<Buckets<Who>>,
    registrations: Option<Buckets<AddressKey>>,
    sign_in_names: Option<Buckets<String>>,
    sign_in_addresses: Option<Buckets<AddressKey>>,
    link_codes: Buckets<()>,
    rooms_created: Option<Buckets<UserId>>,
}

impl Rates {
    /// Full buckets for these limits.
    pub fn new(limits: &Limits) -> Self {
        Self(Arc::new(Inner {
            start: Instant::now(),
            messages: limits.messages.map(Buckets::new),
            guest_messages: limits.guest_messages.map(Buckets::new),
            commands: limits.commands.map(Bucket::new),
            requests: limits.requests.map(Buckets::new),
            registrations: limits.registrations.map(Buckets::new),
            sign_in_names: limits.sign_ins.map(Buckets::new),
            sign_in_addresses: limits.sign_ins.map(Buckets::new),
            link_codes: Buckets::new(LINK_CODES_IN_ALL),
            rooms_created: limits.rooms_created.map(Buckets::new),
        }))
    }

    /// One message of a user.
    pub fn message(&self, user: UserId) -> Result<(), Duration> {
        self.take("messages", self.0.messages.as_ref(), user)
    }

    /// One message of a guest at an address.
    pub fn guest_message(&self, address: IpAddr) -> Result<(), Duration> {
        self.take("guest-messages", self.0.guest_messages.as_ref(), address.into())
    }

    /// One REST request.
    pub fn request(&self, who: Who) -> Result<(), Duration> {
        self.take("requests", self.0.requests.as_ref(), who)
    }

    /// One new name or guest.
    pub fn registration(&self, address: IpAddr) -> Result<(), Duration> {
        self.take("registrations", self.0.registrations.as_ref(), address.into())
    }

    /// One new room.
    pub fn room_created(&self, user: UserId) -> Result<(), Duration> {
        self.take("rooms-created", self.0.rooms_created.as_ref(), user)
    }

    /// Before a password is looked at. The attempt counts as failed until it is told otherwise, so that a hundred
    /// at the same moment are a hundred.
    ///
    /// `name` is the key that the user's name is compared by: other spellings are no way round.
    pub fn sign_in(&self, name: &str, address: IpAddr) -> Result<Attempt, Duration> {
        let address = AddressKey::from(address);
        self.take("sign-ins", self.0.sign_in_names.as_ref(), name.to_owned())?;
        let attempt = Attempt { rates: self.clone(), address, by: AttemptBy::Name(name.to_owned()) };
        if let Err(wait) = self.take("sign-ins", self.0.sign_in_addresses.as_ref(), address) {
            // Nothing was tried: the name must not pay for the address.
            give_back(self.0.sign_in_names.as_ref(), &name.to_owned());
            return Err(wait);
        }
        Ok(attempt)
    }

    /// Before a link code is looked at. Counts as failed until it is told otherwise.
    pub fn link_code(&self, address: IpAddr) -> Result<Attempt, Duration> {
        let address = AddressKey::from(address);
        self.take("sign-ins", self.0.sign_in_addresses.as_ref(), address)?;
        let attempt = Attempt { rates: self.clone(), address, by: AttemptBy::LinkCode };
        if let Err(wait) = self.take("link-codes", Some(&self.0.link_codes), ()) {
            give_back(self.0.sign_in_addresses.as_ref(), &address);
            return Err(wait);
        }
        Ok(attempt)
    }

    /// The bucket of a new connection for its commands.
    pub fn commands(&self) -> CommandBucket {
        CommandBucket { bucket: self.0.commands, full_at: 0.0, start: self.0.start }
    }

    /// Forgets whoever has waited long enough. To be called now and then: otherwise every address ever seen stays.
    pub fn shrink(&self) {
        let now = self.now();
        shrink(self.0.messages.as_ref(), now);
        shrink(self.0.guest_messages.as_ref(), now);
        shrink(self.0.requests.as_ref(), now);
        shrink(self.0.registrations.as_ref(), now);
        shrink(self.0.sign_in_names.as_ref(), now);
        shrink(self.0.sign_in_addresses.as_ref(), now);
        shrink(self.0.rooms_created.as_ref(), now);
    }

    fn now(&self) -> Seconds {
        self.0.start.elapsed().as_secs_f64()
    }

    fn take<K: Eq + std::hash::Hash>(
        &self,
        limit: &'static str,
        buckets: Option<&Buckets<K>>,
        key: K,
    ) -> Result<(), Duration> {
        buckets.map_or(Ok(()), |buckets| buckets.take(key, self.now())).inspect_err(|_| count_limited(limit))
    }
}

/// A sign-in that is being tried. Dropped, it has failed and counts.
#[derive(Debug)]
#[must_use = "an attempt that is dropped counts as failed"]
pub struct Attempt {
    rates: Rates,
    address: AddressKey,
    by: AttemptBy,
}

#[derive(Debug)]
enum AttemptBy {
    Name(String),
    LinkCode,
}

impl Attempt {
    /// It was the right secret: the attempt does not count.
    pub fn succeeded(self) {
        let rates = &self.rates.0;
        give_back(rates.sign_in_addresses.as_ref(), &self.address);
        match &self.by {
            AttemptBy::Name(name) => give_back(rates.sign_in_names.as_ref(), name),
            AttemptBy::LinkCode => rates.link_codes.give_back(&()),
        }
    }
}

/// What one connection may still command.
#[derive(Debug)]
pub struct CommandBucket {
    bucket: Option<Bucket>,
    full_at: Seconds,
    start: Instant,
}

impl CommandBucket {
    /// Takes one command, or says how long to wait.
    pub fn take(&mut self) -> Result<(), Duration> {
        let Some(bucket) = self.bucket else { return Ok(()) };
        let now = self.start.elapsed().as_secs_f64();
        self.full_at = bucket.take(self.full_at, now).inspect_err(|_| count_limited("commands"))?;
        Ok(())
    }
}

fn give_back<K: Eq + std::hash::Hash>(buckets: Option<&Buckets<K>>, key: &K) {
    if let Some(buckets) = buckets {
        buckets.give_back(key);
    }
}

fn shrink<K: Eq + std::hash::Hash>(buckets: Option<&Buckets<K>>, now: Seconds) {
    if let Some(buckets) = buckets {
        buckets.shrink(now);
    }
}

fn count_limited(limit: &'static str) {
    metrics::counter!("chat_rate_limited_total", "limit" => limit).increment(1);
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOME: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1));

    fn rates(assignments: &[&str]) -> Rates {
        let mut limits = Limits::default();
        for assignment in assignments {
            limits.set(assignment).unwrap();
        }
        Rates::new(&limits)
    }

    #[test]
    fn a_household_is_one_address() {
        let key = |text: &str| AddressKey::from(text.parse::<IpAddr>().unwrap());
        assert_eq!(key("2001:db8:1:2::1"), key("2001:db8:1:2:ffff::9"));
        assert_ne!(key("2001:db8:1:2::1"), key("2001:db8:1:3::1"));
        assert_eq!(key("::ffff:192.0.2.1"), key("192.0.2.1"));
        assert_ne!(key("192.0.2.1"), key("192.0.2.2"));
    }

    #[test]
    fn right_passwords_never_run_out() {
        let rates = rates(&["sign-ins=2:0.001"]);
        for _ in 0..50 {
            rates.sign_in("alice", HOME).unwrap().succeeded();
        }
    }

    #[test]
    fn wrong_ones_do_and_a_failed_attempt_is_one_that_never_ended() {
        let rates = rates(&["sign-ins=2:0.001"]);
        let open = rates.sign_in("alice", HOME).unwrap();
        drop(rates.sign_in("alice", HOME).unwrap());
        assert!(rates.sign_in("alice", HOME).is_err());
        open.succeeded();
        drop(rates.sign_in("alice", HOME).unwrap());
        assert!(rates.sign_in("bob", HOME).is_err(), "the address is used up");
        let away = IpAddr::from([192, 0, 2, 9]);
        assert!(rates.sign_in("alice", away).is_err(), "the name is used up");
        drop(rates.sign_in("bob", away).unwrap());
    }

    #[test]
    fn wrong_link_codes_are_limited_in_all() {
        let rates = rates(&["sign-ins=1:0.001"]);
        for i in 0..100 {
            drop(rates.link_code(IpAddr::from([10, 0, 0, i])).unwrap());
        }
        assert!(rates.link_code(IpAddr::from([10, 0, 1, 0])).is_err());
    }

    #[test]
    fn off_is_off() {
        let rates = rates(&["messages=off", "commands=off", "requests=off"]);
        let user = UserId::now_v7();
        let mut commands = rates.commands();
        for _ in 0..10_000 {
            rates.message(user).unwrap();
            rates.request(Who::User(user)).unwrap();
            commands.take().unwrap();
        }
    }

    #[test]
    fn commands_run_out_by_connection() {
        let rates = rates(&["commands=2:0.001"]);
        let mut first = rates.commands();
        first.take().unwrap();
        first.take().unwrap();
        assert!(first.take().is_err());
        rates.commands().take().unwrap();
    }
}
