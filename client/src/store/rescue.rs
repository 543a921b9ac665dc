//! A file that cannot be used: what the user wrote is read as far as it goes, and the file is put aside.
//!
//! Nothing here trusts the file. A row of which something is bad gives what is good of it; the text counts most.

use std::{
    collections::HashMap,
    ffi::OsString,
    fs, io,
    path::{Path, PathBuf},
    time::SystemTime,
};

use chat_protocol::{ErrorCode, MessageId, Room, RoomId, Timestamp};
use rusqlite::{Connection, OpenFlags, Row, types::ValueRef};

use super::{
    database::Database,
    drafts::Draft,
    outbox::{self, OutboxRow},
    slot::NOBODY,
    values,
};
use crate::{Action, Delivery, Entry, unknown_room};

/// What SQLite keeps beside its file.
const BESIDE: [&str; 2] = ["-wal", "-shm"];
/// The name of a room for what belongs to no room any more.
const RECOVERED: &str = "recovered";
/// Said of a message whose id, room or state cannot be read any more.
const DOUBTFUL: &str = "found in a damaged file: check whether it was sent, then send it again or drop it";

type Result<T> = std::result::Result<T, rusqlite::Error>;

/// What could still be read.
#[derive(Debug, Default)]
pub(super) struct Rescued {
    /// Messages, each with the process that sends it, in the order in which they were written.
    pub(super) outbox: Vec<(u32, OutboxRow)>,
    /// Drafts, each with its process.
    pub(super) drafts: Vec<(u32, Draft)>,
    /// Read positions that the server has not confirmed.
    reads: Vec<(RoomId, u64, bool)>,
    /// The names of rooms.
    rooms: Vec<Room>,
    /// Rooms made for texts of which nobody knows where they belong.
    made: Made,
}

/// Rooms for texts whose room cannot be read.
#[derive(Debug, Default)]
struct Made(Vec<Room>);

impl Made {
    /// Another one: `recovered`, `recovered-2` and so on.
    fn room(&mut self) -> RoomId {
        let id = RoomId::now_v7();
        let name = match self.0.len() {
            0 => RECOVERED.to_owned(),
            others => format!("{RECOVERED}-{}", others + 1),
        };
        self.0.push(Room { name, ..unknown_room(id) });
        id
    }
}

impl Rescued {
    /// Reads what can be read of a file.
    pub(super) fn from(path: &Path) -> Self {
        let mut rescued = Self::default();
        if let Err(error) = rescued.read(path) {
            tracing::warn!(%error, messages = rescued.outbox.len(), "the old file ends here");
        }
        rescued
    }

    fn read(&mut self, path: &Path) -> Result<()> {
        let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        let connection = &connection;
        // Each stops at the first page that is gone, and none stops the others. What the user sent comes first.
        let outbox = rows(connection, "SELECT * FROM outbox ORDER BY n", |row| {
            self.outbox.extend(message(row, &mut self.made));
        });
        let drafts = rows(connection, "SELECT * FROM draft", |row| {
            self.drafts.extend(draft(row, &mut self.made));
        });
        let reads = rows(connection, "SELECT * FROM read", |row| {
            self.reads
                .extend(id(row, "room").zip(integer(row, "seq")).map(|(room, seq)| (room, seq, flag(row, "back"))));
        });
        for table in ["left_room", "room"] {
            // A version that knew no left rooms has no such table.
            _ = rows(connection, &format!("SELECT * FROM {table}"), |row| self.rooms.extend(room(row)));
        }
        outbox.and(drafts).and(reads)
    }

    /// Puts it into a new file.
    pub(super) fn put_into(&self, database: &Database) -> Result<()> {
        let transaction = database.connection.unchecked_transaction()?;
        for (slot, kept) in &self.outbox {
            database.put_back(*slot, kept)?;
        }
        for (slot, draft) in &self.drafts {
            database.set_draft(*slot, draft)?;
        }
        for (room, seq, back) in &self.reads {
            database.set_read(*room, *seq, *back)?;
        }
        // Whether the user is still in them, the server says.
        let named: HashMap<RoomId, &Room> = self.rooms.iter().chain(&self.made.0).map(|room| (room.id, room)).collect();
        let written =
            self.outbox.iter().map(|(_, kept)| kept.entry.room).chain(self.drafts.iter().map(|(_, draft)| draft.room));
        for room in written.filter_map(|room| named.get(&room)) {
            database.add_left(room)?;
        }
        transaction.commit()
    }
}

/// Hands on each row that SQLite still gives.
fn rows(connection: &Connection, query: &str, mut each: impl FnMut(&Row)) -> Result<()> {
    let mut statement = connection.prepare(query)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        each(row);
    }
    Ok(())
}

/// A message, if its text is there.
fn message(row: &Row, made: &mut Made) -> Option<(u32, OutboxRow)> {
    let slot = slot(row);
    if let Ok(kept) = outbox::read(row) {
        return Some((slot, kept));
    }
    let known: Option<(MessageId, RoomId)> = id(row, "id").zip(id(row, "room"));
    let code = text(row, "code").and_then(|code| serde_json::from_value(code.into()).ok());
    let body = text(row, "body")?;
    let entry = Entry {
        id: id(row, "id").unwrap_or_else(MessageId::now_v7),
        room: id(row, "room").unwrap_or_else(|| made.room()),
        // A command whose target cannot be read is shown as the text that it has.
        action: Action::Message,
        body,
        reply_to: id(row, "reply_to"),
        files: text(row, "files").and_then(|files| values::from_json(&files).ok()).unwrap_or_default(),
        state: match (is_null(row, "code"), code, known) {
            (true, _, Some(_)) => Delivery::Queued,
            (_, Some(code), Some(_)) => Delivery::Failed { code, detail: text(row, "detail").unwrap_or_default() },
            _ => Delivery::Failed { code: ErrorCode::Internal, detail: DOUBTFUL.to_owned() },
        },
        written_at: Timestamp::from_millis(integer(row, "written_at").unwrap_or_default()),
    };
    Some((slot, OutboxRow { n: integer(row, "n").unwrap_or_default(), entry, tried: true }))
}

fn draft(row: &Row, made: &mut Made) -> Option<(u32, Draft)> {
    let written = text(row, "text")?;
    // Older versions had none for threads.
    let thread = text(row, "thread").filter(|thread| !thread.is_empty());
    let place = match (id(row, "room"), thread.as_deref().map(str::parse)) {
        (Some(room), None) => Some((room, None)),
        (Some(room), Some(Ok(thread))) => Some((room, Some(thread))),
        _ => None,
    };
    let (room, thread) = place.unwrap_or_else(|| (made.room(), None));
    Some((slot(row), Draft { room, thread, text: written }))
}

fn room(row: &Row) -> Option<Room> {
    values::from_json(&text(row, "room")?).ok()
}

/// The process of a row; where it cannot be read, one that is never there, so that the next one takes the row over.
fn slot(row: &Row) -> u32 {
    match row.get_ref("slot") {
        // Version 1 had one draft for all, which went to the first.
        Err(_) => 0,
        Ok(_) => integer(row, "slot").unwrap_or(NOBODY),
    }
}

fn text(row: &Row, column: &str) -> Option<String> {
    match row.get_ref(column).ok()? {
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => Some(String::from_utf8_lossy(bytes).into_owned()),
        ValueRef::Integer(number) => Some(number.to_string()),
        ValueRef::Real(number) => Some(number.to_string()),
        ValueRef::Null => None,
    }
}

fn id<T: std::str::FromStr>(row: &Row, column: &str) -> Option<T> {
    text(row, column)?.parse().ok()
}

fn integer<T: TryFrom<i64>>(row: &Row, column: &str) -> Option<T> {
    row.get_ref(column).ok()?.as_i64().ok()?.try_into().ok()
}

fn flag(row: &Row, column: &str) -> bool {
    integer(row, column).is_some_and(|flag: i64| flag != 0)
}

fn is_null(row: &Row, column: &str) -> bool {
    row.get_ref(column).is_ok_and(|value| value == ValueRef::Null)
}

/// Renames the file, and says to what.
pub(super) fn set_aside(path: &Path) -> io::Result<PathBuf> {
    let aside = beside(path, "aside");
    fs::rename(path, &aside)?;
    for suffix in BESIDE {
        match fs::rename(with_suffix(path, suffix), with_suffix(&aside, suffix)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(aside)
}

/// A name for a file beside this one, of which there is none yet.
pub(super) fn beside(path: &Path, what: &str) -> PathBuf {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_millis();
    with_suffix(path, &format!(".{what}-{now}"))
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    name.into()
}
