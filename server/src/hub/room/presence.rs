//! Who is here. A user is online from the first connection until a while after the last one closed, so that a
//! lost connection that comes back is not reported as leaving.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::Duration,
};

use chat_protocol::{Event, PresenceChange, RoomId, UserId, UserRef};
use parking_lot::Mutex;
use tokio::time::Instant;

use super::{ListenerId, LiveRoom};

/// How long a user without a connection still counts as here.
const LINGER: Duration = Duration::from_secs(10);
/// Changes in a room are announced at most this often.
const INTERVAL: Duration = Duration::from_secs(1);
/// In a room with more people here only their number is sent.
const NAMED: usize = 500;

/// Hears of each user who went offline.
pub type Gone = Box<dyn Fn(UserId) + Send + Sync>;

/// Everyone who is here.
pub(in crate::hub) struct Presence {
    users: Arc<Mutex<HashMap<UserId, Here>>>,
    gone: Arc<Gone>,
}

/// One user who is here.
struct Here {
    user: UserRef,
    connections: usize,
    /// Connections at which nobody is.
    away: HashSet<ListenerId>,
    /// Whether that is all of them.
    is_away: bool,
    /// Counts arrivals: the task that waits to call the user gone sees that they came back.
    arrivals: u64,
    rooms: HashMap<RoomId, Arc<LiveRoom>>,
}

/// Who is here of a room's people, and what of it was not sent yet.
#[derive(Default)]
pub(super) struct RoomPresence {
    online: HashMap<UserId, UserRef>,
    /// Those of them who are at none of their devices.
    away: HashSet<UserId>,
    /// Changed since they were last sent.
    changed: HashSet<UserId>,
    /// Those of them who left, by the name they had.
    departed: HashMap<UserId, UserRef>,
    announced: Option<Instant>,
    /// Whether a task waits to send them.
    waiting: bool,
    /// Whether only the number was sent last.
    crowded: bool,
}

impl Presence {
    pub(in crate::hub) fn new(gone: Gone) -> Self {
        Self { users: Arc::default(), gone: Arc::new(gone) }
    }

    pub(in crate::hub) fn arrive(&self, user: &UserRef, rooms: Vec<Arc<LiveRoom>>) {
        let mut users = self.users.lock();
        let here = users.entry(user.id).or_insert_with(|| Here {
            user: user.clone(),
            connections: 0,
            away: HashSet::new(),
            is_away: false,
            arrivals: 0,
            rooms: HashMap::new(),
        });
        here.connections += 1;
        here.arrivals += 1;
        for room in rooms {
            here.rooms.insert(room.id, Arc::clone(&room));
            room.came(user);
        }
        here.look_away();
    }

    /// Says whether anyone is at one of a user's connections.
    pub(in crate::hub) fn set_away(&self, user: UserId, connection: ListenerId, away: bool) {
        let mut users = self.users.lock();
        let Some(here) = users.get_mut(&user) else { return };
        if away {
            here.away.insert(connection);
        } else {
            here.away.remove(&connection);
        }
        here.look_away();
    }

    pub(in crate::hub) fn is_away(&self, user: UserId) -> bool {
        self.users.lock().get(&user).is_some_and(|here| here.is_away)
    }

    pub(in crate::hub) fn depart(&self, user: UserId, connection: ListenerId) {
        let mut users = self.users.lock();
        let Some(here) = users.get_mut(&user) else { return };
        here.connections = here.connections.saturating_sub(1);
        here.away.remove(&connection);
        if here.connections > 0 {
            here.look_away();
            return;
        }
        let arrivals = here.arrivals;
        drop(users);
        let (users, gone) = (Arc::clone(&self.users), Arc::clone(&self.gone));
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        runtime.spawn(async move {
            tokio::time::sleep(LINGER).await;
            let left = {
                let mut users = users.lock();
                match users.get(&user) {
                    Some(here) if here.connections == 0 && here.arrivals == arrivals => users.remove(&user),
                    _ => None,
                }
            };
            if let Some(here) = left {
                for room in here.rooms.values() {
                    room.went(user);
                }
                gone(user);
            }
        });
    }

    pub(in crate::hub) fn joined(&self, user: &UserRef, room: &Arc<LiveRoom>) {
        if let Some(here) = self.users.lock().get_mut(&user.id) {
            here.rooms.insert(room.id, Arc::clone(room));
            room.came(user);
            room.set_away(user.id, here.is_away);
        }
    }

    pub(in crate::hub) fn left(&self, user: UserId, room: &Arc<LiveRoom>) {
        if let Some(here) = self.users.lock().get_mut(&user) {
            here.rooms.remove(&room.id);
        }
        room.went(user);
    }

    pub(in crate::hub) fn renamed(&self, user: &UserRef) {
        if let Some(here) = self.users.lock().get_mut(&user.id) {
            here.user = user.clone();
            for room in here.rooms.values() {
                if let Some(known) = room.presence.lock().online.get_mut(&user.id) {
                    *known = user.clone();
                }
            }
        }
    }

    pub(in crate::hub) fn is_online(&self, user: UserId) -> bool {
        self.users.lock().contains_key(&user)
    }

    pub(in crate::hub) fn online(&self) -> Vec<UserId> {
        self.users.lock().keys().copied().collect()
    }
}

impl Here {
    /// Has rooms hear of it when the user goes away from the last device, or comes back to one.
    fn look_away(&mut self) {
        let is_away = self.connections > 0 && self.away.len() >= self.connections;
        if std::mem::replace(&mut self.is_away, is_away) != is_away {
            for room in self.rooms.values() {
                room.set_away(self.user.id, is_away);
            }
        }
    }
}

impl LiveRoom {
    /// The room's people who are here.
    pub fn online(&self) -> Vec<UserId> {
        self.presence.lock().online.keys().copied().collect()
    }

    fn came(self: &Arc<Self>, user: &UserRef) {
        let mut presence = self.presence.lock();
        if presence.online.insert(user.id, user.clone()).is_none() {
            presence.departed.remove(&user.id);
            self.changed(presence, user.id);
        }
    }

    fn set_away(self: &Arc<Self>, user: UserId, away: bool) {
        let mut presence = self.presence.lock();
        let changed = if away { presence.away.insert(user) } else { presence.away.remove(&user) };
        if changed && presence.online.contains_key(&user) {
            self.changed(presence, user);
        }
    }

    fn went(self: &Arc<Self>, user: UserId) {
        let mut presence = self.presence.lock();
        presence.away.remove(&user);
        if let Some(known) = presence.online.remove(&user) {
            presence.departed.insert(user, known);
            self.changed(presence, user);
        }
    }

    /// Has a change sent now, or with others when the interval is over.
    fn changed(self: &Arc<Self>, mut presence: parking_lot::MutexGuard<'_, RoomPresence>, user: UserId) {
        presence.changed.insert(user);
        if std::mem::replace(&mut presence.waiting, true) {
            return;
        }
        let at = presence.announced.map_or_else(Instant::now, |last| last + INTERVAL);
        drop(presence);
        match tokio::runtime::Handle::try_current() {
            Ok(runtime) => {
                let room = Arc::clone(self);
                runtime.spawn(async move {
                    tokio::time::sleep_until(at).await;
                    room.announce();
                });
            }
            // Outside of the runtime nobody listens.
            Err(_) => self.presence.lock().waiting = false,
        }
    }

    fn announce(&self) {
        let focused = self.focused();
        let mut presence = self.presence.lock();
        presence.waiting = false;
        presence.announced = Some(Instant::now());
        let changed = std::mem::take(&mut presence.changed);
        let mut departed = std::mem::take(&mut presence.departed);
        let online = presence.online.len();
        let was_crowded = std::mem::replace(&mut presence.crowded, online > NAMED);
        let changes = if online > NAMED {
            vec![]
        } else {
            let change = |id: UserId| match presence.online.get(&id) {
                Some(user) => {
                    let away = presence.away.contains(&id);
                    Some(PresenceChange { user: user.clone(), online: true, away })
                }
                None => departed.remove(&id).map(|user| PresenceChange { user, online: false, away: false }),
            };
            changed.into_iter().filter_map(change).collect()
        };
        let thinned = was_crowded && online <= NAMED;
        drop(presence);
        let event = Arc::new(Event::Presence { room: self.id, online: online as u64, changes }.into());
        for listener in focused {
            if thinned {
                listener.members_stale(self.id);
            } else {
                listener.ephemeral(self.id, &event);
            }
        }
    }
}
