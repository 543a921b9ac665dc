//! What the server keeps a record of, as lists that are read and acted on by keys: reports, invites, hooks, webhooks, bots, the audit, earlier texts
//! of a message and who reacted to it.

use chat_protocol::{HookId, MessageId, RoomId, WebhookId};

/// Which records a list shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Records {
    /// Reports that wait for the user as a moderator.
    Reports,
    /// Invites that can still be used.
    Invites,
    /// The hooks of a room.
    Hooks(RoomId),
    /// The webhooks of a room.
    Webhooks(RoomId),
    /// The bots of the user.
    Bots,
    /// Who did what.
    Audit,
    /// The earlier texts of a message.
    Edits(MessageId),
    /// Who reacted to a message.
    Reactions(MessageId),
}

impl Records {
    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::Reports => "reports · Enter goes to the message · x closes a report",
            Self::Invites => "invites · x ends one",
            Self::Hooks(_) => "hooks of this room · x ends one",
            Self::Webhooks(_) => "webhooks of this room · x ends one",
            Self::Bots => "your bots · x ends one",
            Self::Audit => "audit: who did what · Enter goes to the room",
            Self::Edits(_) => "earlier texts · Enter copies one",
            Self::Reactions(_) => "reactions",
        }
    }

    /// What stands there if there are none.
    pub(crate) const fn none(self) -> &'static str {
        match self {
            Self::Reports => "nothing waits for you",
            Self::Invites => "no invite can be used: /invite makes one",
            Self::Hooks(_) => "no program posts here: /hook NAME lets one",
            Self::Webhooks(_) => "nothing is sent from here: /webhook add URL does",
            Self::Bots => "you have no bots: /bot add NAME makes one",
            Self::Audit => "nothing was done yet",
            Self::Edits(_) => "it has no earlier text",
            Self::Reactions(_) => "nobody reacted: + does",
        }
    }
}

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Record {
    /// Names it to the server.
    pub(crate) id: u64,
    /// What it says.
    pub(crate) text: String,
    /// What stands beside it, dim.
    pub(crate) hint: String,
    /// When it was.
    pub(crate) note: String,
    pub(crate) goal: Goal,
    /// It was closed from here. It stays where it is, so that no key takes another one than was seen.
    pub(crate) is_ended: bool,
}

/// What Enter does with a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Goal {
    Nothing,
    Room(RoomId),
    Message {
        room: RoomId,
        id: MessageId,
        /// Its position in the room.
        seq: u64,
    },
    Copy(String),
    /// Nothing, but it can be ended.
    Hook(HookId),
    /// The same for a webhook.
    Webhook(WebhookId),
    /// The same for a bot, by its name.
    Bot(String),
}
