//! What an event makes of a room, so that every client counts alike. `fixtures/rooms/` has a scene for each rule; the
//! page's store is tested with the same ones.

use crate::{Event, LogEntry, LogEvent, Room, UserId};

/// Brings a room up to date with an event, as `me` sees it: topic, members, unread, mentions, the newest position and the
/// read position. Returns whether it changed.
///
/// A room says with `last_seq` which events its counts know already (`Welcome` counts those that are still to come), so
/// an event is counted once however often it is seen.
pub fn follow(room: &mut Room, event: &Event, me: UserId) -> bool {
    if let Event::ReadMarker { room: id, seq, unread, mentions } = event {
        if *id != room.id {
            return false;
        }
        (room.read_seq, room.unread, room.mentions) = (Some(*seq), Some(*unread), Some(*mentions));
        return true;
    }
    event.logged().is_some_and(|entry| follow_log(room, entry, me))
}

fn follow_log(room: &mut Room, entry: &LogEntry, me: UserId) -> bool {
    let LogEntry { room: id, seq, at, event } = entry;
    if *id != room.id || *seq <= room.last_seq {
        return false;
    }
    (room.last_seq, room.last_at) = (*seq, Some(*at));
    let is_read = room.read_seq.is_some_and(|read| *seq <= read);
    match event {
        LogEvent::Message { message } => {
            if message.author.id != me && !is_read {
                add_one(&mut room.unread);
                if message.mentions.contains(&me) {
                    add_one(&mut room.mentions);
                }
            }
        }
        // `RoomAdded` counts the joining, and its read position is that.
        LogEvent::UserJoined { user } if user.id == me && is_read => {}
        LogEvent::UserJoined { .. } => room.members = room.members.saturating_add(1),
        LogEvent::UserLeft { .. } => room.members = room.members.saturating_sub(1),
        LogEvent::RoomUpdated { changes, .. } => {
            if let Some(topic) = &changes.topic {
                room.topic.clone_from(topic);
            }
        }
    }
    true
}

fn add_one(count: &mut Option<u64>) {
    *count = Some(count.unwrap_or(0).saturating_add(1));
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use serde::Deserialize;
    use serde_json::{Map, Value};

    use super::*;
    use crate::RoomId;

    /// A room and what becomes of it: after each event, the fields that are named.
    #[derive(Deserialize)]
    struct Scene {
        about: String,
        me: UserId,
        room: Room,
        steps: Vec<Step>,
    }

    #[derive(Deserialize)]
    struct Step {
        event: Event,
        then: Map<String, Value>,
    }

    fn scenes() -> Vec<Scene> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/rooms");
        let files = fs::read_dir(folder).unwrap().map(|file| fs::read_to_string(file.unwrap().path()).unwrap());
        files.map(|text| serde_json::from_str(&text).unwrap()).collect()
    }

    #[test]
    fn rooms_follow_their_events_as_the_scenes_say() {
        let scenes = scenes();
        assert!(scenes.len() >= 7, "there are scenes");
        for Scene { about, me, mut room, steps } in scenes {
            for Step { event, then } in steps {
                follow(&mut room, &event, me);
                let now = serde_json::to_value(&room).unwrap();
                for (field, expected) in then {
                    assert_eq!(now[&field], expected, "{about} {field} after {event:?}");
                }
            }
        }
    }

    #[test]
    fn an_event_changes_its_own_room_once() {
        let Scene { me, room, steps, .. } = scenes().swap_remove(0);
        for Step { event, .. } in steps.into_iter().filter(|step| step.event.logged().is_some()) {
            let mut elsewhere = Room { id: RoomId::now_v7(), ..room.clone() };
            assert!(!follow(&mut elsewhere, &event, me), "{event:?} is of another room");
            let mut later = Room { last_seq: u64::MAX, ..room.clone() };
            assert!(!follow(&mut later, &event, me), "{event:?} is known");
        }
    }
}
