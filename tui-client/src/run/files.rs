//! Paths of this machine: of files that are sent, and where those of messages are saved.

use std::{
    env,
    fs::Metadata,
    path::{Path, PathBuf},
};

use chat_protocol::terminal::SafeText;

/// A path as the user wrote it: `~` is their home.
pub(super) fn path(written: impl AsRef<Path>) -> PathBuf {
    let written = written.as_ref();
    match (written.strip_prefix("~"), home()) {
        (Ok(rest), Some(home)) => home.join(rest),
        _ => written.to_owned(),
    }
}

/// The whole path of a file and its bytes, if it is one.
pub(super) fn existing(written: &str) -> Option<(String, u64)> {
    let path = path(written);
    let facts = path.metadata().ok().filter(Metadata::is_file)?;
    Some((path.to_str()?.to_owned(), facts.len()))
}

/// Where downloads go.
pub(super) fn downloads() -> PathBuf {
    let set = env::var_os("XDG_DOWNLOAD_DIR").map(PathBuf::from).filter(|folder| folder.is_dir());
    let usual = || home().map(|home| home.join("Downloads")).filter(|folder| folder.is_dir());
    set.or_else(usual).or_else(|| env::current_dir().ok()).unwrap_or_default()
}

fn home() -> Option<PathBuf> {
    env::home_dir().filter(|home| !home.as_os_str().is_empty())
}

/// A path for the screen.
pub(super) fn shown(path: &Path) -> String {
    SafeText::line(&path.to_string_lossy()).to_string()
}
