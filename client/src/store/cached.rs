//! What the disk knows before the server has said a word.

use std::collections::HashMap;

use chat_protocol::{Cursor, MessageId, Room, RoomId, User};

use super::{Database, drafts};
use crate::Entry;

/// What was known when the program ended last, and what was typed since. With
/// [`Client::cached_messages`](crate::Client::cached_messages) of one room it is enough to show a screen at once.
#[derive(Debug, Clone, PartialEq)]
pub struct Cached {
    /// Who the account belongs to.
    pub user: User,
    /// The user's rooms, by name.
    pub rooms: Vec<Room>,
    /// Rooms that the user is not in, as last known, by name: those of drafts and messages that are still here.
    pub left: Vec<Room>,
    /// What was being written, in rooms of either list.
    pub drafts: HashMap<RoomId, String>,
    /// What was being written in threads, by room and the first message of the thread.
    pub thread_drafts: HashMap<(RoomId, MessageId), String>,
    /// What is not yet acknowledged, for rooms of either list, in the order in which it was written.
    pub outbox: Vec<Entry>,
    /// Up to where each room's events are known.
    pub cursors: HashMap<RoomId, Cursor>,
}

impl Cached {
    /// Nothing is known but who one is.
    pub(crate) fn empty(user: User) -> Self {
        let (rooms, left, outbox) = (Vec::new(), Vec::new(), Vec::new());
        let (drafts, thread_drafts, cursors) = (HashMap::new(), HashMap::new(), HashMap::new());
        Self { user, rooms, left, drafts, thread_drafts, outbox, cursors }
    }

    pub(crate) fn read(database: &Database, slot: u32, user: User) -> Result<Self, rusqlite::Error> {
        let cached = database.rooms()?;
        let cursors = cached.iter().map(|cached| (cached.room.id, cached.cursor)).collect();
        let mut rooms: Vec<Room> = cached.into_iter().map(|cached| cached.room).collect();
        for (id, seq, back) in database.reads()? {
            // What was read without a connection is read.
            if let Some(room) = rooms.iter_mut().find(|room| room.id == id && !back && seq >= room.last_seq) {
                (room.read_seq, room.unread, room.mentions) = (Some(seq), Some(0), Some(0));
            }
        }
        let (drafts, thread_drafts) = drafts::by_place(database.drafts(slot)?);
        let outbox: Vec<Entry> = database.outbox(slot)?.into_iter().map(|kept| kept.entry).collect();
        let written = drafts.keys().copied().chain(thread_drafts.keys().map(|(room, _)| *room));
        let left = database.left(written.chain(outbox.iter().map(|entry| entry.room)))?;
        Ok(Self { user: database.user()?.unwrap_or(user), rooms, left, drafts, thread_drafts, outbox, cursors })
    }
}
