//! `/api/export`: all that somebody may see, to take along.

use std::{io, sync::Arc};

use axum::{
    body::{Body, Bytes},
    extract::{Request, State},
    http::{HeaderValue, header},
    response::{IntoResponse as _, Response},
};
use futures_util::{Stream, stream};

use crate::{
    chat::Export,
    memory::Place,
    web::{App, Error, identity::CurrentUser, peer::client_address, problems},
};

/// What is held of an answer at once.
const HELD: usize = 512 * 1024;

const LINES: HeaderValue = HeaderValue::from_static("application/x-ndjson");
const SAVED: HeaderValue = HeaderValue::from_static("attachment; filename=\"chat.jsonl\"");

/// Everything that the caller may see now, as JSON Lines: a header, people, and each room with its members and its log. A room
/// or a sign-in that ends meanwhile ends there.
#[utoipa::path(get, path = "/api/export", operation_id = "export", tag = "messages",
    security(("token" = []), ("cookie" = [])),
    responses((status = OK, description = "One JSON object a line.", content_type = "application/x-ndjson", body = String),
              problems::Reading))]
pub async fn get(State(app): State<App>, current: CurrentUser, request: Request) -> Result<Response, Error> {
    let address = client_address(&app, request.extensions(), request.headers());
    let place = app.memory.place(address, HELD).await?;
    let body = Body::from_stream(pieces(app.chat.export(&current.caller), place.shrink_to(HELD)));
    Ok(([(header::CONTENT_TYPE, LINES), (header::CONTENT_DISPOSITION, SAVED)], body).into_response())
}

/// What cannot be read any more cuts the answer off: nobody takes half for the whole.
fn pieces(export: Export, place: Arc<Place>) -> impl Stream<Item = io::Result<Bytes>> {
    stream::try_unfold(export, move |mut export| {
        let place = Arc::clone(&place);
        async move {
            match export.next().await {
                Ok(Some(lines)) => Ok(Some((place.hold(lines.into()), export))),
                Ok(None) => Ok(None),
                Err(failure) => Err(io::Error::other(failure.to_string())),
            }
        }
    })
}
