//! Everything that somebody may see, line by line: people, rooms, who is in them, and what happened there.

use std::collections::VecDeque;

use chat_protocol::{ErrorCode, LogEntry, Room, RoomId, User, UserRef};
use serde::Serialize;

use super::{Caller, Chat, Error, MemberQuery, Result, RoomQuery, UserQuery, json};
use crate::store::PageSize;

/// The version of the lines.
const VERSION: u32 = 1;
/// Items that are read at once.
const ITEMS: usize = 500;
/// Bytes of a log that are read at once.
const BYTES: usize = 128 * 1024;

/// An export that goes on piece by piece. Each piece is read with the rights that its reader has then.
pub struct Export {
    chat: Chat,
    caller: Caller,
    stage: Stage,
    /// Rooms of the part of the list that was read last.
    rooms: VecDeque<Room>,
    /// Where the list goes on.
    next_rooms: Next,
}

/// Where a list goes on.
enum Next {
    Begin,
    After(String),
    End,
}

enum Stage {
    Header,
    Users(Next),
    Rooms,
    Members(RoomId, Next),
    Log(RoomId, u64),
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Line<'a> {
    Export { version: u32 },
    User(&'a User),
    Room(&'a Room),
    Member { room: RoomId, user: UserRef },
}

impl Chat {
    /// An export of what the caller may see.
    pub fn export(&self, caller: &Caller) -> Export {
        let (rooms, next_rooms) = (VecDeque::new(), Next::Begin);
        Export { chat: self.clone(), caller: caller.clone(), stage: Stage::Header, rooms, next_rooms }
    }
}

impl Export {
    /// The next lines; `None` at the end.
    ///
    /// # Errors
    /// When the log does not answer, or the caller was signed out meanwhile.
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>> {
        let ended = self.chat.store().ended_sessions(vec![self.caller.session]).await?;
        if !ended.is_empty() {
            return Err(Error::unauthorized("you were signed out: sign in and export again"));
        }
        let mut lines = Vec::new();
        while lines.is_empty() {
            if !self.read(&mut lines).await? {
                return Ok(None);
            }
        }
        Ok(Some(lines))
    }

    /// Reads some lines; false at the end.
    async fn read(&mut self, lines: &mut Vec<u8>) -> Result<bool> {
        let stage = std::mem::replace(&mut self.stage, Stage::Rooms);
        self.stage = match stage {
            Stage::Header => {
                put(lines, &Line::Export { version: VERSION });
                Stage::Users(Next::Begin)
            }
            Stage::Users(next) => self.users(next, lines).await?,
            Stage::Rooms => match self.next_room().await? {
                Some(room) => {
                    put(lines, &Line::Room(&room));
                    Stage::Members(room.id, Next::Begin)
                }
                None => return Ok(false),
            },
            Stage::Members(room, next) => self.members(room, next, lines).await?,
            Stage::Log(room, after) => self.log(room, after, lines).await?,
        };
        Ok(true)
    }

    async fn users(&self, next: Next, lines: &mut Vec<u8>) -> Result<Stage> {
        let Some(after) = next.after() else { return Ok(Stage::Rooms) };
        let page =
            self.chat.users(Some(&self.caller), UserQuery { limit: ITEMS, after, ..UserQuery::default() }).await?;
        page.items.iter().for_each(|user| put(lines, &Line::User(user)));
        Ok(Stage::Users(page.next.into()))
    }

    async fn next_room(&mut self) -> Result<Option<Room>> {
        while self.rooms.is_empty() {
            let next = std::mem::replace(&mut self.next_rooms, Next::End);
            let Some(after) = next.after() else { return Ok(None) };
            let query = RoomQuery { limit: ITEMS, after, ..RoomQuery::default() };
            let page = self.chat.rooms(Some(&self.caller), query).await?;
            self.rooms.extend(page.items);
            self.next_rooms = page.next.into();
        }
        Ok(self.rooms.pop_front())
    }

    async fn members(&self, room: RoomId, next: Next, lines: &mut Vec<u8>) -> Result<Stage> {
        let Some(after) = next.after() else { return Ok(Stage::Log(room, 0)) };
        let query = MemberQuery { limit: ITEMS, after, ..MemberQuery::default() };
        match self.chat.members(Some(&self.caller), &room.into(), query).await {
            Ok(page) => {
                page.items.iter().for_each(|user| put(lines, &Line::Member { room, user: user.to_ref() }));
                Ok(Stage::Members(room, page.next.into()))
            }
            Err(refusal) => over(refusal),
        }
    }

    async fn log(&self, room: RoomId, after: u64, lines: &mut Vec<u8>) -> Result<Stage> {
        let size = PageSize { items: ITEMS, bytes: BYTES };
        let encode = |entry: LogEntry| {
            let json = json::entry(&entry, None);
            let length = json.get().len();
            ((entry.seq, json), length)
        };
        let page = match self.chat.store().log_after(Some(self.caller.user), room.into(), after, size, encode).await {
            Ok(page) => page,
            Err(refusal) => return over(refusal.into()),
        };
        for (_, json) in &page.entries {
            lines.extend_from_slice(json.get().as_bytes());
            lines.push(b'\n');
        }
        Ok(page.entries.last().map_or(Stage::Rooms, |(seq, _)| Stage::Log(room, *seq)))
    }
}

impl Next {
    /// The `after` of the next part; `None` if there is no part any more.
    fn after(self) -> Option<Option<String>> {
        match self {
            Self::Begin => Some(None),
            Self::After(name) => Some(Some(name)),
            Self::End => None,
        }
    }
}

impl From<Option<String>> for Next {
    fn from(next: Option<String>) -> Self {
        next.map_or(Self::End, Self::After)
    }
}

/// A room that the caller may not see any more ends there; the others go on.
fn over(refusal: Error) -> Result<Stage> {
    if refusal.code == ErrorCode::NotFound { Ok(Stage::Rooms) } else { Err(refusal) }
}

fn put(lines: &mut Vec<u8>, line: &Line<'_>) {
    // The protocol's types hold nothing that JSON cannot: no map with other keys than text.
    _ = serde_json::to_writer(&mut *lines, line);
    lines.push(b'\n');
}
