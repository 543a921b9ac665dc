//! What the server says over the WebSocket: events of rooms, and answers to commands.

use serde::{Deserialize, Serialize};

use crate::{
    Epoch, ErrorCode, Limits, LogEntry, LogEvent, Message, MessageId, Notify, Room, RoomId, SessionId, Timestamp, User,
    UserId, UserRef, api::ServerInfo,
};

/// Why a client must drop what it has cached of a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResetReason {
    /// The cursor belongs to another history: a backup was restored.
    Epoch,
    /// The cursor is ahead of the room.
    Ahead,
    /// The event at the cursor is not the one that the client knows.
    Mismatch,
    /// Too many events were missed to send them all. A client takes a reason that it does not know for this one.
    #[serde(other)]
    TooFar,
}

/// Why a room is no longer among yours.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RemovalReason {
    /// A moderator removed you; you may come back.
    Kicked,
    /// A moderator removed you, and keeps you out.
    Banned,
    /// The room was removed for ever.
    Deleted,
    /// You left, on this device or another. A client takes a reason that it does not know for this one.
    #[default]
    #[serde(other)]
    Left,
}

/// One user's coming, going or being away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PresenceChange {
    /// Who.
    pub user: UserRef,
    /// Whether they are here now.
    pub online: bool,
    /// Whether nobody is at any of their devices.
    #[serde(default)]
    pub away: bool,
}

/// A frame from the server.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", expecting = "a field of the event is missing or malformed")]
#[allow(clippy::large_enum_variant, reason = "the large one, Welcome, comes once a connection")]
pub enum Event {
    /// The answer to `Hello`.
    Welcome {
        /// Who you are.
        user: User,
        /// Which of your devices this is.
        session: SessionId,
        /// The history that cursors belong to.
        epoch: Epoch,
        /// Whom you talk to.
        server: ServerInfo,
        /// Your rooms.
        rooms: Vec<Room>,
        /// What you may send.
        limits: Limits,
        /// Users whose messages do not notify you.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        ignored: Vec<UserId>,
        /// Threads that you follow, by the message that each began with: replies there notify you.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        followed_threads: Vec<MessageId>,
    },
    /// Everything up to the `last_seq` in `Welcome` has been sent.
    Live {},
    /// You joined a room, on this device or another. `last_seq` is that before your own `UserJoined`.
    RoomAdded {
        /// The room.
        room: Room,
    },
    /// You are no longer a member of a room, or it is gone.
    RoomRemoved {
        /// Its id.
        room_id: RoomId,
        /// Why.
        #[serde(default)]
        why: RemovalReason,
        /// Who did it, if it was not you.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<UserRef>,
        /// Why they did it, in their words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// Your own settings of a room, on all your devices.
    RoomSettings {
        /// Where.
        room: RoomId,
        /// What notifies you.
        notify: Notify,
        /// Whether you keep it above other rooms.
        favourite: bool,
        /// Whether you do not want to see it.
        hidden: bool,
    },
    /// Whom you ignore, on all your devices.
    Ignored {
        /// All of them.
        users: Vec<UserId>,
    },
    /// You follow a thread now, or no longer, on all your devices: replies there notify you.
    ThreadFollowed {
        /// The message that the thread began with.
        message_id: MessageId,
        /// Whether you do.
        following: bool,
    },
    /// The people of a room in focus.
    Members {
        /// Where.
        room: RoomId,
        /// How many members it has.
        total: u64,
        /// How many users are here now.
        online: u64,
        /// The first 200: online first, then by name.
        members: Vec<User>,
        /// Those of them who moderate the room.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        moderators: Vec<UserId>,
    },
    /// Someone is writing in a room in focus.
    UserTyping {
        /// Where.
        room: RoomId,
        /// Who.
        user: UserRef,
    },
    /// They no longer are.
    UserStoppedTyping {
        /// Where.
        room: RoomId,
        /// Who.
        user: UserRef,
    },
    /// People came to or went from a room in focus.
    Presence {
        /// Where.
        room: RoomId,
        /// How many are here now.
        online: u64,
        /// Who changed; empty in a room with over 500 online.
        changes: Vec<PresenceChange>,
    },
    /// Someone changed their name, display name, colour or role.
    UserUpdated {
        /// As they are now.
        user: User,
    },
    /// Your read position, on all your devices.
    ReadMarker {
        /// Where.
        room: RoomId,
        /// Up to where you have read.
        seq: u64,
        /// Messages of others after it.
        unread: u64,
        /// Those of them that mention you.
        mentions: u64,
    },
    /// A command was carried out; a message is on disk.
    Ack {
        /// The command's id.
        id: MessageId,
        /// The room.
        room: RoomId,
        /// The message's position.
        seq: u64,
    },
    /// A command was refused.
    Error {
        /// The command's id, if it had one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        id: Option<MessageId>,
        /// In one word.
        code: ErrorCode,
        /// What to do about it.
        detail: String,
        /// Try again after this many milliseconds.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        retry_after_ms: Option<u64>,
        /// When a mute ends; null for never. Absent where it is no mute.
        #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "crate::api::present")]
        until: Option<Option<Timestamp>>,
        /// Refused only because this earlier message waits to be sent again.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        after: Option<MessageId>,
    },
    /// Drop what is cached of the room, load its newest page, go on from `last_seq`.
    Reset {
        /// Which room.
        room: RoomId,
        /// Where the events of this connection go on.
        last_seq: u64,
        /// When that event happened.
        at: Option<Timestamp>,
        /// Why.
        why: ResetReason,
    },
    /// The server is about to stop.
    Draining {
        /// When to come back, in milliseconds.
        retry_after_ms: u64,
    },
    /// The answer to `Ping`.
    Pong {
        /// As it was sent.
        n: u64,
    },
    /// An event of a room's log: the frames with `room`, `seq` and `at`.
    #[serde(untagged)]
    Logged(LogEntry),
}

/// A frame as a client receives it: the server may be newer than the client.
#[derive(Debug, Clone, PartialEq)]
pub enum Received {
    /// A frame that this version knows.
    Known(Box<Event>),
    /// A logged event of a newer kind: it moves the cursor and nothing else.
    UnknownLogged {
        /// Where.
        room: RoomId,
        /// Position in the room's log.
        seq: u64,
        /// When.
        at: Timestamp,
    },
    /// Another frame of a newer kind.
    Unknown,
}

impl Event {
    /// The entry of a room's log; `None` for all other events.
    pub fn logged(&self) -> Option<&LogEntry> {
        match self {
            Self::Logged(entry) => Some(entry),
            _ => None,
        }
    }

    /// The message, if it is the event of one.
    pub fn message(&self) -> Option<&Message> {
        self.logged()?.event.message()
    }
}

impl Received {
    /// Reads a text frame.
    ///
    /// # Errors
    /// When it is not a JSON object with a `type`, or a known type lacks its fields.
    pub fn parse(text: &str) -> Result<Self, serde_json::Error> {
        // Nearly all frames are these, and all others end it at their `type`.
        let malformed_entry = match serde_json::from_str(text) {
            Ok(entry) => return Ok(Self::Known(Box::new(Event::Logged(entry)))),
            Err(failure) => failure,
        };
        #[derive(Deserialize)]
        struct Tagged {
            r#type: String,
        }
        let Tagged { r#type } = serde_json::from_str(text)?;
        if LogEvent::TYPES.contains(&r#type.as_str()) {
            return Err(malformed_entry);
        }
        if TYPES.contains(&r#type.as_str()) {
            return Ok(Self::Known(serde_json::from_str(text)?));
        }
        #[derive(Deserialize)]
        struct Position {
            room: RoomId,
            seq: u64,
            at: Timestamp,
        }
        Ok(match serde_json::from_str(text) {
            Ok(Position { room, seq, at }) => Self::UnknownLogged { room, seq, at },
            Err(_) => Self::Unknown,
        })
    }
}

/// Every `type` that a server of this version sends, beside those of the log.
const TYPES: [&str; 18] = [
    "Welcome",
    "Live",
    "RoomAdded",
    "RoomRemoved",
    "RoomSettings",
    "Ignored",
    "ThreadFollowed",
    "Members",
    "UserTyping",
    "UserStoppedTyping",
    "Presence",
    "UserUpdated",
    "ReadMarker",
    "Ack",
    "Error",
    "Reset",
    "Draining",
    "Pong",
];

#[cfg(test)]
mod tests {
    use super::*;

    const ROOM: &str = "01890a5d-ac96-774b-bcce-b302099a8057";

    #[test]
    fn a_newer_logged_event_still_moves_the_cursor() {
        let text = format!(r#"{{"type":"PollClosed","room":"{ROOM}","seq":7,"at":"2026-01-01T00:00:00.000Z","x":1}}"#);
        let received = Received::parse(&text).unwrap();
        assert!(matches!(received, Received::UnknownLogged { seq: 7, .. }), "{received:?}");
    }

    #[test]
    fn a_newer_ephemeral_event_is_nothing() {
        assert_eq!(Received::parse(r#"{"type":"Wave","room":"x"}"#).unwrap(), Received::Unknown);
    }

    #[test]
    fn a_known_type_without_its_fields_is_an_error() {
        assert!(Received::parse(r#"{"type":"Ack"}"#).is_err());
        assert!(Received::parse("[]").is_err());
    }

    #[test]
    fn unknown_words_fall_back_as_the_protocol_says() {
        let text = format!(r#"{{"type":"Reset","room":"{ROOM}","last_seq":1,"at":null,"why":"solar_flare"}}"#);
        let Received::Known(event) = Received::parse(&text).unwrap() else { panic!("known") };
        assert!(matches!(*event, Event::Reset { why: ResetReason::TooFar, .. }));
        let Received::Known(event) = Received::parse(r#"{"type":"Error","code":"odd","detail":""}"#).unwrap() else {
            panic!("known")
        };
        assert!(matches!(*event, Event::Error { code: ErrorCode::BadRequest, .. }));
    }
}
