//! `/api/audit`: who did what to whom.

use axum::{Json as JsonAnswer, extract::State};
use chat_protocol::api::AuditEntry;
use serde::Deserialize;

use crate::{
    chat::Chat,
    web::{
        Error,
        identity::CurrentUser,
        problems,
        query::{Number, Query, count, page_size, position},
    },
};

/// Entries of a page, unless asked for otherwise.
const PAGE: usize = 50;
const MAX_PAGE: usize = 500;

/// Which entries to list.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListQuery {
    /// Entries older than the one with this `id`.
    #[param(schema_with = position, required = false)]
    before: Option<Number>,
    /// How many, 50 unless given, at most 500.
    #[param(schema_with = count, required = false)]
    limit: Option<Number>,
}

/// What moderators and administrators did, the newest first: for administrators. Of private rooms only those that the
/// caller is in.
#[utoipa::path(get, path = "/api/audit", operation_id = "list_audit", tag = "moderation", params(ListQuery),
    security(("token" = []), ("cookie" = [])),
    responses((status = OK, description = "A page of entries.", body = Vec<AuditEntry>), problems::NeedsAdmin))]
pub async fn list(
    State(chat): State<Chat>,
    current: CurrentUser,
    Query(query): Query<ListQuery>,
) -> Result<JsonAnswer<Vec<AuditEntry>>, Error> {
    let limit = page_size(query.limit, PAGE, MAX_PAGE)?;
    let before = query.before.map(|Number(id)| id);
    Ok(JsonAnswer(chat.audit(&current.caller, before, limit).await?))
}
