//! What a logged event makes of a room, so that every client counts alike.

use chat_protocol::{Event, Room, UserId};

/// Brings a room up to date with an event: topic, members, unread, the newest position. Returns whether it changed.
///
/// A room says with `last_seq` which events it already knows (`Welcome` counts those that are still to come), so an
/// event is counted once however often it is seen.
pub fn update_room(room: &mut Room, event: &Event, me: UserId) -> bool {
    if let Event::ReadMarker { room: id, seq, unread, mentions } = event {
        if *id != room.id {
            return false;
        }
        (room.read_seq, room.unread, room.mentions) = (Some(*seq), Some(*unread), Some(*mentions));
        return true;
    }
    let Some((id, seq, at)) = event.logged() else { return false };
    if id != room.id || seq <= room.last_seq {
        return false;
    }
    (room.last_seq, room.last_at) = (seq, Some(at));
    match event {
        Event::Message { message, .. } if message.author.id != me && room.read_seq.is_none_or(|read| seq > read) => {
            add_one(&mut room.unread);
            if message.mentions.contains(&me) {
                add_one(&mut room.mentions);
            }
        }
        Event::UserJoined { .. } => room.members = room.members.saturating_add(1),
        Event::UserLeft { .. } => room.members = room.members.saturating_sub(1),
        Event::RoomUpdated { changes, .. } => {
            if let Some(topic) = &changes.topic {
                room.topic.clone_from(topic);
            }
        }
        _ => {}
    }
    true
}

fn add_one(count: &mut Option<u64>) {
    *count = Some(count.unwrap_or(0).saturating_add(1));
}
