//! What the user should know of the files on this disk.

use std::{fmt, path::PathBuf};

/// Something about the files that a client keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StorageNotice {
    /// The file with outbox and cache was damaged. It was moved, and a new one was begun with what could be read of what
    /// the user wrote; the rest comes from the server again.
    Damaged {
        /// Where the damaged file is now.
        aside: PathBuf,
        /// What is wrong with it.
        why: String,
        /// Messages that the new file has from it.
        messages: usize,
        /// Drafts that the new file has from it.
        drafts: usize,
    },
    /// Another program has put another file in the place of the one with outbox and cache. What this one has to send is
    /// in it.
    Replaced {
        /// The file with outbox and cache.
        file: PathBuf,
    },
    /// No new file could be begun in the place of a damaged one: what waits is lost when the program ends.
    InMemory {
        /// What the system says.
        detail: String,
    },
    /// The file system has no locks, so that nobody knows which programs use this account.
    NoLocks {
        /// The folder of the account.
        folder: PathBuf,
        /// What the system says.
        detail: String,
    },
}

impl fmt::Display for StorageNotice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Damaged { aside, why, messages, drafts } => {
                let count = |n: &usize, what| format!("{n} {what}{}", if *n == 1 { "" } else { "s" });
                let (messages, drafts) = (count(messages, "unsent message"), count(drafts, "draft"));
                let aside = aside.display();
                write!(
                    f,
                    "the cache was damaged ({why}) and was rebuilt with {messages} and {drafts}; the old file is {aside}"
                )
            }
            Self::Replaced { file } => {
                write!(f, "another program has replaced {}: unsent messages are kept in the new file", file.display())
            }
            Self::InMemory { detail } => {
                write!(f, "nothing is saved to disk any more, not even unsent messages: {detail}")
            }
            Self::NoLocks { folder, detail } => {
                let folder = folder.display();
                write!(f, "{folder} has no file locks ({detail}): use this account in one program at a time")
            }
        }
    }
}
