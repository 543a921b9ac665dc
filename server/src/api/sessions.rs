//! `/api/sessions`: signing in, and the caller's devices.

use std::str::FromStr;

use axum::{
    Json as JsonAnswer,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse as _, Response},
};
use chat_protocol::{
    InvalidId, SessionId,
    api::{NewSession, Session, SignedIn},
};
use serde::Deserialize;

use crate::{
    api::signed_in,
    chat::Chat,
    web::{
        Error,
        client::Client,
        identity::{Credential, CurrentUser},
        json::Json,
        path::Path,
        problems,
    },
};

/// Both ways to sign in, so that a mistake in one is not reported as a mistake in both.
#[derive(Debug, Deserialize)]
pub struct SignIn {
    name: Option<String>,
    password: Option<String>,
    link_code: Option<String>,
}

impl TryFrom<SignIn> for NewSession {
    type Error = Error;

    fn try_from(with: SignIn) -> Result<Self, Error> {
        match with {
            SignIn { link_code: Some(link_code), name: None, password: None } => Ok(Self::LinkCode { link_code }),
            SignIn { link_code: None, name: Some(name), password: Some(password) } => {
                Ok(Self::Password { name, password })
            }
            _ => Err(Error::bad_request("give either `name` and `password`, or a `link_code`")),
        }
    }
}

/// Signs in one more device, with a password or a link code.
#[utoipa::path(post, path = "/api/sessions", operation_id = "create_session", tag = "sessions", request_body = NewSession,
    security(()),
    responses(
        (status = CREATED, description = "Signed in; the token is shown this once, pages of the server get a cookie instead.", body = SignedIn,
         headers(("Location" = String, description = "The user."))),
        problems::SigningIn,
    ))]
pub async fn create(State(chat): State<Chat>, client: Client, Json(with): Json<SignIn>) -> Result<Response, Error> {
    let (user, token) = chat.sign_in(with.try_into()?, &client.from).await?;
    Ok(signed_in::created(user, token, &client))
}

/// The caller's devices.
#[utoipa::path(get, path = "/api/sessions", operation_id = "list_sessions", tag = "sessions",
    security(("token" = []), ("cookie" = [])),
    responses((status = OK, description = "All of them.", body = Vec<Session>), problems::NeedsToken))]
pub async fn list(State(chat): State<Chat>, current: CurrentUser) -> Result<JsonAnswer<Vec<Session>>, Error> {
    Ok(JsonAnswer(chat.sessions(&current.caller).await?))
}

/// A session by its id, or the one that asks.
#[derive(Debug)]
pub enum Which {
    /// The one that asks.
    Current,
    /// Any of the caller's.
    Id(SessionId),
}

impl FromStr for Which {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        if text == "current" { Ok(Self::Current) } else { text.parse().map(Self::Id) }
    }
}

/// Signs a device out: its token no longer counts, its connections close.
#[utoipa::path(delete, path = "/api/sessions/{session}", operation_id = "end_session", tag = "sessions",
    params(("session" = String, Path, description = "Its id, or `current`.")),
    security(("token" = []), ("cookie" = [])),
    responses((status = NO_CONTENT, description = "Signed out."), problems::Changing))]
pub async fn end(
    State(chat): State<Chat>,
    current: CurrentUser,
    client: Client,
    Path(which): Path<Which>,
) -> Result<Response, Error> {
    let session = match which {
        Which::Current => current.caller.session,
        Which::Id(id) => id,
    };
    chat.end_session(&current.caller, session).await?;
    let mut response = StatusCode::NO_CONTENT.into_response();
    if session == current.caller.session
        && matches!(current.credential, Credential::Cookie(_))
        && let Some(cookie) = client.cookie.clear()
    {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}
