//! What the server is asked for over REST. What it says is an [`Answer`](super::input::Answer).

use chat_client::Page;
use chat_protocol::{
    HookId, MessageId, RoomId, Status, WebhookId,
    api::{AdminUserPatch, NewInvite, NewModeration, SettingsPatch},
};

use crate::state::Records;

/// What the server is asked for over REST.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Request {
    /// Messages before this position.
    Older {
        room: RoomId,
        /// The oldest position that is here.
        before: u64,
    },
    /// To become a member of a room, which is made if there is none.
    Join {
        name: String,
    },
    /// To leave a room.
    Part {
        room: RoomId,
    },
    /// The rooms that there are.
    Rooms,
    /// A page of a thread: the newest messages, or those before this position.
    Thread {
        room: RoomId,
        /// The message that it began with.
        first: MessageId,
        before: Option<u64>,
    },
    /// A page of older messages that were opened around one of them.
    Past {
        room: RoomId,
        around: MessageId,
        page: Page,
    },
    /// What was said, the newest first: from the beginning, or before this message.
    Search {
        query: String,
        before: Option<MessageId>,
    },
    /// The user's own settings of a room, and what to tell the user then.
    Settings {
        room: RoomId,
        patch: SettingsPatch,
        notice: String,
    },
    /// To ignore someone, or no longer.
    Ignore {
        name: String,
        on: bool,
    },
    /// How the user is; `None` for nothing.
    Status(Option<Status>),
    /// The direct room with someone, to say something there unless it is empty.
    Direct {
        name: String,
        text: String,
    },
    MakePrivate {
        name: String,
    },
    /// What a moderator does to a room or to someone in it.
    Moderate {
        room: RoomId,
        deed: Deed,
    },
    /// The pinned messages of a room.
    Pins {
        room: RoomId,
    },
    /// What the server keeps a record of, or what is older than this one of them.
    Records {
        records: Records,
        before: Option<u64>,
    },
    /// To close a report or end an invite.
    EndRecord {
        records: Records,
        id: u64,
    },
    /// To tell the moderators of a message.
    Report {
        message: MessageId,
        reason: Option<String>,
    },
    /// To be notified of replies in a thread, or no longer.
    Follow {
        thread: MessageId,
        on: bool,
    },
    /// An invite, which makes a newcomer a member of these rooms.
    Invite(NewInvite),
    /// A hook of a room, or another address for the one of this name.
    Hook {
        room: RoomId,
        name: String,
        replaces: bool,
    },
    /// To end a hook of a room.
    EndHook {
        room: RoomId,
        hook: HookId,
    },
    /// How long the messages of a room are kept.
    Retention {
        room: RoomId,
    },
    /// A webhook of a room, which sends these types of events.
    Webhook {
        room: RoomId,
        url: String,
        events: Vec<&'static str>,
    },
    /// To end a webhook.
    EndWebhook(WebhookId),
    /// To end the webhook of a room that sends to an address.
    EndWebhookTo {
        room: RoomId,
        url: String,
    },
    /// A bot of the user.
    Bot {
        name: String,
    },
    /// To end a bot of the user.
    EndBot {
        name: String,
    },
    /// What administrators change of a user.
    User {
        name: String,
        patch: AdminUserPatch,
    },
    Nick {
        name: String,
    },
    /// A code that signs in another device.
    Link,
    Password {
        /// The one of now, if there is one.
        current: Option<String>,
        new: String,
    },
}

/// What is done to a room, or to someone in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Deed {
    Add(String),
    Kick(String, Option<String>),
    /// Anything else that is done to someone.
    Act(NewModeration),
    Delete,
}
