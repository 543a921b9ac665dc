//! Saving files of messages, and opening them.

use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf, absolute},
};

use chat_client::{Api, free_path, part_path};
use chat_protocol::{Attachment, UploadId};
use tokio::{sync::mpsc, task::AbortHandle};

use super::{
    files::{downloads, path, shown},
    opener,
};
use crate::update::input::Answer;

/// Ends of names that no system takes for a program, with the beginning of the type that the file has to have.
const OPENED: &[(&str, &[&str])] = &[
    ("image/", &["png", "jpg", "jpeg", "gif", "webp", "bmp", "tif", "tiff", "avif", "heic"]),
    ("audio/", &["mp3", "ogg", "oga", "opus", "flac", "wav", "m4a", "aac"]),
    ("video/", &["mp4", "webm", "mkv", "mov", "avi", "m4v"]),
    ("application/pdf", &["pdf"]),
];

/// What is being saved.
#[derive(Debug, Default)]
pub(super) struct Saving {
    running: HashMap<UploadId, AbortHandle>,
}

impl Saving {
    /// Begins to save these files.
    pub(super) fn start(&mut self, files: Vec<UploadId>, work: impl Future<Output = ()> + Send + 'static) {
        self.running.retain(|_, task| !task.is_finished());
        let task = tokio::spawn(work).abort_handle();
        self.running.extend(files.into_iter().map(|file| (file, task.clone())));
    }

    /// Lets go of what these belong to.
    pub(super) fn stop(&mut self, files: &[UploadId]) {
        for task in files.iter().filter_map(|file| self.running.remove(file)) {
            task.abort();
        }
    }
}

/// Saves files of a message under free names; says where. Without a folder, where downloads go.
pub(super) async fn save(api: &Api, files: &[Attachment], folder: &str, answers: &mpsc::UnboundedSender<Answer>) {
    let mut paths = Vec::new();
    let result = save_into(api, files, folder, answers, &mut paths).await;
    let named: Vec<_> = paths.iter().map(|(_, path)| shown(path)).collect();
    let result = match result {
        Ok(()) => Ok(format!("saved: {}", named.join(", "))),
        Err(problem) if named.is_empty() => Err(problem),
        Err(problem) => Err(format!("{problem}; saved: {}", named.join(", "))),
    };
    done(files, paths, result, answers);
}

/// Opens a file: as it is here, else after saving it.
pub(super) async fn open(api: &Api, file: Attachment, known: Option<String>, answers: &mpsc::UnboundedSender<Answer>) {
    let files = [file];
    let mut paths = Vec::new();
    let here = known.map(PathBuf::from).filter(|path| path.is_file());
    let result = match here {
        Some(path) => {
            paths.push((files[0].id, path));
            Ok(())
        }
        None => save_into(api, &files, "", answers, &mut paths).await,
    };
    let result = result.and_then(|()| match paths.first() {
        Some((_, path)) => Ok(open_saved(&files[0], path)),
        None => Err("not saved".to_owned()),
    });
    done(&files, paths, result, answers);
}

fn done(
    files: &[Attachment],
    paths: Vec<(UploadId, PathBuf)>,
    result: Result<String, String>,
    answers: &mpsc::UnboundedSender<Answer>,
) {
    let wanted = files.iter().map(|file| file.id).collect();
    // What is no text is named on the screen, and is nothing to copy.
    let paths = paths.into_iter().filter_map(|(file, path)| Some((file, path.to_str()?.to_owned()))).collect();
    // The loop that would not take it has ended.
    _ = answers.send(Answer::Saved { wanted, paths, result });
}

async fn save_into(
    api: &Api,
    files: &[Attachment],
    folder: &str,
    answers: &mpsc::UnboundedSender<Answer>,
    paths: &mut Vec<(UploadId, PathBuf)>,
) -> Result<(), String> {
    let folder = if folder.is_empty() { downloads() } else { path(folder) };
    if !folder.is_dir() {
        return Err(format!("{} is no folder: make it first", shown(&folder)));
    }
    let folder = absolute(&folder).unwrap_or(folder);
    for file in files {
        let to = free_path(&folder, &file.name);
        let mut part = Part { path: part_path(&to, file.id), stopped: true };
        let mut told = 0;
        let tell = |bytes: u64| {
            let percent = (bytes * 100).checked_div(file.size).unwrap_or(0);
            if percent != told {
                told = percent;
                _ = answers.send(Answer::Saving { file: file.id, bytes });
            }
        };
        let downloaded = api.download(file, &to, tell).await;
        // What a cut left is gone on with the next time.
        part.stopped = false;
        let to = downloaded.map_err(|error| format!("not saved: {error}"))?;
        paths.push((file.id, to));
    }
    Ok(())
}

/// Opens a file that is here; gives what to tell the user. What a system may run is never opened.
fn open_saved(file: &Attachment, path: &Path) -> String {
    if !may_open(&file.media_type, path) {
        return format!("it may be a program, so it is not opened; saved: {}", shown(path));
    }
    match opener::open(path) {
        Ok(()) => format!("opened: {}", shown(path)),
        Err(error) => format!("not opened, {error}; saved: {}", shown(path)),
    }
}

fn may_open(media_type: &str, path: &Path) -> bool {
    let end = path.extension().and_then(|end| end.to_str()).unwrap_or_default().to_lowercase();
    OPENED.iter().any(|(begin, ends)| media_type.starts_with(begin) && ends.contains(&end.as_str()))
}

/// The beginning of a download, which is deleted when it is stopped.
struct Part {
    path: PathBuf,
    stopped: bool,
}

impl Drop for Part {
    fn drop(&mut self) {
        if self.stopped {
            _ = fs::remove_file(&self.path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_no_program_is_opened() {
        for (media_type, name, opens) in [
            ("image/png", "cat.PNG", true),
            ("application/pdf", "a.pdf", true),
            ("image/png", "cat.desktop", false),
            ("image/png", "cat.png.sh", false),
            ("image/png", "cat", false),
            ("application/octet-stream", "cat.png", false),
            ("text/html", "cat.png", false),
            ("application/x-executable", "run.pdf", false),
        ] {
            assert_eq!(may_open(media_type, Path::new(name)), opens, "{media_type} {name}");
        }
    }
}
