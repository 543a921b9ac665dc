//! Rooms that the user left, for the names of what they wrote there and nobody has.

use std::collections::HashSet;

use chat_protocol::{Room, RoomId};
use rusqlite::{OptionalExtension, params};

use super::{database::Database, fault, values};
use crate::unknown_room;

/// Rooms that are remembered although nothing of the user's is left there: something may still be written on the page
/// that a program shows of them.
const EMPTY: u32 = 64;

type Result<T> = std::result::Result<T, rusqlite::Error>;

impl Database {
    /// Remembers a room that the user is leaving.
    pub(super) fn remember_left(&self, room: RoomId) -> Result<()> {
        self.run(
            "INSERT OR REPLACE INTO left_room (id, room) SELECT id, room FROM room WHERE id = ?",
            [room.to_string()],
        )?;
        self.run(
            "DELETE FROM left_room WHERE n <= (SELECT max(n) FROM left_room) - ?
                AND id NOT IN (SELECT room FROM outbox) AND id NOT IN (SELECT room FROM draft)",
            [EMPTY],
        )
        .map(drop)
    }

    /// Keeps a room under the left ones.
    pub(super) fn add_left(&self, room: &Room) -> Result<()> {
        let values = params![room.id.to_string(), values::json(room)?];
        self.run("INSERT OR REPLACE INTO left_room (id, room) VALUES (?, ?)", values).map(drop)
    }

    /// What the user wrote for a room is for another. The one is still remembered: another process may write for it.
    pub(super) fn move_written(&self, from: RoomId, to: RoomId) -> Result<()> {
        for statement in [
            "UPDATE outbox SET room = ?2 WHERE room = ?1",
            // Where something is being written in the other room, that stays.
            "UPDATE OR IGNORE draft SET room = ?2 WHERE room = ?1",
        ] {
            self.run(statement, [from.to_string(), to.to_string()])?;
        }
        Ok(())
    }

    /// The user is in the room again.
    pub(super) fn forget_left(&self, room: RoomId) -> Result<()> {
        self.run("DELETE FROM left_room WHERE id = ?", [room.to_string()]).map(drop)
    }

    /// All rooms that are remembered.
    pub(super) fn all_left(&self) -> Result<Vec<Room>> {
        self.rows("SELECT id, room FROM left_room", [], |row| {
            let room: Room = values::from_json(row.get_ref(1)?.as_str()?)?;
            if room.id != values::id(row.get(0)?)? {
                return Err(fault::bad_value(0, "the id of another room"));
            }
            Ok(room)
        })
    }

    /// The rooms among these that the user is not in, by name.
    pub(crate) fn left(&self, rooms: impl Iterator<Item = RoomId>) -> Result<Vec<Room>> {
        let mut left = Vec::new();
        for room in rooms.collect::<HashSet<_>>() {
            if !self.is_known(room)? {
                left.push(self.left_room(room)?.unwrap_or_else(|| unknown_room(room)));
            }
        }
        left.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(left)
    }

    fn left_room(&self, room: RoomId) -> Result<Option<Room>> {
        self.connection
            .prepare_cached("SELECT room FROM left_room WHERE id = ?")?
            .query_row([room.to_string()], |row| values::from_json(row.get_ref(0)?.as_str()?))
            .optional()
    }

    fn is_known(&self, room: RoomId) -> Result<bool> {
        self.connection.prepare_cached("SELECT 1 FROM room WHERE id = ?")?.exists([room.to_string()])
    }
}
