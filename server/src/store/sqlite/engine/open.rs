//! Opens a data folder: the lock, the database, its schema, and the settings that durability rests on.

use std::{
    fs::{File, TryLockError},
    path::{Path, PathBuf},
    time::Duration,
};

use chat_protocol::{Epoch, LOBBY, RoomId, ServerId, name::RoomName};
use rusqlite::{Connection, ErrorCode, OpenFlags, params};
use tracing::{info, warn};

use super::{checkpoint::Checkpointer, files, look_alikes, schema};
use crate::store::{OpenError, threads::Threads};

/// The database in its folder.
pub(in crate::store::sqlite) const DATABASE: &str = "chat.db";
/// Locked while a server runs.
pub(in crate::store::sqlite) const LOCK: &str = "lock";

/// Marks the file as ours (`PRAGMA application_id`): "chat" in ASCII.
const APPLICATION_ID: i32 = 0x6368_6174;
/// Connections that only read, at most. The machine's disk answers few at once, and most pages are in memory.
const READERS: usize = 4;
/// How long to wait for another process's transaction (`chat-server user …`) before giving up.
const BUSY: Duration = Duration::from_secs(2);
/// Statements kept prepared for each connection: all there are.
const STATEMENTS: usize = 128;

pub(super) struct Opened {
    pub(super) connection: Connection,
    pub(super) readers: Vec<Connection>,
    pub(super) checkpointer: Option<Checkpointer>,
    pub(super) lock: Option<File>,
    pub(super) identity: ServerId,
    pub(super) epoch: Epoch,
}

pub(super) fn open(folder: Option<&Path>, threads: &Threads) -> Result<Opened, OpenError> {
    let Some(folder) = folder else {
        let path = PathBuf::from(":memory:");
        let mut connection = Connection::open_in_memory().map_err(database(&path))?;
        let (identity, epoch) = prepare(&mut connection, &path)?;
        return Ok(Opened { connection, readers: vec![], checkpointer: None, lock: None, identity, epoch });
    };
    let lock = lock(folder)?;
    let path = folder.join(DATABASE);
    let mut connection = connect(&path)?;
    let (identity, epoch) = prepare(&mut connection, &path)?;
    files::warn_of_others(folder, &path);
    // One more than there are cores: while one waits for the disk, others have their turn.
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let readers = (0..READERS.min(cores + 1)).map(|_| reader(&path)).collect::<Result<_, _>>()?;
    let checkpointer = Checkpointer::start(connect(&path)?, &mut connection, threads).map_err(database(&path))?;
    info!(path = %path.display(), %epoch, "the log is open");
    Ok(Opened { connection, readers, checkpointer: Some(checkpointer), lock: Some(lock), identity, epoch })
}

/// Makes the folder, for its owner alone, and takes its lock.
pub(in crate::store::sqlite) fn lock(folder: &Path) -> Result<File, OpenError> {
    files::make_folder(folder).map_err(not_writable(folder))?;
    let path = folder.join(LOCK);
    let file = files::open_lock(&path)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(OpenError::InUse(folder.to_owned())),
        Err(TryLockError::Error(source)) => Err(OpenError::NotWritable { path, source }),
    }
}

/// A connection that may write, with the settings asserted.
pub(in crate::store::sqlite) fn connect(path: &Path) -> Result<Connection, OpenError> {
    files::make_database(path)?;
    let connection = Connection::open(path).map_err(|source| refused(path, source))?;
    configure(&connection, path)?;
    Ok(connection)
}

fn reader(path: &Path) -> Result<Connection, OpenError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(database(path))?;
    configure(&connection, path)?;
    connection.execute_batch("PRAGMA query_only = ON").map_err(database(path))?;
    Ok(connection)
}

fn configure(connection: &Connection, path: &Path) -> Result<(), OpenError> {
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    distrust(connection).map_err(database(path))?;
    connection.busy_timeout(BUSY).map_err(database(path))?;
    let mode: String = connection
        .query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))
        .map_err(|source| refused(path, source))?;
    if mode != "wal" {
        return Err(OpenError::Pragma { pragma: "journal_mode = WAL", found: mode });
    }
    durable(connection, path)
}

/// Whatever somebody put into the schema may call no function that does more than compute.
pub(in crate::store::sqlite) fn distrust(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch("PRAGMA trusted_schema = OFF")
}

/// An acknowledged message must be on disk, a row must not outlive what it refers to, and what is deleted is overwritten.
fn durable(connection: &Connection, path: &Path) -> Result<(), OpenError> {
    let pragmas = "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON";
    connection.execute_batch(pragmas).map_err(database(path))?;
    for (pragma, query, wanted) in [
        ("synchronous = FULL", "PRAGMA synchronous", 2_i64),
        ("foreign_keys = ON", "PRAGMA foreign_keys", 1),
        ("secure_delete = ON", "PRAGMA secure_delete", 1),
    ] {
        let found: i64 = connection.query_row(query, [], |row| row.get(0)).map_err(database(path))?;
        if found != wanted {
            return Err(OpenError::Pragma { pragma, found: found.to_string() });
        }
    }
    Ok(())
}

/// Brings the schema up to date and makes what every server has: an identity, an epoch, the lobby.
pub(in crate::store::sqlite) fn prepare(
    connection: &mut Connection,
    path: &Path,
) -> Result<(ServerId, Epoch), OpenError> {
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    durable(connection, path)?;
    check_ours(connection, path)?;
    let report = schema::migrations::runner()
        .set_abort_missing(false)
        .run(connection)
        .map_err(|failure| OpenError::Migration { path: path.to_owned(), detail: failure.to_string() })?;
    let applied = report.applied_migrations();
    if let (Some(first), Some(last)) = (applied.first(), applied.last())
        && first.version() > 1
    {
        let (from, to) = (first.version() - 1, last.version());
        info!(path = %path.display(), from, to, "the database was made by an older version: its tables are up to date now");
    }
    look_alikes::complete(connection).map_err(|source| refused(path, source))?;
    for (one, other) in look_alikes::pairs(connection).map_err(|source| refused(path, source))? {
        warn!(%one, %other, "two names look alike; both were taken under earlier rules and stay: have one of them changed");
    }
    found(connection).map_err(|source| refused(path, source))
}

/// Neither somebody else's database, nor one of a newer version, nor one with other tables than its version made.
pub(in crate::store::sqlite) fn check_ours(connection: &Connection, path: &Path) -> Result<(), OpenError> {
    let refused = |source| refused(path, source);
    let count = |sql| connection.query_row(sql, [], |row| row.get::<_, i32>(0));
    let application = count("PRAGMA application_id").map_err(refused)?;
    let tables = count("SELECT count(*) FROM sqlite_schema").map_err(refused)?;
    if application == 0 && tables == 0 {
        return connection.pragma_update(None, "application_id", APPLICATION_ID).map_err(refused);
    }
    if application != APPLICATION_ID {
        return Err(OpenError::NotOurs(path.to_owned()));
    }
    let known = schema::migrations::runner().get_migrations().iter().map(|m| m.version()).max().unwrap_or(0);
    let found = count(
        "SELECT CASE WHEN EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'refinery_schema_history')
         THEN 1 ELSE 0 END",
    )
    .and_then(|known| match known {
        0 => Ok(0),
        _ => count("SELECT coalesce(max(version), 0) FROM refinery_schema_history"),
    })
    .map_err(refused)?;
    if found > known {
        return Err(OpenError::TooNew { path: path.to_owned(), found, known });
    }
    schema::check(connection, path, found)
}

/// As [`check_ours`], and of this version: what only reads cannot bring it up to date.
pub(in crate::store::sqlite) fn check_current(connection: &Connection, path: &Path) -> Result<(), OpenError> {
    check_ours(connection, path)?;
    let refused = |source| refused(path, source);
    let known = schema::migrations::runner().get_migrations().iter().map(|m| m.version()).max().unwrap_or(0);
    let found: i32 = connection
        .query_row("SELECT coalesce(max(version), 0) FROM refinery_schema_history", [], |row| row.get(0))
        .map_err(refused)?;
    if found == known { Ok(()) } else { Err(OpenError::Outdated { path: path.to_owned(), found, known }) }
}

fn found(connection: &mut Connection) -> rusqlite::Result<(ServerId, Epoch)> {
    let tx = connection.transaction()?;
    for (key, value) in [("server", ServerId::now_v7().to_string()), ("epoch", Epoch::now_v7().to_string())] {
        tx.execute("INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT DO NOTHING", [key, &value])?;
    }
    let key = RoomName::parse(LOBBY).expect("the lobby's name keeps the rules for names").key();
    tx.execute(
        "INSERT INTO room (uuid, name, canonical, skeleton, cased_skeleton, kind, created_at)
         VALUES (?, ?, ?, ?, ?, 'public', unixepoch() * 1000) ON CONFLICT DO NOTHING",
        params![RoomId::now_v7().uuid(), LOBBY, key.canonical, key.skeleton, key.cased_skeleton],
    )?;
    let meta = |key| {
        tx.query_row("SELECT value FROM meta WHERE key = ?", [key], |row| {
            let text: String = row.get(0)?;
            text.parse().map_err(|error: chat_protocol::InvalidId| {
                rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Text, error.into())
            })
        })
        .map(|id: ServerId| id.uuid())
    };
    let (identity, epoch) = (meta("server")?, meta("epoch")?);
    tx.commit()?;
    Ok((identity.into(), epoch.into()))
}

fn not_writable(path: &Path) -> impl FnOnce(std::io::Error) -> OpenError {
    let path = path.to_owned();
    |source| OpenError::NotWritable { path, source }
}

fn database(path: &Path) -> impl FnOnce(rusqlite::Error) -> OpenError {
    let path = path.to_owned();
    |source| OpenError::Database { path, source: source.into() }
}

/// What SQLite says of a file, as what its owner can do about it.
fn refused(path: &Path, source: rusqlite::Error) -> OpenError {
    use std::io::{Error, ErrorKind};
    let path = path.to_owned();
    match source.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => OpenError::NotOurs(path),
        Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
            OpenError::NotWritable { path, source: Error::new(ErrorKind::PermissionDenied, source.to_string()) }
        }
        Some(ErrorCode::DiskFull) => {
            OpenError::NotWritable { path, source: Error::new(ErrorKind::StorageFull, source.to_string()) }
        }
        _ => OpenError::Database { path, source: source.into() },
    }
}
