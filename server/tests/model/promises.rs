//! What is looked at when a device has come back, and whenever anything has happened.

use std::collections::BTreeSet;

use chat_protocol::{Cursor, Event, LogEntry, LogEvent, ResetReason, Room};

use crate::{
    device::{Device, Greeting},
    record::{Record, carried, users_of},
};

/// A room at most so far behind is caught up with.
const BEHIND: u64 = 2_000;

/// Promise 4 and 6: coming back loses nothing, and a changed history is told with its reason.
pub(crate) fn coming_back(user: usize, greeting: &Greeting, record: &Record) {
    counted(user, greeting, record);
    for room in &greeting.rooms {
        let Some(cursor) = greeting.cursors.get(&room.id) else { continue };
        let wanted = reason(greeting, record, room, *cursor);
        let told = greeting.resets.get(&room.id).copied();
        // A line that was cut may have told less.
        if greeting.live || told.is_some() {
            assert_eq!(told, wanted, "promise 4 or 6: #{} at {cursor:?}, ends at {}", room.name, room.last_seq);
        }
    }
}

/// `Welcome` tells what the log says, if that is still where it was.
fn counted(user: usize, greeting: &Greeting, record: &Record) {
    let ends = |room: &Room| record.ends(user).get(&room.id) == Some(&room.last_seq);
    for room in greeting.rooms.iter().filter(|room| ends(room)) {
        assert!(record.is_right(user, room), "unread, mentions, pins or members are not what the log says: {room:?}");
    }
    if !greeting.rooms.is_empty() && greeting.rooms.iter().all(ends) {
        let told: BTreeSet<_> = greeting.followed_threads.iter().copied().collect();
        assert_eq!(told, record.followed(user), "the threads that they follow");
    }
}

fn reason(greeting: &Greeting, record: &Record, room: &Room, cursor: Cursor) -> Option<ResetReason> {
    let index = record.setting.rooms.iter().position(|id| *id == room.id).expect("a known room");
    let time = |seq: u64| {
        let event = record.rooms[index].log.get(usize::try_from(seq).unwrap().checked_sub(1)?)?;
        Some(event.at)
    };
    if greeting.epoch.is_some_and(|epoch| epoch != record.epoch) {
        Some(ResetReason::Epoch)
    } else if cursor.seq > room.last_seq {
        Some(ResetReason::Ahead)
    } else if cursor.at.is_some() && cursor.at != time(cursor.seq) {
        Some(ResetReason::Mismatch)
    } else if room.last_seq - cursor.seq > BEHIND {
        Some(ResetReason::TooFar)
    } else {
        None
    }
}

/// All promises in one: a device that has come back holds what the log holds, and nothing else; messages that were changed
/// since, as they were.
pub(crate) fn the_same_for_everyone(device: &Device, record: &Record) {
    the_same(device, record, untouched);
}

/// The same for one who has come back just now, and so was told messages as they are. An edit may show the reactions and
/// replies that there were then: those that came since come after it.
pub(crate) fn the_same_just_now(device: &Device, record: &Record) {
    the_same(device, record, |mut entry| {
        if let LogEvent::MessageEdited { message, .. } = &mut entry.event {
            message.reactions.clear();
            message.replies = None;
        }
        entry
    });
}

/// A read position comes with what was unread after it, right behind the event that made it so.
pub(crate) fn told_in_time(device: &mut Device, record: &Record) {
    for marker in std::mem::take(&mut device.markers) {
        let room = record.setting.rooms.iter().position(|room| *room == marker.room).expect("a known room");
        if device.is_live() && device.rooms.contains_key(&marker.room) {
            let unread = record.unread_then(device.person.user, room, marker.seq, marker.after);
            assert_eq!(marker.unread, unread, "{} is told {marker:?}", device.person.name);
            assert!(marker.mentions <= marker.unread, "{marker:?}");
        }
    }
}

fn the_same(device: &Device, record: &Record, alike: impl Fn(LogEntry) -> LogEntry) {
    if !device.is_live() {
        return;
    }
    for (id, held) in &device.rooms {
        let index = record.setting.rooms.iter().position(|room| room == id).expect("a known room");
        for (seq, event, current) in held.events() {
            let logged = record.rooms[index].log.get(usize::try_from(seq).unwrap() - 1);
            let told = (device.person.name.as_str(), if current { "now" } else { "before a rename" });
            let (event, logged) = (alike(event.clone()), logged.cloned().map(&alike));
            if current {
                assert_eq!(Some(event), logged, "promise 1 and 2: {told:?} sees what is not in the log");
            } else {
                let (event, logged) = (nameless(event), logged.map(nameless));
                assert_eq!(Some(event), logged, "promise 1 and 2: {told:?} sees what is not in the log");
            }
        }
    }
}

/// An event without the name that its user had when it was told.
fn nameless(mut entry: LogEntry) -> LogEntry {
    users_of(&mut entry).into_iter().for_each(|user| user.name.clear());
    entry
}

/// An event without what changes may have made of its message.
fn untouched(mut entry: LogEntry) -> LogEntry {
    if let Some(message) = carried(&mut entry) {
        message.body.clear();
        message.reactions.clear();
        message.mentions.clear();
        message.mentioned.clear();
        message.replies = None;
        (message.edited_at, message.deleted, message.mentions_room) = (None, false, false);
    }
    entry
}

/// What a marker says is what the log says: at some moment since the position was told.
pub(crate) fn read_up_to(record: &Record, user: usize, room: usize, wanted: u64, known: usize, marker: &Event) -> bool {
    let Event::ReadMarker { seq, unread, .. } = marker else { return false };
    let to = known..=record.rooms[room].log.len();
    *seq == wanted && to.into_iter().any(|to| record.unread(user, room, wanted, to) == *unread)
}
