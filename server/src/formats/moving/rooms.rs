//! Rooms of another program, under names that this server takes.

use std::collections::HashSet;

use chat_protocol::{RoomId, RoomKind, Timestamp, UserId, body::Line, name::RoomName};

use super::{MovedRoom, Moving, Place, names::free_name};
use crate::{
    formats::Result,
    store::archive::{Record, RoomRecord},
};

/// The longest topic, in characters.
const TOPIC: usize = 250;
/// People of a direct room.
const MOST_PEOPLE: usize = 8;

impl Moving<'_, '_> {
    /// Takes a room, unless it is known.
    pub(in crate::formats) fn room(&mut self, place: &Place<'_>) -> Result<()> {
        if self.rooms.contains_key(place.key) {
            return Ok(());
        }
        let id = RoomId::from(self.id(&format!("room {}", place.key), place.created_at));
        let members: HashSet<UserId> =
            place.people.iter().filter_map(|key| self.known(key).map(|(id, _)| id)).collect();
        let kind = match place.kind {
            RoomKind::Direct if !self.is_new_direct(&members) => RoomKind::Private,
            kind => kind,
        };
        let name = match kind {
            RoomKind::Direct => String::new(),
            // Names of private rooms are compared with those of others that one can see: here, with all.
            RoomKind::Public | RoomKind::Private => {
                let wanted = if place.name.is_empty() { "conversation" } else { place.name };
                free_name(wanted, &mut self.taken_rooms, |text| RoomName::parse(text).ok().map(|name| name.key()))
            }
        };
        if !name.is_empty() && !place.name.is_empty() && name != place.name {
            self.notes
                .push(format!("the room {} is called {name}: the name is taken, or not possible here", place.name));
        }
        let topic = Line::parse(&place.topic.chars().take(TOPIC).collect::<String>(), TOPIC);
        self.put(&Record::Room(RoomRecord {
            topic: topic.map(Line::into_string).unwrap_or_default(),
            archived: place.archived,
            ..record(id, &name, kind, place.created_at)
        }))?;
        let room = MovedRoom { id, kind, seq: 0, last_at: 0, members };
        self.rooms.insert(place.key.to_owned(), room);
        Ok(())
    }

    /// Whether these people can have a direct room, and have none yet.
    fn is_new_direct(&mut self, people: &HashSet<UserId>) -> bool {
        let mut sorted: Vec<UserId> = people.iter().copied().collect();
        sorted.sort_unstable();
        (1..=MOST_PEOPLE).contains(&sorted.len()) && self.direct.insert(sorted)
    }
}

/// A room of which nothing more is known.
pub(super) fn record(id: RoomId, name: &str, kind: RoomKind, created_at: i64) -> RoomRecord {
    RoomRecord {
        id,
        name: name.to_owned(),
        kind,
        topic: String::new(),
        archived: false,
        slow_seconds: 0,
        retention_days: None,
        retention_keeps_pinned: false,
        created_at: Timestamp::from_millis(created_at),
    }
}
