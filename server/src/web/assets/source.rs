//! The page as its sources are now: who works on it sees each change at the next reload.

use std::{
    collections::HashMap,
    env, fs,
    path::{Path, PathBuf},
    sync::LazyLock,
    time::SystemTime,
};

use bytes::Bytes;
use parking_lot::Mutex;

use super::Asset;

/// Another folder than the one that the server was built beside, for tests with two versions of the page.
const FOLDER: &str = "CHAT_PAGE_SOURCES";

static ASSETS: Mutex<Option<Read>> = Mutex::new(None);
static SOURCES: LazyLock<PathBuf> = LazyLock::new(|| {
    env::var_os(FOLDER).map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../static"), PathBuf::from)
});

/// The page as it was at a time.
struct Read {
    stamps: Vec<(PathBuf, SystemTime)>,
    assets: HashMap<String, Asset>,
}

/// What `answer` makes of the file at a path, if there is one.
pub(super) fn with<T>(path: &str, answer: impl FnOnce(&Asset) -> T) -> Option<T> {
    let mut known = ASSETS.lock();
    let mut stamps = vec![];
    stamp(&SOURCES, &mut stamps);
    if known.as_ref().is_none_or(|read| read.stamps != stamps) {
        match read() {
            Ok(assets) => *known = Some(Read { stamps, assets }),
            // Half-saved: the page as it was will do until it is whole.
            Err(error) => tracing::error!(%error, folder = %SOURCES.display(), "the page cannot be read"),
        }
    }
    known.as_ref()?.assets.get(path).map(answer)
}

fn read() -> std::io::Result<HashMap<String, Asset>> {
    let page = chat_page::modules(&SOURCES)?;
    let asset = |(path, bytes): (String, Vec<u8>)| {
        let packed = chat_page::gzip(&bytes).ok().filter(|packed| packed.len() < bytes.len());
        let asset = Asset::new(&path, bytes.into(), packed.map(|packed| ("gzip", Bytes::from(packed))));
        (path, asset)
    };
    Ok(page.files.into_iter().map(asset).collect())
}

/// When each file was last changed.
fn stamp(folder: &Path, stamps: &mut Vec<(PathBuf, SystemTime)>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let Ok(metadata) = entry.metadata() else { continue };
        if metadata.is_dir() {
            stamp(&entry.path(), stamps);
        } else if let Ok(changed) = metadata.modified() {
            stamps.push((entry.path(), changed));
        }
    }
}
