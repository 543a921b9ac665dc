//! Files of messages that stand in an archive beside them: each is taken once, under its hash.

use std::collections::HashMap;

use super::{Result, archive::Archive, at, moving::File};
use crate::files::Files;

/// The largest file that is taken.
const LARGEST: u64 = 1024 * 1024 * 1024;

/// What was taken of an archive so far.
pub(super) struct Attached<'a> {
    stored: &'a Files,
    /// By its name in the archive; `None` is larger than any that is taken.
    taken: HashMap<String, Option<File>>,
}

impl<'a> Attached<'a> {
    pub(super) fn new(stored: &'a Files) -> Self {
        Self { stored, taken: HashMap::new() }
    }

    /// Takes a file of the archive, to be carried under another name. Nothing if it is not there, or too large.
    pub(super) fn take(&mut self, archive: &mut Archive, entry: &str, name: &str) -> Result<Option<File>> {
        let known = match self.taken.get(entry) {
            Some(known) => known.clone(),
            None => {
                let taken = archive.read_with(entry, |bytes| {
                    let taken = self.stored.take_in(bytes, LARGEST).map_err(at(entry.as_ref()))?;
                    Ok(taken.map(|(hash, size, kind)| File { name: String::new(), hash, size, kind }))
                })?;
                let taken = taken.flatten();
                self.taken.insert(entry.to_owned(), taken.clone());
                taken
            }
        };
        Ok(known.map(|file| File { name: name.to_owned(), ..file }))
    }
}
