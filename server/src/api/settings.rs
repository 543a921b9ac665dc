//! The caller's own settings: `/api/rooms/{room}/settings`, `/api/messages/{id}/follow` and
//! `/api/users/me/ignored`.

use axum::{Json as JsonAnswer, extract::State, http::StatusCode};
use chat_protocol::{MessageId, RoomSelector, UserId, UserSelector, api::SettingsPatch};

use crate::{
    chat::Chat,
    web::{Error, identity::CurrentUser, json::Json, path::Path, problems},
};

/// Changes the caller's own settings of a room: what notifies them, whether it is a favourite, whether it is hidden.
#[utoipa::path(patch, path = "/api/rooms/{room}/settings", operation_id = "update_settings", tag = "rooms",
    request_body = SettingsPatch, params(("room" = String, Path, description = "Its id or name.")),
    security(("token" = []), ("cookie" = [])),
    responses((status = NO_CONTENT, description = "They are changed."), problems::Writing))]
pub async fn update(
    State(chat): State<Chat>,
    current: CurrentUser,
    Path(room): Path<RoomSelector>,
    Json(patch): Json<SettingsPatch>,
) -> Result<StatusCode, Error> {
    chat.set_room_settings(&current.caller, &room, patch).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Follows the thread of a message: its replies notify the caller. Fine if that is so already.
#[utoipa::path(put, path = "/api/messages/{id}/follow", operation_id = "follow_thread", tag = "messages",
    params(("id" = MessageId, Path, description = "Any message of the thread.")),
    security(("token" = []), ("cookie" = [])),
    responses((status = NO_CONTENT, description = "It is followed."), problems::Changing))]
pub async fn follow(
    State(chat): State<Chat>,
    current: CurrentUser,
    Path(id): Path<MessageId>,
) -> Result<StatusCode, Error> {
    chat.set_following(&current.caller, id, true).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Leaves the thread of a message: its replies no longer notify the caller, until they follow it again.
#[utoipa::path(delete, path = "/api/messages/{id}/follow", operation_id = "leave_thread", tag = "messages",
    params(("id" = MessageId, Path, description = "Any message of the thread.")),
    security(("token" = []), ("cookie" = [])),
    responses((status = NO_CONTENT, description = "It is not followed."), problems::Changing))]
pub async fn unfollow(
    State(chat): State<Chat>,
    current: CurrentUser,
    Path(id): Path<MessageId>,
) -> Result<StatusCode, Error> {
    chat.set_following(&current.caller, id, false).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Whom the caller ignores.
#[utoipa::path(get, path = "/api/users/me/ignored", operation_id = "list_ignored", tag = "users",
    security(("token" = []), ("cookie" = [])),
    responses((status = OK, description = "Their ids.", body = Vec<UserId>), problems::NeedsToken))]
pub async fn ignored(State(chat): State<Chat>, current: CurrentUser) -> Result<JsonAnswer<Vec<UserId>>, Error> {
    Ok(JsonAnswer(chat.ignored(&current.caller).await?))
}

/// Ignores a user: what they say is no mention of the caller. Fine if that is so already.
#[utoipa::path(put, path = "/api/users/me/ignored/{user}", operation_id = "ignore_user", tag = "users",
    params(("user" = String, Path, description = "Their id or name.")),
    security(("token" = []), ("cookie" = [])),
    responses((status = NO_CONTENT, description = "They are ignored."), problems::Changing))]
pub async fn ignore(
    State(chat): State<Chat>,
    current: CurrentUser,
    Path(user): Path<UserSelector>,
) -> Result<StatusCode, Error> {
    chat.set_ignored(&current.caller, user, true).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ignores a user no longer. Fine if they are not ignored.
#[utoipa::path(delete, path = "/api/users/me/ignored/{user}", operation_id = "stop_ignoring_user", tag = "users",
    params(("user" = String, Path, description = "Their id or name.")),
    security(("token" = []), ("cookie" = [])),
    responses((status = NO_CONTENT, description = "They are not ignored."), problems::Changing))]
pub async fn stop_ignoring(
    State(chat): State<Chat>,
    current: CurrentUser,
    Path(user): Path<UserSelector>,
) -> Result<StatusCode, Error> {
    chat.set_ignored(&current.caller, user, false).await?;
    Ok(StatusCode::NO_CONTENT)
}
