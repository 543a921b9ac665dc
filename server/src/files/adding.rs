//! Adding files that are whole already: those of a backup, of an export, of another program.

use std::{fs, io};

use sha2::{Digest as _, Sha256};

use super::{FileHash, Files, Kind, make_folder, private, remove, sniff, sync_folder};

/// Bytes that are copied at once.
const PIECE: usize = 256 * 1024;
/// Where a file is until it is whole, in the folder of files: one after the other.
const UNFINISHED: &str = "adding";

impl Files {
    /// Adds a whole file. It is there, for good, only if its bytes have this hash and the disk has taken all of them.
    ///
    /// # Errors
    /// `InvalidData` if they have another hash; what reading or the disk says.
    pub fn add(&self, hash: FileHash, mut bytes: impl io::Read) -> io::Result<()> {
        let to = self.path_of(hash);
        let folder = to.parent().unwrap_or(self.root());
        make_folder(folder)?;
        let unfinished = self.root().join(UNFINISHED);
        let mut file = private().truncate(true).open(&unfinished)?;
        let written = copy(&mut bytes, &mut file)
            .and_then(|found| if found == hash { file.sync_all() } else { Err(io::ErrorKind::InvalidData.into()) });
        if let Err(error) = written {
            // The first error is the one to tell.
            _ = fs::remove_file(&unfinished);
            return Err(error);
        }
        fs::rename(&unfinished, &to)?;
        sync_folder(folder)?;
        sync_folder(self.root())
    }

    /// Deletes what was being added when a process ended. For the one that has the data folder to itself.
    ///
    /// # Errors
    /// When it cannot be deleted.
    pub fn remove_unfinished(&self) -> io::Result<()> {
        remove(&self.root().join(UNFINISHED))
    }

    /// Adds a whole file of which the hash is not known before. Gives that, its bytes, and what it is; nothing, and nothing
    /// stays, if it has more bytes than `most`.
    ///
    /// # Errors
    /// What reading or the disk says.
    pub fn take_in(&self, bytes: impl io::Read, most: u64) -> io::Result<Option<(FileHash, u64, Kind)>> {
        let unfinished = self.root().join(UNFINISHED);
        let taken = (|| {
            let mut file = private().read(true).truncate(true).open(&unfinished)?;
            let hash = copy(&mut bytes.take(most.saturating_add(1)), &mut file)?;
            let size = file.metadata()?.len();
            if size > most {
                return Ok(None);
            }
            file.sync_all()?;
            io::Seek::rewind(&mut file)?;
            Ok(Some((hash, size, sniff(file)?)))
        })();
        let Ok(Some((hash, ..))) = taken else {
            // The first error is the one to tell.
            _ = fs::remove_file(&unfinished);
            return taken;
        };
        let to = self.path_of(hash);
        let folder = to.parent().unwrap_or(self.root());
        make_folder(folder)?;
        fs::rename(&unfinished, &to)?;
        sync_folder(folder)?;
        sync_folder(self.root())?;
        taken
    }
}

/// Copies all bytes; gives their hash.
fn copy(from: &mut impl io::Read, to: &mut impl io::Write) -> io::Result<FileHash> {
    let (mut hash, mut piece) = (Sha256::new(), vec![0; PIECE]);
    loop {
        match from.read(&mut piece)? {
            0 => return Ok(FileHash(hash.finalize().into())),
            read => {
                hash.update(&piece[..read]);
                to.write_all(&piece[..read])?;
            }
        }
    }
}
