//! `/api/rooms/{room}/events`: a room's log.

use axum::{Json, extract::State};
use chat_protocol::{RoomSelector, api::EventsPage};
use serde::Deserialize;

use crate::{
    api::problems,
    chat::{Chat, EncodedEvents},
    web::{
        Error,
        identity::CurrentUser,
        path::Path,
        query::{Number, Query, count, page_size, position},
    },
};

/// Events of a page, unless asked for otherwise.
const PAGE: usize = 200;
/// At most.
const MAX_PAGE: usize = 1000;

/// Which events to read.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct LogQuery {
    /// Those after this position; from the first unless given.
    #[param(schema_with = position, required = false)]
    after: Option<Number>,
    /// How many, 200 unless given, at most 1000.
    #[param(schema_with = count, required = false)]
    limit: Option<Number>,
}

/// A page of a room's log, ascending: the events as on the socket.
#[utoipa::path(get, path = "/api/rooms/{room}/events", operation_id = "list_events", tag = "rooms",
    params(("room" = String, Path, description = "Its id or name."), LogQuery),
    security((), ("token" = []), ("cookie" = [])),
    responses((status = OK, description = "A page of the log.", body = EventsPage), problems::ReadingOne))]
pub async fn list(
    State(chat): State<Chat>,
    current: Option<CurrentUser>,
    Path(room): Path<RoomSelector>,
    Query(query): Query<LogQuery>,
) -> Result<Json<EncodedEvents>, Error> {
    let limit = page_size(query.limit, PAGE, MAX_PAGE)?;
    let after = query.after.map_or(0, |Number(after)| after);
    let caller = current.as_ref().map(|current| &current.caller);
    Ok(Json(chat.events(caller, &room, after, limit).await?))
}
