//! One version, one folder: scripts and style sheets move under `/assets/VERSION/`, the document names them there, and
//! the service worker is told which files it keeps.

use std::collections::BTreeMap;

use sha2::{Digest as _, Sha256};

use crate::{ASSETS, DOCUMENT, Page, WORKER};

/// Folders whose files belong to one version: they name each other relatively, and so stay together.
const VERSIONED: [&str; 2] = ["/js/", "/css/"];
/// What the worker's source says, and what is put there instead.
const WORKER_VERSION: &str = "const VERSION = \"\";";
const WORKER_FILES: &str = "const FILES = [];";
/// Bytes of the digest that name a version.
const LENGTH: usize = 8;

/// Puts the files of a page where they are served.
///
/// # Errors
/// What is wrong with the document or the worker.
pub(crate) fn assemble(sources: BTreeMap<String, Vec<u8>>) -> Result<Page, String> {
    let version = digest(&sources);
    let folder = format!("{ASSETS}{version}");
    let mut files = BTreeMap::new();
    for (path, bytes) in sources {
        let served = if is_versioned(&path) { format!("{folder}{path}") } else { path };
        files.insert(served, bytes);
    }
    let document = text(&files, DOCUMENT)?;
    files.insert(DOCUMENT.to_owned(), addressed(&document, &folder).into_bytes());
    let worker = text(&files, WORKER)?;
    let kept: Vec<_> = files.keys().filter(|path| *path != WORKER && *path != DOCUMENT).map(String::as_str).collect();
    files.insert(WORKER.to_owned(), informed(&worker, &version, &kept)?.into_bytes());
    Ok(Page { files, version })
}

/// Whether a file's address names its version, so that it never changes.
fn is_versioned(path: &str) -> bool {
    VERSIONED.iter().any(|folder| path.starts_with(folder))
}

fn digest(files: &BTreeMap<String, Vec<u8>>) -> String {
    let mut hash = Sha256::new();
    for (path, bytes) in files {
        hash.update(path.as_bytes());
        hash.update((bytes.len() as u64).to_le_bytes());
        hash.update(bytes);
    }
    hash.finalize()[..LENGTH].iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The document with absolute addresses: it is served at the address of every room.
fn addressed(document: &str, folder: &str) -> String {
    let mut addressed = document.to_owned();
    for attribute in ["href", "src"] {
        for path in VERSIONED {
            let relative = format!("{attribute}=\"{}", &path[1..]);
            addressed = addressed.replace(&relative, &format!("{attribute}=\"{folder}{path}"));
            // A source may name them absolutely.
            addressed = addressed.replace(&format!("{attribute}=\"{path}"), &format!("{attribute}=\"{folder}{path}"));
        }
        for path in ["icons/", "manifest.webmanifest"] {
            addressed = addressed.replace(&format!("{attribute}=\"{path}"), &format!("{attribute}=\"/{path}"));
        }
    }
    addressed
}

/// The worker with its version, and the files that make up the page.
fn informed(worker: &str, version: &str, files: &[&str]) -> Result<String, String> {
    for line in [WORKER_VERSION, WORKER_FILES] {
        if worker.matches(line).count() != 1 {
            return Err(format!("{WORKER} must say `{line}` once"));
        }
    }
    let files: Vec<_> = files.iter().map(|path| format!("\"{path}\"")).collect();
    Ok(worker
        .replace(WORKER_VERSION, &format!("const VERSION = \"{version}\";"))
        .replace(WORKER_FILES, &format!("const FILES = [{}];", files.join(","))))
}

fn text(files: &BTreeMap<String, Vec<u8>>, path: &str) -> Result<String, String> {
    let bytes = files.get(path).ok_or_else(|| format!("the page has no {path}"))?;
    String::from_utf8(bytes.clone()).map_err(|error| format!("{path}: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(script: &str) -> Page {
        let files = [
            ("/index.html", r#"<link href="css/a.css"><link href="icons/i.svg"><script src="js/main.js"></script>"#),
            ("/sw.js", "const VERSION = \"\";\nconst FILES = [];\n"),
            ("/css/a.css", "a {}"),
            ("/icons/i.svg", "<svg/>"),
            ("/js/main.js", script),
        ];
        assemble(files.map(|(path, text)| (path.to_owned(), text.into())).into()).unwrap()
    }

    fn shown(page: &Page, path: &str) -> String {
        String::from_utf8(page.files[path].clone()).unwrap()
    }

    #[test]
    fn scripts_and_styles_stand_under_their_version() {
        let page = page("1");
        let folder = format!("/assets/{}", page.version);
        assert_eq!(shown(&page, &format!("{folder}/js/main.js")), "1");
        assert_eq!(
            shown(&page, "/index.html"),
            format!(
                r#"<link href="{folder}/css/a.css"><link href="/icons/i.svg"><script src="{folder}/js/main.js"></script>"#
            )
        );
    }

    #[test]
    fn the_worker_knows_all_files_of_its_version() {
        let page = page("1");
        let version = &page.version;
        let files = format!(r#"["/assets/{version}/css/a.css","/assets/{version}/js/main.js","/icons/i.svg"]"#);
        assert_eq!(shown(&page, "/sw.js"), format!("const VERSION = \"{version}\";\nconst FILES = {files};\n"));
    }

    #[test]
    fn any_change_is_another_version() {
        assert_eq!(page("1").version, page("1").version);
        assert_ne!(page("1").version, page("2").version);
    }
}
