//! Several processes of one account at once: each sends its own messages, and none those of another that lives.
//!
//! A process holds the lock on the file of its slot for as long as it runs, however it ends. Whose lock can be had is
//! gone, and its messages go to the next process that looks.

use std::{
    fs::{File, TryLockError},
    path::{Path, PathBuf},
};

use super::{database::Database, outbox::Kept};
use crate::{Error, private};

/// The most processes of one account at once.
const SLOTS: u32 = 64;

/// One process's place among those of its account.
#[derive(Debug)]
pub(crate) struct Slot {
    number: u32,
    /// Where the locks are; `None` in memory, where nobody else is.
    folder: Option<PathBuf>,
    /// Held for as long as this is here.
    _lock: Option<File>,
}

impl Slot {
    /// Takes the first that is free.
    pub(super) fn take(folder: &Path) -> Result<Self, Error> {
        for number in 0..SLOTS {
            if let Some(lock) = lock(folder, number)? {
                return Ok(Self { number, folder: Some(folder.to_owned()), _lock: Some(lock) });
            }
        }
        Err(Error::Store(format!("{SLOTS} programs use this account already: end one of them")))
    }

    /// For a database that nobody else sees.
    pub(super) fn alone() -> Self {
        Self { number: 0, folder: None, _lock: None }
    }

    pub(crate) fn number(&self) -> u32 {
        self.number
    }

    /// Takes over the messages of processes that ended, and gives them.
    pub(super) fn adopt(&self, database: &Database) -> Result<Vec<Kept>, Error> {
        let Some(folder) = &self.folder else { return Ok(Vec::new()) };
        let mut adopted = Vec::new();
        for slot in database.outbox_slots()?.into_iter().filter(|slot| *slot != self.number) {
            // Held until the messages are ours, so that no process that begins now sends them as well.
            let held = if slot < SLOTS { lock(folder, slot)? } else { None };
            if held.is_some() || slot >= SLOTS {
                adopted.extend(database.move_outbox(slot, self.number)?);
            }
        }
        Ok(adopted)
    }
}

/// The lock of a slot; `None` while another process has it.
fn lock(folder: &Path, number: u32) -> Result<Option<File>, Error> {
    let path = folder.join(format!("slot-{number}.lock"));
    let file = private::open(&path).map_err(|source| Error::file(&path, source))?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(source)) => Err(Error::file(path, source)),
    }
}
