//! What a live connection needs of the rules: where to begin, what is in focus, how far was read.

use std::{collections::HashMap, sync::Arc};

use chat_protocol::{
    Cursor, Epoch, Event, LogEntry, ResetReason, Room, RoomId, RoomSelector, Timestamp, User, UserRef, api::ServerInfo,
};

use super::{Caller, Chat, Error, Result, caller, json};
use crate::{
    access::Deed,
    hub::{Hub, Listener, LiveRoom, TooMany},
    store::{PageSize, ReadPosition, Removal},
};

/// A room further behind than this many events is paged by the client instead.
const ROOM_BEHIND: u64 = 2_000;
/// All rooms of a connection together.
const ALL_BEHIND: u64 = 20_000;
/// How much a connection which is behind reads from the log at once: it may not be read for a while.
const PIECE: PageSize = PageSize { items: 256, bytes: 64 * 1024 };

/// What a client brings with its `Hello`.
#[derive(Debug, Clone, Default)]
pub struct Start {
    /// What the program calls itself.
    pub client: String,
    pub cursors: HashMap<RoomId, Cursor>,
    /// The history that this belongs to.
    pub epoch: Option<Epoch>,
}

/// Where reading one room begins.
#[derive(Debug, Clone)]
pub struct Missed {
    /// The room, as `Welcome` has it.
    pub room: RoomId,
    /// The last event that the client has, or is to take as such.
    pub after: u64,
    /// The newest event when `Welcome` was made.
    pub last_seq: u64,
    /// Sent before anything else of the room.
    pub reset: Option<Event>,
}

/// How a connection begins.
#[derive(Debug, Clone)]
pub struct Begun {
    /// The answer to `Hello`.
    pub welcome: Event,
    pub user: UserRef,
    /// Every room of the user.
    pub rooms: Vec<Missed>,
    /// Rooms that the client has a cursor of, but the user is not in.
    pub removed: Vec<Removal>,
    /// Direct rooms of the user that are not in their list: they are here there, too.
    pub aside: Vec<RoomId>,
}

impl Chat {
    /// Adds a connection of the caller.
    ///
    /// # Errors
    /// When the user has too many.
    pub fn connect(&self, listener: Arc<dyn Listener>) -> std::result::Result<(), TooMany> {
        self.hub().connect(listener, self.limits().connections_per_user.unwrap_or(u64::MAX))
    }

    /// Removes it, and what was typed on it.
    pub fn disconnect(&self, listener: &dyn Listener, arrived: bool) {
        self.hub().disconnect(listener, arrived);
    }

    /// Says whether anyone is at a connection.
    pub fn set_away(&self, listener: &dyn Listener, away: bool) {
        self.hub().set_away(listener, away);
    }

    /// Finds where each of the caller's rooms begins for a client.
    ///
    /// # Errors
    /// `unauthorized` when the session has ended; or when the log does not answer.
    pub async fn begin(&self, caller: &Caller, start: Start) -> Result<Begun> {
        // Whether the session counts is asked again, now that the hub would be notified: one that ended since the upgrade
        // has no connection.
        let timed = start.cursors.iter().filter(|(_, cursor)| cursor.at.is_some());
        let positions = timed.map(|(room, cursor)| (*room, cursor.seq)).collect();
        let known = start.cursors.keys().copied().collect();
        let stored =
            self.store().connection_start(caller.session, known, positions).await.map_err(Error::ended_session)?;
        let client = caller::clean_client(&start.client);
        if !client.is_empty() && client != stored.client {
            self.store().rename_client(caller.session, client);
        }
        let epoch = self.store().epoch();
        let same_history = start.epoch.is_none_or(|of_client| of_client == epoch);
        let mut rooms: Vec<Missed> = stored
            .rooms
            .iter()
            .map(|room| match start.cursors.get(&room.id) {
                Some(cursor) => missed(room, *cursor, same_history, stored.times.get(&room.id).copied()),
                None => Missed { room: room.id, after: room.last_seq, last_seq: room.last_seq, reset: None },
            })
            .collect();
        bound_in_all(&mut rooms, &stored.rooms);
        let user = User { online: true, ..self.with_presence(stored.user) };
        Ok(Begun {
            user: user.to_ref(),
            rooms,
            removed: stored.removed,
            aside: stored.aside,
            welcome: Event::Welcome {
                user,
                session: caller.session,
                epoch,
                server: ServerInfo { name: self.shared.info.name.clone(), version: self.shared.info.version.clone() },
                rooms: stored.rooms,
                limits: self.limits().clone(),
                ignored: stored.ignored,
                followed_threads: stored.followed_threads,
            },
        })
    }

    /// Says that the user of a connection is here.
    pub fn arrive(&self, user: &UserRef, rooms: &[RoomId]) {
        self.hub().arrive(user, rooms);
    }

    /// Says that they are here in one more room, too.
    pub fn arrive_in(&self, user: &UserRef, room: &Arc<LiveRoom>) {
        self.hub().arrive_in(user, room);
    }

    /// A room's live side.
    pub fn live_room(&self, room: RoomId) -> Arc<LiveRoom> {
        Hub::room(self.hub(), room)
    }

    /// Reads on from a position that memory no longer reaches. `read` makes of each event what is given, and says how many
    /// bytes that is.
    ///
    /// # Errors
    /// `not_found`; or when the log does not answer.
    pub async fn read_log<T: Send + 'static>(
        &self,
        caller: &Caller,
        room: RoomId,
        after: u64,
        read: impl Fn(LogEntry) -> (T, usize) + Send + 'static,
    ) -> Result<Vec<T>> {
        Ok(self.store().log_after(Some(caller.user), room.into(), after, PIECE, read).await?.entries)
    }

    /// Writes an event as JSON, its body parsed if that is wanted.
    pub fn write_event(&self, event: &Event, blocks: bool, out: &mut Vec<u8>) {
        json::write_event(event, blocks.then_some(&self.shared.parsed), out);
    }

    /// The people of a room, as an event.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn members_event(&self, caller: &Caller, room: RoomId) -> Result<Event> {
        self.roster(caller, room).await
    }

    /// The id of a room that the caller is a member of.
    ///
    /// # Errors
    /// `not_found`; `forbidden` when they are no member.
    pub async fn own_room(&self, caller: &Caller, room: &RoomSelector) -> Result<RoomId> {
        Ok(self.store().find_room(room.clone(), Some(caller.user), Deed::Follow).await?)
    }

    /// The id of a room that the caller may write in.
    ///
    /// # Errors
    /// `not_found`, `forbidden`.
    pub async fn writable_room(&self, caller: &Caller, room: &RoomSelector) -> Result<RoomId> {
        Ok(self.store().find_room(room.clone(), Some(caller.user), Deed::Write).await?)
    }

    /// Moves the caller's read position; all their connections are notified.
    ///
    /// # Errors
    /// `not_found`; `forbidden` when they are no member.
    pub async fn read(&self, caller: &Caller, room: &RoomSelector, seq: u64, back: bool) -> Result<()> {
        self.store().read_up_to(caller.user, room.clone(), ReadPosition { seq, back }).await?;
        Ok(())
    }
}

/// Where a room begins for a client that has a cursor of it.
fn missed(room: &Room, cursor: Cursor, same_history: bool, at: Option<Timestamp>) -> Missed {
    let why = if !same_history {
        Some(ResetReason::Epoch)
    } else if cursor.seq > room.last_seq {
        Some(ResetReason::Ahead)
    } else if cursor.seq > 0 && cursor.at.is_some_and(|of_client| at != Some(of_client)) {
        Some(ResetReason::Mismatch)
    } else if room.last_seq - cursor.seq > ROOM_BEHIND {
        Some(ResetReason::TooFar)
    } else {
        None
    };
    match why {
        Some(why) => reset(room, why),
        None => Missed { room: room.id, after: cursor.seq, last_seq: room.last_seq, reset: None },
    }
}

fn reset(room: &Room, why: ResetReason) -> Missed {
    let (last_seq, at) = (room.last_seq, room.last_at);
    let event = Event::Reset { room: room.id, last_seq, at, why };
    Missed { room: room.id, after: last_seq, last_seq, reset: Some(event) }
}

/// Resets the rooms furthest behind until the rest is little enough to send.
fn bound_in_all(missed: &mut [Missed], rooms: &[Room]) {
    let behind = |missed: &Missed| missed.last_seq - missed.after;
    let mut total: u64 = missed.iter().map(behind).sum();
    while total > ALL_BEHIND {
        let furthest = missed.iter_mut().zip(rooms).max_by_key(|(missed, _)| behind(missed));
        let Some((missed, room)) = furthest else { return };
        total -= behind(missed);
        *missed = reset(room, ResetReason::TooFar);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: i64 = 1_790_000_000_000;

    fn room(last_seq: u64) -> Room {
        Room {
            id: RoomId::now_v7(),
            last_seq,
            last_at: Some(Timestamp::from_millis(AT)),
            ..chat_protocol::testing::room("lobby")
        }
    }

    fn why(missed: &Missed) -> Option<ResetReason> {
        match missed.reset {
            Some(Event::Reset { why, .. }) => Some(why),
            _ => None,
        }
    }

    #[test]
    fn two_thousand_events_are_sent_and_one_more_is_a_reset() {
        let cursor = Cursor { seq: 10, at: None };
        assert_eq!(why(&missed(&room(2_010), cursor, true, None)), None);
        assert_eq!(why(&missed(&room(2_011), cursor, true, None)), Some(ResetReason::TooFar));
    }

    #[test]
    fn a_changed_history_is_told_with_its_reason() {
        let at = Timestamp::from_millis(AT);
        let cursor = Cursor { seq: 10, at: Some(at) };
        assert_eq!(why(&missed(&room(10), cursor, true, Some(at))), None);
        assert_eq!(why(&missed(&room(10), cursor, false, Some(at))), Some(ResetReason::Epoch));
        assert_eq!(why(&missed(&room(9), cursor, true, None)), Some(ResetReason::Ahead));
        assert_eq!(why(&missed(&room(12), cursor, true, Some(Timestamp::from_millis(1)))), Some(ResetReason::Mismatch));
        assert_eq!(why(&missed(&room(12), cursor, true, None)), Some(ResetReason::Mismatch));
    }

    #[test]
    fn of_many_rooms_the_furthest_behind_are_reset_first() {
        let rooms: Vec<Room> = (0..11).map(|i| room(1_990 + i)).collect();
        let cursor = Cursor { seq: 0, at: None };
        let mut all: Vec<Missed> = rooms.iter().map(|room| missed(room, cursor, true, None)).collect();
        bound_in_all(&mut all, &rooms);
        let reset: Vec<usize> = (0..11).filter(|i| all[*i].reset.is_some()).collect();
        assert_eq!(reset, [10], "21,945 less the 2,000 of the furthest is within the bound");
    }
}
