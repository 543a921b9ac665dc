//! One room as the user sees it: what happened, what is new, what is being written, how far it is scrolled.

mod facts;
mod unread;

use std::{collections::HashMap, rc::Rc};

use chat_protocol::{
    Attention, Message, MessageId, Notify, Room as RoomFacts, RoomId, RoomKind, RoomRole, Timestamp, UserId, UserRef,
    Viewer, name, terminal::SafeText,
};
use jiff::tz::TimeZone;

use super::{
    Attached, Ticket, Writing,
    people::Members,
    timeline::{EntryKey, Timeline},
};
use crate::text::{editor::Editor, time};

/// A row of the timeline that stays where it is on the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Anchor {
    /// The entry at the top of the pane.
    pub(crate) key: EntryKey,
    /// Which of its rows; negative ones lie above it, whatever is there.
    pub(crate) row: i32,
    /// Where in the entry's text that row began, and the width that was so in: in another width the same place of the
    /// text stays at the top.
    pub(crate) at: usize,
    /// The width of the text in cells.
    pub(crate) width: usize,
}

/// How far a room is scrolled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Scroll {
    /// At the newest entry, and following.
    #[default]
    Live,
    At(Anchor),
    /// At what was new when the room was opened; becomes one of the others when it is known what fits.
    Unread,
}

/// The line above what is new. It stays until the user leaves the room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Divider {
    /// The user had read up to here.
    pub(crate) after: u64,
    /// How many messages of others are below, as long as they are not read.
    pub(crate) count: u64,
}

/// A request for older messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Older {
    /// None under way.
    #[default]
    Idle,
    Loading,
    /// Refused; not asked for again before the user scrolls.
    Failed,
}

/// A message that older ones are loaded for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Sought {
    pub(crate) id: MessageId,
    /// Its position in the room.
    pub(crate) seq: u64,
    /// The key that asked for it.
    pub(crate) ticket: Ticket,
}

#[derive(Debug)]
pub(crate) struct Room {
    pub(crate) id: RoomId,
    /// Who looks at it.
    viewer: Rc<Viewer>,
    /// Its name, without `#`; of a direct room the names of its other people.
    pub(crate) name: SafeText,
    /// What it is about.
    pub(crate) topic: SafeText,
    /// What kind it is.
    pub(crate) kind: RoomKind,
    /// Everyone in a direct room.
    people: Vec<UserRef>,
    /// Whether nothing can be written any more.
    pub(crate) archived: bool,
    /// Seconds between two messages of a member; 0 for none.
    pub(crate) slow_seconds: u32,
    /// How many messages are pinned.
    pub(crate) pins: u64,
    /// Whether the server was asked which ones.
    pub(crate) knows_pins: bool,
    /// The one that was pinned last, and its first words as they were then.
    pub(crate) newest_pin: Option<(MessageId, String)>,
    /// What the user may do here.
    pub(crate) role: RoomRole,
    /// The user may write nothing until then, as far as it was seen; `Some(None)` is for ever.
    pub(crate) silenced: Option<Option<Timestamp>>,
    /// What of it notifies the user.
    pub(crate) notify: Notify,
    /// Whether the user keeps it above other rooms.
    pub(crate) favourite: bool,
    /// Whether the user does not want to see it.
    pub(crate) hidden: bool,
    /// Whether the user is no longer a member. Then it is a page with nothing but what the user wrote and nobody has.
    pub(crate) gone: bool,
    /// Whether the server never described it: its name was made up here.
    pub(crate) unknown: bool,
    pub(crate) timeline: Timeline,
    /// Whether the disk may have messages of it that are not in `timeline` yet.
    pub(crate) cached: bool,
    /// Who is in it.
    pub(crate) members: Members,
    pub(crate) typing: Vec<UserId>,
    /// What the user is writing.
    pub(crate) draft: Editor,
    /// What goes out with that.
    pub(crate) attached: Attached,
    /// What is being written to its threads.
    pub(crate) thread_drafts: HashMap<MessageId, Editor>,
    /// What goes out with that.
    pub(crate) thread_attached: HashMap<MessageId, Attached>,
    /// The message that it is the thread of, if it is one and no room.
    pub(crate) thread: Option<MessageId>,
    /// What that is to become.
    pub(crate) writing: Writing,
    /// The user marked something here as unread: it stays so until they come again.
    pub(crate) stays_unread: bool,
    /// How far it is scrolled.
    pub(crate) scroll: Scroll,
    pub(crate) divider: Option<Divider>,
    /// The user has read up to here.
    pub(crate) read_seq: u64,
    /// Messages of others after `read_seq`.
    pub(crate) unread: u64,
    /// Those of them that mention the user.
    pub(crate) mentions: u64,
    /// Events up to here are in `unread` and `mentions` already.
    counted: u64,
    /// Whether older messages are being loaded.
    pub(crate) older: Older,
    /// Whether they are to be loaded until the first unread one is here.
    pub(crate) seeks_unread: bool,
    /// The message that older ones are loaded for.
    pub(crate) seeks: Option<Sought>,
    /// When the user was here last, in steps of going from room to room; 0 is never.
    pub(crate) visited: u64,
}

impl Room {
    /// A room as the server or the cache describes it.
    pub(crate) fn new(facts: &RoomFacts, viewer: Rc<Viewer>) -> Self {
        let mut members = Members::default();
        members.total = facts.members;
        let mut room = Self {
            id: facts.id,
            name: SafeText::default(),
            topic: SafeText::default(),
            kind: facts.kind,
            people: Vec::new(),
            archived: false,
            slow_seconds: 0,
            pins: 0,
            knows_pins: false,
            newest_pin: None,
            role: RoomRole::Member,
            silenced: None,
            notify: Notify::default(),
            favourite: false,
            hidden: false,
            viewer,
            gone: false,
            unknown: chat_client::is_unknown(facts),
            timeline: Timeline::default(),
            cached: false,
            members,
            typing: Vec::new(),
            draft: Editor::default(),
            attached: Attached::default(),
            thread_drafts: HashMap::new(),
            thread_attached: HashMap::new(),
            thread: None,
            writing: Writing::default(),
            stays_unread: false,
            scroll: Scroll::Unread,
            divider: None,
            read_seq: facts.read_seq.unwrap_or(facts.last_seq),
            unread: facts.unread.unwrap_or(0),
            mentions: facts.mentions.unwrap_or(0),
            counted: facts.last_seq,
            older: Older::Idle,
            seeks_unread: false,
            seeks: None,
            visited: 0,
        };
        room.describe(facts);
        room
    }

    /// The name as one writes it, with `#` or `@`.
    pub(crate) fn label(&self) -> String {
        let sigil = if self.kind == RoomKind::Direct { '@' } else { '#' };
        format!("{sigil}{}", self.name)
    }

    /// The name as panes show it: a private room has a mark of its own.
    pub(crate) fn title(&self) -> String {
        if self.kind == RoomKind::Private { format!("⌂{}", self.name) } else { self.label() }
    }

    /// The one other person of a direct room of two.
    pub(crate) fn other(&self) -> Option<UserId> {
        let mut others = self.people.iter().filter(|person| person.id != self.viewer.id);
        others.next().filter(|_| others.next().is_none()).map(|person| person.id)
    }

    /// Whether it is the direct room with the user of this name alone; with one's own name, the notebook.
    pub(crate) fn is_direct_with(&self, name: &str) -> bool {
        let wanted = name::lookup(name);
        let mut others = self.people.iter().filter(|person| person.id != self.viewer.id);
        let other = others.next().or(self.people.first());
        self.kind == RoomKind::Direct
            && others.next().is_none()
            && wanted.is_some()
            && other.is_some_and(|person| name::lookup(&person.name) == wanted)
    }

    /// Why the user can write nothing here now, and what to do; `None` if they can.
    pub(crate) fn closed(&self, now: Timestamp, zone: &TimeZone) -> Option<String> {
        if self.gone {
            return Some(self.gone_notice());
        }
        if self.archived {
            let how =
                if self.is_moderated_by_me() { "/unarchive opens it again" } else { "a moderator can open it again" };
            return Some(format!("{} is archived: {how}", self.label()));
        }
        match self.silenced? {
            Some(until) if until <= now => None,
            Some(until) => Some(format!("you are muted here until {}: you can read", time::until(until, now, zone))),
            None => Some("you are muted here: you can read, a moderator ends it".to_owned()),
        }
    }

    /// A part of it, as a room without messages: a thread, or older messages.
    pub(super) fn apart(&self, thread: Option<MessageId>) -> Self {
        let mut part = Self::new(&chat_client::unknown_room(self.id), Rc::clone(&self.viewer));
        part.name.clone_from(&self.name);
        (part.kind, part.gone, part.unknown, part.thread) = (self.kind, self.gone, false, thread);
        (part.archived, part.role, part.silenced) = (self.archived, self.role, self.silenced);
        part
    }

    /// What a part of it becomes when the room changes.
    pub(crate) fn like(&mut self, room: &Self) {
        (self.archived, self.role, self.silenced) = (room.archived, room.role, room.silenced);
    }

    /// Whether the user moderates it.
    pub(crate) fn is_moderated_by_me(&self) -> bool {
        self.role == RoomRole::Moderator
    }

    /// Whether nothing of it notifies the user.
    pub(crate) fn is_muted(&self) -> bool {
        self.notify == Notify::None
    }

    /// The same room, seen by someone who ignores others.
    pub(crate) fn set_viewer(&mut self, viewer: Rc<Viewer>) {
        self.viewer = viewer;
        self.recount();
    }

    /// What decides which messages notify the user.
    pub(crate) fn attention(&self) -> Attention {
        Attention { kind: self.kind, notify: self.notify, read_seq: self.read_seq }
    }

    /// Who looks at it.
    pub(crate) fn viewer(&self) -> &Viewer {
        &self.viewer
    }

    /// Whether the user ignores someone.
    pub(crate) fn ignores(&self, user: UserId) -> bool {
        self.viewer.ignored.contains(&user)
    }

    /// Whether a message counts as a mention of the user.
    pub(crate) fn is_for_me(&self, message: &Message) -> bool {
        let me = self.viewer.id;
        let mentions = if self.kind == RoomKind::Direct { message.author.id != me } else { message.mentions(me) };
        mentions && !message.deleted && !self.ignores(message.author.id)
    }

    /// What stands above its first entry.
    pub(crate) fn beginning(&self) -> String {
        if self.gone {
            self.gone_notice()
        } else if self.thread.is_some() {
            format!("a thread in {}", self.label())
        } else {
            format!("this is where {} begins", self.label())
        }
    }

    /// Why nothing can be sent to a room that is `gone`, and what to do.
    pub(crate) fn gone_notice(&self) -> String {
        let (label, name) = (self.label(), &self.name);
        if self.unknown {
            format!("{label} is only on this device: copy (y) or drop (D) it")
        } else {
            format!("you are no longer in {label}: type /join {name} to return")
        }
    }

    /// Nothing of it is on the disk: all of it is older than what is to come.
    pub(crate) fn begin_at_end(&mut self) {
        self.timeline.begin_at(self.counted.saturating_add(1));
    }

    /// What is kept on disk of what the user is writing: the text of an edit is no draft.
    pub(crate) fn kept_draft(&self) -> &str {
        match &self.writing {
            Writing::Edit { draft, .. } | Writing::Report { draft, .. } => draft.text(),
            Writing::New | Writing::Reply(_) => self.draft.text(),
        }
    }

    /// Whether something is here that the user wrote and nobody else has.
    pub(crate) fn has_own_text(&self) -> bool {
        !self.draft.is_empty()
            || !self.timeline.pending().is_empty()
            || !self.timeline.commands().is_empty()
            || self.thread_drafts.values().any(|draft| !draft.is_empty())
    }

    /// A message on its way got its place in the log: what points at it follows.
    pub(crate) fn rekey(&mut self, from: EntryKey, to: EntryKey) {
        if let Scroll::At(anchor) = &mut self.scroll
            && anchor.key == from
        {
            anchor.key = to;
        }
    }
}
