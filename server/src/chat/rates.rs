//! How often someone may do something, and how long they must wait otherwise.
//!
//! Every rate of `--limit` has its buckets here; a limit that is `off` has none. Sizes and counts are kept elsewhere.

mod address;
mod sign_ins;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use chat_protocol::{Limits, UserId};

use self::{
    address::AddressBuckets,
    sign_ins::{Attempt, SignIns},
};
use super::{
    Level, Meter, Origin,
    buckets::{Bucket, Buckets, Fill, Seconds},
};
use crate::address::AddressKey;

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
    guest_messages: Option<AddressBuckets>,
    commands: Option<Bucket>,
    user_requests: Option<Buckets<UserId>>,
    address_requests: Option<AddressBuckets>,
    registrations: Option<AddressBuckets>,
    sign_ins: Option<Arc<SignIns>>,
    rooms_created: Option<Buckets<UserId>>,
    uploads: Option<Buckets<UserId>>,
}

impl Rates {
    /// Full buckets for these limits.
    pub fn new(limits: &Limits) -> Self {
        Self(Arc::new(Inner {
            start: Instant::now(),
            messages: limits.messages.map(Buckets::new),
            guest_messages: limits.guest_messages.map(AddressBuckets::new),
            commands: limits.commands.map(Bucket::new),
            user_requests: limits.requests.map(Buckets::new),
            address_requests: limits.requests.map(AddressBuckets::new),
            registrations: limits.registrations.map(AddressBuckets::new),
            sign_ins: limits.sign_ins.map(|rate| Arc::new(SignIns::new(rate))),
            rooms_created: limits.rooms_created.map(Buckets::new),
            uploads: limits.uploads.map(Buckets::new),
        }))
    }

    /// One message of a user, or something else that all members of a room are sent.
    pub fn message(&self, user: UserId, origin: &Origin) -> Result<(), Duration> {
        take("messages", self.0.messages.as_ref(), &origin.meter, |all| all.take(user, self.now()))
    }

    /// The same of a guest at an address.
    pub fn guest_message(&self, origin: &Origin) -> Result<(), Duration> {
        let address = origin.address.into();
        take("guest-messages", self.0.guest_messages.as_ref(), &origin.meter, |all| all.take(address, self.now()))
    }

    /// One REST request, or an upgrade.
    pub fn request(&self, who: Who, meter: &Meter) -> Result<(), Duration> {
        let (limit, now) = ("requests", self.now());
        match who {
            Who::User(user) => take(limit, self.0.user_requests.as_ref(), meter, |all| all.take(user, now)),
            Who::Address(address) => take(limit, self.0.address_requests.as_ref(), meter, |all| all.take(address, now)),
        }
    }

    /// One new name or guest.
    pub fn registration(&self, origin: &Origin) -> Result<(), Duration> {
        let address = origin.address.into();
        take("registrations", self.0.registrations.as_ref(), &origin.meter, |all| all.take(address, self.now()))
    }

    pub fn room_created(&self, user: UserId, origin: &Origin) -> Result<(), Duration> {
        take("rooms-created", self.0.rooms_created.as_ref(), &origin.meter, |all| all.take(user, self.now()))
    }

    /// One upload that is begun.
    pub fn upload(&self, user: UserId, origin: &Origin) -> Result<(), Duration> {
        take("uploads", self.0.uploads.as_ref(), &origin.meter, |all| all.take(user, self.now()))
    }

    /// Before a password is looked at. The attempt counts as failed until it says otherwise, so that a hundred
    /// at the same moment are a hundred.
    ///
    /// `name` is the key that the user's name is compared by: other spellings are no way round.
    pub async fn sign_in(&self, name: &str, origin: &Origin) -> Result<Attempt, Duration> {
        match &self.0.sign_ins {
            Some(sign_ins) => sign_ins.begin(Some(name), origin.address, &origin.meter).await,
            None => Ok(Attempt::uncounted()),
        }
    }

    /// Before a link code is looked at. Counts as failed until it says otherwise.
    pub async fn link_code(&self, origin: &Origin) -> Result<Attempt, Duration> {
        match &self.0.sign_ins {
            Some(sign_ins) => sign_ins.begin(None, origin.address, &origin.meter).await,
            None => Ok(Attempt::uncounted()),
        }
    }

    /// The bucket of a new connection for its commands.
    pub fn commands(&self) -> CommandBucket {
        CommandBucket { bucket: self.0.commands, full_at: 0.0, start: self.0.start }
    }

    /// Forgets everyone who has waited long enough. To be called now and then: otherwise every address ever seen stays.
    pub fn shrink(&self) {
        let (inner, now) = (&*self.0, self.now());
        for users in [&inner.messages, &inner.user_requests, &inner.rooms_created, &inner.uploads].into_iter().flatten()
        {
            users.shrink(now);
        }
        for addresses in [&inner.guest_messages, &inner.address_requests, &inner.registrations].into_iter().flatten() {
            addresses.shrink(now);
        }
        if let Some(sign_ins) = &inner.sign_ins {
            sign_ins.shrink();
        }
    }

    fn now(&self) -> Seconds {
        self.0.start.elapsed().as_secs_f64()
    }
}

/// Without buckets there is no limit, and nothing to note.
fn take<B>(
    limit: &'static str,
    buckets: Option<&B>,
    meter: &Meter,
    take: impl FnOnce(&B) -> Result<Fill, Fill>,
) -> Result<(), Duration> {
    let Some(buckets) = buckets else { return Ok(()) };
    let taken = take(buckets);
    let (Ok(fill) | Err(fill)) = taken;
    meter.note(|| Level::of(limit, fill));
    match taken {
        Ok(_) => Ok(()),
        Err(fill) => {
            count_limited(limit);
            Err(fill.next())
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
        self.full_at = bucket.take(self.full_at, now).map_err(|fill| {
            count_limited("commands");
            fill.next()
        })?;
        Ok(())
    }
}

fn count_limited(limit: &'static str) {
    metrics::counter!("chat_rate_limited_total", "limit" => limit).increment(1);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rates(assignments: &[&str]) -> Rates {
        let mut limits = Limits::default();
        for assignment in assignments {
            limits.set(assignment).unwrap();
        }
        Rates::new(&limits)
    }

    fn metered() -> Origin {
        Origin { meter: Meter::new(), ..Origin::new([192, 0, 2, 1].into(), "") }
    }

    #[test]
    fn off_is_off() {
        let rates = rates(&["messages=off", "commands=off", "requests=off", "sign-ins=off"]);
        let (user, origin) = (UserId::now_v7(), metered());
        let mut commands = rates.commands();
        for _ in 0..10_000 {
            rates.message(user, &origin).unwrap();
            rates.request(Who::User(user), &origin.meter).unwrap();
            commands.take().unwrap();
        }
        assert_eq!(origin.meter.nearest(), None);
    }

    #[test]
    fn of_several_limits_the_nearest_to_its_end_is_told() {
        let rates = rates(&["requests=100:50", "messages=10:5", "rooms-created=10:0.01"]);
        let (user, origin) = (UserId::now_v7(), metered());
        rates.request(Who::User(user), &origin.meter).unwrap();
        let level = origin.meter.nearest().unwrap();
        assert_eq!((level.limit, level.quota, level.remaining), ("requests", 100, 99));
        assert_eq!(level.window, Duration::from_secs(2));
        rates.message(user, &origin).unwrap();
        assert_eq!(origin.meter.nearest().map(|level| (level.limit, level.remaining)), Some(("messages", 9)));
        rates.room_created(user, &origin).unwrap();
        assert_eq!(origin.meter.nearest().map(|level| (level.limit, level.remaining)), Some(("rooms-created", 9)));
        let wait = loop {
            if let Err(wait) = rates.room_created(user, &origin) {
                break wait;
            }
        };
        let level = origin.meter.nearest().unwrap();
        assert_eq!((level.limit, level.remaining, level.next), ("rooms-created", 0, wait));
    }

    #[tokio::test]
    async fn a_right_password_leaves_as_much_as_before_and_a_wrong_one_less() {
        let rates = rates(&["sign-ins=3:0.001"]);
        let right = metered();
        rates.sign_in("alice", &right).await.unwrap().succeeded();
        assert_eq!(right.meter.nearest(), None);
        for left in [2, 1, 0, 0] {
            let wrong = metered();
            drop(rates.sign_in("alice", &wrong).await);
            assert_eq!(wrong.meter.nearest().map(|level| (level.limit, level.remaining)), Some(("sign-ins", left)));
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
