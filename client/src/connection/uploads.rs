//! The files of messages that wait: uploaded one after the other, gone on with after a cut, before their message goes out.

use std::{path::PathBuf, time::Duration};

use chat_protocol::{ErrorCode, MessageId, UploadId};
use tokio::{sync::mpsc, task::AbortHandle};

use super::{
    Connection,
    backoff::Backoff,
    requests::{FileNews, Request},
};
use crate::{
    Api, ApiError, EntryFile, FileSource, LocalFile, TransferError, Update, UploadStep, outbox::Refusal, store::Change,
};

/// What is being uploaded.
#[derive(Debug)]
pub(crate) struct Uploads {
    api: Api,
    running: Option<(MessageId, AbortHandle)>,
}

impl Uploads {
    pub(crate) fn new(api: Api) -> Self {
        Self { api, running: None }
    }

    /// What has come stays on the server.
    pub(super) fn stop(&mut self) {
        if let Some((_, task)) = self.running.take() {
            task.abort();
        }
    }
}

impl Connection {
    /// Goes on with the first file that waits, if none is on its way.
    pub(super) fn upload_files(&mut self) {
        if self.uploads.running.as_ref().is_some_and(|(id, _)| !self.outbox.has(*id)) {
            self.uploads.stop();
        }
        if self.uploads.running.is_some() {
            return;
        }
        let Some((id, index, file)) = self.outbox.next_file() else { return };
        let task = tokio::spawn(upload(self.uploads.api.clone(), self.back.clone(), id, index, file));
        self.uploads.running = Some((id, task.abort_handle()));
    }

    /// A file got further.
    pub(super) fn file_news(&mut self, id: MessageId, index: usize, news: FileNews) {
        let keep = !matches!(news, FileNews::Sent(_));
        if matches!(news, FileNews::Stored(_) | FileNews::Failed { .. }) {
            self.uploads.running = None;
        }
        let changed = match news {
            FileNews::Begun(upload) => self.outbox.change_file(id, index, |file| file.upload = Some(upload)),
            FileNews::Sent(bytes) => self.outbox.change_file(id, index, |file| file.sent = bytes),
            FileNews::Stored(upload) => self.outbox.change_file(id, index, |file| {
                (file.upload, file.stored, file.sent) = (Some(upload), true, file.size);
            }),
            FileNews::Failed { code, detail } => {
                let refusal: Option<Refusal> = self.outbox.file_failed(id, code, detail);
                return self.tell_refusal(refusal);
            }
        };
        let Some(entry) = changed else { return };
        if keep {
            self.store.change(Change::Files { id, files: entry.files.clone() });
        }
        self.updates.push(Update::Outbox(entry));
    }

    /// A message is done with: nobody needs the copies of its files any more.
    pub(super) fn drop_files(&self, id: MessageId) {
        let folder = self.store.files().join(id.to_string());
        tokio::task::spawn_blocking(move || remove(&folder));
    }
}

fn remove(folder: &PathBuf) {
    if let Err(error) = std::fs::remove_dir_all(folder)
        && error.kind() != std::io::ErrorKind::NotFound
    {
        tracing::warn!(%error, folder = %folder.display(), "the copies of sent files cannot be deleted");
    }
}

/// Uploads a file, however often the network breaks.
async fn upload(api: Api, back: mpsc::WeakUnboundedSender<Request>, id: MessageId, index: usize, file: EntryFile) {
    let tell = |news| {
        // After the end nobody takes it; the next start goes on.
        back.upgrade().is_some_and(|back| back.send(Request::File { id, index, news }).is_ok())
    };
    let (mut backoff, mut upload) = (Backoff::default(), file.upload);
    loop {
        let wait = match attempt(&api, &file, &mut upload, &tell).await {
            Ok(stored) => {
                tell(FileNews::Stored(stored));
                return;
            }
            Err(error) => match wait_after(&error, &mut backoff) {
                Some(wait) => wait,
                None => {
                    tell(FileNews::Failed { code: code(&error), detail: format!("{}: {error}", file.name) });
                    return;
                }
            },
        };
        tokio::time::sleep(wait).await;
    }
}

async fn attempt(
    api: &Api,
    file: &EntryFile,
    upload: &mut Option<UploadId>,
    tell: &(impl Fn(FileNews) -> bool + Sync),
) -> Result<UploadId, TransferError> {
    let preview = match (&file.preview, *upload) {
        (Some(preview), None) => {
            let bytes = std::fs::read(preview);
            let bytes = bytes.map_err(|source| TransferError::File { path: preview.clone(), source })?;
            match api.upload_bytes("preview", bytes).await {
                // Without it the file is as good.
                Ok(uploaded) => uploaded.is_picture().then_some(uploaded.id),
                Err(ApiError::Refused(problem, _)) if !problem.code.is_wait() => None,
                Err(error) => return Err(error.into()),
            }
        }
        _ => None,
    };
    let local = LocalFile {
        source: FileSource::Path(file.path.clone()),
        name: file.name.clone(),
        picture: file.picture,
        preview,
    };
    let known = *upload;
    api.upload(&local, known, |step| {
        _ = match step {
            UploadStep::Begun(id) => {
                *upload = Some(id);
                tell(FileNews::Begun(id))
            }
            UploadStep::Sent(bytes) => tell(FileNews::Sent(bytes)),
        };
    })
    .await
}

/// When to try again, if that may help.
fn wait_after(error: &TransferError, backoff: &mut Backoff) -> Option<Duration> {
    match error {
        TransferError::File { .. } => None,
        TransferError::Api(ApiError::Refused(problem, wait)) if problem.code.is_wait() || problem.status >= 500 => {
            Some(wait.unwrap_or_else(|| backoff.next()))
        }
        TransferError::Api(ApiError::Refused(..)) => None,
        TransferError::Api(ApiError::Unreachable(_) | ApiError::NotOurs { .. }) => Some(backoff.next()),
    }
}

fn code(error: &TransferError) -> ErrorCode {
    match error {
        TransferError::Api(error) => error.code().unwrap_or(ErrorCode::BadRequest),
        TransferError::File { .. } => ErrorCode::BadRequest,
    }
}
