//! What the keys mean now: writing, choosing a message, or one of the windows above the messages.

use std::ops::RangeInclusive;

use chat_protocol::{MessageId, RoomId, UserId};

use super::{
    records::{Record, Records},
    timeline::EntryKey,
};
use crate::{
    keys::{bindings::Action, slash::Slash},
    state::Ticket,
    text::editor::Editor,
};

/// What has the keys.
#[derive(Debug)]
pub(crate) enum Mode {
    Compose,
    /// The messages: one is selected.
    Select {
        selected: EntryKey,
        /// The other end of a range of messages, if one is selected.
        from: Option<EntryKey>,
    },
    /// A list to choose from.
    List(Box<List>),
    /// The search: what it found is in the state, and stays there.
    Search,
    /// The keys that work, scrolled down by so many rows.
    Help {
        /// What worked before the help was opened.
        from_select: bool,
        /// Rows scrolled.
        scroll: usize,
    },
    /// A code that signs in another device.
    Link(LinkCard),
    Password(Box<PasswordForm>),
}

impl Mode {
    /// Selects another message, if the user is selecting; a range goes on to it.
    pub(crate) fn select(&mut self, key: EntryKey) {
        if let Self::Select { selected, .. } = self {
            *selected = key;
        }
    }

    /// The entry that is selected, if the user is selecting.
    pub(crate) fn selected(&self) -> Option<EntryKey> {
        match *self {
            Self::Select { selected, .. } => Some(selected),
            _ => None,
        }
    }

    /// The messages that are selected, from the oldest to the newest, if they are a range.
    pub(crate) fn range(&self) -> Option<RangeInclusive<EntryKey>> {
        match *self {
            Self::Select { selected, from: Some(from) } => Some(selected.min(from)..=selected.max(from)),
            _ => None,
        }
    }
}

/// A list of choices, filtered by what is typed.
#[derive(Debug)]
pub(crate) struct List {
    pub(crate) source: Source,
    pub(crate) query: Editor,
    /// The best first.
    pub(crate) choices: Vec<Choice>,
    /// The position of the one that Enter takes.
    pub(crate) chosen: usize,
    /// The key that asked for what is listed.
    pub(crate) ticket: Ticket,
    /// Why there is nothing to list.
    pub(crate) problem: Option<String>,
    /// Older records may follow this one, and were not asked for.
    pub(crate) older: Option<u64>,
    /// The message that was selected when it was opened: a command that is chosen is about that one.
    pub(crate) over: Option<EntryKey>,
}

impl List {
    /// Whether it is acted on by keys, and not filtered by what is typed.
    pub(crate) fn is_records(&self) -> bool {
        matches!(self.source, Source::Records(..))
    }
}

/// What a list lists.
#[derive(Debug)]
pub(crate) enum Source {
    /// Rooms, people and commands.
    Palette,
    /// The rooms that can be joined; `None` until the server has answered.
    Rooms(Option<Vec<PublicRoom>>),
    /// The pinned messages of a room, and their first words; `None` until the server has answered.
    Pins(RoomId, Option<Vec<Pinned>>),
    /// Emojis to answer this message with.
    Emojis(MessageId),
    /// What the server keeps a record of; `None` until it has answered.
    Records(Records, Option<Vec<Record>>),
}

/// A pinned message.
#[derive(Debug, Clone)]
pub(crate) struct Pinned {
    pub(crate) id: MessageId,
    pub(crate) seq: u64,
    /// Who said it and its first words.
    pub(crate) words: String,
}

/// A room of the server.
#[derive(Debug, Clone)]
pub(crate) struct PublicRoom {
    pub(crate) id: RoomId,
    pub(crate) name: String,
    /// What it is about.
    pub(crate) topic: String,
    /// How many members it has.
    pub(crate) members: u64,
    /// Whether the user is one.
    pub(crate) joined: bool,
}

/// One row of a list.
#[derive(Debug, Clone)]
pub(crate) struct Choice {
    pub(crate) pick: Pick,
    /// What it says, with the sigil.
    pub(crate) text: String,
    /// Which characters of `text` were typed.
    pub(crate) matched: Vec<usize>,
    /// What stands at the right: a key, or a number of members.
    pub(crate) note: String,
    /// What stands between, dim.
    pub(crate) hint: String,
    /// What is not shown, but found by its words.
    pub(crate) about: &'static str,
}

/// What choosing a row does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pick {
    /// Goes to a room.
    Open(RoomId),
    Join(RoomId),
    Mention(UserId),
    /// Selects a message of the room on the screen.
    Message {
        id: MessageId,
        /// Its position in the room.
        seq: u64,
    },
    /// Does what there is to do with the record at this position.
    Record(usize),
    /// Answers a message with an emoji, or takes that back.
    React(MessageId, &'static str),
    /// Does what a key does.
    Act(Action),
    /// Begins a command in the composer, or runs it if it needs nothing more.
    Slash(Slash),
}

/// A code that signs in another device, or invites someone.
#[derive(Debug, Default)]
pub(crate) struct LinkCard {
    pub(crate) kind: LinkKind,
    /// The key that asked for it.
    pub(crate) ticket: Ticket,
    /// `None` until the server has made it.
    pub(crate) link: Option<Link>,
    /// Why it made none.
    pub(crate) problem: Option<String>,
}

/// What a code is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum LinkKind {
    /// To sign in another device of the user.
    #[default]
    Device,
    /// To become a user.
    Invite,
    /// An address for programs, which has no code of its own.
    Hook,
    /// The token of a bot, in the place of the address.
    Bot,
    /// The secret of a webhook, in the place of the address.
    Webhook,
}

/// What the server made.
#[derive(Debug)]
pub(crate) struct Link {
    pub(crate) code: String,
    pub(crate) url: String,
    /// Rows of dark (true) and light modules of the QR code of `url`, with its quiet zone; empty if the URL is too
    /// long for one.
    pub(crate) modules: Vec<Vec<bool>>,
    /// How long and how often it is good.
    pub(crate) good: String,
}

/// A form for a new password.
#[derive(Debug, Default)]
pub(crate) struct PasswordForm {
    /// Current, new, new again.
    pub(crate) fields: [Editor; 3],
    /// Which of them has the cursor.
    pub(crate) at: usize,
    pub(crate) problem: Option<String>,
    /// The key that asked the server: until it answers, nothing is typed here.
    pub(crate) waiting: Option<Ticket>,
    /// The password is set: the form only waits to be closed.
    pub(crate) done: bool,
}

impl PasswordForm {
    /// Whether something can be typed into it.
    pub(crate) fn is_open(&self) -> bool {
        self.waiting.is_none() && !self.done
    }

    /// What the fields are called.
    pub(crate) const LABELS: [&str; 3] = ["Current password", "New password", "New password again"];
}

/// Suggestions for the word at the cursor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Completion {
    /// What they replace, in bytes of the draft.
    pub(crate) range: std::ops::Range<usize>,
    /// The best first.
    pub(crate) items: Vec<Suggestion>,
    /// The one that Enter takes; `None` until one was chosen.
    pub(crate) chosen: Option<usize>,
    /// Whether the chosen one is in the draft already: Tab then puts the next one in its place.
    pub(crate) inserted: bool,
}

impl Completion {
    /// Chooses the next suggestion, or the one before; the first time the first one, or the last.
    pub(crate) fn next(&mut self, by: isize) {
        let count = self.items.len();
        let next = |at: usize| at.saturating_add(count).saturating_add_signed(by) % count.max(1);
        self.chosen = Some(match self.chosen {
            Some(at) if self.inserted => next(at),
            Some(at) => at,
            None if by < 0 => count.saturating_sub(1),
            None => 0,
        });
    }

    pub(crate) fn kind(&self) -> &'static str {
        match self.items.first().and_then(|item| item.label.chars().next()) {
            Some('@') => "people",
            Some('#') => "rooms",
            Some('/') => "commands",
            Some(':') => "emojis",
            _ => "words",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Suggestion {
    /// What goes into the draft.
    pub(crate) insert: String,
    pub(crate) label: String,
    /// What stands beside it.
    pub(crate) hint: String,
}
