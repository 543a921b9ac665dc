//! `/api/invites`: links with which someone becomes a user.

use axum::{Json as JsonAnswer, extract::State, http::StatusCode};
use chat_protocol::api::{Invite, NewInvite};

use super::qr;
use crate::{
    chat::Chat,
    web::{Error, client::Client, identity::CurrentUser, json::OptionalJson, path::Path, problems},
};

/// Makes an invite: administrators, and members where the server is run with `--member-invites`.
#[utoipa::path(post, path = "/api/invites", operation_id = "create_invite", tag = "moderation",
    request_body = Option<NewInvite>, security(("token" = []), ("cookie" = [])),
    responses((status = CREATED, description = "The invite; its code and link are shown this once.", body = Invite),
        problems::Writing))]
pub async fn create(
    State(chat): State<Chat>,
    current: CurrentUser,
    client: Client,
    OptionalJson(new): OptionalJson<NewInvite>,
) -> Result<(StatusCode, JsonAnswer<Invite>), Error> {
    let (mut invite, code) = chat.create_invite(&current.caller, &client.from, new).await?;
    let url = link(&client.base_url, &code);
    invite.qr = qr::rows(&url);
    invite.url = Some(url);
    invite.code = Some(code);
    Ok((StatusCode::CREATED, JsonAnswer(invite)))
}

/// Invites that can still be used, the newest first: all of them for administrators, else the caller's own.
#[utoipa::path(get, path = "/api/invites", operation_id = "list_invites", tag = "moderation",
    security(("token" = []), ("cookie" = [])),
    responses((status = OK, description = "The invites, without their codes.", body = Vec<Invite>), problems::NeedsToken))]
pub async fn list(State(chat): State<Chat>, current: CurrentUser) -> Result<JsonAnswer<Vec<Invite>>, Error> {
    Ok(JsonAnswer(chat.invites(&current.caller).await?))
}

/// Ends an invite.
#[utoipa::path(delete, path = "/api/invites/{id}", operation_id = "end_invite", tag = "moderation",
    params(("id" = u64, Path, description = "The invite.")),
    security(("token" = []), ("cookie" = [])),
    responses((status = NO_CONTENT, description = "Its code is invalid now."), problems::Changing))]
pub async fn end(State(chat): State<Chat>, current: CurrentUser, Path(id): Path<u64>) -> Result<StatusCode, Error> {
    chat.end_invite(&current.caller, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What a browser opens. The code stands in the fragment, which no server ever sees or logs.
pub fn link(base_url: &str, code: &str) -> String {
    format!("{base_url}/#invite={code}")
}
