//! `/api/bots`: users that programs are.

use axum::{Json as JsonAnswer, extract::State, http::StatusCode};
use chat_protocol::{
    User, UserSelector,
    api::{NewBot, SignedIn},
};

use crate::{
    chat::Chat,
    web::{Error, client::Client, identity::CurrentUser, json::Json, path::Path, problems},
};

/// Makes a bot, for which the caller answers: for members. With the name of one that the caller ended, it is taken up again.
#[utoipa::path(post, path = "/api/bots", operation_id = "create_bot", tag = "programs",
    request_body = NewBot, security(("token" = []), ("cookie" = [])),
    responses((status = CREATED, description = "The bot; its token is shown this once.", body = SignedIn), problems::Writing))]
pub async fn create(
    State(chat): State<Chat>,
    current: CurrentUser,
    client: Client,
    Json(NewBot { name }): Json<NewBot>,
) -> Result<(StatusCode, JsonAnswer<SignedIn>), Error> {
    // The page is given the token, too, and no cookie: it is for a program.
    let (user, token) = chat.create_bot(&current.caller, &client.from, &name).await?;
    Ok((StatusCode::CREATED, JsonAnswer(SignedIn { user, token: Some(token) })))
}

/// The caller's bots, the oldest first.
#[utoipa::path(get, path = "/api/bots", operation_id = "list_bots", tag = "programs",
    security(("token" = []), ("cookie" = [])),
    responses((status = OK, description = "The bots, without their tokens.", body = Vec<User>), problems::NeedsToken))]
pub async fn list(State(chat): State<Chat>, current: CurrentUser) -> Result<JsonAnswer<Vec<User>>, Error> {
    Ok(JsonAnswer(chat.bots(&current.caller).await?))
}

/// Ends a bot of the caller's. What it said stays.
#[utoipa::path(delete, path = "/api/bots/{bot}", operation_id = "end_bot", tag = "programs",
    params(("bot" = String, Path, description = "Its id, or its name.")),
    security(("token" = []), ("cookie" = [])),
    responses((status = NO_CONTENT, description = "Its token is invalid now."), problems::Changing))]
pub async fn end(
    State(chat): State<Chat>,
    current: CurrentUser,
    Path(bot): Path<UserSelector>,
) -> Result<StatusCode, Error> {
    chat.end_bot(&current.caller, bot).await?;
    Ok(StatusCode::NO_CONTENT)
}
