//! `/api/uploads`: files, before a message carries them. In one go, or by tus (<https://tus.io/protocols/resumable-upload>),
//! which goes on after a cut.

pub mod file;
mod tus;

use axum::{
    Json as JsonAnswer,
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use chat_protocol::{Attachment, UploadId};
use futures_util::{Stream, StreamExt as _};
use serde::Deserialize;

use crate::{
    chat::{Chat, NewUpload},
    web::{
        App, Error,
        client::Client,
        identity::CurrentUser,
        path::Path,
        problems,
        query::{Number, Query, position},
    },
};

/// What is said of a file that comes in one go.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct FileQuery {
    /// What it is called.
    #[serde(default)]
    #[param(required = false, example = "report.pdf")]
    name: String,
    /// Of a picture, in pixels; left out where the file does not say the same.
    #[param(schema_with = position, required = false)]
    width: Option<Number>,
    /// Likewise.
    #[param(schema_with = position, required = false)]
    height: Option<Number>,
    /// An upload of yours that is a small picture of this one: PNG, JPEG or WebP of at most 64 KiB.
    #[param(value_type = Option<UploadId>)]
    preview: Option<UploadId>,
}

/// Takes a whole file; a message may carry it for a day.
#[utoipa::path(put, path = "/api/uploads", operation_id = "upload_file", tag = "files", params(FileQuery),
    request_body(content = Vec<u8>, content_type = "application/octet-stream", description = "The file."),
    security(("token" = []), ("cookie" = [])),
    responses((status = CREATED, description = "All of it is on the disk.", body = Attachment), problems::Uploading))]
pub async fn put(
    State(app): State<App>,
    current: CurrentUser,
    client: Client,
    Query(query): Query<FileQuery>,
    headers: HeaderMap,
    body: Body,
) -> Result<(StatusCode, JsonAnswer<Attachment>), Error> {
    let size = headers.get(header::CONTENT_LENGTH).and_then(|size| size.to_str().ok()?.parse().ok());
    let pixels = |number: Option<Number>| number.and_then(|Number(pixels)| u32::try_from(pixels).ok());
    let new = NewUpload {
        name: query.name,
        size,
        width: pixels(query.width),
        height: pixels(query.height),
        preview: query.preview,
    };
    let bytes = bytes(&app, body);
    let upload = app.chat.put_file(&current.caller, &client.from, new, bytes).await?;
    Ok((StatusCode::CREATED, JsonAnswer(upload)))
}

/// Begins an upload by tus. Its `Location` is where the bytes go; they may come along.
#[utoipa::path(post, path = "/api/uploads", operation_id = "create_upload", tag = "files",
    params(
        ("Tus-Resumable" = String, Header, description = "`1.0.0`."),
        ("Upload-Length" = u64, Header, description = "The bytes of the file."),
        ("Upload-Metadata" = Option<String>, Header, description = "`filename`, and as for `PUT` `width`, `height` and `preview`; each with its value in Base64."),
    ),
    request_body(content = Option<Vec<u8>>, content_type = "application/offset+octet-stream", description = "The first bytes, or none."),
    security(("token" = []), ("cookie" = [])),
    responses((status = CREATED, description = "It has begun."), problems::Uploading))]
pub async fn create(
    State(app): State<App>,
    current: CurrentUser,
    client: Client,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let begun = async {
        tus::check_version(&headers)?;
        let has_bytes = tus::has_bytes(&headers);
        let mut progress = app.chat.begin_upload(&current.caller, &client.from, tus::new_upload(&headers)?).await?;
        let id = progress.upload.id;
        if has_bytes && progress.upload.size > 0 {
            // What did not come is gone on with: the upload is there.
            if let Ok(further) = app.chat.receive(&current.caller, id, 0, bytes(&app, body)).await {
                progress = further;
            }
        }
        let location = HeaderValue::try_from(format!("/api/uploads/{id}")).map_err(Error::internal)?;
        let mut answer = (StatusCode::CREATED, tus::progress(&progress)).into_response();
        answer.headers_mut().insert(header::LOCATION, location);
        Ok(answer)
    };
    tus::answer(begun.await)
}

/// What the server knows of tus.
#[utoipa::path(options, path = "/api/uploads", operation_id = "describe_uploads", tag = "files",
    responses((status = NO_CONTENT, description = "`Tus-Version`, `Tus-Extension` and `Tus-Max-Size` say it."), problems::Public))]
pub async fn describe(State(chat): State<Chat>) -> Response {
    tus::answer(Ok((StatusCode::NO_CONTENT, tus::abilities(chat.limits().upload_bytes)).into_response()))
}

/// How far an upload of yours is.
#[utoipa::path(head, path = "/api/uploads/{id}", operation_id = "show_upload", tag = "files",
    params(("id" = UploadId, Path, description = "The last part of its `Location`."),
           ("Tus-Resumable" = String, Header, description = "`1.0.0`.")),
    security(("token" = []), ("cookie" = [])),
    responses((status = OK, description = "`Upload-Offset` bytes of `Upload-Length` are here."), problems::Changing))]
pub async fn show(
    State(chat): State<Chat>,
    current: CurrentUser,
    Path(id): Path<UploadId>,
    headers: HeaderMap,
) -> Response {
    let found = async {
        tus::check_version(&headers)?;
        let progress = chat.upload(&current.caller, id).await?;
        Ok((tus::length(&progress), tus::progress(&progress)).into_response())
    };
    tus::answer(found.await)
}

/// Appends bytes to an upload of yours. What came stays, also if it ends early.
#[utoipa::path(patch, path = "/api/uploads/{id}", operation_id = "continue_upload", tag = "files",
    params(("id" = UploadId, Path, description = "The last part of its `Location`."),
           ("Tus-Resumable" = String, Header, description = "`1.0.0`."),
           ("Upload-Offset" = u64, Header, description = "How many bytes are here.")),
    request_body(content = Vec<u8>, content_type = "application/offset+octet-stream", description = "What comes next."),
    security(("token" = []), ("cookie" = [])),
    responses((status = NO_CONTENT, description = "`Upload-Offset` bytes are here. With the last one, the file is on the disk."), problems::Uploading))]
pub async fn append(
    State(app): State<App>,
    current: CurrentUser,
    Path(id): Path<UploadId>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let appended = async {
        tus::check_version(&headers)?;
        let offset = tus::offset(&headers)?;
        let progress = app.chat.receive(&current.caller, id, offset, bytes(&app, body)).await?;
        Ok((StatusCode::NO_CONTENT, tus::progress(&progress)).into_response())
    };
    tus::answer(appended.await)
}

/// Gives up an upload of yours that no message carries.
#[utoipa::path(delete, path = "/api/uploads/{id}", operation_id = "end_upload", tag = "files",
    params(("id" = UploadId, Path, description = "The last part of its `Location`."),
           ("Tus-Resumable" = Option<String>, Header, description = "`1.0.0`.")),
    security(("token" = []), ("cookie" = [])),
    responses((status = NO_CONTENT, description = "It is gone."), problems::Changing))]
pub async fn end(State(chat): State<Chat>, current: CurrentUser, Path(id): Path<UploadId>) -> Response {
    let ended = async {
        chat.end_upload(&current.caller, id).await?;
        Ok(StatusCode::NO_CONTENT.into_response())
    };
    tus::answer(ended.await)
}

/// What comes of a body, until the server is to stop.
fn bytes(app: &App, body: Body) -> impl Stream<Item = Result<Bytes, axum::Error>> + Send + use<> {
    body.into_data_stream().take_until(app.stopping.clone().cancelled_owned())
}
