//! The page as it was made when the server was built: few files, compressed.

use std::{collections::HashMap, sync::LazyLock};

use bytes::Bytes;

use super::Asset;

struct Embedded {
    path: &'static str,
    plain: &'static [u8],
    gzip: Option<&'static [u8]>,
    brotli: Option<&'static [u8]>,
}

/// Made by `build.rs`.
static FILES: &[Embedded] = &include!(concat!(env!("OUT_DIR"), "/page.rs"));

static ASSETS: LazyLock<HashMap<&str, Asset>> = LazyLock::new(|| {
    let asset = |file: &Embedded| {
        let codings = [("br", file.brotli), ("gzip", file.gzip)];
        let codings = codings.into_iter().filter_map(|(name, bytes)| Some((name, Bytes::from_static(bytes?))));
        (file.path, Asset::new(file.path, Bytes::from_static(file.plain), codings))
    };
    FILES.iter().map(asset).collect()
});

/// What `answer` makes of the file at a path, if there is one.
pub(super) fn with<T>(path: &str, answer: impl FnOnce(&Asset) -> T) -> Option<T> {
    ASSETS.get(path).map(answer)
}
