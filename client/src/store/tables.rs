//! The tables of the file, and how those of an older version become these.

use rusqlite::{Connection, Transaction, TransactionBehavior};

/// The form of the tables. A file of a form that this program does not know is set aside, and what the user wrote is
/// taken over.
const VERSION: i64 = 5;

const TABLES: &str = "
    -- One row.
    CREATE TABLE account (epoch TEXT, user TEXT);
    -- cursor: the last event that is known, and with it all before. loaded: whether message holds the newest page.
    CREATE TABLE room (
        id TEXT PRIMARY KEY, room TEXT NOT NULL, epoch TEXT NOT NULL,
        cursor_seq INTEGER, cursor_at INTEGER, loaded INTEGER NOT NULL DEFAULT 0
    ) WITHOUT ROWID;
    -- The newest messages of each room, without gaps up to the cursor.
    CREATE TABLE message (room TEXT, seq INTEGER, message TEXT NOT NULL, PRIMARY KEY (room, seq)) WITHOUT ROWID;
    CREATE TABLE read (room TEXT PRIMARY KEY, seq INTEGER NOT NULL, back INTEGER NOT NULL) WITHOUT ROWID;
    -- n: the order in which they were written. slot: the process that sends them.
    CREATE TABLE outbox (
        n INTEGER PRIMARY KEY AUTOINCREMENT, slot INTEGER NOT NULL, id TEXT NOT NULL UNIQUE, room TEXT NOT NULL,
        body TEXT NOT NULL, reply_to TEXT, written_at INTEGER NOT NULL, code TEXT, detail TEXT
    );
    INSERT INTO account VALUES (NULL, NULL);
";

/// What version 2 brought.
const SINCE_2: &str = "
    -- slot: the process that writes it.
    CREATE TABLE draft (room TEXT, slot INTEGER, text TEXT NOT NULL, PRIMARY KEY (room, slot)) WITHOUT ROWID;
    -- Rooms that the user left, as last known: for the names of what is still in outbox and draft.
    CREATE TABLE left_room (n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, room TEXT NOT NULL);
";

/// What version 3 brought.
const SINCE_3: &str = "
    -- action: JSON of what is asked for; NULL for a message.
    ALTER TABLE outbox ADD COLUMN action TEXT;
    -- tried: whether it may have been sent, and the server may have it. Of older ones nobody knows.
    ALTER TABLE outbox ADD COLUMN tried INTEGER NOT NULL DEFAULT 1;
";

/// What version 4 brought.
const SINCE_4: &str = "
    -- thread: the first message of the thread that it is for; empty for the room itself.
    CREATE TABLE new_draft (
        room TEXT, thread TEXT DEFAULT '', slot INTEGER, text TEXT NOT NULL, PRIMARY KEY (room, thread, slot)
    ) WITHOUT ROWID;
    INSERT INTO new_draft SELECT room, '', slot, text FROM draft;
    DROP TABLE draft;
    ALTER TABLE new_draft RENAME TO draft;
";

/// What version 5 brought.
const SINCE_5: &str = "
    -- files: JSON of the files that a message shall carry; NULL for none.
    ALTER TABLE outbox ADD COLUMN files TEXT;
";

/// In version 1 all processes shared one draft a room.
const SHARED_DRAFTS_AWAY: &str = "ALTER TABLE draft RENAME TO shared_draft;";
const SHARED_DRAFTS_BACK: &str = "
    INSERT INTO draft SELECT room, 0, text FROM shared_draft;
    DROP TABLE shared_draft;
";

/// Makes the tables in an empty file, and brings an older one up to date; false when the file is of a version that this
/// program does not know. A file that is up to date is only read, so that nobody who writes to it is in the way.
pub(super) fn prepare(connection: &mut Connection) -> Result<bool, rusqlite::Error> {
    if version(connection)? == VERSION {
        return Ok(true);
    }
    // Two processes may begin at once: the second finds it done.
    let change = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let known = bring_up_to_date(&change)?;
    change.commit()?;
    Ok(known)
}

/// Makes the tables in an empty database.
pub(super) fn make(connection: &Connection) -> Result<(), rusqlite::Error> {
    connection.execute_batch(TABLES)?;
    connection.execute_batch(SINCE_2)?;
    connection.execute_batch(SINCE_3)?;
    connection.execute_batch(SINCE_4)?;
    connection.execute_batch(SINCE_5)
}

fn bring_up_to_date(change: &Transaction) -> Result<bool, rusqlite::Error> {
    let tables: i64 = change.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    match version(change)? {
        VERSION => return Ok(true),
        0 if tables == 0 => make(change)?,
        1 => {
            let steps = [SHARED_DRAFTS_AWAY, SINCE_2, SHARED_DRAFTS_BACK, SINCE_3, SINCE_4, SINCE_5];
            steps.iter().try_for_each(|step| change.execute_batch(step))?;
        }
        2 => [SINCE_3, SINCE_4, SINCE_5].iter().try_for_each(|step| change.execute_batch(step))?,
        3 => [SINCE_4, SINCE_5].iter().try_for_each(|step| change.execute_batch(step))?,
        4 => change.execute_batch(SINCE_5)?,
        _ => return Ok(false),
    }
    change.pragma_update(None, "user_version", VERSION)?;
    Ok(true)
}

fn version(connection: &Connection) -> Result<i64, rusqlite::Error> {
    connection.query_row("PRAGMA user_version", [], |row| row.get(0))
}
