//! The only error that chatting gives: what to tell the client, and how long to wait.

use std::time::Duration;

use chat_protocol::{ErrorCode, Timestamp, body::BodyError, body::LineError, name::NameError};

use crate::{access::Mute, store::StoreError};

/// What every rule gives.
pub type Result<T> = std::result::Result<T, Error>;

/// What a wait is when only the server's disk or another process can end it.
const LATER: Duration = Duration::from_secs(2);

/// A refusal, or a failure of the server's own.
#[derive(Debug, thiserror::Error)]
#[error("{code}: {detail}")]
pub struct Error {
    pub code: ErrorCode,
    /// What the client can do about it.
    pub detail: String,
    /// When to try again.
    pub retry_after: Option<Duration>,
    /// When a mute ends by itself, `None` for never; where it is no mute, nothing.
    pub until: Option<Option<Timestamp>>,
    /// What really happened: for the log, never for a client.
    #[source]
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl Error {
    pub fn new(code: ErrorCode, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into(), retry_after: None, until: None, source: None }
    }

    /// The request makes no sense.
    pub fn bad_request(detail: impl Into<String>) -> Self {
        Self::new(ErrorCode::BadRequest, detail)
    }

    /// There is no such thing.
    pub fn not_found(detail: impl Into<String>) -> Self {
        Self::new(ErrorCode::NotFound, detail)
    }

    /// Not for this caller.
    pub fn forbidden(detail: impl Into<String>) -> Self {
        Self::new(ErrorCode::Forbidden, detail)
    }

    /// A moderator keeps the caller from writing.
    fn muted(mute: Mute) -> Self {
        let detail = match mute.until {
            Some(until) => {
                let time = until.to_string();
                let (day, clock) = (time.get(..10).unwrap_or_default(), time.get(11..16).unwrap_or_default());
                format!("a moderator muted you in this room until {day} {clock} UTC: you can read it until then")
            }
            None => "a moderator muted you in this room: you can read it; ask one to end that".to_owned(),
        };
        Self { until: Some(mute.until), ..Self::forbidden(detail) }
    }

    /// A token is needed.
    pub fn unauthorized(detail: impl Into<String>) -> Self {
        Self::new(ErrorCode::Unauthorized, detail)
    }

    /// Too much, too fast.
    pub fn rate_limited(wait: Duration) -> Self {
        let detail = "this is faster than the server takes: wait, then send it again";
        Self { retry_after: Some(wait), ..Self::new(ErrorCode::RateLimited, detail) }
    }

    /// As many requests of the caller as may wait do so already.
    pub(super) fn too_many_waiting(most: u32) -> Self {
        let detail = format!("{most} of your requests wait for events already: wait until one of them is answered");
        Self { retry_after: Some(LATER), ..Self::new(ErrorCode::RateLimited, detail) }
    }

    /// As many requests of all wait as the server takes.
    pub(super) fn too_many_waiting_in_all() -> Self {
        let detail = "as many requests wait for events as the server takes: come back, or open a WebSocket";
        Self { retry_after: Some(LATER), ..Self::new(ErrorCode::Unavailable, detail) }
    }

    /// The server's own fault; `source` goes to the log only.
    pub fn internal(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        let detail = "something went wrong on the server; its log says what";
        Self { source: Some(source.into()), ..Self::new(ErrorCode::Internal, detail) }
    }

    /// What really happened, for the log.
    pub fn source_for_log(&self) -> Option<String> {
        self.source.as_ref().map(ToString::to_string)
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        let later = |code, detail: &str| Self {
            retry_after: Some(LATER),
            source: Some(error.to_string().into()),
            ..Self::new(code, detail)
        };
        match &error {
            StoreError::NoUser => Self::not_found("there is no such user"),
            StoreError::NoRoom => Self::not_found("there is no such room"),
            StoreError::NoSession => Self::not_found("there is no such session"),
            StoreError::NoMessage => Self::not_found("there is no such message"),
            StoreError::NoCursor => Self::bad_request("`before` is not the `next` of a page: search again without it"),
            StoreError::WrongFilter { filter, why } => Self::bad_request(format!("{filter}: {why}")),
            StoreError::NoReply => Self::bad_request("reply_to names no message of this room"),
            StoreError::NoUpload => Self::not_found("there is no such upload"),
            StoreError::BadUpload(why) => Self::bad_request(*why),
            StoreError::UsedUpload => {
                Self::forbidden("a message carries this file: delete the message, and it goes with it")
            }
            StoreError::TooManyBytes => Self::new(
                ErrorCode::TooLarge,
                "your files would take more space than this server gives you: delete messages with large ones first",
            ),
            StoreError::Blank => BodyError::Blank.into(),
            StoreError::NoReport => Self::not_found("there is no such report"),
            StoreError::NoHook => Self::not_found("there is no such hook"),
            StoreError::TooManyHooks => Self::bad_request("a room has at most 50 hooks: end one first"),
            StoreError::NoWebhook => Self::not_found("there is no such webhook"),
            StoreError::TooManyWebhooks => Self::bad_request("a room has at most 20 webhooks: end one first"),
            StoreError::NoBot => Self::not_found("you have no such bot"),
            StoreError::TooManyBots => Self::bad_request("a user has at most 20 bots: end one first"),
            StoreError::BotMaker => Self::forbidden("bots make no bots: ask the member who made this one"),
            StoreError::NoInvite => Self::not_found("there is no such invite"),
            StoreError::LastAdmin => {
                Self::forbidden("this is the server's last administrator: make somebody else one first")
            }
            StoreError::TooManyPeople => Self::bad_request("a direct room has at most 8 people: make a private room"),
            StoreError::GuestDirect => {
                Self::forbidden("guests cannot write to members first: choose a name, or wait to be written to")
            }
            StoreError::Slow(wait) => Self {
                detail: "this room is in slow mode: wait before the next message".to_owned(),
                ..Self::rate_limited(*wait)
            },
            StoreError::AdminTarget => {
                Self::forbidden("this is an administrator of the server: in public rooms only administrators do this")
            }
            StoreError::LastModerator => {
                Self::bad_request("this is the room's last moderator, and nobody is there to follow: add someone first")
            }
            StoreError::Oneself => Self::bad_request("this is for other users, not for yourself"),
            StoreError::Deleted => Self::bad_request("this message was deleted"),
            StoreError::NotAuthor => Self::forbidden("only its author may do this to a message"),
            StoreError::TooManyReactions => {
                Self::bad_request("a message has at most 20 kinds of reactions: use one that is there")
            }
            StoreError::TooManyPins => Self::bad_request("a room has at most 100 pinned messages: unpin one first"),
            StoreError::NoToken => Self::unauthorized("sign in first"),
            StoreError::NotMember => Self::forbidden("you are not a member of this room: join it first"),
            StoreError::NotAdmin => Self::forbidden("only an administrator of the server may do this: ask one"),
            StoreError::NotModerator => Self::forbidden("only a moderator of this room may do this: ask one"),
            StoreError::Banned => Self::forbidden("a moderator banned you from this room: ask one to end that"),
            StoreError::TheyAreBanned => {
                Self::forbidden("a moderator banned this user from the room: one must end that first")
            }
            StoreError::Muted(mute) => Self::muted(*mute),
            StoreError::Archived => {
                Self::forbidden("this room is archived: it can be read, and a moderator can open it again")
            }
            StoreError::DirectRoom => {
                Self::forbidden("a direct room keeps its people and has no moderators: make a private room instead")
            }
            StoreError::PasswordChanged => {
                Self::forbidden("the password was changed meanwhile: give the one that it is now as `current_password`")
            }
            StoreError::Guest => Self::bad_request("a guest can be given a role once they have chosen a name"),
            StoreError::NameTaken => Self::new(
                ErrorCode::NameTaken,
                "the name, or one that looks like it, is taken: choose another, or sign in if it is yours",
            ),
            StoreError::IdConflict => {
                Self::new(ErrorCode::IdConflict, "this id was used for something else: give a new one")
            }
            StoreError::BadCode => Self::forbidden("invalid code: wrong, already used or expired"),
            StoreError::Lobby => Self::forbidden("the lobby cannot be left"),
            StoreError::TooManyRooms => {
                Self::forbidden("you are a member of as many rooms as this server allows: leave one first")
            }
            StoreError::TheyHaveTooManyRooms => {
                Self::forbidden("someone whom you add is a member of as many rooms as this server allows")
            }
            StoreError::TooFast(wait) => Self::rate_limited(*wait),
            StoreError::Full => later(ErrorCode::StorageFull, "the server's disk is full: nothing was stored"),
            StoreError::Busy => later(ErrorCode::Unavailable, "the server is busy: send it again"),
            StoreError::Unavailable(_) => later(ErrorCode::Unavailable, "the database does not answer: send it again"),
            StoreError::Withheld => {
                later(ErrorCode::Unavailable, "an earlier message waits to be sent again: send that one first")
            }
            StoreError::Closed => later(ErrorCode::Unavailable, "the server is stopping: come back"),
            StoreError::Database(_) => Self::internal(error),
        }
    }
}

impl From<NameError> for Error {
    fn from(error: NameError) -> Self {
        Self::bad_request(error.to_string())
    }
}

impl From<LineError> for Error {
    fn from(error: LineError) -> Self {
        Self::bad_request(error.to_string())
    }
}

impl From<BodyError> for Error {
    fn from(error: BodyError) -> Self {
        let code = match error {
            BodyError::TooLong { .. } => ErrorCode::TooLarge,
            BodyError::Blank => ErrorCode::BadRequest,
        };
        Self::new(code, error.to_string())
    }
}

impl From<super::secret::NoRandomness> for Error {
    fn from(error: super::secret::NoRandomness) -> Self {
        Self::internal(error)
    }
}
