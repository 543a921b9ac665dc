//! Uploading files so that a cut costs little, and downloading them likewise.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read as _, Seek as _, SeekFrom, Write as _},
    path::{Path, PathBuf},
    time::Duration,
};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use chat_protocol::{Attachment, ErrorCode, UploadId, file};
use img_parts::Bytes;
use reqwest::{Method, RequestBuilder, StatusCode, header};
use tokio::time::timeout;

use super::{Api, ApiError, answer};
use crate::{FileSource, error::innermost, picture};

/// Bytes that are sent in one request: the first, and at most. A request that ends well soon is followed by a larger one.
const FIRST_PIECE: u64 = 64 * 1024;
const LARGEST_PIECE: u64 = 4 * 1024 * 1024;
/// A download may take as long as it goes on; the library has no word for that.
const FOR_EVER: Duration = Duration::from_secs(365 * 24 * 60 * 60);
/// A request that takes no longer than this was small.
const SOON: Duration = Duration::from_secs(3);
/// How long a request with the smallest piece may take, and how long nothing may come of a download.
const PATIENCE: Duration = Duration::from_secs(60);

/// A file that is to be uploaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalFile {
    /// Where its bytes are.
    pub source: FileSource,
    /// What it is called on the server.
    pub name: String,
    /// Of a picture, its width and height in pixels.
    pub picture: Option<(u32, u32)>,
    /// An upload that is a small picture of it.
    pub preview: Option<UploadId>,
}

/// How far an upload got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UploadStep {
    /// The server knows of it: it can be gone on with under this id.
    Begun(UploadId),
    /// So many bytes are there.
    Sent(u64),
}

/// Why a file was not transferred.
#[derive(Debug, thiserror::Error)]
pub enum TransferError {
    /// The server says no, or is not there.
    #[error(transparent)]
    Api(#[from] ApiError),
    /// The file on this machine.
    #[error("{}: {}", path.display(), innermost(source))]
    File {
        /// Which one.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

impl LocalFile {
    /// A file of this machine, under its own name. A picture goes without what its file says of where, when and with what
    /// it was taken, unless that is to be kept.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn at(path: &Path, keep_metadata: bool) -> io::Result<Self> {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let source = FileSource::Path(path.to_owned());
        let found = picture::read(&source, keep_metadata)?;
        let (source, picture) = found.map_or((source, None), |found| (FileSource::Bytes(found.bytes), found.size));
        Ok(Self { source, name: file::clean_name(&name), picture, preview: None })
    }
}

impl TransferError {
    fn file(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::File { path, source }
    }
}

impl Api {
    /// Uploads a file, or goes on with an upload of it, until all of it is there or something is in the way. To be called again
    /// then, with the id that was told: only what is missing is sent.
    ///
    /// # Errors
    /// When the server refuses or cannot be reached, or the file cannot be read.
    pub async fn upload(
        &self,
        file: &LocalFile,
        known: Option<UploadId>,
        mut tell: impl FnMut(UploadStep) + Send,
    ) -> Result<UploadId, TransferError> {
        let size = match &file.source {
            FileSource::Path(path) => fs::metadata(path).map_err(TransferError::file(path))?.len(),
            FileSource::Bytes(bytes) => bytes.len() as u64,
        };
        let resumed = match known {
            Some(id) => self.upload_offset(id).await?.map(|offset| (id, offset)),
            None => None,
        };
        let (id, mut offset) = match resumed {
            Some(resumed) => resumed,
            None => {
                let id = self.begin_upload(file, size).await?;
                tell(UploadStep::Begun(id));
                (id, 0)
            }
        };
        let mut piece = FIRST_PIECE;
        tell(UploadStep::Sent(offset));
        while offset < size {
            let bytes = read_piece(&file.source, offset, piece.min(size - offset)).await?;
            let begun = std::time::Instant::now();
            match self.append(id, offset, bytes).await {
                Ok(received) => offset = received,
                // What came of a request that was cut may have come after we asked.
                Err(ApiError::Refused(problem, _)) if problem.code == ErrorCode::IdConflict => {
                    let gone =
                        || ApiError::refused(ErrorCode::NotFound, StatusCode::NOT_FOUND, "the upload has expired");
                    offset = self.upload_offset(id).await?.ok_or_else(gone)?;
                }
                Err(error) => return Err(error.into()),
            }
            tell(UploadStep::Sent(offset));
            piece = if begun.elapsed() < SOON { LARGEST_PIECE.min(piece * 2) } else { FIRST_PIECE.max(piece / 2) };
        }
        Ok(id)
    }

    /// Uploads what is in memory, in one go.
    ///
    /// # Errors
    /// When the server refuses or cannot be reached.
    pub async fn upload_bytes(&self, name: &str, bytes: Vec<u8>) -> Result<Attachment, ApiError> {
        let request = self.request(Method::PUT, &["uploads"]).query(&[("name", name)]);
        self.read(request.timeout(PATIENCE).body(bytes)).await
    }

    /// Gives up an upload that no message carries.
    ///
    /// # Errors
    /// When the server refuses or cannot be reached.
    pub async fn end_upload(&self, id: UploadId) -> Result<(), ApiError> {
        answer::nothing(self.tus(Method::DELETE, Some(id))).await
    }

    /// Downloads a file to a path at which nothing is, and says where it is: if another file came there meanwhile, under the
    /// next free name. What a download that was cut has left there is gone on with.
    ///
    /// # Errors
    /// When the server refuses or cannot be reached, or the file cannot be written.
    pub async fn download(
        &self,
        file: &Attachment,
        to: &Path,
        mut tell: impl FnMut(u64) + Send,
    ) -> Result<PathBuf, TransferError> {
        if fs::symlink_metadata(to).is_ok() {
            return Err(TransferError::file(to)(io::ErrorKind::AlreadyExists.into()));
        }
        let part = part_path(to, file.id);
        let at = TransferError::file;
        let mut written = OpenOptions::new().append(true).create(true).open(&part).map_err(at(&part))?;
        let mut length = written.metadata().map_err(at(&part))?.len();
        if length > file.size {
            written.set_len(0).map_err(at(&part))?;
            length = 0;
        }
        if length < file.size {
            let request = self.request(Method::GET, &["uploads", &file.id.to_string(), &file.name]);
            let request = request.timeout(FOR_EVER).header(header::RANGE, format!("bytes={length}-"));
            let mut response = match timeout(PATIENCE, request.send()).await {
                Ok(response) => response.map_err(ApiError::from)?,
                Err(_) => return Err(silent().into()),
            };
            if response.status() == StatusCode::OK {
                written.set_len(0).map_err(at(&part))?;
                length = 0;
            } else if response.status() != StatusCode::PARTIAL_CONTENT {
                return Err(answer::refusal(response).await.into());
            }
            loop {
                let piece = timeout(PATIENCE, response.chunk()).await.map_err(|_| silent())?;
                let Some(piece) = piece.map_err(ApiError::from)? else { break };
                written.write_all(&piece).map_err(at(&part))?;
                length += piece.len() as u64;
                tell(length);
            }
        }
        if length != file.size {
            return Err(ApiError::not_ours(format!("it sent {length} bytes of {}", file.size)).into());
        }
        written.sync_all().map_err(at(&part))?;
        name_whole(&part, to).map_err(at(to))
    }

    /// The bytes of a picture or of another small file, if they are no more than `most`.
    ///
    /// # Errors
    /// When the server refuses or cannot be reached, or there are more.
    pub async fn file_bytes(&self, id: UploadId, name: &str, most: u64) -> Result<Vec<u8>, ApiError> {
        let request = self.request(Method::GET, &["uploads", &id.to_string(), name]).timeout(PATIENCE);
        let mut response = request.send().await?;
        if response.status() != StatusCode::OK {
            return Err(answer::refusal(response).await);
        }
        let mut bytes = Vec::new();
        while let Some(piece) = response.chunk().await? {
            bytes.extend_from_slice(&piece);
            if bytes.len() as u64 > most {
                return Err(ApiError::not_ours(format!("it sends more than {most} bytes")));
            }
        }
        Ok(bytes)
    }

    async fn begin_upload(&self, file: &LocalFile, size: u64) -> Result<UploadId, ApiError> {
        let mut metadata = vec![("filename", file.name.clone())];
        if let Some((width, height)) = file.picture {
            metadata.extend([("width", width.to_string()), ("height", height.to_string())]);
        }
        metadata.extend(file.preview.map(|preview| ("preview", preview.to_string())));
        let metadata: Vec<String> =
            metadata.into_iter().map(|(key, value)| format!("{key} {}", BASE64_STANDARD.encode(value))).collect();
        let request = self.tus(Method::POST, None).header("Upload-Length", size);
        let headers = answer::headers(request.header("Upload-Metadata", metadata.join(","))).await?;
        let location = headers.get(header::LOCATION).and_then(|location| location.to_str().ok());
        let id = location.and_then(|location| location.rsplit('/').next()?.parse().ok());
        id.ok_or_else(|| ApiError::not_ours("it does not say where the file goes"))
    }

    /// How far an upload is; `None` if the server has none of this id.
    async fn upload_offset(&self, id: UploadId) -> Result<Option<u64>, ApiError> {
        match answer::headers(self.tus(Method::HEAD, Some(id))).await {
            Ok(headers) => offset(&headers).map(Some),
            Err(error) if error.code() == Some(ErrorCode::NotFound) => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn append(&self, id: UploadId, from: u64, bytes: Bytes) -> Result<u64, ApiError> {
        // As slow as a line may be on which the smallest piece is sent in time.
        let pieces = u32::try_from(bytes.len() as u64 / FIRST_PIECE).unwrap_or(u32::MAX).saturating_add(1);
        let request = self.tus(Method::PATCH, Some(id)).header("Upload-Offset", from);
        let request = request.header(header::CONTENT_TYPE, "application/offset+octet-stream");
        offset(&answer::headers(request.timeout(PATIENCE * pieces).body(bytes)).await?)
    }

    fn tus(&self, method: Method, id: Option<UploadId>) -> RequestBuilder {
        let id = id.map(|id| id.to_string());
        let path: Vec<&str> = std::iter::once("uploads").chain(id.as_deref()).collect();
        self.request(method, &path).header("Tus-Resumable", "1.0.0")
    }
}

/// A path in a folder for a file of this name, at which nothing is: with a number where another file has the name.
pub fn free_path(folder: &Path, name: &str) -> PathBuf {
    let name = chat_protocol::file::clean_name(name);
    let (stem, extension) =
        name.rsplit_once('.').map_or((&*name, String::new()), |(stem, end)| (stem, format!(".{end}")));
    let numbered = (1..).map(|number| format!("{stem} ({number}){extension}"));
    let mut paths = std::iter::once(name.clone()).chain(numbered).map(|name| folder.join(name));
    paths.find(|path| fs::symlink_metadata(path).is_err()).unwrap_or_else(|| folder.join(&name))
}

/// Where a download of a file to this path stands until it is whole. The bytes of an upload never change, so that it can be
/// gone on with.
pub fn part_path(to: &Path, id: UploadId) -> PathBuf {
    let mut name = to.as_os_str().to_owned();
    name.push(format!(".{id}.part"));
    name.into()
}

/// Gives a whole download its path, or the next free one. An empty file takes the path first: renaming alone would replace what
/// came there meanwhile.
fn name_whole(part: &Path, to: &Path) -> io::Result<PathBuf> {
    let (folder, name) = (to.parent().unwrap_or(Path::new("")), to.file_name().unwrap_or_default().to_string_lossy());
    let mut to = to.to_owned();
    loop {
        match OpenOptions::new().write(true).create_new(true).open(&to) {
            Ok(_) => break,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                to = free_path(folder, &name);
            }
            Err(error) => return Err(error),
        }
    }
    fs::rename(part, &to).inspect_err(|_| _ = fs::remove_file(&to))?;
    Ok(to)
}

/// Reads so many bytes of a file.
async fn read_piece(source: &FileSource, from: u64, length: u64) -> Result<Bytes, TransferError> {
    let path = match source {
        FileSource::Path(path) => path,
        FileSource::Bytes(bytes) => {
            let index = |at: u64| usize::try_from(at).unwrap_or(usize::MAX).min(bytes.len());
            return Ok(bytes.slice(index(from)..index(from + length)));
        }
    };
    let opened = path.clone();
    let read = tokio::task::spawn_blocking(move || {
        let mut file = File::open(opened)?;
        file.seek(SeekFrom::Start(from))?;
        let mut bytes = Vec::new();
        file.take(length).read_to_end(&mut bytes)?;
        if bytes.is_empty() { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(bytes) }
    });
    let bytes = read.await.map_err(io::Error::other).and_then(|read| read);
    Ok(bytes.map_err(TransferError::file(path))?.into())
}

fn offset(headers: &header::HeaderMap) -> Result<u64, ApiError> {
    let offset = headers.get("upload-offset").and_then(|offset| offset.to_str().ok()?.parse().ok());
    offset.ok_or_else(|| ApiError::not_ours("it does not say how much of the file it has"))
}

fn silent() -> ApiError {
    ApiError::Unreachable("it sends nothing".to_owned())
}
