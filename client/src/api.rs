//! The server's REST API, typed. One [`Api`] speaks for one account, or for nobody.

mod answer;
mod bots;
mod export;
mod files;
mod hooks;
mod invites;
mod message;
mod moderation;
mod rooms;
mod search;
mod users;
mod webhooks;

use std::{sync::Arc, time::Duration};

use chat_protocol::{ErrorCode, MessageId, RoomId, RoomSelector, Token, UploadId, UserSelector, api as shapes};
use reqwest::{Method, RequestBuilder, StatusCode, Url, header};
use serde::de::DeserializeOwned;

pub use answer::ApiError;
pub(crate) use answer::retry_after;
pub use export::Export;
pub use files::{LocalFile, TransferError, UploadStep, free_path, part_path};

use crate::{Error, ServerUrl, tls};

/// Longer than a handshake takes over any network that one can chat over.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Longer than any answer takes that is worth waiting for.
const TIMEOUT: Duration = Duration::from_secs(30);

/// REST calls with an account's token. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Api {
    http: reqwest::Client,
    base: Arc<Url>,
}

/// Which messages of a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Page {
    /// The newest.
    Newest,
    /// Those before this position.
    Before(u64),
    /// Those after this position.
    After(u64),
    /// Those before and after this position, and the one there.
    Around(u64),
}

impl Page {
    /// The request for this page.
    fn of(self, request: RequestBuilder) -> RequestBuilder {
        match self {
            Self::Newest => request,
            Self::Before(seq) => request.query(&[("before", seq)]),
            Self::After(seq) => request.query(&[("after", seq)]),
            Self::Around(seq) => request.query(&[("around", seq)]),
        }
    }
}

impl Api {
    /// For a server, with a token or without.
    ///
    /// # Errors
    /// When the token would cross a network unencrypted and `insecure` is not given, or encryption cannot be set up.
    pub fn new(server: &ServerUrl, token: Option<&Token>, insecure: bool, client: &str) -> Result<Self, Error> {
        let mut headers = header::HeaderMap::new();
        if let Some(token) = token {
            if !server.may_carry_token(insecure) {
                return Err(Error::Insecure(server.to_string()));
            }
            headers.insert(header::AUTHORIZATION, bearer(token)?);
        }
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured(tls::config(server)?.as_ref().clone())
            .default_headers(headers)
            .user_agent(client)
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(TIMEOUT)
            // A redirect could carry the token elsewhere, and a proxy would not carry the WebSocket.
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()
            .map_err(|error| Error::Tls(error.to_string()))?;
        let base = server.http("").parse().map_err(|_| Error::Tls(format!("{server} is no URL")))?;
        Ok(Self { http, base: Arc::new(base) })
    }

    /// What a client must know before it signs in.
    ///
    /// # Errors
    /// [`ApiError::NotOurs`] when something else than a chat server answers.
    pub async fn info(&self) -> Result<shapes::Info, ApiError> {
        self.read(self.request(Method::GET, &["info"])).await
    }

    /// A page of what was said in a room, ascending.
    ///
    /// # Errors
    /// When the server refuses or cannot be reached.
    pub async fn messages(
        &self,
        room: impl Into<RoomSelector>,
        page: Page,
        limit: u32,
    ) -> Result<shapes::MessagesPage, ApiError> {
        self.messages_with(room, page, limit, false).await
    }

    /// The same, where the messages also carry their parsed bodies if `blocks` is true.
    ///
    /// # Errors
    /// When the server refuses or cannot be reached.
    pub async fn messages_with(
        &self,
        room: impl Into<RoomSelector>,
        page: Page,
        limit: u32,
        blocks: bool,
    ) -> Result<shapes::MessagesPage, ApiError> {
        let mut request = self
            .request(Method::GET, &["messages"])
            .query(&[("room", room.into().to_string()), ("limit", limit.to_string())]);
        request = page.of(request);
        if blocks {
            request = request.query(&[("blocks", true)]);
        }
        self.read(request).await
    }

    /// A page of a room's log: what comes after a position, ascending.
    ///
    /// # Errors
    /// When the server refuses or cannot be reached.
    pub async fn events(&self, room: RoomId, after: u64, limit: u32) -> Result<shapes::EventsPage, ApiError> {
        let request = self.request(Method::GET, &["rooms", &room.to_string(), "events"]);
        self.read(request.query(&[("after", after), ("limit", limit.into())])).await
    }

    /// Says something without a connection. Sending the same id twice is sending once.
    ///
    /// # Errors
    /// When the server refuses or cannot be reached.
    pub async fn post_message(
        &self,
        room: impl Into<RoomSelector>,
        body: &str,
        id: MessageId,
        reply_to: Option<MessageId>,
    ) -> Result<chat_protocol::Message, ApiError> {
        self.post_message_with(room, body, &[], id, reply_to).await
    }

    /// The same with files that were uploaded; the text may then be empty.
    ///
    /// # Errors
    /// When the server refuses or cannot be reached.
    pub async fn post_message_with(
        &self,
        room: impl Into<RoomSelector>,
        body: &str,
        attachments: &[UploadId],
        id: MessageId,
        reply_to: Option<MessageId>,
    ) -> Result<chat_protocol::Message, ApiError> {
        let (room, body, attachments) = (Some(room.into()), body.to_owned(), attachments.to_vec());
        let message = shapes::NewMessage { room, body, id: Some(id), reply_to, attachments };
        self.read(self.request(Method::POST, &["messages"]).json(&message)).await
    }

    /// A request to `/api/…`, each part of the path encoded.
    fn request(&self, method: Method, path: &[&str]) -> RequestBuilder {
        let mut url = Url::clone(&self.base);
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().push("api").extend(path);
        }
        self.http.request(method, url)
    }

    async fn read<T: DeserializeOwned>(&self, request: RequestBuilder) -> Result<T, ApiError> {
        answer::json(request).await
    }
}

/// A user as a part of a path.
fn user_part(user: &UserSelector) -> Result<String, ApiError> {
    match user.to_string() {
        // As parts of a path these mean something else; `me` is the caller.
        part if matches!(part.as_str(), "" | "." | ".." | "me") => {
            Err(ApiError::refused(ErrorCode::NotFound, StatusCode::NOT_FOUND, "there is no such user"))
        }
        part => Ok(part),
    }
}

/// The header that carries a token; hidden wherever headers are shown.
pub(crate) fn bearer(token: &Token) -> Result<header::HeaderValue, Error> {
    let mut value = header::HeaderValue::try_from(format!("Bearer {}", token.reveal()))
        .map_err(|_| Error::Store("the kept token is damaged: sign in again".to_owned()))?;
    value.set_sensitive(true);
    Ok(value)
}
