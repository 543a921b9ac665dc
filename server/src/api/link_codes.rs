//! `/api/link-codes`: one more device for the same user.

use axum::{Json, extract::State, http::StatusCode};
use chat_protocol::api::LinkCode;

use super::qr;
use crate::{
    chat::Chat,
    web::{Error, client::Client, identity::CurrentUser, problems},
};

/// A code that signs in another device of the caller once, within 10 minutes. An earlier one ends.
#[utoipa::path(post, path = "/api/link-codes", operation_id = "create_link_code", tag = "sessions",
    security(("token" = []), ("cookie" = [])),
    responses((status = CREATED, description = "The code, shown this once.", body = LinkCode), problems::Changing))]
pub async fn create(
    State(chat): State<Chat>,
    current: CurrentUser,
    client: Client,
) -> Result<(StatusCode, Json<LinkCode>), Error> {
    let (code, expires_at) = chat.make_link_code(&current.caller).await?;
    let url = link(&client.base_url, &code);
    let qr = qr::rows(&url);
    Ok((StatusCode::CREATED, Json(LinkCode { code, url, qr, expires_at })))
}

/// What a browser opens. The code stands in the fragment, which no server ever sees or logs.
pub fn link(base_url: &str, code: &str) -> String {
    format!("{base_url}/#link={code}")
}
