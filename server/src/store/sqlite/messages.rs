//! Messages: storing each once, and reading pages of them.

use chat_protocol::{Message, MessageId, RoomId, RoomSelector, UserId, mention::Mention};
use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;

use super::{
    Store, access,
    engine::{
        deferred,
        writer::{Kind, Tx},
    },
    log::{self, Position},
    message_row::{COLUMNS, COUNT, mentions_to, message},
};
use crate::{
    access::Deed,
    store::{
        NewMessageRow, PageSize, Result, SentRow, StoreError, Window,
        access::Access,
        operation,
        steps::{EventRows, MessageHash},
    },
};

/// A part of a room's messages, ascending.
#[derive(Debug, Clone)]
pub struct Messages<T> {
    /// Where.
    pub room: RoomId,
    /// What was made of the messages.
    pub messages: Vec<T>,
    /// Whether there are older ones.
    pub has_more_before: bool,
    /// Whether there are newer ones.
    pub has_more_after: bool,
}

impl Store {
    /// Stores a message once: the same id again gives what was stored.
    ///
    /// # Errors
    /// `IdConflict`, `NoRoom`, `NotMember`, `NoMessage` when `reply_to` names none in the room.
    pub async fn send(&self, new: NewMessageRow) -> Result<SentRow> {
        self.writer().send(move |tx| operation::messages::send(tx, new)).await
    }

    /// The same for who does not wait: `answer` is told on the writer's thread, after the commit, in the order of
    /// submission. `admitted` is asked right before, there too: `Withheld` if it says no.
    pub fn submit(
        &self,
        new: NewMessageRow,
        admitted: impl FnOnce() -> bool + Send + 'static,
        answer: impl FnOnce(Result<SentRow>) + Send + 'static,
    ) {
        self.writer().submit(
            Kind::Message,
            move |tx| if admitted() { operation::messages::send(tx, new) } else { Err(StoreError::Withheld) },
            answer,
        );
    }

    /// A page of a room's messages, for somebody; `None` has no token. `encode` makes of each what the page holds, and says how large that is.
    ///
    /// # Errors
    /// `NoRoom`.
    pub async fn messages<T: Send + 'static>(
        &self,
        reader: Option<UserId>,
        room: RoomSelector,
        window: Window,
        size: PageSize,
        encode: impl Fn(Message) -> (T, usize) + Send + 'static,
    ) -> Result<Messages<T>> {
        self.read(move |db| {
            let db = db.unchecked_transaction()?;
            let access = access::find(&db, &room, reader, Deed::Read)?;
            Reader { db: &db, access, encode }.page(window, size)
        })
        .await
    }
}

/// The message of an id, in any room, and the hash that was stored with it.
pub(super) fn find(db: &Connection, id: MessageId) -> Result<Option<(Message, MessageHash)>> {
    let sql = format!(
        "SELECT {COLUMNS}, message.hash, room.uuid FROM message
              JOIN user AS author ON author.id = message.author JOIN room ON room.id = message.room
         WHERE message.uuid = ?"
    );
    let mut statement = db.prepare_cached(&sql)?;
    let mut found = statement.query([id.uuid()])?;
    let Some(row) = found.next()? else { return Ok(None) };
    Ok(Some((message(db, row, row.get::<_, Uuid>(COUNT + 1)?.into())?, row.get(COUNT)?)))
}

/// Whether a message of this id stands in the room.
pub(super) fn is_in_room(db: &Connection, access: &Access, id: MessageId) -> Result<bool> {
    let mut find = db.prepare_cached("SELECT 1 FROM message WHERE uuid = ? AND room = ?")?;
    Ok(find.exists(params![id.uuid(), access.row()])?)
}

/// Stores a message with its event, its mentions and its counters; false if the id is taken.
pub(super) fn insert(
    tx: &mut Tx<'_>,
    access: &Access,
    author: i64,
    message: &Message,
    hash: &MessageHash,
    ordinal: u64,
) -> Result<bool> {
    if !insert_row(tx, access, author, message, hash)? {
        return Ok(false);
    }
    let row = tx.db.last_insert_rowid();
    let (seq, at) = (message.seq, message.sent_at);
    if tx.deferred.inserts_now() {
        let position = Position { seq, at, messages: ordinal };
        let rows = EventRows { message: Some(row), ..EventRows::from(author) };
        log::write(tx, access, &position, log::MESSAGE, rows, None)?;
    }
    insert_mentions(tx, access, message)?;
    tx.cache.count_message(access.row(), author, seq, at);
    Ok(true)
}

/// Which of the names are users'.
pub(super) fn users_named(db: &Connection, names: &[(String, String)]) -> Result<Vec<Mention>> {
    let mut find = db.prepare_cached("SELECT uuid FROM user WHERE canonical = ? AND NOT disabled")?;
    let mut mentioned = Vec::new();
    for (written, canonical) in names {
        if let Some(uuid) = find.query_row([canonical], |row| row.get::<_, Uuid>(0)).optional()? {
            mentioned.push(Mention { name: written.clone(), user: uuid.into() });
        }
    }
    Ok(mentioned)
}

/// Says whether the id was new.
fn insert_row(tx: &Tx<'_>, access: &Access, author: i64, message: &Message, hash: &[u8; 32]) -> Result<bool> {
    let mentioned = mentions_to(&message.mentioned);
    let inserted = tx
        .db
        .prepare_cached(
            "INSERT INTO message (uuid, hash, room, seq, author, body, sent_at, reply_to, mentioned)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (uuid) DO NOTHING",
        )?
        .execute(params![
            message.id.uuid(),
            hash,
            access.row(),
            message.seq,
            author,
            message.body,
            message.sent_at.millis(),
            message.reply_to.map(MessageId::uuid),
            mentioned
        ])?;
    Ok(inserted == 1)
}

/// Keeps what counts of mentions are made from.
fn insert_mentions(tx: &Tx<'_>, access: &Access, message: &Message) -> Result<()> {
    for user in message.mentions.iter().filter(|user| **user != message.author.id) {
        tx.db
            .prepare_cached("INSERT INTO mention (user, room, seq) SELECT id, ?, ? FROM user WHERE uuid = ?")?
            .execute(params![access.row(), message.seq, user.uuid()])?;
    }
    Ok(())
}

/// Where a page goes on to.
#[derive(Debug, Clone, Copy)]
enum Way {
    /// To older messages.
    Back,
    /// To newer ones.
    On,
}

/// Reads pages of one room from one state of the database.
struct Reader<'a, E> {
    db: &'a Connection,
    access: Access,
    encode: E,
}

/// Messages next to a position, away from it.
struct Run<T> {
    messages: Vec<T>,
    bytes: usize,
    /// Whether there are more that way.
    has_more: bool,
}

impl<T> Default for Run<T> {
    fn default() -> Self {
        Self { messages: Vec::new(), bytes: 0, has_more: false }
    }
}

impl<T, E: Fn(Message) -> (T, usize)> Reader<'_, E> {
    fn page(&self, window: Window, size: PageSize) -> Result<Messages<T>> {
        let (before, after) = match window {
            Window::Newest => (Some(u64::MAX), None),
            Window::Before(seq) => (Some(seq), None),
            Window::After(seq) => (None, Some(seq)),
            Window::Around(seq) => (Some(seq.saturating_add(1)), Some(seq)),
        };
        // Half of the page stands on each side of the middle, as the messages and as the bytes are counted. What the
        // older ones leave of the bytes is for the newer ones.
        let older = match (before, after) {
            (Some(_), Some(_)) => PageSize { items: size.items.div_ceil(2), bytes: size.bytes / 2 },
            _ => size,
        };
        let older = before.map(|seq| self.read(Way::Back, seq, older, 1)).transpose()?.unwrap_or_default();
        let rest = PageSize {
            items: if before.is_some() { size.items / 2 } else { size.items },
            bytes: size.bytes.saturating_sub(older.bytes),
        };
        let least = usize::from(older.messages.is_empty());
        let newer = after.map(|seq| self.read(Way::On, seq, rest, least)).transpose()?.unwrap_or_default();
        let (mut has_more_before, mut has_more_after) = (older.has_more, newer.has_more);
        match window {
            Window::Before(seq) => has_more_after = self.any("log.seq >= ?2", seq)?,
            Window::After(seq) => has_more_before = self.any("log.seq <= ?2", seq)?,
            Window::Newest | Window::Around(_) => {}
        }
        let mut messages = older.messages;
        messages.reverse();
        messages.extend(newer.messages);
        Ok(Messages { room: self.access.id(), messages, has_more_before, has_more_after })
    }

    /// Reads away from a position until the page is full; the first `least` messages are taken however large they are.
    fn read(&self, way: Way, seq: u64, size: PageSize, least: usize) -> Result<Run<T>> {
        let [first, second] = deferred::TABLES;
        let (tables, range) = match way {
            Way::Back => ([second, first], "log.seq < ?2 ORDER BY log.seq DESC"),
            Way::On => ([first, second], "log.seq > ?2 ORDER BY log.seq"),
        };
        let mut run = Run::default();
        for table in tables {
            let sql = format!(
                "SELECT {COLUMNS} FROM {table} AS log JOIN message ON message.id = log.message
                      JOIN user AS author ON author.id = message.author
                 WHERE log.room = ?1 AND log.kind = 1 AND {range} LIMIT ?3"
            );
            let mut statement = self.db.prepare_cached(&sql)?;
            // One more than fit tells whether there are more.
            let wanted = size.items + 1 - run.messages.len();
            let mut found = statement.query(params![self.access.row(), bounded(seq), wanted])?;
            while let Some(row) = found.next()? {
                if run.messages.len() == size.items {
                    run.has_more = true;
                    return Ok(run);
                }
                let (encoded, bytes) = (self.encode)(message(self.db, row, self.access.id())?);
                if run.bytes + bytes > size.bytes && run.messages.len() >= least {
                    run.has_more = true;
                    return Ok(run);
                }
                run.bytes += bytes;
                run.messages.push(encoded);
            }
        }
        Ok(run)
    }

    fn any(&self, range: &str, seq: u64) -> Result<bool> {
        let sql = format!("SELECT EXISTS (SELECT 1 FROM log WHERE room = ?1 AND kind = 1 AND {range})");
        Ok(self.db.prepare_cached(&sql)?.query_row(params![self.access.row(), bounded(seq)], |row| row.get(0))?)
    }
}

/// SQLite's integers are signed; no room has that many events.
fn bounded(seq: u64) -> i64 {
    i64::try_from(seq).unwrap_or(i64::MAX)
}
