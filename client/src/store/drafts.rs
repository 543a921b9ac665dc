//! What is being written, by room and thread. Each process of an account has drafts of its own, so that none writes over
//! those of another; what an ended one has left goes to the next that begins and has none in that place.

use std::collections::HashMap;

use chat_protocol::{MessageId, RoomId};
use rusqlite::params;

use super::{database::Database, values::id};

type Result<T> = std::result::Result<T, rusqlite::Error>;

/// What someone has begun to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Draft {
    pub(crate) room: RoomId,
    /// The first message of the thread that it is for; `None` for the room itself.
    pub(crate) thread: Option<MessageId>,
    /// Empty for nothing.
    pub(crate) text: String,
}

/// The drafts of rooms, and those of threads.
pub(super) type ByPlace = (HashMap<RoomId, String>, HashMap<(RoomId, MessageId), String>);

impl Draft {
    /// Whether it takes the place of another.
    pub(super) fn replaces(&self, other: &Self) -> bool {
        (self.room, self.thread) == (other.room, other.thread)
    }
}

/// Drafts by where they belong.
pub(super) fn by_place(drafts: Vec<Draft>) -> ByPlace {
    let (mut rooms, mut threads) = ByPlace::default();
    for Draft { room, thread, text } in drafts {
        match thread {
            Some(thread) => _ = threads.insert((room, thread), text),
            None => _ = rooms.insert(room, text),
        }
    }
    (rooms, threads)
}

impl Database {
    /// The drafts of one process.
    pub(crate) fn drafts(&self, slot: u32) -> Result<Vec<Draft>> {
        let drafts = self.all_drafts()?.into_iter().filter(|(of, _)| *of == slot);
        Ok(drafts.map(|(_, draft)| draft).collect())
    }

    /// The drafts of all processes, each with its process.
    pub(super) fn all_drafts(&self) -> Result<Vec<(u32, Draft)>> {
        self.rows("SELECT slot, room, thread, text FROM draft ORDER BY slot", [], |row| {
            let thread: String = row.get(2)?;
            let thread = if thread.is_empty() { None } else { Some(id(thread)?) };
            Ok((row.get(0)?, Draft { room: id(row.get(1)?)?, thread, text: row.get(3)? }))
        })
    }

    /// Keeps a draft of a process; an empty one goes.
    pub(super) fn set_draft(&self, slot: u32, draft: &Draft) -> Result<()> {
        let room = draft.room.to_string();
        let thread = draft.thread.map(|thread| thread.to_string()).unwrap_or_default();
        if draft.text.is_empty() {
            let place = params![room, thread, slot];
            return self.run("DELETE FROM draft WHERE room = ? AND thread = ? AND slot = ?", place).map(drop);
        }
        let values = params![room, thread, slot, draft.text];
        self.run("INSERT OR REPLACE INTO draft (room, thread, slot, text) VALUES (?, ?, ?, ?)", values).map(drop)
    }

    /// The processes that have drafts.
    pub(super) fn draft_slots(&self) -> Result<Vec<u32>> {
        self.rows("SELECT DISTINCT slot FROM draft", [], |row| row.get(0))
    }

    /// Gives the drafts of one process to another, except in places where that has one: there they wait.
    pub(super) fn move_drafts(&self, from: u32, to: u32) -> Result<()> {
        self.run("UPDATE OR IGNORE draft SET slot = ? WHERE slot = ?", [to, from]).map(drop)
    }
}
