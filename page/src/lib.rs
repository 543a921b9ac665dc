//! What the server serves of the folder `static/`.
//!
//! The sources are plain modules and style sheets that a browser runs as they are. A debug build serves them so
//! ([`modules`]); a release build serves the same page as one script and one style sheet (`bundle`), made when the
//! server is built. In both, everything that belongs to one version of the page stands under one folder,
//! `/assets/VERSION/`: a script can never load a part of another version.

#[cfg(feature = "bundle")]
mod bundle;
mod pack;
#[cfg(feature = "bundle")]
mod sheet;
mod source;
mod version;

use std::collections::BTreeMap;

#[cfg(feature = "bundle")]
pub use bundle::bundle;
#[cfg(feature = "bundle")]
pub use pack::brotli;
pub use pack::gzip;
pub use source::modules;

/// The folder of everything that belongs to one version only.
pub const ASSETS: &str = "/assets/";
/// Where the document stands. Rooms have addresses of their own, with the same document.
pub const DOCUMENT: &str = "/index.html";
/// Where the service worker stands: beside the document, so that it may serve all of the page.
pub const WORKER: &str = "/sw.js";

/// A page that is ready to be served: its files by path, from the slash on.
#[derive(Debug)]
pub struct Page {
    /// The files by path.
    pub files: BTreeMap<String, Vec<u8>>,
    /// Of all these files together: it changes with any of them.
    pub version: String,
}

/// What a file is, by the end of its name.
#[must_use]
pub fn content_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "woff2" => "font/woff2",
        "webmanifest" => "application/manifest+json",
        _ => "application/octet-stream",
    }
}
