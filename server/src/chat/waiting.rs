//! Waiting for what is not in a room yet: a request that is answered when something comes. For those who have no
//! socket.
//!
//! A request that waits is known to the hub and counted, and holds nothing of the store: what came is read after
//! waiting, as if it had been asked for then.

use std::sync::Arc;

use chat_protocol::RoomSelector;
use dashmap::DashMap;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::{Caller, Chat, Error, Origin, Result, Who, watcher::Watcher};
use crate::{
    address::AddressKey,
    gauge::Counted,
    hub::{Hub, Listener, Subscription},
};

/// Requests of a user, or of an address without a token, that wait at once. A program has one a room.
const AT_ONCE: u32 = 8;
/// Of all together: a quarter of the connections that are answered at once, so that the others go on being answered.
const IN_ALL: usize = 1_024;

/// Those who wait. Cheap to clone; clones count together.
#[derive(Debug, Clone)]
pub(super) struct Waiters {
    by: Arc<DashMap<Who, u32>>,
    in_all: Arc<Semaphore>,
}

impl Default for Waiters {
    fn default() -> Self {
        Self { by: Arc::default(), in_all: Arc::new(Semaphore::new(IN_ALL)) }
    }
}

impl Waiters {
    fn enter(&self, who: Who) -> Result<Entered> {
        let permit = Arc::clone(&self.in_all).try_acquire_owned().map_err(|_| Error::too_many_waiting_in_all())?;
        let mut waiting = self.by.entry(who).or_insert(0);
        *waiting += 1;
        // From here on the guard takes back what was counted, also when it is one too many.
        let entered = Entered { waiters: self.clone(), who, _permit: permit };
        let is_too_many = *waiting > AT_ONCE;
        drop(waiting);
        if is_too_many { Err(Error::too_many_waiting(AT_ONCE)) } else { Ok(entered) }
    }
}

/// A request that waits or is about to; dropped, it counts no more.
struct Entered {
    waiters: Waiters,
    who: Who,
    _permit: OwnedSemaphorePermit,
}

impl Drop for Entered {
    fn drop(&mut self) {
        self.waiters.by.remove_if_mut(&self.who, |_, waiting| {
            *waiting -= 1;
            *waiting == 0
        });
    }
}

/// A request that waits for something new in a room; dropped, it waits no more.
pub struct Waiting {
    watcher: Arc<Watcher>,
    subscription: Arc<Subscription>,
    /// Notified when the session ends or the user leaves; there if the request has a session.
    _registration: Option<Registration>,
    _entered: Entered,
    _counted: Counted,
}

impl Waiting {
    /// Returns once there is something to be answered: an event, the end of the session, or that the user left. At
    /// once if that was so before.
    pub async fn over(&self) {
        self.watcher.news().await;
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.subscription.end();
    }
}

impl Chat {
    /// Begins to wait for what comes after a position. `None` if there is no need to: there is something, or the
    /// position is ahead of the room, so that it belongs to another history.
    ///
    /// # Errors
    /// `not_found`; `rate_limited` when as many requests of the caller wait already, `unavailable` when as many of all do.
    pub async fn wait_after(
        &self,
        caller: Option<&Caller>,
        origin: &Origin,
        room: &RoomSelector,
        after: u64,
    ) -> Result<Option<Waiting>> {
        let who = caller.map_or(Who::Address(AddressKey::from(origin.address)), |caller| Who::User(caller.user));
        let entered = self.shared.waiters.enter(who)?;
        let room = self.room(caller, room).await?;
        if room.last_seq != after {
            return Ok(None);
        }
        let watcher = Arc::new(Watcher::new(caller, room.id));
        let registration = match caller {
            Some(caller) => {
                let registration = Registration::begin(self.hub(), &watcher);
                // Asked again, now that the hub would tell of its end: one that ended since the request came is over.
                if !self.store().ended_sessions(vec![caller.session]).await?.is_empty() {
                    return Ok(None);
                }
                Some(registration)
            }
            None => None,
        };
        let listener: Arc<dyn Listener> = watcher.clone();
        // What came since `room` was read is known to the live room, which then says so at once.
        let subscription = self.live_room(room.id).subscribe(&listener, after, room.last_seq);
        let counted = Counted::by(metrics::gauge!("chat_long_polls"));
        Ok(Some(Waiting { watcher, subscription, _registration: registration, _entered: entered, _counted: counted }))
    }
}

/// A place among the user's listeners; dropped, it is given up.
struct Registration {
    hub: Hub,
    watcher: Arc<Watcher>,
}

impl Registration {
    fn begin(hub: &Hub, watcher: &Arc<Watcher>) -> Self {
        hub.watch(watcher.clone());
        Self { hub: hub.clone(), watcher: Arc::clone(watcher) }
    }
}

impl Drop for Registration {
    fn drop(&mut self) {
        self.hub.disconnect(&*self.watcher, false);
    }
}

#[cfg(test)]
mod tests {
    use chat_protocol::{ErrorCode, UserId};

    use super::*;

    #[test]
    fn waits_are_bounded_by_user_and_in_all_and_each_end_makes_room() {
        let waiters = Waiters::default();
        let refusal = |who| waiters.enter(who).err().map(|refused| refused.code);
        let user = |_| Who::User(UserId::now_v7());
        let alice = user(0);
        let mut entered: Vec<_> = (0..AT_ONCE).map(|_| waiters.enter(alice).unwrap()).collect();
        assert_eq!(refusal(alice), Some(ErrorCode::RateLimited));
        entered.extend((entered.len()..IN_ALL).map(|number| waiters.enter(user(number)).unwrap()));
        assert_eq!(refusal(user(0)), Some(ErrorCode::Unavailable));
        entered.remove(0);
        assert_eq!(refusal(alice), None);
        drop(entered);
        assert!(waiters.by.is_empty(), "nothing is kept of those who are gone");
        assert_eq!(waiters.in_all.available_permits(), IN_ALL);
    }
}
