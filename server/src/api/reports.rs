//! `/api/messages/{id}/report` and `/api/reports`: messages that moderators should look at.

use axum::{Json as JsonAnswer, extract::State, http::StatusCode};
use chat_protocol::{
    MessageId,
    api::{NewReport, Report},
};

use crate::{
    chat::Chat,
    web::{Error, client::Client, identity::CurrentUser, json::OptionalJson, path::Path, problems},
};

/// Reports a message to those who moderate its room. A second report of the same caller replaces the first.
#[utoipa::path(post, path = "/api/messages/{id}/report", operation_id = "report_message", tag = "moderation",
    request_body = Option<NewReport>, params(("id" = MessageId, Path, description = "The message.")),
    security(("token" = []), ("cookie" = [])),
    responses((status = NO_CONTENT, description = "The moderators are told."), problems::Writing))]
pub async fn create(
    State(chat): State<Chat>,
    current: CurrentUser,
    client: Client,
    Path(id): Path<MessageId>,
    OptionalJson(new): OptionalJson<NewReport>,
) -> Result<StatusCode, Error> {
    chat.report(&current.caller, &client.from, id, new.reason.as_deref()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The reports of rooms that the caller moderates, the oldest first.
#[utoipa::path(get, path = "/api/reports", operation_id = "list_reports", tag = "moderation",
    security(("token" = []), ("cookie" = [])),
    responses((status = OK, description = "At most 100 reports.", body = Vec<Report>), problems::NeedsToken))]
pub async fn list(State(chat): State<Chat>, current: CurrentUser) -> Result<JsonAnswer<Vec<Report>>, Error> {
    Ok(JsonAnswer(chat.reports(&current.caller).await?))
}

/// Closes a report.
#[utoipa::path(delete, path = "/api/reports/{id}", operation_id = "close_report", tag = "moderation",
    params(("id" = u64, Path, description = "The report.")),
    security(("token" = []), ("cookie" = [])),
    responses((status = NO_CONTENT, description = "It is closed."), problems::Changing))]
pub async fn close(State(chat): State<Chat>, current: CurrentUser, Path(id): Path<u64>) -> Result<StatusCode, Error> {
    chat.close_report(&current.caller, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
