//! `/api/rooms/{room}/hooks`, and `/hooks/{hook}/{secret}`, to which programs post.

use axum::{
    Json as JsonAnswer,
    extract::{Request, State},
    http::{HeaderMap, StatusCode, header},
};
use chat_protocol::{
    ErrorCode, HookId, RoomSelector,
    api::{Hook, NewHook},
};

use crate::{
    address::AddressKey,
    chat::{Chat, Form, Who},
    web::{
        App, Error,
        client::Client,
        identity::CurrentUser,
        json::{self, Json},
        path::{Path, TwoPaths},
        problems,
    },
};

/// Bytes that a program may send at once, where the limit of other bodies is not larger: what is too long for a message is cut.
const LARGEST: usize = 1024 * 1024;
/// What a program that believes to talk to Slack looks for.
const OK: &str = "ok";

/// Makes a hook of a room: for its moderators.
#[utoipa::path(post, path = "/api/rooms/{room}/hooks", operation_id = "create_hook", tag = "programs",
    params(("room" = String, Path, description = "Its id, or its name.")),
    request_body = NewHook, security(("token" = []), ("cookie" = [])),
    responses((status = CREATED, description = "The hook; its address is shown this once.", body = Hook), problems::Writing))]
pub async fn create(
    State(chat): State<Chat>,
    current: CurrentUser,
    client: Client,
    Path(room): Path<RoomSelector>,
    Json(NewHook { name }): Json<NewHook>,
) -> Result<(StatusCode, JsonAnswer<Hook>), Error> {
    let (hook, secret) = chat.create_hook(&current.caller, &client.from, room, &name).await?;
    Ok((StatusCode::CREATED, JsonAnswer(with_url(hook, &client, &secret))))
}

/// The hooks of a room, the oldest first: for its moderators.
#[utoipa::path(get, path = "/api/rooms/{room}/hooks", operation_id = "list_hooks", tag = "programs",
    params(("room" = String, Path, description = "Its id, or its name.")),
    security(("token" = []), ("cookie" = [])),
    responses((status = OK, description = "The hooks, without their addresses.", body = Vec<Hook>), problems::NeedsToken))]
pub async fn list(
    State(chat): State<Chat>,
    current: CurrentUser,
    Path(room): Path<RoomSelector>,
) -> Result<JsonAnswer<Vec<Hook>>, Error> {
    Ok(JsonAnswer(chat.hooks(&current.caller, room).await?))
}

/// Gives a hook another secret, and so another address; the one before is invalid from then on.
#[utoipa::path(post, path = "/api/rooms/{room}/hooks/{hook}/secret", operation_id = "replace_hook_secret", tag = "programs",
    params(("room" = String, Path, description = "Its id, or its name."), ("hook" = HookId, Path, description = "The hook.")),
    security(("token" = []), ("cookie" = [])),
    responses((status = OK, description = "The hook; its new address is shown this once.", body = Hook), problems::Changing))]
pub async fn replace_secret(
    State(chat): State<Chat>,
    current: CurrentUser,
    client: Client,
    TwoPaths(room, hook): TwoPaths<RoomSelector, HookId>,
) -> Result<JsonAnswer<Hook>, Error> {
    let (hook, secret) = chat.replace_hook_secret(&current.caller, room, hook).await?;
    Ok(JsonAnswer(with_url(hook, &client, &secret)))
}

/// Ends a hook. What it posted stays.
#[utoipa::path(delete, path = "/api/rooms/{room}/hooks/{hook}", operation_id = "end_hook", tag = "programs",
    params(("room" = String, Path, description = "Its id, or its name."), ("hook" = HookId, Path, description = "The hook.")),
    security(("token" = []), ("cookie" = [])),
    responses((status = NO_CONTENT, description = "Its address is invalid now."), problems::Changing))]
pub async fn end(
    State(chat): State<Chat>,
    current: CurrentUser,
    TwoPaths(room, hook): TwoPaths<RoomSelector, HookId>,
) -> Result<StatusCode, Error> {
    chat.end_hook(&current.caller, room, hook).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Posts to the room of a hook. The address is all that a program needs.
///
/// It takes plain text, which may hold Markdown, and what programs send to Slack: JSON with `text`, `username`, `attachments` and
/// `blocks`, as a body or as the field `payload` of a form. `Idempotency-Key` makes a retry harmless.
#[utoipa::path(post, path = "/hooks/{hook}/{secret}", operation_id = "post_by_hook", tag = "programs",
    params(("hook" = String, Path, description = "The hook."), ("secret" = String, Path, description = "Its secret."),
           ("Idempotency-Key" = Option<String>, Header, description = "Chosen by the program: sent twice is posted once.")),
    request_body(content((String = "text/plain"), (serde_json::Value = "application/json"),
                         (String = "application/x-www-form-urlencoded"))),
    responses((status = OK, description = "`ok`: the message is stored.", body = String, content_type = "text/plain"),
        problems::Writing))]
pub async fn post(
    State(app): State<App>,
    client: Client,
    TwoPaths(hook, secret): TwoPaths<String, String>,
    request: Request,
) -> Result<&'static str, Error> {
    let address = AddressKey::from(client.from.address);
    app.chat.rates().request(Who::Address(address), &client.from.meter).map_err(Error::rate_limited)?;
    // Nothing is read of what someone sends who does not know the secret.
    let poster = app.chat.hook_poster(&hook, &secret).await?;
    let form = form(request.headers())?;
    let key = match request.headers().get("idempotency-key") {
        Some(key) => Some(key.to_str().map_err(|_| Error::bad_request("`Idempotency-Key` is not ASCII"))?.to_owned()),
        None => None,
    };
    let limit = LARGEST.max(app.chat.limits().largest_frame());
    let (sent, _place) = json::body(&app, request, limit).await?;
    app.chat.post_by_hook(&poster, &client.from, key.as_deref(), form, &sent).await?;
    Ok(OK)
}

fn with_url(hook: Hook, client: &Client, secret: &str) -> Hook {
    Hook { url: Some(format!("{}/hooks/{}/{secret}", client.base_url, hook.id)), ..hook }
}

/// The form in which a program says that it sends.
fn form(headers: &HeaderMap) -> Result<Form, Error> {
    let Some(kind) = headers.get(header::CONTENT_TYPE) else { return Ok(Form::Unknown) };
    let kind =
        kind.to_str().ok().and_then(|kind| kind.split(';').next()).unwrap_or_default().trim().to_ascii_lowercase();
    match kind.as_str() {
        "application/json" => Ok(Form::Json),
        "application/x-www-form-urlencoded" => Ok(Form::Encoded),
        "" => Ok(Form::Unknown),
        kind if kind.starts_with("text/") => Ok(Form::Text),
        kind if kind.ends_with("+json") => Ok(Form::Json),
        _ => Err(Error::new(ErrorCode::UnsupportedMedia, "send plain text, JSON, or a form with `payload`")),
    }
}
