//! The promises of `docs/protocol.md` that every connection of every test holds the server to: all events of one's rooms,
//! in order, without gaps, each once; none of other rooms; and no reset of an open connection.

#[cfg(test)]
mod tests;

use std::collections::HashMap;

use chat_protocol::{Cursor, Event, LogEntry, Room, RoomId};

/// Moves the cursors by what came, or says which promise that breaks. Knows no kind of logged event: all count alike.
pub(super) fn advance(cursors: &mut HashMap<RoomId, Cursor>, live: bool, event: &Event) -> Result<(), String> {
    match event {
        Event::Logged(entry) => next(cursors, entry),
        Event::Welcome { rooms, .. } => {
            // Cursors of rooms that one is not in are dropped.
            let known = |room: &Room| {
                let end = Cursor { seq: room.last_seq, at: room.last_at };
                (room.id, cursors.get(&room.id).copied().unwrap_or(end))
            };
            *cursors = rooms.iter().map(known).collect();
            Ok(())
        }
        Event::RoomAdded { room } => {
            cursors.insert(room.id, Cursor { seq: room.last_seq, at: room.last_at });
            Ok(())
        }
        Event::RoomRemoved { room_id, .. } => {
            cursors.remove(room_id);
            Ok(())
        }
        Event::Reset { room, .. } if live => Err(format!("an open connection is never reset, but {room} was")),
        Event::Reset { room, last_seq, at, .. } => {
            cursors.insert(*room, Cursor { seq: *last_seq, at: *at });
            Ok(())
        }
        _ => Ok(()),
    }
}

fn next(cursors: &mut HashMap<RoomId, Cursor>, entry: &LogEntry) -> Result<(), String> {
    let Some(cursor) = cursors.get_mut(&entry.room) else {
        return Err(format!("an event of {}, a room that one is not in", entry.room));
    };
    if entry.seq != cursor.seq + 1 {
        return Err(format!("a cursor moves by one: {} came after {} in {}", entry.seq, cursor.seq, entry.room));
    }
    if cursor.at.is_some_and(|before| before > entry.at) {
        return Err(format!("time runs backwards at {} in {}", entry.seq, entry.room));
    }
    *cursor = entry.cursor();
    Ok(())
}
