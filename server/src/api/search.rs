//! `/api/search`: finding messages.

use axum::{Json as JsonAnswer, extract::State};
use chat_protocol::{MessageId, api::SearchPage};
use serde::Deserialize;

use crate::{
    chat::{Chat, EncodedHits},
    web::{
        Error,
        identity::CurrentUser,
        problems,
        query::{Number, Query, count, page_size},
    },
};

/// Hits of a page, unless asked for otherwise.
const PAGE: usize = 20;
const MAX_PAGE: usize = 100;

/// What to search for.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SearchQuery {
    /// Words, a "phrase", -without, and filters: `from:bob in:#room in:@bob before:2026-11-01 after:2026-10-01 has:link
    /// has:code has:file is:pinned`.
    q: String,
    /// The `next` of the page before.
    #[param(value_type = Option<MessageId>)]
    before: Option<MessageId>,
    /// How many, 20 unless given, at most 100.
    #[param(schema_with = count, required = false)]
    limit: Option<Number>,
    /// Whether messages shall carry their parsed body.
    #[serde(default)]
    #[param(required = false)]
    blocks: bool,
}

/// Messages that say something, the newest first: only those that the caller may read now.
#[utoipa::path(get, path = "/api/search", operation_id = "search", tag = "messages", params(SearchQuery),
    security(("token" = []), ("cookie" = [])),
    responses((status = OK, description = "A page of messages.", body = SearchPage), problems::Reading))]
pub async fn list(
    State(chat): State<Chat>,
    current: CurrentUser,
    Query(query): Query<SearchQuery>,
) -> Result<JsonAnswer<EncodedHits>, Error> {
    let limit = page_size(query.limit, PAGE, MAX_PAGE)?;
    Ok(JsonAnswer(chat.search(&current.caller, &query.q, query.before, limit, query.blocks).await?))
}
