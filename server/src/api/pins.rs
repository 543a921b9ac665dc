//! `/api/rooms/{room}/pins`: the messages pinned to a room.

use axum::{Json as JsonAnswer, extract::State};
use chat_protocol::{Message, RoomSelector};
use serde_json::value::RawValue;

use super::messages::BlocksQuery;
use crate::{
    chat::Chat,
    web::{Error, identity::CurrentUser, path::Path, problems, query::Query},
};

/// The pinned messages of a room, the newest pin first; at most 100.
#[utoipa::path(get, path = "/api/rooms/{room}/pins", operation_id = "list_pins", tag = "rooms",
    params(("room" = String, Path, description = "Its id or name."), BlocksQuery),
    security((), ("token" = []), ("cookie" = [])),
    responses((status = OK, description = "The messages, as they now are.", body = Vec<Message>), problems::ReadingOne))]
pub async fn list(
    State(chat): State<Chat>,
    current: Option<CurrentUser>,
    Path(room): Path<RoomSelector>,
    Query(query): Query<BlocksQuery>,
) -> Result<JsonAnswer<Vec<Box<RawValue>>>, Error> {
    let caller = current.as_ref().map(|current| &current.caller);
    Ok(JsonAnswer(chat.pins(caller, &room, query.blocks).await?))
}
