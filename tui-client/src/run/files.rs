//! Files of this machine: those that are sent, and those of messages that are saved.

use std::{
    env,
    path::{Path, PathBuf},
};

use chat_client::{Api, free_path};
use chat_protocol::{Attachment, terminal::SafeText};

/// A path as the user wrote it: `~` is their home.
pub(super) fn path(written: &str) -> PathBuf {
    match written.strip_prefix('~').filter(|rest| rest.is_empty() || rest.starts_with('/')) {
        Some(rest) => home().map_or_else(|| written.into(), |home| home.join(rest.trim_start_matches('/'))),
        None => written.into(),
    }
}

/// Saves files of a message under free names; says where. Without a folder, where downloads go.
pub(super) async fn save(api: &Api, files: &[Attachment], folder: &str) -> Result<String, String> {
    let folder = if folder.is_empty() { downloads() } else { path(folder) };
    if !folder.is_dir() {
        return Err(format!("{} is no folder: make it first", shown(&folder)));
    }
    let mut saved = Vec::new();
    for file in files {
        let to = free_path(&folder, &file.name);
        api.download(file, &to, |_| {}).await.map_err(|error| format!("not saved: {error}"))?;
        saved.push(shown(&to));
    }
    Ok(format!("saved: {}", saved.join(", ")))
}

fn downloads() -> PathBuf {
    let set = env::var_os("XDG_DOWNLOAD_DIR").map(PathBuf::from).filter(|folder| folder.is_dir());
    let usual = || home().map(|home| home.join("Downloads")).filter(|folder| folder.is_dir());
    set.or_else(usual).or_else(|| env::current_dir().ok()).unwrap_or_default()
}

fn home() -> Option<PathBuf> {
    env::home_dir().filter(|home| !home.as_os_str().is_empty())
}

fn shown(path: &Path) -> String {
    SafeText::line(&path.to_string_lossy()).to_string()
}
