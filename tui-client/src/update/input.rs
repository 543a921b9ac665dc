//! What comes into the loop, and what goes out of it.

use std::ops::Range;

use chat_client::{Entry, Page, Update};
use chat_protocol::{
    Attachment, HookId, Message, MessageId, Reaction, Room, RoomChanges, RoomId, Status, Token, UploadId, User,
    WebhookId,
    api::{
        AdminUserPatch, AuditEntry, Edit, Hook, Invite, MessagesPage, NewInvite, NewModeration, Report, SearchPage,
        SettingsPatch, Webhook,
    },
    body::Body,
    emoji::Emoji,
};

use crate::{
    keys::key::Key,
    state::{Method, Picture, PictureKey, Preferences, Records, Spot, Ticket, geometry::Size},
};

#[derive(Debug)]
pub(crate) enum Input {
    /// A key was pressed.
    Key(Key),
    Paste(String),
    /// Several lines came at once: pasted without the terminal saying so, or typed ahead of a line that stalled.
    Lines(String),
    /// The wheel was turned: up is true.
    Wheel {
        /// Away from the user.
        up: bool,
    },
    /// The mouse was clicked on this, or on nothing.
    Click(Option<Spot>),
    /// The terminal has another size.
    Resize(Size),
    /// The window got or lost the focus.
    Focus(bool),
    /// The terminal says how bright its background is.
    Background {
        /// Dark letters are read better there.
        light: bool,
    },
    /// The terminal says that it can draw pictures so.
    Draws(Method),
    /// An update of the client library.
    Client(Box<Update>),
    /// An answer to [`Effect::Ask`] or [`Effect::ReadCached`].
    Answer(Answer),
    /// Nothing but that time has passed.
    Time,
    /// The terminal or the system wants the program to end.
    Terminate,
}

/// Something to be done by the loop.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Effect {
    Send {
        room: RoomId,
        body: Body,
        /// The message that it answers.
        reply_to: Option<MessageId>,
    },
    /// Send a file of this machine.
    SendFile {
        room: RoomId,
        path: String,
        /// Empty if nothing is said with it.
        body: Body,
        reply_to: Option<MessageId>,
    },
    /// Say something to someone alone, whose direct room is not known.
    SendDirect {
        name: String,
        body: Body,
    },
    /// Change a message, as soon as the server can be reached.
    Change {
        room: RoomId,
        message: MessageId,
        change: Change,
    },
    /// Change a room, as soon as the server can be reached.
    UpdateRoom {
        room: RoomId,
        changes: RoomChanges,
    },
    /// Send a failed message again.
    Retry(MessageId),
    /// Give up a message.
    Forget(MessageId),
    /// This room is on the screen.
    Focus(RoomId),
    Typing(RoomId),
    /// The user does not write any more.
    StoppedTyping(RoomId),
    /// The user has read up to here.
    Read {
        room: RoomId,
        /// Up to which event.
        seq: u64,
    },
    /// The user has read up to here and not further.
    MarkUnread {
        room: RoomId,
        /// Up to which event.
        seq: u64,
    },
    SaveDraft {
        room: RoomId,
        text: String,
    },
    /// Read a room's cached messages: [`Answer::Cached`] is there at once.
    ReadCached(RoomId),
    Reconnect,
    /// Ask the server for something; the answer comes with the same ticket.
    Ask(Ticket, Request),
    /// Put text into the terminal's clipboard.
    Copy(String),
    /// Make a picture ready to be drawn: [`Answer::Picture`].
    LoadPicture {
        picture: PictureKey,
        file: Attachment,
        /// Whether the server may be asked for it.
        network: bool,
        /// Whether the background is light.
        light: bool,
        cell: (u16, u16),
    },
    /// Keep nothing of these files.
    ForgetPictures(Vec<Attachment>),
    /// Save files in a folder of this machine; an empty text is the one for downloads.
    SaveFiles {
        files: Vec<Attachment>,
        folder: String,
    },
    /// Look whether one of these is the path of a file, and which: [`Answer::Dropped`] is there at once.
    LookForFile {
        ticket: Ticket,
        paths: Vec<String>,
        /// Where it stands in the draft.
        pasted: Range<usize>,
    },
    /// Open a file with what the system has for it. It is saved before, unless it is here already.
    OpenFile {
        file: Attachment,
        path: Option<String>,
    },
    /// Let go of what is being saved.
    StopSaving(Vec<UploadId>),
    /// Open an http, https or mailto address outside of the terminal.
    Open(String),
    Repaint,
    /// Take the mouse, or leave it.
    Mouse(bool),
    /// Remember what the user wants of this program.
    SavePreferences(Preferences),
    /// Tell a user who looks elsewhere.
    Notify(Notification),
    /// Tell the server whether somebody is at this device.
    Away(bool),
    /// Stop, as the shell's job.
    Suspend,
    Quit,
}

/// What tells a user who looks elsewhere: the terminal rings, and says this unless it is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Notification {
    /// Who wrote, and where.
    pub(crate) title: String,
    /// The beginning of what they wrote.
    pub(crate) text: String,
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

/// What is to become of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Change {
    /// Another text.
    Edit(Body),
    Delete,
    React {
        emoji: Emoji,
        /// Whether it shall be there.
        on: bool,
    },
    /// Whether it shall be pinned.
    Pin(bool),
}

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

/// What the server or the disk said. An error is a text that tells the user what to do.
#[derive(Debug)]
pub(crate) enum Answer {
    /// To [`Effect::ReadCached`].
    Cached { room: RoomId, messages: Vec<Message> },
    /// To [`Request::Older`].
    Older { room: RoomId, result: Result<MessagesPage, String> },
    /// To [`Request::Join`]: the room, and whether it was made.
    Joined(Ticket, Result<(Box<Room>, bool), String>),
    /// To [`Request::Part`]: only a refusal is an answer; the room goes when it was left.
    Left(Result<(), String>),
    /// To what needs no more than a word: what to tell the user; empty if the room shows it.
    Done(Result<String, String>),
    /// To [`Request::Rooms`].
    Rooms(Ticket, Result<Vec<Room>, String>),
    /// To [`Request::Link`]: the code and the address.
    Link(Ticket, Result<(String, String), String>),
    /// To [`Request::Password`].
    Password(Ticket, Result<(), String>),
    /// To [`Request::Thread`].
    Thread { room: RoomId, first: MessageId, result: Result<MessagesPage, String> },
    /// To [`Request::Past`].
    Past { room: RoomId, around: MessageId, page: Page, result: Result<MessagesPage, String> },
    /// To [`Request::Search`].
    Search { query: String, before: Option<MessageId>, result: Result<SearchPage, String> },
    /// To [`Request::Direct`], with what is to be said there.
    Direct(Ticket, String, Result<Box<Room>, String>),
    /// To [`Request::Records`].
    Records(Ticket, Result<Fetched, String>),
    /// To [`Request::EndRecord`].
    Ended { records: Records, id: u64, result: Result<(), String> },
    /// To [`Request::Invite`].
    Invite(Ticket, Result<Box<Invite>, String>),
    /// To [`Request::Hook`].
    Hook(Ticket, Result<Box<Hook>, String>),
    /// To [`Request::EndHook`].
    EndedHook { hook: HookId, result: Result<(), String> },
    /// To [`Request::Webhook`].
    Webhook(Ticket, Result<Box<Webhook>, String>),
    /// To [`Request::EndWebhook`] and [`Request::EndWebhookTo`].
    EndedWebhook(Result<WebhookId, String>),
    /// To [`Request::Bot`]: its name and its token.
    Bot(Ticket, Result<(String, Token), String>),
    /// To [`Request::EndBot`].
    EndedBot { name: String, result: Result<(), String> },
    /// To [`Request::Pins`], the newest first.
    Pins { room: RoomId, result: Result<Vec<Message>, String> },
    /// To [`Effect::LoadPicture`]; nothing where it is not here and the network was not asked.
    Picture { picture: PictureKey, result: Result<Option<Picture>, String> },
    /// The pixels of a cell are others.
    Cell(Option<(u16, u16)>),
    /// To [`Effect::LookForFile`]: the whole path of the file, and its bytes.
    Dropped { ticket: Ticket, path: String, size: u64, pasted: Range<usize> },
    /// So many bytes of a file that is being saved have come.
    Saving { file: UploadId, bytes: u64 },
    /// To [`Effect::SaveFiles`] and [`Effect::OpenFile`]: which files were wanted, where those are that came, and what to tell
    /// the user.
    Saved { wanted: Vec<UploadId>, paths: Vec<(UploadId, String)>, result: Result<String, String> },
    /// A message that is being saved, or that the outbox did not take.
    Outbox(Entry),
}

/// What the server keeps a record of.
#[derive(Debug)]
pub(crate) enum Fetched {
    Reports(Vec<Report>),
    Invites(Vec<Invite>),
    Hooks(Vec<Hook>),
    Webhooks(Vec<Webhook>),
    Bots(Vec<User>),
    Audit(Vec<AuditEntry>),
    Edits(Vec<Edit>),
    Reactions(Vec<Reaction>),
}
