//! `/api/webhooks`: addresses to which a room's events are sent.

use axum::{Json as JsonAnswer, extract::State, http::StatusCode};
use chat_protocol::{
    WebhookId,
    api::{NewWebhook, Webhook},
};

use crate::{
    chat::Chat,
    web::{Error, client::Client, identity::CurrentUser, json::Json, path::Path, problems},
};

/// Makes a webhook of a room: for its moderators. It sends what happens from now on.
///
/// Each event is posted as the socket has it, signed as [Standard Webhooks](https://www.standardwebhooks.com) say. Any 2xx
/// takes it; anything else has it sent again, for a day. The next event waits until then.
#[utoipa::path(post, path = "/api/webhooks", operation_id = "create_webhook", tag = "programs",
    request_body = NewWebhook, security(("token" = []), ("cookie" = [])),
    responses((status = CREATED, description = "The webhook; its secret is shown this once.", body = Webhook), problems::Writing))]
pub async fn create(
    State(chat): State<Chat>,
    current: CurrentUser,
    client: Client,
    Json(new): Json<NewWebhook>,
) -> Result<(StatusCode, JsonAnswer<Webhook>), Error> {
    let webhook = chat.create_webhook(&current.caller, &client.from, new).await?;
    Ok((StatusCode::CREATED, JsonAnswer(webhook)))
}

/// The webhooks of the rooms that the caller moderates, with the last answers of their receivers.
#[utoipa::path(get, path = "/api/webhooks", operation_id = "list_webhooks", tag = "programs",
    security(("token" = []), ("cookie" = [])),
    responses((status = OK, description = "The webhooks, without their secrets.", body = Vec<Webhook>), problems::NeedsToken))]
pub async fn list(State(chat): State<Chat>, current: CurrentUser) -> Result<JsonAnswer<Vec<Webhook>>, Error> {
    Ok(JsonAnswer(chat.webhooks(&current.caller).await?))
}

/// Ends a webhook of a room that the caller moderates.
#[utoipa::path(delete, path = "/api/webhooks/{webhook}", operation_id = "end_webhook", tag = "programs",
    params(("webhook" = WebhookId, Path, description = "The webhook.")),
    security(("token" = []), ("cookie" = [])),
    responses((status = NO_CONTENT, description = "It sends nothing any more."), problems::Changing))]
pub async fn end(
    State(chat): State<Chat>,
    current: CurrentUser,
    Path(webhook): Path<WebhookId>,
) -> Result<StatusCode, Error> {
    chat.end_webhook(&current.caller, webhook).await?;
    Ok(StatusCode::NO_CONTENT)
}
