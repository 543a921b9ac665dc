//! Several processes of one account at once: each sends its own messages, and none those of another that lives.
//!
//! A process holds the lock on the file of its slot for as long as it runs, however it ends. Whose lock can be had is
//! gone, and its messages go to the next process that looks. Where the file system has no locks nobody knows who lives:
//! there each process takes a slot of its own, and takes over all others. What two of them send is stored once.

use std::{
    fs::{File, TryLockError},
    io,
    path::{Path, PathBuf},
};

use uuid::Uuid;

use super::{database::Database, outbox::OutboxRow};
use crate::{Error, files};

/// The most processes of one account at once.
const SLOTS: u32 = 64;
/// A slot that no process has.
pub(super) const NOBODY: u32 = u32::MAX;

/// One process's place among those of its account.
#[derive(Debug)]
pub(crate) struct Slot {
    number: u32,
    /// Where the locks are; `None` in memory, where nobody else is.
    folder: Option<PathBuf>,
    /// Held for as long as this is here.
    _lock: Option<File>,
}

/// Whose a slot is.
enum Lock {
    /// Ours now, or nobody's.
    Free(File),
    /// Of another process that lives.
    Taken,
    /// Nobody can say: the file system has no locks.
    Unsupported(io::Error),
}

impl Slot {
    /// Takes the first that is free. Also gives the reason why there are no locks, if that is so.
    pub(super) fn take(folder: &Path) -> Result<(Self, Option<io::Error>), Error> {
        Self::take_by(folder, lock)
    }

    fn take_by(
        folder: &Path,
        lock: impl Fn(&Path, u32) -> Result<Lock, Error>,
    ) -> Result<(Self, Option<io::Error>), Error> {
        for number in 0..SLOTS {
            let (number, lock, missing) = match lock(folder, number)? {
                Lock::Free(lock) => (number, Some(lock), None),
                Lock::Taken => continue,
                Lock::Unsupported(why) => (unlocked(), None, Some(why)),
            };
            return Ok((Self { number, folder: Some(folder.to_owned()), _lock: lock }, missing));
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
    pub(super) fn adopt_messages(&self, database: &Database) -> Result<Vec<OutboxRow>, Error> {
        let mut adopted = Vec::new();
        self.for_each_ended(database.outbox_slots()?, |slot| {
            adopted.extend(database.move_outbox(slot, self.number)?);
            Ok(())
        })?;
        Ok(adopted)
    }

    /// Takes over the drafts of processes that ended.
    pub(super) fn adopt_drafts(&self, database: &Database) -> Result<(), Error> {
        self.for_each_ended(database.draft_slots()?, |slot| database.move_drafts(slot, self.number))
    }

    fn for_each_ended(
        &self,
        slots: Vec<u32>,
        mut each: impl FnMut(u32) -> Result<(), rusqlite::Error>,
    ) -> Result<(), Error> {
        let Some(folder) = &self.folder else { return Ok(()) };
        for slot in slots.into_iter().filter(|slot| *slot != self.number) {
            // Held until what is there is ours, so that no process that begins now takes it as well.
            let lock = if slot < SLOTS { Some(lock(folder, slot)?) } else { None };
            if !matches!(lock, Some(Lock::Taken)) {
                each(slot)?;
            }
        }
        Ok(())
    }
}

fn lock(folder: &Path, number: u32) -> Result<Lock, Error> {
    let path = folder.join(format!("slot-{number}.lock"));
    let file = files::open(&path).map_err(|source| Error::file(&path, source))?;
    Ok(match file.try_lock() {
        Ok(()) => Lock::Free(file),
        Err(TryLockError::WouldBlock) => Lock::Taken,
        Err(TryLockError::Error(why)) => Lock::Unsupported(why),
    })
}

/// A number that hardly any other process takes, above those that have locks.
fn unlocked() -> u32 {
    let (random, ..) = Uuid::new_v4().as_fields();
    SLOTS + (random >> 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_locks_each_process_has_a_slot_of_its_own_all_the_same() {
        for kind in [io::ErrorKind::Unsupported, io::ErrorKind::Other, io::ErrorKind::InvalidInput] {
            let folder = tempfile::tempdir().unwrap();
            let take = || Slot::take_by(folder.path(), |_, _| Ok(Lock::Unsupported(kind.into()))).unwrap();
            let ((one, why), (two, _)) = (take(), take());
            assert_eq!(why.map(|why| why.kind()), Some(kind));
            assert_ne!(one.number, two.number);
            assert!((SLOTS..NOBODY).contains(&one.number));
        }
    }

    #[test]
    fn with_locks_the_first_free_slot_is_taken() {
        let folder = tempfile::tempdir().unwrap();
        let numbers = |slots: &[(Slot, _)]| slots.iter().map(|(slot, _)| slot.number).collect::<Vec<_>>();
        let mut slots: Vec<_> = (0..3).map(|_| Slot::take(folder.path()).unwrap()).collect();
        assert_eq!(numbers(&slots), [0, 1, 2]);
        slots.remove(1);
        slots.push(Slot::take(folder.path()).unwrap());
        assert_eq!(numbers(&slots), [0, 2, 1]);
    }
}
