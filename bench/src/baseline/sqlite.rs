//! A database alone: one thread that makes rows durable, all that wait in one transaction, and nothing else.

use std::{path::Path, sync::mpsc, thread, time::Duration};

use rusqlite::{Connection, params};

use crate::{
    clock,
    latency::Latency,
    machine::{self, Process},
    row::Row,
};

/// Rows in one transaction at most.
const BATCH: usize = 256;
/// Rows that are there before it is measured, so that the indexes have a depth.
const ROWS_BEFORE: usize = 20_000;
const ROOMS: u64 = 100;
const AUTHORS: u64 = 256;
/// Nobody waits longer for a commit.
const PATIENCE: Duration = Duration::from_secs(20);

/// Write-ahead log, `synchronous=FULL`, a row per message with its place in the room and an id that is unique by author.
const SCHEMA: &str = "
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA wal_autocheckpoint = 4000;
    PRAGMA cache_size = -65536;
    CREATE TABLE messages (
        id INTEGER PRIMARY KEY, room INTEGER NOT NULL, seq INTEGER NOT NULL, author INTEGER NOT NULL,
        nonce TEXT NOT NULL, sent_at INTEGER NOT NULL, body TEXT NOT NULL
    );
    CREATE UNIQUE INDEX place ON messages (room, seq);
    CREATE UNIQUE INDEX once ON messages (author, nonce);";

/// Makes rows durable for so many seconds, this many in flight; the writer is where a server would be.
pub(crate) fn group_commit(
    folder: &Path,
    seconds: f64,
    in_flight: usize,
    body_bytes: usize,
    cpus: Option<(usize, usize)>,
) -> anyhow::Result<Row> {
    let folder = tempfile::Builder::new().prefix("chat-bench-").tempdir_in(folder)?;
    let connection = Connection::open(folder.path().join("rows.db"))?;
    connection.execute_batch(SCHEMA)?;
    let mut rows = Rows { connection, count: 0, body: "x".repeat(body_bytes) };
    for _ in 0..ROWS_BEFORE.div_ceil(BATCH) {
        rows.commit(BATCH)?;
    }
    let (ask, asked) = mpsc::channel::<u64>();
    let (answer, answered) = mpsc::channel::<Vec<u64>>();
    let writer = thread::spawn(move || -> rusqlite::Result<()> {
        if let Some((server, _)) = cpus {
            machine::pin(server);
        }
        while let Ok(first) = asked.recv() {
            let batch: Vec<_> = [first].into_iter().chain(asked.try_iter().take(BATCH - 1)).collect();
            rows.commit(batch.len())?;
            if answer.send(batch).is_err() {
                break;
            }
        }
        Ok(())
    });
    let cpu = Process::own().cpu_seconds();
    let begin = clock::now();
    let (mut waiting, mut count, mut latency) = (0, 0_u64, Latency::default());
    while clock::seconds(begin, clock::now()) < seconds {
        while waiting < in_flight && ask.send(clock::now()).is_ok() {
            waiting += 1;
        }
        let done = answered.recv_timeout(PATIENCE)?;
        waiting -= done.len();
        count += done.len() as u64;
        let now = clock::now();
        done.into_iter().for_each(|asked| latency.record(asked, now));
    }
    let (end, used) = (clock::now(), Process::own().cpu_seconds());
    drop((ask, answered));
    writer.join().map_err(|_| anyhow::anyhow!("the database's thread panicked"))??;
    let cpu = used.zip(cpu).map(|(used, before)| (used - before) * 1e6 / count.max(1) as f64);
    let row = Row::new(format!("SQLite alone, {in_flight}"))
        .with("rate_per_s", count as f64 / clock::seconds(begin, end))
        .with_known("cpu_us_each", cpu);
    Ok(latency.tell(row))
}

struct Rows {
    connection: Connection,
    count: u64,
    body: String,
}

impl Rows {
    /// That many more rows, in one transaction.
    fn commit(&mut self, rows: usize) -> rusqlite::Result<()> {
        let transaction = self.connection.transaction()?;
        {
            let mut insert = transaction.prepare_cached(
                "INSERT INTO messages (room, seq, author, nonce, sent_at, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?;
            for _ in 0..rows {
                self.count += 1;
                let count = self.count;
                // Scattered, as ids of many senders are.
                let nonce = format!("{:016x}", count.wrapping_mul(0x9e37_79b9_7f4a_7c15));
                insert.execute(params![count % ROOMS, count / ROOMS, count % AUTHORS, nonce, count, self.body])?;
            }
        }
        transaction.commit()
    }
}
