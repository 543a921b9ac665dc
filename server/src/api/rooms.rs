//! `/api/rooms`: finding, making and describing rooms.

use axum::{
    Json as JsonAnswer,
    extract::{OriginalUri, State},
    http::{HeaderName, StatusCode, header},
};
use chat_protocol::{
    MessageId, Room, RoomKind, RoomSelector,
    api::{NewRoom, RoomPatch},
};
use serde::Deserialize;

use crate::{
    api::list::{List, list as list_of},
    chat::{Chat, RoomQuery},
    web::{
        Error,
        client::Client,
        identity::CurrentUser,
        json::Json,
        path::Path,
        problems,
        query::{Number, Query, count, page_size},
    },
};

/// Rooms of a page, unless asked for otherwise.
const PAGE: usize = 200;
const MAX_PAGE: usize = 1000;

/// Which rooms to list.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListQuery {
    /// Part of a name or topic.
    q: Option<String>,
    /// Only those that the caller is a member of, or only the others.
    joined: Option<bool>,
    /// How many, 200 unless given, at most 1000.
    #[param(schema_with = count, required = false)]
    limit: Option<Number>,
    /// Names after this one.
    after: Option<String>,
}

/// Rooms that the caller may see, by name.
#[utoipa::path(get, path = "/api/rooms", operation_id = "list_rooms", tag = "rooms", params(ListQuery),
    security((), ("token" = []), ("cookie" = [])),
    responses(
        (status = OK, description = "A page of rooms.", body = Vec<Room>,
         headers(("Link" = String, description = "The next page, if there is one (`rel=\"next\"`)."))),
        problems::Reading,
    ))]
pub async fn list(
    State(chat): State<Chat>,
    current: Option<CurrentUser>,
    OriginalUri(uri): OriginalUri,
    Query(query): Query<ListQuery>,
) -> Result<List, Error> {
    let limit = page_size(query.limit, PAGE, MAX_PAGE)?;
    let caller = current.as_ref().map(|current| &current.caller);
    let query = RoomQuery { q: query.q, joined: query.joined, limit, after: query.after };
    let page = chat.rooms(caller, query).await?;
    list_of(&uri, page, after)
}

/// Where a list of rooms goes on: after a name that tells the room apart from all others, or after its id.
fn after(room: &Room) -> String {
    match room.kind {
        RoomKind::Public => room.name.clone(),
        RoomKind::Private | RoomKind::Direct => room.id.to_string(),
    }
}

/// Makes a room; the caller is its first member and moderator. A direct room that is there is given back.
#[utoipa::path(post, path = "/api/rooms", operation_id = "create_room", tag = "rooms", request_body = NewRoom,
    security(("token" = []), ("cookie" = [])),
    responses(
        (status = CREATED, description = "The room.", body = Room, headers(("Location" = String, description = "Its own path."))),
        (status = OK, description = "The direct room of these people was there.", body = Room, headers(("Location" = String, description = "Its own path."))),
        problems::Writing,
    ))]
pub async fn create(
    State(chat): State<Chat>,
    current: CurrentUser,
    client: Client,
    Json(new): Json<NewRoom>,
) -> Result<(StatusCode, [(HeaderName, String); 1], JsonAnswer<Room>), Error> {
    let (room, is_new) = chat.create_room(&current.caller, &client.from, new).await?;
    let location = [(header::LOCATION, format!("/api/rooms/{}", room.id))];
    let status = if is_new { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, location, JsonAnswer(room)))
}

/// One room.
#[utoipa::path(get, path = "/api/rooms/{room}", operation_id = "show_room", tag = "rooms",
    params(("room" = String, Path, description = "Its id or name.")),
    security((), ("token" = []), ("cookie" = [])),
    responses((status = OK, description = "The room.", body = Room), problems::ReadingOne))]
pub async fn show(
    State(chat): State<Chat>,
    current: Option<CurrentUser>,
    Path(room): Path<RoomSelector>,
) -> Result<JsonAnswer<Room>, Error> {
    let caller = current.as_ref().map(|current| &current.caller);
    Ok(JsonAnswer(chat.room(caller, &room).await?))
}

/// Changes a room: members its topic, moderators all of it.
#[utoipa::path(patch, path = "/api/rooms/{room}", operation_id = "update_room", tag = "rooms", request_body = RoomPatch,
    params(("room" = String, Path, description = "Its id or name.")),
    security(("token" = []), ("cookie" = [])),
    responses((status = OK, description = "The room as it now is.", body = Room), problems::Writing))]
pub async fn update(
    State(chat): State<Chat>,
    current: CurrentUser,
    client: Client,
    Path(room): Path<RoomSelector>,
    Json(patch): Json<RoomPatch>,
) -> Result<JsonAnswer<Room>, Error> {
    let id = patch.id.unwrap_or_else(MessageId::now_v7);
    let (_, room) = chat.update_room(&current.caller, &client.from, &room, id, patch.into_changes()).await?;
    Ok(JsonAnswer(room))
}

/// Removes a room for ever, with all that was said in it: for moderators.
#[utoipa::path(delete, path = "/api/rooms/{room}", operation_id = "remove_room", tag = "rooms",
    params(("room" = String, Path, description = "Its id or name.")),
    security(("token" = []), ("cookie" = [])),
    responses((status = NO_CONTENT, description = "It is gone."), problems::Changing))]
pub async fn remove(
    State(chat): State<Chat>,
    current: CurrentUser,
    client: Client,
    Path(room): Path<RoomSelector>,
) -> Result<StatusCode, Error> {
    chat.remove_room(&current.caller, &client.from, &room).await?;
    Ok(StatusCode::NO_CONTENT)
}
