//! Everything that can change in the file. What belongs together is one change, so that no crash can part it.

use chat_protocol::{Cursor, Epoch, ErrorCode, LogEvent, Message, MessageId, Room, RoomId, Timestamp, User};

use super::drafts::Draft;
use crate::{Entry, EntryFile};

#[derive(Debug)]
pub(crate) enum Change {
    /// The server named its history, the user and their rooms, each with the cursor to begin from if it has none.
    /// What belongs to another history or another room goes.
    Welcome {
        epoch: Epoch,
        user: User,
        rooms: Vec<Room>,
    },
    /// A room was joined; its events begin after its `last_seq`.
    RoomAdded {
        epoch: Epoch,
        room: Room,
    },
    /// A room was left.
    RoomRemoved {
        room: RoomId,
    },
    /// A logged event: moves the cursor by one, and brings what it says. Ignored where the file is elsewhere, because
    /// another process of this account wrote it first.
    Logged {
        epoch: Epoch,
        room: RoomId,
        seq: u64,
        at: Timestamp,
        changed: Option<Room>,
        event: Option<Box<LogEvent>>,
    },
    /// What is known of a room is void; its events go on after this cursor.
    Reset {
        epoch: Epoch,
        room: RoomId,
        cursor: Cursor,
    },
    /// The newest messages of a room, asked for when there were none.
    Page {
        epoch: Epoch,
        room: RoomId,
        messages: Vec<Message>,
    },
    /// Something about a room changed that is not logged.
    Room {
        room: Room,
    },
    User {
        user: User,
    },
    /// What is being written; empty for nothing.
    Draft(Draft),
    /// A read position that the server does not know yet; `None` when it does.
    Read {
        room: RoomId,
        wanted: Option<(u64, bool)>,
    },
    /// A room stands for one that is not known, and messages for it follow.
    StandIn {
        room: Room,
    },
    /// It is known which room that is: what was written for the one is for the other.
    Move {
        from: RoomId,
        to: RoomId,
    },
    /// A new message in the outbox. Answers with its place in the order.
    Queue {
        entry: Entry,
        /// Whether it is sent at once, and no mark of its own will say so.
        tried: bool,
    },
    /// What waits in the outbox is about to be sent: from now on the server may have it.
    Tried,
    /// These were taken back before they were sent.
    Withdraw {
        ids: Vec<MessageId>,
    },
    /// The server has the message, or the user gave it up.
    Unqueue {
        id: MessageId,
    },
    /// The files of a message that waits got further.
    Files {
        id: MessageId,
        files: Vec<EntryFile>,
    },
    /// A message that waits was changed by a command about it, which is done with that.
    Rewrite {
        message: MessageId,
        body: String,
        command: MessageId,
    },
    /// The server refused the message, or it is to be tried again (`None`).
    Failure {
        id: MessageId,
        failure: Option<(ErrorCode, String)>,
    },
}

impl Change {
    /// For the log: what it is, and never what it says.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Welcome { .. } => "welcome",
            Self::RoomAdded { .. } => "room added",
            Self::RoomRemoved { .. } => "room removed",
            Self::Logged { .. } => "event",
            Self::Reset { .. } => "reset",
            Self::Page { .. } => "page",
            Self::Room { .. } => "room",
            Self::User { .. } => "user",
            Self::Draft(_) => "draft",
            Self::Read { .. } => "read position",
            Self::StandIn { .. } => "direct room to be made",
            Self::Move { .. } => "direct room known",
            Self::Queue { .. } => "message to send",
            Self::Tried => "messages about to be sent",
            Self::Withdraw { .. } => "messages withdrawn",
            Self::Unqueue { .. } => "message sent",
            Self::Files { .. } => "files of a message",
            Self::Rewrite { .. } => "message rewritten",
            Self::Failure { .. } => "message refused",
        }
    }

    /// Whether it says what the user wants, and not what the server sent, which sends it again.
    pub(super) fn is_of_the_user(&self) -> bool {
        match self {
            Self::Draft(_)
            | Self::Read { .. }
            | Self::StandIn { .. }
            | Self::Move { .. }
            | Self::Queue { .. }
            | Self::Tried
            | Self::Withdraw { .. }
            | Self::Unqueue { .. }
            | Self::Files { .. }
            | Self::Rewrite { .. }
            | Self::Failure { .. } => true,
            Self::Welcome { .. }
            | Self::RoomAdded { .. }
            | Self::RoomRemoved { .. }
            | Self::Logged { .. }
            | Self::Reset { .. }
            | Self::Page { .. }
            | Self::Room { .. }
            | Self::User { .. } => false,
        }
    }

    /// Whether it takes the place of an older one that is not written yet.
    pub(super) fn replaces(&self, older: &Self) -> bool {
        match (self, older) {
            (Self::Draft(draft), Self::Draft(other)) => draft.replaces(other),
            (Self::Read { room, .. }, Self::Read { room: other, .. }) => room == other,
            (Self::Files { id, .. }, Self::Files { id: other, .. }) => id == other,
            _ => false,
        }
    }

    /// Whether a text goes with it that must be gone from the disk, too.
    pub(super) fn erases(&self) -> bool {
        match self {
            Self::Logged { event, .. } => {
                matches!(event.as_deref(), Some(LogEvent::MessageDeleted { .. } | LogEvent::MessageEdited { .. }))
            }
            // What was deleted meanwhile is among what goes.
            Self::Reset { .. } | Self::RoomRemoved { .. } => true,
            Self::Withdraw { .. } | Self::Rewrite { .. } => true,
            _ => false,
        }
    }

    /// Whether a power failure must not take it back once it is written.
    pub(super) fn is_precious(&self) -> bool {
        matches!(self, Self::Queue { .. } | Self::Tried)
    }
}
