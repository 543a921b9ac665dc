//! Moves what the write-ahead log gathered into the database.
//!
//! A thread of its own does nearly all of it, the writer the little that came meanwhile. It waits for readers only when
//! the log has grown so long that it must: beside them it may never come to the end, and would grow without bound.

use std::{
    ffi::c_int,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicI32, Ordering},
        mpsc,
    },
    time::Duration,
};

use rusqlite::Connection;
use tracing::warn;

use crate::store::threads::{Threads, survives};

/// Pages of 4 KiB in the log from which on the thread moves them: 32 MiB. The same pages are written again and again,
/// and of each only the last state is moved, so moving later is moving less.
const BEGIN: c_int = 8_192;
/// Pages more from which on it is tried again, if somebody was reading what was moved: 8 MiB.
const AGAIN: c_int = 2_048;
/// Pages from which on the writer does it itself, and waits for those who read: 64 MiB.
const INSIST: c_int = 16_384;

/// How long emptying the log waits for those who read, and how often it is tried.
const ERASE_WAIT: Duration = Duration::from_millis(50);
const ERASE_TRIES: usize = 100;

/// The thread's niceness: it gets a tenth of what another thread that wants the same core does, and so comes to its end
/// beside a server that never rests.
#[cfg(target_os = "linux")]
const NICE: i32 = 10;

/// The writer's side of the thread.
pub(super) struct Checkpointer {
    wake: mpsc::SyncSender<()>,
    /// Pages in the log after the writer's last commit.
    pages: Arc<AtomicI32>,
    /// Whether the thread has moved what was there when it began, and nobody what came since.
    moved: Arc<AtomicBool>,
    /// Whether the log holds what was deleted, and must be emptied.
    erases: Arc<AtomicBool>,
    plan: Plan,
}

impl Checkpointer {
    /// Starts the thread on a connection of its own, and counts the pages of the writer's commits in place of
    /// SQLite's own checkpoints.
    pub(super) fn start(own: Connection, writer: &mut Connection, threads: &Threads) -> rusqlite::Result<Self> {
        let pages = Arc::new(AtomicI32::new(0));
        let counted = Arc::clone(&pages);
        let moved = Arc::new(AtomicBool::new(false));
        let told = Arc::clone(&moved);
        let erases = Arc::new(AtomicBool::new(false));
        let asked = Arc::clone(&erases);
        writer.wal_hook(Some(move |_: &mut _, pages| {
            counted.store(pages, Ordering::Relaxed);
            Ok(())
        }))?;
        own.busy_timeout(ERASE_WAIT)?;
        let (wake, wakes) = mpsc::sync_channel(1);
        let work = move || {
            give_way();
            while wakes.recv().is_ok() {
                survives("a checkpoint", || checkpoint(&own, "PRAGMA wal_checkpoint(PASSIVE)"));
                told.store(true, Ordering::Release);
                if asked.swap(false, Ordering::AcqRel) {
                    survives("emptying the log", || {
                        // What stays is tried again with the next checkpoint.
                        asked.fetch_or(!empty(&own), Ordering::AcqRel);
                    });
                }
            }
        };
        threads.spawn("store-checkpoint", work);
        let checkpointer = Self { wake, pages, moved, erases, plan: Plan { due: BEGIN } };
        // The process before may have been killed between a deletion and this.
        checkpointer.erase();
        Ok(checkpointer)
    }

    /// Has the thread empty the log soon: what was deleted must not stand in it any longer.
    pub(super) fn erase(&self) {
        self.erases.store(true, Ordering::Release);
        // One that waits is enough: it sees this.
        _ = self.wake.try_send(());
    }

    /// After each commit, on the writer's thread.
    pub(super) fn committed(&mut self, writer: &Connection) {
        match self.plan.step(self.pages.load(Ordering::Relaxed), self.moved.swap(false, Ordering::AcqRel)) {
            Step::Nothing => {}
            // One that is under way or waiting is enough.
            Step::Begin => drop(self.wake.try_send(())),
            Step::Finish => checkpoint(writer, "PRAGMA wal_checkpoint(PASSIVE)"),
            Step::Insist => checkpoint(writer, "PRAGMA wal_checkpoint(RESTART)"),
        }
    }
}

/// When which of the two does what.
struct Plan {
    /// Pages at which the thread is to begin.
    due: c_int,
}

/// What is to be done after a commit.
#[derive(Debug, PartialEq, Eq)]
enum Step {
    Nothing,
    /// The thread moves what is there.
    Begin,
    /// The writer moves what came since the thread began. The log is reused from its start only when all of it was moved,
    /// and while others commit the thread never comes to its end: it would move a little, and sync, again and again.
    Finish,
    /// The writer moves all, and waits for those who read.
    Insist,
}

impl Plan {
    /// `pages` are in the log; with `moved` the thread has just ended.
    fn step(&mut self, pages: c_int, moved: bool) -> Step {
        if pages < BEGIN {
            // It was reused from its start.
            self.due = BEGIN;
            Step::Nothing
        } else if pages >= INSIST {
            Step::Insist
        } else if moved {
            Step::Finish
        } else if pages >= self.due {
            self.due = pages + AGAIN;
            Step::Begin
        } else {
            Step::Nothing
        }
    }
}

/// Lets other threads go first. On one core the writer would otherwise share it with this thread, in turns of some
/// milliseconds each.
#[cfg(target_os = "linux")]
fn give_way() {
    use rustix::process::{getpriority_process, setpriority_process};
    // Of this thread alone, against what POSIX says: Linux counts niceness by thread (`man 2 setpriority`).
    let set = getpriority_process(None).and_then(|own| setpriority_process(None, own.max(NICE)));
    if let Err(failure) = set {
        warn!(%failure, "the checkpoint thread has the same priority as others");
    }
}

#[cfg(not(target_os = "linux"))]
const fn give_way() {}

/// Moves all that is in the log, and cuts it to nothing. Nobody can write while it waits for readers, so it waits little,
/// and tries again. Says whether that was done.
fn empty(connection: &Connection) -> bool {
    let emptied = (0..ERASE_TRIES).any(|_| {
        let busy = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0));
        let emptied = matches!(busy, Ok(0));
        if !emptied {
            std::thread::sleep(ERASE_WAIT);
        }
        emptied
    });
    if !emptied {
        warn!("what was deleted is still in the write-ahead log: somebody reads all the time");
    }
    emptied
}

fn checkpoint(connection: &Connection, pragma: &str) {
    if let Err(failure) = connection.query_row(pragma, [], |_| Ok(())) {
        warn!(%failure, "checkpoint failed");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(target_os = "linux")]
    #[test]
    fn only_the_thread_that_moves_pages_gives_way() {
        let niceness = || rustix::process::getpriority_process(None).unwrap();
        let own = niceness();
        let given = std::thread::spawn(move || {
            give_way();
            niceness()
        });
        assert_eq!(given.join().unwrap(), own.max(NICE));
        assert_eq!(niceness(), own);
    }

    #[test]
    fn a_log_is_moved_once_and_again_only_when_it_grows_on() {
        let mut plan = Plan { due: BEGIN };
        for (pages, moved, step) in [
            (BEGIN - 1, false, Step::Nothing),
            (BEGIN, false, Step::Begin),
            (BEGIN + 40, false, Step::Nothing),
            (BEGIN + 80, true, Step::Finish),
            // Somebody was reading: it was not reused.
            (BEGIN + 81, false, Step::Nothing),
            (BEGIN + AGAIN, false, Step::Begin),
            (BEGIN + AGAIN + 9, true, Step::Finish),
            (3, false, Step::Nothing),
            (BEGIN, false, Step::Begin),
            // The thread came to the end by itself.
            (5, true, Step::Nothing),
            (BEGIN, false, Step::Begin),
            (INSIST, false, Step::Insist),
        ] {
            assert_eq!(plan.step(pages, moved), step, "{pages}, {moved}");
        }
    }
}
