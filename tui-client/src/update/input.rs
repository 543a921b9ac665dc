//! What comes into the loop: what the user and the terminal do, what the client tells, what was answered.

use std::{ops::Range, path::PathBuf};

use chat_client::{Entry, Page, Update};
use chat_protocol::{
    HookId, Message, MessageId, Reaction, Room, RoomId, Token, UploadId, User, WebhookId,
    api::{AuditEntry, Edit, Hook, Invite, MessagesPage, Report, SearchPage, Webhook},
};

use crate::{
    keys::key::Key,
    state::{Method, Picture, PictureKey, Records, Spot, Ticket, geometry::Size},
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
    /// An answer to `Effect::Ask` or `Effect::ReadCached`.
    Answer(Answer),
    /// Nothing but that time has passed.
    Time,
    /// The terminal or the system wants the program to end.
    Terminate,
}

/// What the server or the disk said. An error is a text that tells the user what to do.
#[derive(Debug)]
pub(crate) enum Answer {
    /// To `Effect::ReadCached`.
    Cached { room: RoomId, messages: Vec<Message> },
    /// To `Request::Older`.
    Older { room: RoomId, result: Result<MessagesPage, String> },
    /// To `Request::Join`: the room, and whether it was made.
    Joined(Ticket, Result<(Box<Room>, bool), String>),
    /// To `Request::Part`: only a refusal is an answer; the room goes when it was left.
    Left(Result<(), String>),
    /// To what needs no more than a word: what to tell the user; empty if the room shows it.
    Done(Result<String, String>),
    /// To `Request::Rooms`.
    Rooms(Ticket, Result<Vec<Room>, String>),
    /// To `Request::Link`: the code and the address.
    Link(Ticket, Result<(String, String), String>),
    /// To `Request::Password`.
    Password(Ticket, Result<(), String>),
    /// To `Request::Thread`.
    Thread { room: RoomId, first: MessageId, result: Result<MessagesPage, String> },
    /// To `Request::Past`.
    Past { room: RoomId, around: MessageId, page: Page, result: Result<MessagesPage, String> },
    /// To `Request::Search`.
    Search { query: String, before: Option<MessageId>, result: Result<SearchPage, String> },
    /// To `Request::Direct`, with what is to be said there.
    Direct(Ticket, String, Result<Box<Room>, String>),
    /// To `Request::Records`.
    Records(Ticket, Result<Fetched, String>),
    /// To `Request::EndRecord`.
    Ended { records: Records, id: u64, result: Result<(), String> },
    /// To `Request::Invite`.
    Invite(Ticket, Result<Box<Invite>, String>),
    /// To `Request::Hook`.
    Hook(Ticket, Result<Box<Hook>, String>),
    /// To `Request::EndHook`.
    EndedHook { hook: HookId, result: Result<(), String> },
    /// To `Request::Webhook`.
    Webhook(Ticket, Result<Box<Webhook>, String>),
    /// To `Request::EndWebhook` and `Request::EndWebhookTo`.
    EndedWebhook(Result<WebhookId, String>),
    /// To `Request::Bot`: its name and its token.
    Bot(Ticket, Result<(String, Token), String>),
    /// To `Request::EndBot`.
    EndedBot { name: String, result: Result<(), String> },
    /// To `Request::Pins`, the newest first.
    Pins { room: RoomId, result: Result<Vec<Message>, String> },
    /// To `Effect::LoadPicture`; nothing where it is not here and the network was not asked.
    Picture { picture: PictureKey, result: Result<Option<Picture>, String> },
    /// The pixels of a cell are others.
    Cell(Option<(u16, u16)>),
    /// To `Effect::LookForFile`: the whole path of the file, and its bytes.
    Dropped { ticket: Ticket, path: String, size: u64, pasted: Range<usize> },
    /// To `Effect::ReadClipboard`.
    Clipboard(Ticket, Result<Clipping, String>),
    /// So many bytes of a file that is being saved have come.
    Saving { file: UploadId, bytes: u64 },
    /// To `Effect::SaveFiles` and `Effect::OpenFile`: which files were wanted, where those are that came, and what to tell
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

/// What the clipboard holds that can be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Clipping {
    /// The bytes of a PNG.
    Picture(Vec<u8>),
    /// Where the files are that were copied, and how many bytes each has.
    Files(Vec<(PathBuf, u64)>),
}
