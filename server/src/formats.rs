//! What an import reads, and how it is told apart.

mod archive;
mod attached;
mod export;
mod irc;
mod mattermost;
mod moving;
mod slack;

use std::{
    fs::{self, File},
    io::{self, Read},
    path::{Path, PathBuf},
};

use sha2::{Digest as _, Sha256};

use crate::{
    files::Files,
    store::admin::{self, AdminError, Imported, Importer, LINES},
};

/// What was not taken, and why.
#[derive(Debug, Default)]
pub struct Report(Vec<String>);

impl Report {
    /// Each as a line.
    pub fn lines(&self) -> &[String] {
        &self.0
    }
}

type Result<T> = std::result::Result<T, AdminError>;
type Take = fn(&Path, &mut Importer<'_>, &Files, &mut Report) -> Result<()>;

/// Makes the database of a folder that has none from what is in another place.
///
/// # Errors
/// With what to do about it; then nothing has changed.
pub fn import(folder: &Path, place: &Path) -> Result<(Imported, Report)> {
    let take = recognise(place)?;
    let digest = digest(place)?;
    let mut report = Report::default();
    let imported = admin::import(folder, &digest, |importer, stored| take(place, importer, stored, &mut report))?;
    Ok((imported, report))
}

/// Which format the place has.
fn recognise(place: &Path) -> Result<Take> {
    if fs::metadata(place).map_err(at(place))?.is_dir() {
        if place.join(LINES).exists() {
            return Ok(export::take_folder);
        }
        // The first one that is known says what they all are.
        let takes = irc::files_below(place)?.into_iter().map(|path| recognise_file(&path));
        let known = takes.filter_map(Result::transpose).find(|take| match take {
            Ok(take) => {
                [irc::take_weechat as Take, irc::take_irssi].iter().any(|irc| std::ptr::fn_addr_eq(*irc, *take))
            }
            Err(_) => true,
        });
        return known.unwrap_or_else(|| unknown(place));
    }
    recognise_file(place)?.map_or_else(|| unknown(place), Ok)
}

fn recognise_file(path: &Path) -> Result<Option<Take>> {
    /// Where a tar file says that it is one.
    const TAR_MAGIC: std::ops::Range<usize> = 257..262;
    let mut first = Vec::new();
    File::open(path).and_then(|file| file.take(4096).read_to_end(&mut first)).map_err(at(path))?;
    let is_weechat = path.extension().is_some_and(|extension| extension == irc::WEECHAT);
    let is_version =
        || first.trim_ascii_start().starts_with(b"{") && first.windows(9).any(|part| part == b"\"version\"");
    if first.starts_with(br#"{"type":"export""#) {
        return not_taken(format!(
            "{} is a part of an export: give the folder or tar file that `chat-server export` made; what `chat-tui export` or \
             GET /api/export wrote is what one user may see, and cannot be imported",
            path.display()
        ));
    }
    Ok(match &*first {
        tar if tar.get(TAR_MAGIC) == Some(b"ustar") => Some(export::take_tar),
        zip if zip.starts_with(b"PK") => Some(take_zip),
        _ if is_weechat => Some(irc::take_weechat),
        log if log.starts_with(irc::IRSSI.as_bytes()) => Some(irc::take_irssi),
        _ if is_version() => Some(mattermost::take),
        _ => None,
    })
}

/// Takes a ZIP, which says what it is by what is in it.
fn take_zip(path: &Path, importer: &mut Importer<'_>, stored: &Files, report: &mut Report) -> Result<()> {
    let archive = archive::Archive::open(path)?;
    let lines = archive.names().find(|name| name.ends_with(".jsonl") && !name.contains('/'));
    match lines {
        Some(lines) => mattermost::take_zip(archive, &lines, importer, stored, report),
        None => slack::take(archive, importer, stored, report),
    }
}

fn unknown<T>(place: &Path) -> Result<T> {
    not_taken(format!(
        "{} is no export of chat-server, no ZIP of Slack, no ZIP or JSON Lines of Mattermost, and no log of weechat or irssi",
        place.display()
    ))
}

fn not_taken<T>(why: impl Into<String>) -> Result<T> {
    Err(AdminError::NotTaken(why.into()))
}

/// For errors of files: which one.
fn at(path: &Path) -> impl FnOnce(io::Error) -> AdminError {
    let path = path.to_owned();
    |source| AdminError::File { path, source }
}

/// What tells the same from something else: of a folder, the names and contents of its files.
fn digest(place: &Path) -> Result<String> {
    let mut hash = Sha256::new();
    let mut paths = vec![place.to_owned()];
    while let Some(path) = paths.pop() {
        let found = fs::symlink_metadata(&path).map_err(at(&path))?;
        hash.update(path.strip_prefix(place).unwrap_or(&path).as_os_str().as_encoded_bytes());
        hash.update([0]);
        if found.is_dir() {
            let mut entries = fs::read_dir(&path)
                .and_then(|entries| entries.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<PathBuf>>>())
                .map_err(at(&path))?;
            entries.sort_unstable();
            paths.append(&mut entries);
        } else if found.is_file() {
            let mut file = File::open(&path).map_err(at(&path))?;
            let mut piece = vec![0; 256 * 1024];
            loop {
                match file.read(&mut piece).map_err(at(&path))? {
                    0 => break,
                    read => hash.update(&piece[..read]),
                }
            }
        }
    }
    Ok(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}
