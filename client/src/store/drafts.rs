//! What is being written, by room. Each process of an account has drafts of its own, so that none writes over those of
//! another; what an ended one has left goes to the next that begins and has none in that room.

use std::collections::HashMap;

use chat_protocol::RoomId;
use rusqlite::params;

use super::{database::Database, values::id};

type Result<T> = std::result::Result<T, rusqlite::Error>;

impl Database {
    /// The drafts of one process.
    pub(crate) fn drafts(&self, slot: u32) -> Result<HashMap<RoomId, String>> {
        let drafts = self.all_drafts()?.into_iter().filter(|(_, of, _)| *of == slot);
        Ok(drafts.map(|(room, _, text)| (room, text)).collect())
    }

    /// The drafts of all processes.
    pub(super) fn all_drafts(&self) -> Result<Vec<(RoomId, u32, String)>> {
        self.rows("SELECT room, slot, text FROM draft ORDER BY slot", [], |row| {
            Ok((id(row.get(0)?)?, row.get(1)?, row.get(2)?))
        })
    }

    /// Keeps a draft of a process; an empty one goes.
    pub(super) fn set_draft(&self, room: RoomId, slot: u32, text: &str) -> Result<()> {
        let room = room.to_string();
        if text.is_empty() {
            return self.run("DELETE FROM draft WHERE room = ? AND slot = ?", params![room, slot]).map(drop);
        }
        self.run("INSERT OR REPLACE INTO draft (room, slot, text) VALUES (?, ?, ?)", params![room, slot, text])
            .map(drop)
    }

    /// The processes that have drafts.
    pub(super) fn draft_slots(&self) -> Result<Vec<u32>> {
        self.rows("SELECT DISTINCT slot FROM draft", [], |row| row.get(0))
    }

    /// Gives the drafts of one process to another, except in rooms where that has one: there they wait.
    pub(super) fn move_drafts(&self, from: u32, to: u32) -> Result<()> {
        self.run("UPDATE OR IGNORE draft SET slot = ? WHERE slot = ?", [to, from]).map(drop)
    }
}
