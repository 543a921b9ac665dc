//! What the user wants the server to know beside messages: the rooms on screen, that they write, how far they read, that
//! they are away.

use std::{
    collections::{BTreeMap, HashMap},
    time::{Duration, Instant},
};

use chat_protocol::{Command, Room, RoomId};

/// A start of typing is sent again after this time; the server forgets it after six seconds.
const TYPING_EVERY: Duration = Duration::from_secs(3);
/// One read position of a room goes out in this time, however fast the user scrolls.
const READ_EVERY: Duration = Duration::from_millis(500);

/// What is to be said, and when it was said last.
#[derive(Debug, Default)]
pub(crate) struct Activity {
    focus: Vec<RoomId>,
    /// When the focus is to be sent (again).
    focus_due: Option<Instant>,
    /// Whether nobody is at this device, as the program last said.
    away: Option<bool>,
    /// When that is to be sent (again).
    away_due: Option<Instant>,
    /// Rooms in which the server knows the user to be writing, and since when.
    typing: HashMap<RoomId, Instant>,
    /// Read positions that the server has not confirmed.
    reads: BTreeMap<RoomId, Read>,
}

#[derive(Debug)]
struct Read {
    seq: u64,
    back: bool,
    /// When it is to be sent; `None` while it is on the way.
    due: Option<Instant>,
    /// The next one not before then.
    next: Instant,
}

impl Activity {
    pub(crate) fn new(reads: Vec<(RoomId, u64, bool)>, now: Instant) -> Self {
        let reads = reads.into_iter().map(|(room, seq, back)| (room, Read { seq, back, due: Some(now), next: now }));
        Self { reads: reads.collect(), ..Self::default() }
    }

    /// Other rooms are on the screen.
    pub(crate) fn focus(&mut self, mut rooms: Vec<RoomId>, now: Instant) {
        rooms.truncate(Command::MAX_FOCUS);
        if self.focus != rooms {
            self.focus = rooms;
            self.focus_due = Some(now);
        }
    }

    /// Nobody is at this device, or somebody is again.
    pub(crate) fn set_away(&mut self, away: bool, now: Instant) {
        // Who never left is not away, which the server takes for granted.
        if self.away.unwrap_or(false) != away {
            self.away = Some(away);
            self.away_due = Some(now);
        }
    }

    /// The rooms on the screen.
    pub(crate) fn focused(&self) -> &[RoomId] {
        &self.focus
    }

    /// The user writes: what to tell the server, if it is time.
    pub(crate) fn typing(&mut self, room: RoomId, now: Instant) -> Option<Command> {
        let is_known = self.typing.get(&room).is_some_and(|sent| now.saturating_duration_since(*sent) < TYPING_EVERY);
        if is_known {
            return None;
        }
        self.typing.insert(room, now);
        Some(Command::UserTyping { room: room.into() })
    }

    /// The user no longer writes: what to tell the server, if it thinks otherwise.
    pub(crate) fn stopped_typing(&mut self, room: RoomId) -> Option<Command> {
        self.typing.remove(&room).map(|_| Command::UserStoppedTyping { room: room.into() })
    }

    /// A message went out, which ends typing by itself.
    pub(crate) fn sent(&mut self, room: RoomId) {
        self.typing.remove(&room);
    }

    /// The user has read up to here, or wants it to be so. Returns whether that is news.
    pub(crate) fn read(&mut self, room: RoomId, seq: u64, back: bool, now: Instant) -> bool {
        let next = match self.reads.get(&room) {
            Some(read) if read.seq == seq && read.back == back => return false,
            Some(read) if !back && !read.back && seq < read.seq => return false,
            Some(read) => read.next.max(now),
            None => now,
        };
        self.reads.insert(room, Read { seq, back, due: Some(next), next });
        true
    }

    /// Whether the server has yet to confirm a position of this room.
    pub(crate) fn is_reading(&self, room: RoomId) -> bool {
        self.reads.contains_key(&room)
    }

    /// The server knows a position. Returns whether it is the one that it was to know.
    pub(crate) fn confirmed(&mut self, room: RoomId, seq: u64) -> bool {
        let known = self.reads.get(&room).is_some_and(|read| if read.back { seq == read.seq } else { seq >= read.seq });
        if known {
            self.reads.remove(&room);
        }
        known
    }

    /// A room is gone, and with it what was to be said there.
    pub(crate) fn left(&mut self, room: RoomId) {
        self.focus.retain(|focused| *focused != room);
        self.typing.remove(&room);
        self.reads.remove(&room);
    }

    /// A new connection, whose user is in these rooms: what was to be said in others, which the user left meanwhile or
    /// was never in, would only be refused.
    pub(crate) fn welcome(&mut self, rooms: &[Room], now: Instant) {
        let is_in = |id: RoomId| rooms.iter().any(|room| room.id == id);
        self.focus.retain(|room| is_in(*room));
        self.reads.retain(|room, _| is_in(*room));
        self.again(now);
    }

    /// A new connection knows nothing, or the server took no more (`now` is then when it does again).
    pub(crate) fn again(&mut self, now: Instant) {
        self.typing.clear();
        self.focus_due = (!self.focus.is_empty()).then_some(now);
        self.away_due = self.away.map(|_| now);
        for read in self.reads.values_mut() {
            read.due = Some(now);
        }
    }

    /// What is to be sent now.
    pub(crate) fn due(&mut self, now: Instant) -> Vec<Command> {
        let mut commands = Vec::new();
        if self.focus_due.take_if(|due| *due <= now).is_some() {
            commands.push(Command::Focus { rooms: self.focus.iter().copied().map(Into::into).collect() });
        }
        if self.away_due.take_if(|due| *due <= now).is_some()
            && let Some(away) = self.away
        {
            commands.push(Command::Away { away });
        }
        for (room, read) in &mut self.reads {
            if read.due.take_if(|due| *due <= now).is_some() {
                read.next = now + READ_EVERY;
                commands.push(Command::Read { room: (*room).into(), seq: read.seq, back: read.back });
            }
        }
        commands
    }

    /// When something more is to be sent.
    pub(crate) fn wake_at(&self) -> Option<Instant> {
        self.reads.values().filter_map(|read| read.due).chain(self.focus_due).chain(self.away_due).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typing_is_told_every_three_seconds_and_ends_once() {
        let (mut activity, room, start) = (Activity::default(), RoomId::now_v7(), Instant::now());
        assert!(activity.typing(room, start).is_some());
        assert!(activity.typing(room, start + Duration::from_millis(2999)).is_none());
        assert!(activity.typing(room, start + TYPING_EVERY).is_some());
        assert!(activity.stopped_typing(room).is_some());
        assert!(activity.stopped_typing(room).is_none());
        activity.typing(room, start);
        activity.sent(room);
        assert!(activity.typing(room, start).is_some(), "sending ended it, so it begins again");
    }

    #[test]
    fn reading_goes_out_at_most_twice_a_second_with_the_last_position() {
        let (mut activity, room, start) = (Activity::default(), RoomId::now_v7(), Instant::now());
        assert!(activity.read(room, 1, false, start));
        assert_eq!(activity.due(start).len(), 1);
        for seq in 2..9 {
            assert!(activity.read(room, seq, false, start));
        }
        assert!(!activity.read(room, 3, false, start), "reading does not go back by itself");
        assert_eq!(activity.due(start), []);
        assert_eq!(activity.wake_at(), Some(start + READ_EVERY));
        let due = activity.due(start + READ_EVERY);
        assert_eq!(due, [Command::Read { room: room.into(), seq: 8, back: false }]);
        assert!(!activity.confirmed(room, 7));
        assert!(activity.confirmed(room, 8));
    }

    #[test]
    fn a_new_connection_is_told_what_was_not_confirmed() {
        let (mut activity, room, start) = (Activity::default(), RoomId::now_v7(), Instant::now());
        activity.focus(vec![room], start);
        activity.read(room, 5, true, start);
        assert_eq!(activity.due(start).len(), 2);
        assert_eq!(activity.due(start), []);
        activity.again(start);
        assert_eq!(activity.due(start).len(), 2);
        activity.left(room);
        activity.again(start);
        assert_eq!(activity.due(start), []);
    }

    #[test]
    fn nothing_is_said_in_rooms_that_the_user_is_not_in() {
        let (mut activity, start) = (Activity::default(), Instant::now());
        let [lobby, gone] = [RoomId::now_v7(), RoomId::now_v7()];
        activity.focus(vec![gone, lobby], start);
        activity.read(gone, 5, false, start);
        activity.welcome(&[crate::unknown_room(lobby)], start);
        assert_eq!(activity.due(start), [Command::Focus { rooms: vec![lobby.into()] }]);
        activity.focus(vec![gone], start);
        activity.welcome(&[crate::unknown_room(lobby)], start);
        assert_eq!(activity.due(start), []);
    }
}
