//! The thread that owns the file: takes what waits, and writes it as one transaction.

use std::{sync::mpsc, thread};

use super::{change::Change, database::Database, slot::Slot};
use crate::Error;

/// The most changes of one transaction: some milliseconds, so that nobody who waits for one waits long.
const BATCH: usize = 256;

type Question = Box<dyn FnOnce(&Database, &Slot) + Send>;

/// Something for the thread to do.
pub(super) enum Job {
    /// Write this; whoever waits is told when it is on disk.
    Change { change: Box<Change>, done: Option<Done> },
    /// Read something, after all that came before is written.
    Ask(Question),
    /// Go on with a new file: this one is damaged.
    BeginAnew { fault: String },
}

/// Told on the thread whether a change is on disk.
pub(super) type Done = Box<dyn FnOnce(Result<i64, Error>) + Send>;

type Waiting = (Box<Change>, Option<Done>);

pub(super) fn spawn(database: Database, slot: Slot) -> Result<mpsc::Sender<Job>, Error> {
    let (jobs, waiting) = mpsc::channel();
    thread::Builder::new()
        .name("chat-store".to_owned())
        .spawn(move || run(database, &slot, &waiting))
        .map_err(|error| Error::Store(error.to_string()))?;
    Ok(jobs)
}

fn run(mut database: Database, slot: &Slot, jobs: &mpsc::Receiver<Job>) {
    let mut batch = Vec::new();
    while let Ok(first) = jobs.recv() {
        let mut next = Some(first);
        while let Some(job) = next {
            match job {
                Job::Change { change, done } => batch.push((change, done)),
                Job::Ask(question) => {
                    write(&database, slot, &mut batch);
                    question(&database, slot);
                }
                Job::BeginAnew { fault } => {
                    write(&database, slot, &mut batch);
                    database = match database.begin_anew(&fault) {
                        Ok(new) => new,
                        Err(error) => {
                            tracing::error!(%error, "nothing can be kept on disk any more");
                            return;
                        }
                    };
                }
            }
            next = if batch.len() < BATCH { jobs.try_recv().ok() } else { None };
        }
        write(&database, slot, &mut batch);
    }
}

/// Writes a batch. When it fails as a whole, each change is tried alone, so that one takes no others with it.
fn write(database: &Database, slot: &Slot, batch: &mut Vec<Waiting>) {
    if batch.is_empty() {
        return;
    }
    match database.write(batch.iter().map(|(change, _)| change.as_ref()), slot.number()) {
        Ok(results) => {
            for ((_, done), result) in batch.drain(..).zip(results) {
                if let Some(done) = done {
                    done(Ok(result));
                }
            }
        }
        Err(error) if batch.len() == 1 => {
            for (change, done) in batch.drain(..) {
                tracing::error!(%error, change = change.name(), "cannot be kept on disk");
                if let Some(done) = done {
                    done(Err(Error::Store(error.to_string())));
                }
            }
        }
        Err(_) => {
            for waiting in std::mem::take(batch) {
                write(database, slot, &mut vec![waiting]);
            }
        }
    }
}
