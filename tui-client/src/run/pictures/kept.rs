//! Pictures that are kept on disk, each under the id of its upload, the bytes of which never change.

use std::{
    collections::HashSet,
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, Write as _},
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::SystemTime,
};

use chat_protocol::UploadId;

/// The bytes that are kept; the pictures that were not drawn for the longest time go first.
const MOST: u64 = 32 * 1024 * 1024;

/// The folder of them.
#[derive(Debug, Clone)]
pub(super) struct Kept {
    folder: PathBuf,
    /// What is not to be kept any more, also where it comes only now: its message was deleted while it was fetched.
    forgotten: Arc<Mutex<HashSet<UploadId>>>,
}

impl Kept {
    /// It is made when there is something to keep.
    pub(super) fn new(folder: PathBuf) -> Self {
        Self { folder, forgotten: Arc::default() }
    }

    /// The bytes of a picture, if they are here.
    pub(super) fn take(&self, id: UploadId) -> Option<Vec<u8>> {
        let path = self.path(id);
        let bytes = fs::read(&path).ok()?;
        // The time says when it was drawn last.
        _ = File::options().append(true).open(path).and_then(|file| file.set_modified(SystemTime::now()));
        Some(bytes)
    }

    /// Keeps a picture, unless it was forgotten. Failing at that is not worth a word: it is fetched again.
    pub(super) fn keep(&self, id: UploadId, bytes: &[u8]) {
        // Held until it is written: what is forgotten meanwhile is deleted afterwards.
        let forgotten = self.forgotten();
        if !forgotten.contains(&id) && self.write(id, bytes).is_ok() {
            _ = self.make_room(MOST);
        }
    }

    /// Deletes a picture, and keeps it no more.
    pub(super) fn forget(&self, id: UploadId) {
        let mut forgotten = self.forgotten();
        forgotten.insert(id);
        _ = fs::remove_file(self.path(id));
    }

    fn forgotten(&self) -> MutexGuard<'_, HashSet<UploadId>> {
        // The set is whole whoever panicked.
        self.forgotten.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn path(&self, id: UploadId) -> PathBuf {
        self.folder.join(id.to_string())
    }

    /// Writes it whole or not at all, for the owner alone.
    fn write(&self, id: UploadId, bytes: &[u8]) -> io::Result<()> {
        let mut builder = DirBuilder::new();
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
            builder.mode(0o700);
            options.mode(0o600);
        }
        builder.recursive(true).create(&self.folder)?;
        let temporary = self.folder.join(format!("{id}.{}", std::process::id()));
        let written = options.open(&temporary).and_then(|mut file| file.write_all(bytes));
        let written = written.and_then(|()| fs::rename(&temporary, self.path(id)));
        if written.is_err() {
            _ = fs::remove_file(&temporary);
        }
        written
    }

    /// Deletes the oldest until the others are no more than `most` bytes.
    fn make_room(&self, most: u64) -> io::Result<()> {
        let mut files = Vec::new();
        for entry in fs::read_dir(&self.folder)? {
            let entry = entry?;
            let facts = entry.metadata()?;
            files.push((facts.modified()?, facts.len(), entry.path()));
        }
        files.sort();
        let mut bytes: u64 = files.iter().map(|(_, size, _)| size).sum();
        for (_, size, path) in files {
            if bytes <= most {
                break;
            }
            fs::remove_file(path)?;
            bytes -= size;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn what_was_drawn_last_is_kept_longest() {
        let folder = tempfile::tempdir().unwrap();
        let kept = Kept::new(folder.path().join("pictures"));
        let ids = [(); 3].map(|()| UploadId::now_v7());
        let long_ago = SystemTime::now() - Duration::from_secs(60);
        for (age, id) in (0..).zip(ids) {
            kept.keep(id, &[7; 10]);
            let file = File::options().append(true).open(kept.path(id)).unwrap();
            file.set_modified(long_ago + Duration::from_secs(age)).unwrap();
        }
        assert_eq!(kept.take(ids[0]), Some(vec![7; 10]));
        kept.make_room(20).unwrap();
        assert_eq!(ids.map(|id| kept.take(id).is_some()), [true, false, true]);
        kept.forget(ids[0]);
        assert_eq!(kept.take(ids[0]), None);
        assert_eq!(fs::read_dir(&kept.folder).unwrap().count(), 1, "nothing temporary is left");
    }

    #[test]
    fn what_is_forgotten_while_it_is_fetched_is_not_kept() {
        let folder = tempfile::tempdir().unwrap();
        let kept = Kept::new(folder.path().join("pictures"));
        let [deleted, other] = [(); 2].map(|()| UploadId::now_v7());
        // A fetch has a handle of its own.
        let fetching = kept.clone();
        kept.forget(deleted);
        fetching.keep(deleted, b"late");
        fetching.keep(other, b"fine");
        assert_eq!((kept.take(deleted), kept.take(other)), (None, Some(b"fine".to_vec())));
        assert_eq!(fs::read_dir(&kept.folder).unwrap().count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_may_look() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let kept = Kept::new(folder.path().join("pictures"));
        let id = UploadId::now_v7();
        kept.keep(id, b"secret");
        let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&kept.folder), mode(&kept.path(id))), (0o700, 0o600));
    }
}
