//! `/api/messages`: saying something, and reading what was said.

use axum::{Json as JsonAnswer, extract::State, http::StatusCode};
use chat_protocol::{
    LOBBY, Message, MessageId, RoomSelector, Timestamp,
    api::{MessagesPage, NewMessage},
};
use serde::Deserialize;

use crate::{
    chat::{Chat, EncodedMessages, Sent, Window},
    web::{
        Error,
        client::Client,
        identity::CurrentUser,
        json::Json,
        problems,
        query::{Number, Query, count, page_size, position},
    },
};

/// Messages of a page, unless asked for otherwise: a few screens.
const PAGE: usize = 50;
const MAX_PAGE: usize = 200;

/// Which messages to read.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// Where; the lobby unless given.
    #[param(value_type = Option<String>)]
    room: Option<RoomSelector>,
    /// Only those of the thread that this message belongs to, from the one that it began with on; in place of `room`.
    #[param(value_type = Option<MessageId>)]
    thread: Option<MessageId>,
    /// The ones before this position.
    #[param(schema_with = position, required = false)]
    before: Option<Number>,
    /// The ones after this position.
    #[param(schema_with = position, required = false)]
    after: Option<Number>,
    /// The ones on both sides of this position, and the one there.
    #[param(schema_with = position, required = false)]
    around: Option<Number>,
    /// The ones on both sides of the first one that was sent at this time or later, and that one.
    #[param(value_type = Option<Timestamp>)]
    since: Option<Timestamp>,
    /// How many, 50 unless given, at most 200.
    #[param(schema_with = count, required = false)]
    limit: Option<Number>,
    /// Whether messages shall carry their parsed body.
    #[serde(default)]
    #[param(required = false)]
    blocks: bool,
}

/// How messages are read.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct BlocksQuery {
    /// Whether messages shall carry their parsed body.
    #[serde(default)]
    #[param(required = false)]
    pub blocks: bool,
}

impl PageQuery {
    fn window(&self) -> Result<Window, Error> {
        match (self.before, self.after, self.around, self.since) {
            (None, None, None, None) => Ok(Window::Newest),
            (Some(Number(seq)), None, None, None) => Ok(Window::Before(seq)),
            (None, Some(Number(seq)), None, None) => Ok(Window::After(seq)),
            (None, None, Some(Number(seq)), None) => Ok(Window::Around(seq)),
            (None, None, None, Some(at)) => Ok(Window::Since(at)),
            _ => Err(Error::bad_request("give at most one of `before`, `after`, `around` and `since`")),
        }
    }
}

/// A page of messages, ascending; the newest unless asked for otherwise.
#[utoipa::path(get, path = "/api/messages", operation_id = "list_messages", tag = "messages", params(PageQuery),
    security((), ("token" = []), ("cookie" = [])),
    responses((status = OK, description = "A page of messages.", body = MessagesPage), problems::ReadingOne))]
pub async fn list(
    State(chat): State<Chat>,
    current: Option<CurrentUser>,
    Query(query): Query<PageQuery>,
) -> Result<JsonAnswer<EncodedMessages>, Error> {
    let limit = page_size(query.limit, PAGE, MAX_PAGE)?;
    let window = query.window()?;
    let caller = current.as_ref().map(|current| &current.caller);
    if let Some(thread) = query.thread {
        return Ok(JsonAnswer(chat.thread(caller, thread, window, limit, query.blocks).await?));
    }
    let room = query.room.unwrap_or_else(|| RoomSelector::from(LOBBY));
    Ok(JsonAnswer(chat.messages(caller, &room, window, limit, query.blocks).await?))
}

/// Says something. With an `id`, sending it twice is sending it once.
#[utoipa::path(post, path = "/api/messages", operation_id = "create_message", tag = "messages", request_body = NewMessage,
    security(("token" = []), ("cookie" = [])),
    responses(
        (status = CREATED, description = "It is stored, and shown.", body = Message),
        (status = OK, description = "It had been stored before.", body = Message),
        problems::Writing,
    ))]
pub async fn create(
    State(chat): State<Chat>,
    current: CurrentUser,
    client: Client,
    Json(new): Json<NewMessage>,
) -> Result<(StatusCode, JsonAnswer<Message>), Error> {
    let Sent { message, new } = chat.send(&current.caller, &client.from, new).await?;
    let status = if new { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, JsonAnswer(message)))
}
