//! The bytes of a file, all or a part. No browser runs anything of it, no matter who made it.

use std::{
    fs::File,
    io::{self, Read as _, Seek as _, SeekFrom},
    ops::RangeInclusive,
    sync::Arc,
};

use axum::{
    body::{Body, Bytes},
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use chat_protocol::{Attachment, UploadId, file::PICTURES};
use futures_util::{Stream, stream};
use tokio::task::JoinHandle;

use crate::{
    chat::OpenFile,
    memory::Place,
    web::{
        App, Error, assets::is_known, identity::CurrentUser, path::TwoPaths, peer::client_address, problems,
        query::percent_encoded,
    },
};

/// Bytes that are read at once. Another such piece is read while one is sent.
const PIECE: u64 = 128 * 1024;

/// Nothing in a file can ask for anything, run, or be part of another page.
const POLICY: HeaderValue = HeaderValue::from_static("sandbox; default-src 'none'");
/// Asked about each time: who may read it may change, and it may be deleted.
const CACHING: HeaderValue = HeaderValue::from_static("private, no-cache");

/// The bytes of a file, for its uploader and for who may read the message that carries it.
#[utoipa::path(get, path = "/api/uploads/{id}/{name}", operation_id = "get_file", tag = "files",
    params(("id" = UploadId, Path, description = "The file."),
           ("name" = String, Path, description = "Any name: programs save the file under it."),
           ("Range" = Option<String>, Header, description = "A part, such as `bytes=0-99`.")),
    security((), ("token" = []), ("cookie" = [])),
    responses(
        (status = OK, description = "The file.", content_type = "application/octet-stream", body = Vec<u8>),
        (status = PARTIAL_CONTENT, description = "A part of it.", content_type = "application/octet-stream", body = Vec<u8>),
        (status = NOT_MODIFIED, description = "The copy that `If-None-Match` names is the file."),
        (status = RANGE_NOT_SATISFIABLE, description = "There is no such part."),
        problems::ReadingOne,
    ))]
pub async fn get(
    State(app): State<App>,
    current: Option<CurrentUser>,
    TwoPaths(id, _): TwoPaths<UploadId, String>,
    request: Request,
) -> Result<Response, Error> {
    let caller = current.as_ref().map(|current| &current.caller);
    let OpenFile { upload, file, hash } = app.chat.file(caller, id).await?;
    let asked = request.headers();
    let etag = HeaderValue::try_from(format!("\"{hash}\"")).map_err(Error::internal)?;
    let mut headers = HeaderMap::from_iter([
        (header::ETAG, etag.clone()),
        (header::CACHE_CONTROL, CACHING),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::ACCEPT_RANGES, HeaderValue::from_static("bytes")),
    ]);
    if is_known(asked, &etag) {
        return Ok((StatusCode::NOT_MODIFIED, headers).into_response());
    }
    let (status, part) = match part(asked, &etag, upload.size) {
        Part::Whole => (StatusCode::OK, 0..=upload.size.saturating_sub(1)),
        Part::Some(part) => (StatusCode::PARTIAL_CONTENT, part),
        Part::NotThere => {
            headers.insert(header::CONTENT_RANGE, text(format!("bytes */{}", upload.size))?);
            return Ok((StatusCode::RANGE_NOT_SATISFIABLE, headers).into_response());
        }
    };
    let length = if upload.size == 0 { 0 } else { part.end() - part.start() + 1 };
    if status == StatusCode::PARTIAL_CONTENT {
        let range = format!("bytes {}-{}/{}", part.start(), part.end(), upload.size);
        headers.insert(header::CONTENT_RANGE, text(range)?);
    }
    headers.insert(header::CONTENT_LENGTH, length.into());
    headers.insert(header::CONTENT_TYPE, text(upload.media_type.clone())?);
    headers.insert(header::CONTENT_DISPOSITION, text(disposition(&upload))?);
    let address = client_address(&app, request.extensions(), asked);
    let held = usize::try_from(length.min(2 * PIECE)).unwrap_or(usize::MAX);
    let place = app.memory.place(address, held).await?;
    let body = Body::from_stream(pieces(file, *part.start(), length, place.shrink_to(held)));
    Ok((status, headers, body).into_response())
}

/// Which part of a file is asked for.
enum Part {
    Whole,
    Some(RangeInclusive<u64>),
    NotThere,
}

/// Of several parts the whole file is given, as of what is no range.
fn part(headers: &HeaderMap, etag: &HeaderValue, size: u64) -> Part {
    let Some(range) = headers.get(header::RANGE).and_then(|range| range.to_str().ok()) else { return Part::Whole };
    if headers.get(header::IF_RANGE).is_some_and(|copy| copy != etag) {
        return Part::Whole;
    }
    match http_range_header::parse_range_header(range).map(|ranges| ranges.validate(size)) {
        Err(_) => Part::Whole,
        Ok(Err(_)) => Part::NotThere,
        Ok(Ok(ranges)) => match &*ranges {
            [one] => Part::Some(one.clone()),
            _ => Part::Whole,
        },
    }
}

/// How a browser shows a file, and what it is saved as (RFC 6266): pictures stand in pages, everything else is saved.
fn disposition(upload: &Attachment) -> String {
    let how = if PICTURES.contains(&upload.media_type.as_str()) { "inline" } else { "attachment" };
    // For programs that do not know `filename*`.
    let plain = |c: char| if c.is_ascii_graphic() && !matches!(c, '"' | '\\' | '%') || c == ' ' { c } else { '_' };
    let ascii: String = upload.name.chars().map(plain).collect();
    format!("{how}; filename=\"{ascii}\"; filename*=UTF-8''{}", percent_encoded(&upload.name))
}

fn text(value: String) -> Result<HeaderValue, Error> {
    HeaderValue::try_from(value).map_err(Error::internal)
}

/// A file of which one piece is being read.
type Reading = JoinHandle<io::Result<(File, Bytes)>>;

/// Reads a part of a file, one piece ahead of what is sent.
fn pieces(mut file: File, from: u64, length: u64, place: Arc<Place>) -> impl Stream<Item = io::Result<Bytes>> {
    let sought = move || {
        file.seek(SeekFrom::Start(from))?;
        read(file, length.min(PIECE))
    };
    let first = (length > 0).then(|| (tokio::task::spawn_blocking(sought), length - length.min(PIECE)));
    stream::try_unfold(first, move |reading: Option<(Reading, u64)>| {
        let place = Arc::clone(&place);
        async move {
            let Some((reading, left)) = reading else { return Ok(None) };
            let (file, piece) = reading.await.map_err(io::Error::other)??;
            let next = (left > 0).then(|| {
                let wanted = left.min(PIECE);
                (tokio::task::spawn_blocking(move || read(file, wanted)), left - wanted)
            });
            Ok(Some((place.hold(piece), next)))
        }
    })
}

fn read(file: File, wanted: u64) -> io::Result<(File, Bytes)> {
    let mut piece = Vec::with_capacity(usize::try_from(wanted).unwrap_or_default());
    let mut part = file.take(wanted);
    part.read_to_end(&mut piece)?;
    // A file that was cut short by somebody else must not be taken for whole.
    if piece.len() as u64 != wanted {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok((part.into_inner(), piece.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_breaks_out_of_no_header() {
        let named = |name: &str, media_type: &str| {
            disposition(&Attachment {
                id: UploadId::now_v7(),
                name: name.to_owned(),
                size: 1,
                media_type: media_type.to_owned(),
                width: None,
                height: None,
                preview: None,
            })
        };
        assert_eq!(
            named("a\"b\\c%41 é.png", "image/png"),
            "inline; filename=\"a_b_c_41 _.png\"; filename*=UTF-8''a%22b%5Cc%2541%20%C3%A9.png"
        );
        assert!(named("page.html", "application/octet-stream").starts_with("attachment; "));
        assert!(named("picture.svg", "image/svg+xml").starts_with("attachment; "));
    }

    #[test]
    fn one_part_is_given_as_a_part_and_everything_else_as_the_whole() {
        let etag = HeaderValue::from_static("\"x\"");
        let asked = |range: &'static str, copy: Option<&'static str>| {
            let mut headers = HeaderMap::from_iter([(header::RANGE, HeaderValue::from_static(range))]);
            copy.map(|copy| headers.insert(header::IF_RANGE, HeaderValue::from_static(copy)));
            match part(&headers, &etag, 10) {
                Part::Whole => "whole".to_owned(),
                Part::Some(part) => format!("{}-{}", part.start(), part.end()),
                Part::NotThere => "not there".to_owned(),
            }
        };
        for (range, part) in [
            ("bytes=0-3", "0-3"),
            ("bytes=8-", "8-9"),
            ("bytes=-2", "8-9"),
            ("bytes=5-99", "5-9"),
            ("bytes=10-", "not there"),
            ("bytes=0-1,3-4", "whole"),
            ("lines=0-1", "whole"),
            ("bytes=b-a", "whole"),
        ] {
            assert_eq!(asked(range, None), part, "{range}");
        }
        assert_eq!(asked("bytes=0-3", Some("\"x\"")), "0-3");
        assert_eq!(asked("bytes=0-3", Some("\"y\"")), "whole");
    }
}
