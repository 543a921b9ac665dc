//! Who is typing in a room. It ends by itself: nobody types for ever because a connection was lost.

use std::{collections::HashMap, sync::Arc, time::Duration};

use chat_protocol::{Event, UserId, UserRef};
use tokio::time::Instant;

use super::{LiveRoom, listener::ListenerId};

/// Typing ends after so long without another sign of it.
const SILENCE: Duration = Duration::from_secs(6);
/// More people than this are not named: nobody can read it.
const MAX_TYPING: usize = 10;

/// The people who type in a room.
#[derive(Default)]
pub(super) struct Typing {
    people: HashMap<UserId, Typist>,
    /// Whether a task watches for silence.
    watched: bool,
}

struct Typist {
    user: UserRef,
    until: Instant,
    /// The connection that said so last; typing ends with it.
    on: ListenerId,
}

impl LiveRoom {
    /// Someone types. Sent once, until it ends.
    pub fn start_typing(self: &Arc<Self>, user: &UserRef, on: ListenerId) {
        let mut typing = self.typing.lock();
        let until = Instant::now() + SILENCE;
        if let Some(typist) = typing.people.get_mut(&user.id) {
            (typist.until, typist.on) = (until, on);
            return;
        }
        if typing.people.len() >= MAX_TYPING {
            return;
        }
        typing.people.insert(user.id, Typist { user: user.clone(), until, on });
        let watched = std::mem::replace(&mut typing.watched, true);
        drop(typing);
        self.tell_typing(user, true);
        if !watched {
            tokio::spawn(end_silent(Arc::clone(self)));
        }
    }

    /// Someone stopped typing, or sent what they typed.
    pub fn stop_typing(&self, user: UserId) {
        let stopped = self.typing.lock().people.remove(&user);
        if let Some(typist) = stopped {
            self.tell_typing(&typist.user, false);
        }
    }

    /// A connection ended, and with it what was typed there.
    pub fn stop_typing_on(&self, user: UserId, on: ListenerId) {
        let here = self.typing.lock().people.get(&user).is_some_and(|typist| typist.on == on);
        if here {
            self.stop_typing(user);
        }
    }

    /// Tells everyone who looks at the room, but the person themself.
    fn tell_typing(&self, user: &UserRef, typing: bool) {
        let (room, user) = (self.id, user.clone());
        let id = user.id;
        let event = if typing { Event::UserTyping { room, user } } else { Event::UserStoppedTyping { room, user } };
        let event = Arc::new(event.into());
        for listener in self.focused() {
            if listener.user() != id {
                listener.ephemeral(room, &event);
            }
        }
    }
}

/// The task that watches for silence; should it panic, the next typist begins another.
struct Watch(Arc<LiveRoom>);

impl Drop for Watch {
    fn drop(&mut self) {
        // At its proper end it has said so already, and another may watch by now.
        if std::thread::panicking() {
            self.0.typing.lock().watched = false;
        }
    }
}

/// Ends typing that went silent, as long as anyone types.
async fn end_silent(room: Arc<LiveRoom>) {
    let _watch = Watch(Arc::clone(&room));
    loop {
        let next = {
            let mut typing = room.typing.lock();
            let next = typing.people.values().map(|typist| typist.until).min();
            typing.watched = next.is_some();
            next
        };
        let Some(next) = next else { return };
        tokio::time::sleep_until(next).await;
        let now = Instant::now();
        let silent: Vec<UserId> = {
            let typing = room.typing.lock();
            typing.people.iter().filter(|(_, typist)| typist.until <= now).map(|(user, _)| *user).collect()
        };
        for user in silent {
            room.stop_typing(user);
        }
    }
}
