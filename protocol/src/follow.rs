//! What an event makes of a room, so that every client counts alike. `fixtures/rooms/` has a scene for each rule; the
//! page's store is tested with the same ones.

use crate::{Event, LogEntry, LogEvent, ModerationAction, Room, RoomKind, UserId};

/// Who looks at a room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Viewer {
    /// The user.
    pub id: UserId,
    /// Users whose messages are no mentions for them.
    pub ignored: Vec<UserId>,
}

/// Brings a room up to date with an event, as someone sees it: name, topic, members, pins, their role, unread, mentions, the
/// newest position and the read position. Returns whether it changed.
///
/// A room says with `last_seq` which events its counts know already (`Welcome` counts those that are still to come), so
/// an event is counted once however often it is seen. What an edit or a deletion leaves unread, the server says with a
/// `ReadMarker` after it.
pub fn follow(room: &mut Room, event: &Event, viewer: &Viewer) -> bool {
    match event {
        Event::ReadMarker { room: id, seq, unread, mentions } if *id == room.id => {
            (room.read_seq, room.unread, room.mentions) = (Some(*seq), Some(*unread), Some(*mentions));
            true
        }
        Event::RoomSettings { room: id, notify, favourite, hidden } if *id == room.id => {
            (room.notify, room.favourite, room.hidden) = (Some(*notify), Some(*favourite), Some(*hidden));
            true
        }
        Event::UserUpdated { user } => {
            let known = room.people.iter_mut().find(|person| person.id == user.id && person.name != user.name);
            known.map(|person| person.name.clone_from(&user.name)).is_some()
        }
        Event::Logged(entry) => follow_log(room, entry, viewer),
        _ => false,
    }
}

fn follow_log(room: &mut Room, entry: &LogEntry, viewer: &Viewer) -> bool {
    let LogEntry { room: id, seq, at, event } = entry;
    if *id != room.id || *seq <= room.last_seq {
        return false;
    }
    (room.last_seq, room.last_at) = (*seq, Some(*at));
    let is_read = room.read_seq.is_some_and(|read| *seq <= read);
    match event {
        LogEvent::Message { message } => {
            if message.author.id != viewer.id && !message.deleted && !is_read {
                add_one(&mut room.unread);
                let mentions = room.kind == RoomKind::Direct || message.mentions(viewer.id);
                if mentions && !viewer.ignored.contains(&message.author.id) {
                    add_one(&mut room.mentions);
                }
            }
        }
        // `RoomAdded` counts the joining, and its read position is that.
        LogEvent::UserJoined { user, .. } if user.id == viewer.id && is_read => {}
        LogEvent::UserJoined { .. } => room.members = room.members.saturating_add(1),
        LogEvent::UserLeft { .. } => room.members = room.members.saturating_sub(1),
        LogEvent::RoomUpdated { changes, .. } => {
            if let Some(name) = &changes.name {
                room.name.clone_from(name);
            }
            if let Some(topic) = &changes.topic {
                room.topic.clone_from(topic);
            }
            room.archived = changes.archived.unwrap_or(room.archived);
            room.slow_seconds = changes.slow_seconds.unwrap_or(room.slow_seconds);
            room.retention_days = changes.retention_days.unwrap_or(room.retention_days);
            room.retention_keeps_pinned = changes.retention_keeps_pinned.unwrap_or(room.retention_keeps_pinned);
        }
        LogEvent::MessagePinned { .. } => room.pins = room.pins.saturating_add(1),
        LogEvent::MessageUnpinned { .. } => room.pins = room.pins.saturating_sub(1),
        LogEvent::Moderated { user, moderation, .. } => {
            if moderation.removed {
                room.members = room.members.saturating_sub(1);
            }
            if moderation.action == ModerationAction::Role && user.id == viewer.id {
                room.role = moderation.role;
            }
        }
        LogEvent::MessageEdited { .. }
        | LogEvent::MessageDeleted { .. }
        | LogEvent::ReactionAdded { .. }
        | LogEvent::ReactionRemoved { .. } => {}
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
        #[serde(default)]
        ignored: Vec<UserId>,
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
        for Scene { about, me, ignored, mut room, steps } in scenes {
            let viewer = Viewer { id: me, ignored };
            for Step { event, then } in steps {
                follow(&mut room, &event, &viewer);
                let now = serde_json::to_value(&room).unwrap();
                for (field, expected) in then {
                    assert_eq!(now[&field], expected, "{about} {field} after {event:?}");
                }
            }
        }
    }

    #[test]
    fn an_event_changes_its_own_room_once() {
        let Scene { me, ignored, room, steps, .. } = scenes().swap_remove(0);
        let viewer = Viewer { id: me, ignored };
        for Step { event, .. } in steps.into_iter().filter(|step| step.event.logged().is_some()) {
            let mut elsewhere = Room { id: RoomId::now_v7(), ..room.clone() };
            assert!(!follow(&mut elsewhere, &event, &viewer), "{event:?} is of another room");
            let mut later = Room { last_seq: u64::MAX, ..room.clone() };
            assert!(!follow(&mut later, &event, &viewer), "{event:?} is known");
        }
    }
}
