//! What others may do to the server's database behind its back: hold it, age it, break it.

use std::{
    collections::HashSet,
    fs,
    path::{Path, PathBuf},
};

use rusqlite::{Connection, OpenFlags};
use uuid::Uuid;

/// The file in a data folder that holds everything.
pub fn file(data: &Path) -> PathBuf {
    data.join("chat.db")
}

/// A transaction of another program's, in which nobody else can write. It ends when dropped.
pub struct Hold {
    connection: Connection,
}

impl Hold {
    /// Takes the database.
    ///
    /// # Panics
    /// When it cannot be had.
    pub fn take(data: &Path) -> Self {
        let connection = open(data);
        connection.busy_timeout(crate::DEADLINE).expect("a time-out can be set");
        connection.execute_batch("BEGIN EXCLUSIVE").expect("the database can be locked");
        Self { connection }
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        self.connection.execute_batch("ROLLBACK").expect("a transaction that changed nothing ends");
    }
}

/// A transaction of another program's that only reads: the write-ahead log keeps what was written since. It ends when
/// dropped, and leaves the files as they are.
pub struct Look {
    _connection: Connection,
}

impl Look {
    /// Begins to read.
    ///
    /// # Panics
    /// When that is impossible.
    pub fn begin(data: &Path) -> Self {
        let connection = Connection::open_with_flags(file(data), OpenFlags::SQLITE_OPEN_READ_ONLY);
        let connection = connection.expect("the database is there");
        let began = connection.execute_batch("BEGIN; SELECT count(*) FROM room");
        began.expect("it can be read");
        Self { _connection: connection }
    }
}

/// Makes the database look as if the next version of the program had made it.
///
/// # Panics
/// When it is not a chat server's database.
pub fn make_newer(data: &Path) {
    let newer = "INSERT INTO refinery_schema_history (version, name, applied_on, checksum)
         SELECT max(version) + 1, 'from_the_future', max(applied_on), '0' FROM refinery_schema_history";
    open(data).execute(newer, []).expect("a database of ours has a history");
}

/// Whether SQLite finds the file whole, and every row's references kept.
///
/// # Panics
/// When it is not.
pub fn assert_whole(data: &Path) {
    let database = open(data);
    let found: String = database.query_row("PRAGMA integrity_check", [], |row| row.get(0)).expect("it can be read");
    assert_eq!(found, "ok");
    let dangling: u32 = database
        .query_row("SELECT count(*) FROM pragma_foreign_key_check", [], |row| row.get(0))
        .expect("it can be read");
    assert_eq!(dangling, 0, "rows refer to what is not there");
}

/// Makes a day pass for all uploads that no message carries. The server must not run.
///
/// # Panics
/// When it is not a chat server's database.
pub fn expire_uploads(data: &Path) {
    let expired = open(data).execute("UPDATE upload SET expires_at = 1 WHERE expires_at IS NOT NULL", []);
    expired.expect("a database of ours has uploads");
}

/// The ids of the messages that a server started there now would find. Nothing in the folder is touched.
///
/// # Panics
/// When it is not a chat server's database.
pub fn message_ids(data: &Path) -> HashSet<String> {
    let copy = tempfile::tempdir().expect("a temporary folder");
    for entry in fs::read_dir(data).expect("the folder is there") {
        let entry = entry.expect("the folder can be read");
        // The bytes of uploaded files stand in a folder of their own.
        if entry.path().is_file() {
            fs::copy(entry.path(), copy.path().join(entry.file_name())).expect("a file can be copied");
        }
    }
    let database = open(copy.path());
    let mut find = database.prepare("SELECT uuid FROM message").expect("it has messages");
    let id = |row: &rusqlite::Row<'_>| row.get(0).map(|bytes| Uuid::from_bytes(bytes).to_string());
    find.query_map([], id).and_then(Iterator::collect).expect("they can be read")
}

fn open(data: &Path) -> Connection {
    Connection::open(file(data)).expect("the database is there")
}
