//! `/api/messages/{id}`: one message, and what becomes of it: another text, deletion, reactions, pins.

use axum::{Json as JsonAnswer, extract::State, http::StatusCode};
use chat_protocol::{
    Message, MessageId, Reaction,
    api::{CommandId, Edit, MessagePatch},
};
use serde_json::value::RawValue;

use super::messages::BlocksQuery;
use crate::{
    chat::{Change, Chat},
    web::{
        Error,
        client::Client,
        identity::CurrentUser,
        json::{Json, OptionalJson},
        path::{Path, TwoPaths},
        problems,
        query::Query,
    },
};

/// One message, as it now is; a tombstone once it was deleted.
#[utoipa::path(get, path = "/api/messages/{id}", operation_id = "show_message", tag = "messages",
    params(("id" = MessageId, Path, description = "Its id."), BlocksQuery),
    security((), ("token" = []), ("cookie" = [])),
    responses((status = OK, description = "The message.", body = Message), problems::ReadingOne))]
pub async fn show(
    State(chat): State<Chat>,
    current: Option<CurrentUser>,
    Path(id): Path<MessageId>,
    Query(query): Query<BlocksQuery>,
) -> Result<JsonAnswer<Box<RawValue>>, Error> {
    let caller = current.as_ref().map(|current| &current.caller);
    Ok(JsonAnswer(chat.message(caller, id, query.blocks).await?))
}

/// Changes the text of an own message.
#[utoipa::path(patch, path = "/api/messages/{id}", operation_id = "update_message", tag = "messages",
    request_body = MessagePatch, params(("id" = MessageId, Path, description = "Its id.")),
    security(("token" = []), ("cookie" = [])),
    responses((status = OK, description = "The message as it now is.", body = Message), problems::Writing))]
pub async fn update(
    State(chat): State<Chat>,
    current: CurrentUser,
    client: Client,
    Path(id): Path<MessageId>,
    Json(patch): Json<MessagePatch>,
) -> Result<JsonAnswer<Message>, Error> {
    Ok(JsonAnswer(chat.edit(&current.caller, &client.from, id, patch).await?))
}

/// Deletes a message for ever: an own one, or as a moderator.
#[utoipa::path(delete, path = "/api/messages/{id}", operation_id = "delete_message", tag = "messages",
    request_body = Option<CommandId>, params(("id" = MessageId, Path, description = "Its id.")),
    security(("token" = []), ("cookie" = [])),
    responses((status = NO_CONTENT, description = "Its text is gone."), problems::Writing))]
pub async fn remove(
    State(chat): State<Chat>,
    current: CurrentUser,
    client: Client,
    Path(id): Path<MessageId>,
    OptionalJson(command): OptionalJson<CommandId>,
) -> Result<StatusCode, Error> {
    chat.change_by_request(&current.caller, &client.from, command, id, Change::Delete).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The earlier texts of a message, the first one first: for its author and the room's moderators.
#[utoipa::path(get, path = "/api/messages/{id}/edits", operation_id = "list_edits", tag = "messages",
    params(("id" = MessageId, Path, description = "The message.")),
    security(("token" = []), ("cookie" = [])),
    responses((status = OK, description = "Its earlier texts.", body = Vec<Edit>), problems::NeedsToken))]
pub async fn edits(
    State(chat): State<Chat>,
    current: CurrentUser,
    Path(id): Path<MessageId>,
) -> Result<JsonAnswer<Vec<Edit>>, Error> {
    Ok(JsonAnswer(chat.edits(&current.caller, id).await?))
}

/// Everyone who answered a message with an emoji.
#[utoipa::path(get, path = "/api/messages/{id}/reactions", operation_id = "list_reactions", tag = "messages",
    params(("id" = MessageId, Path, description = "The message.")),
    security((), ("token" = []), ("cookie" = [])),
    responses((status = OK, description = "By emoji, the first one first.", body = Vec<Reaction>), problems::ReadingOne))]
pub async fn reactions(
    State(chat): State<Chat>,
    current: Option<CurrentUser>,
    Path(id): Path<MessageId>,
) -> Result<JsonAnswer<Vec<Reaction>>, Error> {
    let caller = current.as_ref().map(|current| &current.caller);
    Ok(JsonAnswer(chat.reactions(caller, id).await?))
}

/// Answers a message with an emoji; fine if the caller did already.
#[utoipa::path(put, path = "/api/messages/{id}/reactions/{emoji}", operation_id = "add_reaction", tag = "messages",
    request_body = Option<CommandId>,
    params(("id" = MessageId, Path, description = "The message."), ("emoji" = String, Path, description = "One emoji.")),
    security(("token" = []), ("cookie" = [])),
    responses((status = NO_CONTENT, description = "It is there."), problems::Writing))]
pub async fn react(
    State(chat): State<Chat>,
    current: CurrentUser,
    client: Client,
    TwoPaths(id, emoji): TwoPaths<MessageId, String>,
    OptionalJson(command): OptionalJson<CommandId>,
) -> Result<StatusCode, Error> {
    let change = Change::React { emoji, on: true };
    chat.change_by_request(&current.caller, &client.from, command, id, change).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes such an answer back; fine if there is none.
#[utoipa::path(delete, path = "/api/messages/{id}/reactions/{emoji}", operation_id = "remove_reaction", tag = "messages",
    request_body = Option<CommandId>,
    params(("id" = MessageId, Path, description = "The message."), ("emoji" = String, Path, description = "One emoji.")),
    security(("token" = []), ("cookie" = [])),
    responses((status = NO_CONTENT, description = "It is gone."), problems::Writing))]
pub async fn unreact(
    State(chat): State<Chat>,
    current: CurrentUser,
    client: Client,
    TwoPaths(id, emoji): TwoPaths<MessageId, String>,
    OptionalJson(command): OptionalJson<CommandId>,
) -> Result<StatusCode, Error> {
    let change = Change::React { emoji, on: false };
    chat.change_by_request(&current.caller, &client.from, command, id, change).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Pins a message to its room; fine if it is pinned already.
#[utoipa::path(put, path = "/api/messages/{id}/pin", operation_id = "pin_message", tag = "messages",
    request_body = Option<CommandId>, params(("id" = MessageId, Path, description = "The message.")),
    security(("token" = []), ("cookie" = [])),
    responses((status = NO_CONTENT, description = "It is pinned."), problems::Writing))]
pub async fn pin(
    State(chat): State<Chat>,
    current: CurrentUser,
    client: Client,
    Path(id): Path<MessageId>,
    OptionalJson(command): OptionalJson<CommandId>,
) -> Result<StatusCode, Error> {
    chat.change_by_request(&current.caller, &client.from, command, id, Change::Pin(true)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Unpins a message; fine if it is not pinned.
#[utoipa::path(delete, path = "/api/messages/{id}/pin", operation_id = "unpin_message", tag = "messages",
    request_body = Option<CommandId>, params(("id" = MessageId, Path, description = "The message.")),
    security(("token" = []), ("cookie" = [])),
    responses((status = NO_CONTENT, description = "It is not pinned."), problems::Writing))]
pub async fn unpin(
    State(chat): State<Chat>,
    current: CurrentUser,
    client: Client,
    Path(id): Path<MessageId>,
    OptionalJson(command): OptionalJson<CommandId>,
) -> Result<StatusCode, Error> {
    chat.change_by_request(&current.caller, &client.from, command, id, Change::Pin(false)).await?;
    Ok(StatusCode::NO_CONTENT)
}
