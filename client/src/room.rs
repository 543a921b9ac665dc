//! What a logged event makes of a room, so that every client counts alike; and a room that nobody described.

use chat_protocol::{Event, Room, RoomId, RoomKind, Timestamp, UserId};

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

/// A room of which nothing but the id is known: its name is the end of that.
pub fn unknown_room(id: RoomId) -> Room {
    let text = id.to_string();
    let end = text.rsplit('-').next().unwrap_or_default();
    Room {
        id,
        name: format!("unknown-{end}"),
        kind: RoomKind::Public,
        topic: String::new(),
        members: 0,
        last_seq: 0,
        last_at: None,
        created_at: Timestamp::default(),
        joined: false,
        read_seq: None,
        unread: None,
        mentions: None,
    }
}

fn add_one(count: &mut Option<u64>) {
    *count = Some(count.unwrap_or(0).saturating_add(1));
}

#[cfg(test)]
mod tests {
    use chat_protocol::{RoomChanges, RoomId, RoomKind, Timestamp, UserRef};

    use super::*;

    fn room() -> Room {
        Room {
            id: RoomId::now_v7(),
            name: "lobby".to_owned(),
            kind: RoomKind::Public,
            topic: String::new(),
            members: 2,
            last_seq: 5,
            last_at: None,
            created_at: Timestamp::default(),
            joined: true,
            read_seq: Some(5),
            unread: Some(0),
            mentions: Some(0),
        }
    }

    fn message(room: RoomId, seq: u64, author: UserId, mentions: &[UserId]) -> Event {
        let json = serde_json::json!({
            "type": "Message", "room": room, "seq": seq, "at": "2026-01-01T00:00:00.000Z",
            "message": {
                "id": room, "room": room, "seq": seq, "author": {"id": author, "name": "x"}, "body": "x",
                "sent_at": "2026-01-01T00:00:00.000Z", "mentions": mentions
            }
        });
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn messages_of_others_are_unread_once() {
        let (mut room, me, other) = (room(), UserId::now_v7(), UserId::now_v7());
        let id = room.id;
        assert!(update_room(&mut room, &message(id, 6, other, &[]), me));
        assert!(update_room(&mut room, &message(id, 7, other, &[me]), me));
        assert!(update_room(&mut room, &message(id, 8, me, &[]), me));
        assert!(!update_room(&mut room, &message(id, 7, other, &[me]), me), "known");
        assert!(!update_room(&mut room, &message(RoomId::now_v7(), 9, other, &[]), me), "elsewhere");
        assert_eq!((room.last_seq, room.unread, room.mentions), (8, Some(2), Some(1)));
    }

    #[test]
    fn members_and_topic_follow() {
        let (mut room, me) = (room(), UserId::now_v7());
        let (id, at, user) = (room.id, Timestamp::default(), UserRef { id: me, name: "x".to_owned() });
        update_room(&mut room, &Event::UserJoined { room: id, seq: 6, at, user: user.clone() }, me);
        assert_eq!(room.members, 3);
        update_room(&mut room, &Event::UserLeft { room: id, seq: 7, at, user: user.clone() }, me);
        assert_eq!(room.members, 2);
        let changes = RoomChanges { topic: Some("tea".to_owned()) };
        update_room(&mut room, &Event::RoomUpdated { room: id, seq: 8, at, changes, user }, me);
        assert_eq!(room.topic, "tea");
        assert!(update_room(&mut room, &Event::ReadMarker { room: id, seq: 8, unread: 0, mentions: 0 }, me));
        assert_eq!(room.read_seq, Some(8));
    }
}
