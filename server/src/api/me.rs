//! `/api/users/me`: the caller.

use axum::{Json as JsonAnswer, extract::State};
use chat_protocol::{User, api::UserPatch};

use crate::{
    chat::Chat,
    web::{Error, client::Client, identity::CurrentUser, json::Json, problems},
};

/// The caller.
#[utoipa::path(get, path = "/api/users/me", operation_id = "show_me", tag = "users",
    security(("token" = []), ("cookie" = [])),
    responses((status = OK, description = "The caller.", body = User), problems::NeedsToken))]
pub async fn show(State(chat): State<Chat>, current: CurrentUser) -> Result<JsonAnswer<User>, Error> {
    Ok(JsonAnswer(chat.me(&current.caller).await?))
}

/// Changes the caller's name, display name, colour or password. A new password ends the other sessions.
#[utoipa::path(patch, path = "/api/users/me", operation_id = "update_me", tag = "users", request_body = UserPatch,
    security(("token" = []), ("cookie" = [])),
    responses((status = OK, description = "The caller as they now are.", body = User), problems::Writing))]
pub async fn update(
    State(chat): State<Chat>,
    current: CurrentUser,
    client: Client,
    Json(patch): Json<UserPatch>,
) -> Result<JsonAnswer<User>, Error> {
    Ok(JsonAnswer(chat.update_me(&current.caller, patch, &client.from).await?))
}
