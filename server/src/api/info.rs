//! `/api/info`: what a client must know before it signs in.

use axum::{Json, extract::State};
use chat_protocol::api::Info;

use crate::{chat::Chat, web::problems};

/// What a client must know before it signs in.
#[utoipa::path(get, path = "/api/info", operation_id = "info", tag = "server",
    responses((status = OK, description = "The server.", body = Info), problems::Public))]
pub async fn show(State(chat): State<Chat>) -> Json<Info> {
    Json(chat.info())
}
