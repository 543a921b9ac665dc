//! What goes out of the loop: what is to be done on this machine, or with the client library.

use std::ops::Range;

use chat_client::NewFile;
use chat_protocol::{Attachment, MessageId, RoomChanges, RoomId, UploadId, body::Body, emoji::Emoji};

use super::request::Request;
use crate::state::{PictureKey, Preferences, Ticket};

/// Something to be done by the loop.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Effect {
    Send {
        room: RoomId,
        body: Body,
        /// The message that it answers.
        reply_to: Option<MessageId>,
    },
    /// Send files.
    SendFiles {
        room: RoomId,
        /// A path may begin with `~`.
        files: Vec<NewFile>,
        /// Empty if nothing is said with them.
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
    /// Read a room's cached messages: `Answer::Cached` is there at once.
    ReadCached(RoomId),
    Reconnect,
    /// Ask the server for something; the answer comes with the same ticket.
    Ask(Ticket, Request),
    /// Put text into the terminal's clipboard.
    Copy(String),
    /// Make a picture ready to be drawn: `Answer::Picture`.
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
    /// Look whether one of these is the path of a file, and which: `Answer::Dropped` is there at once.
    LookForFile {
        ticket: Ticket,
        paths: Vec<String>,
        /// Where it stands in the draft.
        pasted: Range<usize>,
    },
    /// Look what the clipboard holds that can be sent: `Answer::Clipboard`.
    ReadClipboard(Ticket),
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
