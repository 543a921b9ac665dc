//! All that the client knows and shows. It is changed only by [`crate::update`], and drawn by [`crate::screen`]. It knows
//! no terminal, no socket and no clock: the time comes with each input.
//!
//! Text of others is kept as `SafeText`, except for the bodies of messages, which [`crate::text`] makes safe.

mod attached;
pub(crate) mod geometry;
mod mode;
mod people;
mod pictures;
mod preferences;
mod records;
mod room;
mod rooms;
mod rows;
mod saving;
mod search;
mod spot;
mod timeline;
mod writing;

use std::{
    collections::{HashSet, VecDeque},
    ops::Range,
    time::{Duration, Instant},
};

use chat_protocol::{MessageId, RoomId, Timestamp, UserId, terminal::SafeText};
use jiff::tz::TimeZone;

pub(crate) use attached::Attached;
pub(crate) use geometry::Panes;
pub(crate) use mode::{
    Choice, Completion, Link, LinkCard, LinkKind, List, Mode, PasswordForm, Pick, Pinned, PublicRoom, Source,
    Suggestion,
};
pub(crate) use people::{Members, People};
pub(crate) use pictures::{
    Frame, Ink, Known, Method, Picture, PictureCell, PictureKey, PictureSetting, Pictures, source as picture_source,
};
pub(crate) use preferences::{Notifications, Preferences};
pub(crate) use records::{Goal, Record, Records};
pub(crate) use room::{Anchor, Older, Room, Scroll, Sought};
pub(crate) use rooms::{Rooms, Section};
pub(crate) use rows::{Content, Head, Mark, TimelineView, ViewRow};
pub(crate) use saving::Saving;
pub(crate) use search::{Asked, Origin, Search};
pub(crate) use spot::Spot;
pub(crate) use timeline::{EntryKey, is_stuck};
pub(crate) use writing::Writing;

use crate::{
    keys::bindings::Action,
    text::{self, Cache},
};
use geometry::{Geometry, Size};

/// Which request an answer belongs to: the number of the key that asked. If it is still the last key when the answer
/// comes, the user waits for it; if not, they are busy with something else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, PartialOrd, Ord)]
pub(crate) struct Ticket(pub(crate) u64);

/// The time, as it comes with each input.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Now {
    /// By the calendar.
    pub(crate) wall: Timestamp,
    /// For waiting.
    pub(crate) instant: Instant,
}

/// The state of the connection, as shown.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Connection {
    /// Reaching for the server.
    Connecting,
    /// Taking what was missed.
    CatchingUp {
        done: u64,
        /// Events that were missed.
        total: u64,
    },
    Connected {
        /// How long the server takes to answer.
        round_trip: Option<Duration>,
    },
    /// Waiting to try again.
    Offline { retry_at: Instant, reason: SafeText },
    /// Not to come back with this token.
    SignedOut,
}

impl Connection {
    /// Whether the server tells what happens.
    pub(crate) fn is_open(&self) -> bool {
        matches!(self, Self::Connected { .. } | Self::CatchingUp { .. })
    }
}

/// How good a notice is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    /// It says what happened.
    Plain,
    /// Something did not work.
    Bad,
}

/// Something to show to the user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Notice {
    pub(crate) text: String,
    /// How good it is.
    pub(crate) tone: Tone,
    /// When it goes by itself; `None` if Esc closes it, and nothing else.
    pub(crate) until: Option<Instant>,
    /// Whether it is about the room on the screen, and goes with that.
    pub(crate) local: bool,
}

impl Notice {
    /// What is shown, in rows of so many cells.
    pub(crate) fn rows(&self, width: usize) -> Vec<String> {
        let sign = if self.tone == Tone::Bad { "✗ " } else { "" };
        let close = if self.until.is_none() { " · Esc closes this" } else { "" };
        let rows = text::wrap(&format!("{}{close}", self.text), width.saturating_sub(text::width(sign)).max(1));
        let indent = " ".repeat(text::width(sign));
        let start = |at| if at == 0 { sign } else { &indent };
        rows.into_iter().enumerate().map(|(at, row)| format!("{}{row}", start(at))).collect()
    }
}

/// What this terminal and the command line say about how to show things.
#[derive(Debug, Clone)]
pub(crate) struct Setup {
    /// The server, as the status row names it.
    pub(crate) host: String,
    /// Where the server is: what its addresses begin with.
    pub(crate) address: String,
    /// Whether messages and token cross a network in the clear.
    pub(crate) unencrypted: bool,
    /// Whether the connection uses TLS.
    pub(crate) encrypted: bool,
    /// Where the user's clock is.
    pub(crate) zone: TimeZone,
    /// Whether the terminal can send keys such as Shift-Enter.
    pub(crate) extended_keys: bool,
    /// The room to begin with, by name.
    pub(crate) first_room: Option<String>,
}

/// All that the client knows and shows.
#[derive(Debug)]
pub(crate) struct State {
    /// Whose client this is.
    pub(crate) me: UserId,
    /// The user's rooms and where the user is.
    pub(crate) rooms: Rooms,
    pub(crate) people: People,
    /// How the connection is.
    pub(crate) connection: Connection,
    /// What the keys mean.
    pub(crate) mode: Mode,
    /// Suggestions in the composer.
    pub(crate) completion: Option<Completion>,
    /// What is searched for, and what was found.
    pub(crate) search: Search,
    /// Something to show for a moment.
    pub(crate) notice: Option<Notice>,
    /// What the user must not miss, the oldest first. It is shown while there is no notice.
    pub(crate) alerts: VecDeque<Notice>,
    pub(crate) size: Size,
    /// What the user wants on every start.
    pub(crate) preferences: Preferences,
    /// Pictures of messages.
    pub(crate) pictures: Pictures,
    /// Files of messages that come to this machine.
    pub(crate) saving: Saving,
    /// Whether the terminal's background is light.
    pub(crate) light: bool,
    /// Whether the program gets the mouse.
    pub(crate) mouse: bool,
    /// Keys, pastes, clicks and turns of the wheel that have come: the number of the last one.
    pub(crate) keys: Ticket,
    /// Whether the user looks at this window, as far as the terminal tells.
    pub(crate) focused: bool,
    /// The bytes that a message may have on this server; `None` until it has said.
    pub(crate) longest_body: Option<usize>,
    /// What was pasted is the path of a file that could be sent.
    pub(crate) offer: Option<Offer>,
    /// What does not change.
    pub(crate) setup: Setup,
    /// When the last input came.
    pub(crate) now: Now,
    /// The cells of the longest name of the people of the room on the screen; made by `before_draw`.
    pub(crate) longest_name: usize,
    /// Layouts that were made before.
    pub(crate) layouts: Cache,
    /// The rows of the messages pane; made by `before_draw`.
    pub(crate) timeline_view: TimelineView,
    /// The rows of the room beside a thread; made by `before_draw`.
    pub(crate) base_view: TimelineView,
    /// Threads of which replies notify the user, by the message that each began with.
    pub(crate) followed: HashSet<MessageId>,
    /// Whether somebody is at this device.
    pub(crate) presence: Presence,
    /// What is remembered from one input to the next.
    pub(crate) transient: Transient,
}

/// A file that the next key may send.
#[derive(Debug)]
pub(crate) struct Offer {
    /// Where it is on this machine.
    pub(crate) path: String,
    /// Where the pasted path stands in the draft.
    pub(crate) pasted: Range<usize>,
    /// What is said about it.
    pub(crate) notice: Notice,
}

/// Whether somebody is at this device.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Presence {
    /// When the user did something here last.
    pub(crate) last_key: Instant,
    /// Whether the server was told that nobody is here.
    pub(crate) is_away: bool,
    /// The user said so: no key ends it.
    pub(crate) by_hand: bool,
}

/// What is remembered from one input to the next: what is due, what is awaited, what the server was told.
#[derive(Debug, Default)]
pub(crate) struct Transient {
    /// The draft of this room changed then, and is not yet kept.
    pub(crate) draft: Option<(RoomId, Instant)>,
    /// The room that the server knows to be on the screen.
    pub(crate) focus: Option<RoomId>,
    /// This read position of this room is to be sent.
    pub(crate) read: Option<(RoomId, u64)>,
    /// The read position that was sent last, and when.
    pub(crate) read_sent: Option<(RoomId, u64, Instant)>,
    /// The server knows that the user writes in this room.
    pub(crate) typing: Option<RoomId>,
    /// A room that is opened as soon as the user is a member, if no other key comes before.
    pub(crate) open: Option<(RoomId, Ticket)>,
    /// A room that the user asked to leave: where it was, its neighbour comes to the screen, if no other key comes before.
    pub(crate) leave: Option<(RoomId, Ticket)>,
    /// The command in the composer was refused: what is typed next may take its place.
    pub(crate) refused: Option<Refused>,
    /// Where going through unread rooms began.
    pub(crate) tour: Option<RoomId>,
    /// The window lost the focus then, and has not got it back.
    pub(crate) left: Option<Timestamp>,
    /// Which of the targets of a message an action took last.
    pub(crate) target: Option<(EntryKey, Action, usize)>,
    /// A message that the last key asked to delete, with which action: once more deletes it.
    pub(crate) doomed: Option<(MessageId, Action)>,
    /// Everything that was missed before the start has come.
    pub(crate) was_live: bool,
    /// The rooms that notified the user within the last moment, and when.
    pub(crate) notified: Vec<(RoomId, Instant)>,
    /// Ctrl-C was pressed on an empty draft then.
    pub(crate) interrupt: Option<Instant>,
}

/// What may take the place of a command that was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refused {
    Whole,
    /// Another command; anything else goes on with this one.
    Incomplete,
}

impl State {
    /// A client that has just been started.
    pub(crate) fn new(me: UserId, setup: Setup, size: Size, preferences: Preferences, now: Now) -> Self {
        Self {
            me,
            rooms: Rooms::of(me),
            people: People::default(),
            connection: Connection::Connecting,
            mode: Mode::Compose,
            completion: None,
            search: Search::default(),
            notice: None,
            alerts: VecDeque::new(),
            size,
            preferences,
            pictures: Pictures::default(),
            saving: Saving::default(),
            light: false,
            mouse: true,
            keys: Ticket::default(),
            focused: true,
            longest_body: None,
            offer: None,
            setup,
            now,
            longest_name: 0,
            layouts: Cache::default(),
            timeline_view: TimelineView::default(),
            base_view: TimelineView::default(),
            followed: HashSet::new(),
            presence: Presence { last_key: now.instant, is_away: false, by_hand: false },
            transient: Transient::default(),
        }
    }

    /// Where everything stands on the screen.
    pub(crate) fn geometry(&self) -> Geometry {
        let draft = |width| self.rooms.current().map_or(1, |room| room.draft.row_count(width));
        let notice = |width| self.shown_notice().map_or(0, |notice| notice.rows(width).len());
        let has_context = |room: &Room| room.writing.target().is_some() || room.attached.is_any();
        let context = self.rooms.current().is_some_and(has_context);
        let thread = self.rooms.thread().is_some();
        Geometry::new(self.size, self.preferences.panes, thread, self.longest_name, context, draft, notice)
    }

    /// Whether the user has looked elsewhere for so long that what came meanwhile is new. Who goes from one window to another
    /// and back has seen it pass.
    pub(crate) fn is_away(&self) -> bool {
        /// Long enough to write an answer in another window.
        const AWAY_MS: i64 = 60_000;
        self.transient.left.is_some_and(|left| self.now.wall.millis() - left.millis() >= AWAY_MS)
    }

    pub(crate) fn my_name(&self) -> &str {
        self.people.name(self.me)
    }

    /// How many messages wait to be sent.
    pub(crate) fn queued(&self) -> usize {
        self.rooms.iter().map(|room| room.timeline.queued()).sum()
    }

    /// Tells the user something about the room on the screen, or what they do there, for a moment. It does not follow
    /// them into another room.
    pub(crate) fn notify(&mut self, tone: Tone, text: impl Into<String>) {
        self.show(tone, text.into(), true);
    }

    /// Tells the user something for a moment, wherever they go meanwhile.
    pub(crate) fn notify_anywhere(&mut self, tone: Tone, text: impl Into<String>) {
        self.show(tone, text.into(), false);
    }

    fn show(&mut self, tone: Tone, text: String, local: bool) {
        /// Long enough to read two lines.
        const SHOWN: Duration = Duration::from_secs(6);
        self.notice = Some(Notice { text, tone, until: Some(self.now.instant + SHOWN), local });
    }

    /// Tells the user something that stays until they close it.
    pub(crate) fn alert(&mut self, tone: Tone, text: impl Into<String>) {
        self.alerts.push_back(Notice { text: text.into(), tone, until: None, local: false });
    }

    /// The one that is shown now.
    pub(crate) fn shown_notice(&self) -> Option<&Notice> {
        let offer = self.offer.as_ref().map(|offer| &offer.notice);
        offer.or(self.notice.as_ref()).or(self.alerts.front())
    }

    /// Whether the key that asked is still the last one: the user waits for the answer.
    pub(crate) fn awaits(&self, ticket: Ticket) -> bool {
        self.keys == ticket
    }

    pub(crate) fn title(&self) -> String {
        let (mentions, _) = self.rooms.unread();
        let room = self.rooms.current().map_or_else(String::new, |room| format!("{} – ", room.label()));
        let count = if mentions > 0 { format!("({mentions}) ") } else { String::new() };
        format!("{count}{room}chat-tui")
    }
}
