//! What the keys mean now: writing, choosing a message, or one of the windows above the messages.

use std::ops::RangeInclusive;

use chat_protocol::{RoomId, UserId};

use super::timeline::EntryKey;
use crate::{bindings::Action, editor::Editor, input::Ticket, slash::Slash};

/// What has the keys.
#[derive(Debug)]
pub enum Mode {
    /// The composer.
    Compose,
    /// The messages: one is selected.
    Browse {
        /// Which.
        selected: EntryKey,
        /// The other end of a range of messages, if one is selected.
        from: Option<EntryKey>,
    },
    /// A list to choose from.
    List(Box<List>),
    /// The keys that work, scrolled down by so many rows.
    Help {
        /// What worked before the help was opened.
        from_browse: bool,
        /// Rows scrolled.
        scroll: usize,
    },
    /// A code that signs in another device.
    Link(LinkCard),
    /// A new password.
    Password(Box<PasswordForm>),
}

impl Mode {
    /// Selects another message, if the user is browsing; a range goes on to it.
    pub fn select(&mut self, key: EntryKey) {
        if let Self::Browse { selected, .. } = self {
            *selected = key;
        }
    }

    /// The messages that are selected, from the oldest to the newest, if they are a range.
    pub fn range(&self) -> Option<RangeInclusive<EntryKey>> {
        match *self {
            Self::Browse { selected, from: Some(from) } => Some(selected.min(from)..=selected.max(from)),
            _ => None,
        }
    }
}

/// A list of choices, filtered by what is typed.
#[derive(Debug)]
pub struct List {
    /// What is listed.
    pub source: Source,
    /// What was typed.
    pub query: Editor,
    /// The best first.
    pub choices: Vec<Choice>,
    /// The position of the one that Enter takes.
    pub chosen: usize,
    /// The key that asked for what is listed.
    pub ticket: Ticket,
    /// Why there is nothing to list.
    pub problem: Option<String>,
}

/// What a list lists.
#[derive(Debug)]
pub enum Source {
    /// Rooms, people and commands.
    Palette,
    /// The rooms that can be joined; `None` until the server has told.
    Rooms(Option<Vec<PublicRoom>>),
}

/// A room of the server.
#[derive(Debug, Clone)]
pub struct PublicRoom {
    /// Its id.
    pub id: RoomId,
    /// Its name.
    pub name: String,
    /// What it is about.
    pub topic: String,
    /// How many members it has.
    pub members: u64,
    /// Whether the user is one.
    pub joined: bool,
}

/// One row of a list.
#[derive(Debug, Clone)]
pub struct Choice {
    /// What Enter does.
    pub pick: Pick,
    /// What it says, with the sigil.
    pub text: String,
    /// Which characters of `text` were typed.
    pub matched: Vec<usize>,
    /// What stands at the right: a key, or a number of members.
    pub note: String,
    /// What stands between, dim.
    pub hint: String,
    /// What is not shown, but found by its words.
    pub about: &'static str,
}

/// What choosing a row does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pick {
    /// Goes to a room.
    Open(RoomId),
    /// Joins a room.
    Join(RoomId),
    /// Mentions somebody.
    Mention(UserId),
    /// Does what a key does.
    Act(Action),
    /// Begins a command in the composer, or runs it if it needs nothing more.
    Slash(Slash),
}

/// A code that signs in another device.
#[derive(Debug, Default)]
pub struct LinkCard {
    /// The key that asked for it.
    pub ticket: Ticket,
    /// `None` until the server has made it.
    pub link: Option<Link>,
    /// Why it made none.
    pub problem: Option<String>,
}

/// What the server made.
#[derive(Debug)]
pub struct Link {
    /// The code.
    pub code: String,
    /// For a browser.
    pub url: String,
    /// Rows of dark (true) and light modules of the QR code of `url`, with its quiet zone; empty if the URL is too
    /// long for one.
    pub modules: Vec<Vec<bool>>,
}

/// A form for a new password.
#[derive(Debug, Default)]
pub struct PasswordForm {
    /// Current, new, new again.
    pub fields: [Editor; 3],
    /// Which of them has the cursor.
    pub at: usize,
    /// What is wrong.
    pub problem: Option<String>,
    /// The key that asked the server: until it answers, nothing is typed here.
    pub waiting: Option<Ticket>,
    /// The password is set: the form only waits to be closed.
    pub done: bool,
}

impl PasswordForm {
    /// Whether something can be typed into it.
    pub fn is_open(&self) -> bool {
        self.waiting.is_none() && !self.done
    }

    /// What the fields are called.
    pub const LABELS: [&str; 3] = ["Current password", "New password", "New password again"];
}

/// Suggestions for the word at the cursor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    /// What they replace, in bytes of the draft.
    pub range: std::ops::Range<usize>,
    /// The best first.
    pub items: Vec<Suggestion>,
    /// The one that Enter takes; `None` until one was chosen.
    pub chosen: Option<usize>,
    /// Whether the chosen one is in the draft already: Tab then puts the next one in its place.
    pub inserted: bool,
}

impl Completion {
    /// What is suggested.
    pub fn kind(&self) -> &'static str {
        match self.items.first().and_then(|item| item.label.chars().next()) {
            Some('@') => "people",
            Some('#') => "rooms",
            _ => "commands",
        }
    }
}

/// A suggestion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// What goes into the draft.
    pub insert: String,
    /// What is shown.
    pub label: String,
    /// What stands beside it.
    pub hint: String,
}
