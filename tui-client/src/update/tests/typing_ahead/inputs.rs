//! Inputs that are not the user's: what the network, the terminal and time may bring.

use chat_client::{Action, Delivery, Entry, Status, StorageNotice, Update};
use chat_protocol::{
    Epoch, ErrorCode, Event, Limits, LogEntry, LogEvent, MessageId, Moderation, ModerationAction, Notify,
    PresenceChange, ReactionChange, ResetReason, RoomChanges, RoomId, SessionId, Target, Timestamp, UserRef,
    api::ServerInfo,
};
use proptest::prelude::*;
use uuid::Uuid;

use super::answers::answers;
use crate::{
    state::{Method, Ticket, geometry::Size},
    tests::scene::{Scene, room_id, user, user_id},
    update::input::Input,
};

pub(super) const ROOMS: [&str; 5] = ["lobby", "random", "release", "rust", "salon"];

pub(super) fn room() -> impl Strategy<Value = &'static str> {
    prop::sample::select(&ROOMS[..])
}

pub(super) fn id() -> impl Strategy<Value = RoomId> {
    room().prop_map(room_id)
}

fn name() -> impl Strategy<Value = UserRef> {
    prop::sample::select(&["alice", "bob", "carol"][..])
        .prop_map(|name| UserRef { id: user_id(name), name: name.to_owned() })
}

/// Some of them are in the outbox and in the log.
pub(super) fn message_id() -> impl Strategy<Value = MessageId> {
    (1..5_u128).prop_map(|number| MessageId::from(Uuid::from_u128(0x0189_0a5d_ac96_774b_bcce_2000_0000_0000 + number)))
}

/// The ticket that the overlay on the screen waits for, in each situation.
pub(super) const AWAITED: Ticket = Ticket(7);
/// How many keys came since the one that any answer belongs to.
pub(super) const KEYS_SINCE: u64 = 60;

/// Tickets of keys before the last one.
pub(super) fn ticket() -> impl Strategy<Value = Ticket> {
    prop_oneof![Just(AWAITED), (0..KEYS_SINCE).prop_map(Ticket)]
}

pub(super) fn message() -> impl Strategy<Value = chat_protocol::Message> {
    (id(), 1..60_u64, name(), message_id()).prop_map(|(room, seq, author, id)| chat_protocol::Message {
        id,
        room,
        seq,
        author,
        body: "@alice".to_owned(),
        sent_at: Timestamp::default(),
        edited_at: None,
        deleted: false,
        reply_to: None,
        mentions: vec![user_id("alice")],
        mentioned: vec![],
        mentions_room: false,
        thread: None,
        replies: None,
        reactions: Vec::new(),
        attachments: Vec::new(),
        blocks: None,
    })
}

pub(super) fn entry() -> impl Strategy<Value = Entry> {
    let unsaved = Delivery::Unsaved { detail: "full".to_owned() };
    let states =
        [Delivery::Saving, unsaved, Delivery::Queued, Delivery::Sending, Delivery::Sent { seq: 7 }, Scene::failed()];
    let actions = |message| {
        [
            Action::Message,
            Action::Message,
            Action::Edit { message },
            Action::Delete { message },
            Action::Pin { message, on: true },
        ]
    };
    let action = message_id().prop_flat_map(move |message| prop::sample::select(actions(message).to_vec()));
    (message_id(), id(), prop::sample::select(states.to_vec()), action).prop_map(|(id, room, state, action)| Entry {
        id,
        room,
        action,
        body: "mine".to_owned(),
        reply_to: None,
        files: Vec::new(),
        state,
        written_at: Timestamp::default(),
    })
}

pub(super) fn facts(name: &str) -> chat_protocol::Room {
    Scene::unconnected(80, 24).room(name)
}

fn client(update: Update) -> Input {
    Input::Client(Box::new(update))
}

fn event(event: impl Strategy<Value = Event> + 'static) -> BoxedStrategy<Input> {
    event.prop_map(|event| client(Update::Event(event))).boxed()
}

/// Events about a message or a member: one of each kind.
fn changes(message_id: MessageId, message_seq: u64, user: &UserRef) -> [LogEvent; 6] {
    let target = Target { message_id, message_seq };
    let reaction = || ReactionChange { emoji: "👍".to_owned(), count: 1 };
    let action = ModerationAction::Mute;
    let moderation = Moderation { action, until: None, reason: None, role: None, removed: false };
    let user = || user.clone();
    [
        LogEvent::MessageDeleted { target, user: user() },
        LogEvent::ReactionAdded { target, reaction: reaction(), user: user() },
        LogEvent::ReactionRemoved { target, reaction: reaction(), user: user() },
        LogEvent::MessagePinned { target, user: user() },
        LogEvent::MessageUnpinned { target, user: user() },
        LogEvent::Moderated { user: user(), by: user(), moderation },
    ]
}

fn events() -> Vec<BoxedStrategy<Input>> {
    let at = Timestamp::default();
    let rooms = prop::sample::subsequence(&ROOMS[..], 0..=ROOMS.len());
    let change = |kind: usize| {
        let any = (id(), 1..60_u64, message_id(), 1..60_u64, name());
        event(any.prop_map(move |(room, seq, message, message_seq, user)| {
            let event = changes(message, message_seq, &user)[kind].clone();
            Event::Logged(LogEntry { room, seq, at, event })
        }))
    };
    let mut events: Vec<_> = (0..6).map(change).collect();
    events.extend([
        event(rooms.prop_map(|rooms| Event::Welcome {
            user: user("alice", true),
            session: SessionId::from(Uuid::from_u128(1)),
            epoch: Epoch::from(Uuid::from_u128(2)),
            server: ServerInfo { name: "chat".to_owned(), version: "1".to_owned() },
            rooms: rooms.into_iter().map(facts).collect(),
            limits: Limits::default(),
            ignored: Vec::new(),
            followed_threads: Vec::new(),
        })),
        event(Just(Event::Live {})),
        event(room().prop_map(|name| Event::RoomAdded { room: facts(name) })),
        event(id().prop_map(chat_protocol::testing::room_removed)),
        event(message().prop_map(move |message| {
            Event::Logged(LogEntry { room: message.room, seq: message.seq, at, event: LogEvent::Message { message } })
        })),
        event((id(), 1..60_u64, name()).prop_map(move |(room, seq, user)| {
            Event::Logged(LogEntry { room, seq, at, event: LogEvent::UserJoined { user, by: None } })
        })),
        event((id(), 1..60_u64, name()).prop_map(move |(room, seq, user)| {
            Event::Logged(LogEntry { room, seq, at, event: LogEvent::UserLeft { user } })
        })),
        event((id(), 1..60_u64, name()).prop_map(move |(room, seq, user)| {
            let changes = RoomChanges { topic: Some("tea".to_owned()), ..RoomChanges::default() };
            Event::Logged(LogEntry { room, seq, at, event: LogEvent::RoomUpdated { changes, user } })
        })),
        event((id(), 1..60_u64, message()).prop_map(move |(room, seq, message)| {
            let (message, user) = (message.clone(), message.author);
            Event::Logged(LogEntry { room, seq, at, event: LogEvent::MessageEdited { message, user } })
        })),
        event(id().prop_map(|room| Event::RoomSettings { room, notify: Notify::All, favourite: true, hidden: false })),
        event(Just(Event::Ignored { users: vec![user_id("bob")] })),
        event(message_id().prop_map(|message_id| Event::ThreadFollowed { message_id, following: true })),
        event(id().prop_map(|room| Event::Members {
            room,
            total: 1,
            online: 1,
            members: vec![user("bob", true)],
            moderators: vec![user_id("bob")],
        })),
        event((id(), name()).prop_map(|(room, user)| Event::UserTyping { room, user })),
        event((id(), name()).prop_map(|(room, user)| Event::UserStoppedTyping { room, user })),
        event((id(), name(), any::<bool>()).prop_map(|(room, user, online)| Event::Presence {
            room,
            online: 1,
            changes: vec![PresenceChange { user, online, away: false }],
        })),
        event(Just(Event::UserUpdated { user: user("bob", true) })),
        event((id(), 0..60_u64, 0..9_u64).prop_map(|(room, seq, unread)| Event::ReadMarker {
            room,
            seq,
            unread,
            mentions: 0,
        })),
        event((message_id(), id()).prop_map(|(id, room)| Event::Ack { id, room, seq: 7 })),
        event(message_id().prop_map(|id| Event::Error {
            id: Some(id),
            code: ErrorCode::Forbidden,
            detail: "no".to_owned(),
            retry_after_ms: None,
            until: None,
            after: None,
        })),
        event((id(), any::<bool>()).prop_map(move |(room, far)| Event::Reset {
            room,
            last_seq: 50,
            at: Some(at),
            why: if far { ResetReason::TooFar } else { ResetReason::Epoch },
        })),
        event(Just(Event::Draining { retry_after_ms: 5 })),
        event(Just(Event::Pong { n: 1 })),
    ]);
    events
}

fn updates() -> Vec<BoxedStrategy<Input>> {
    let statuses = [
        Status::Connecting,
        Status::CatchingUp { done: 1, total: 2 },
        Status::Connected { round_trip: None },
        Status::Offline { retry_at: std::time::Instant::now(), reason: "no".to_owned() },
        Status::SignedOut { detail: "no".to_owned() },
    ];
    let page = (id(), prop::collection::vec(message(), 0..3), any::<bool>())
        .prop_map(|(room, messages, has_more_before)| Update::Page { room, messages, has_more_before });
    let refused = Just(Update::Refused { code: ErrorCode::Forbidden, detail: "no".to_owned() });
    let mut all: Vec<_> = statuses.map(|status| Just(status).prop_map(|s| client(Update::Status(s))).boxed()).into();
    all.extend([
        page.prop_map(client).boxed(),
        entry().prop_map(|entry| client(Update::Outbox(entry))).boxed(),
        refused.prop_map(client).boxed(),
        room().prop_map(|name| client(Update::Left(facts(name)))).boxed(),
        (id(), id()).prop_map(|(from, to)| client(Update::Moved { from, to })).boxed(),
        Just("no").prop_map(|no| client(Update::Storage(StorageNotice::InMemory { detail: no.to_owned() }))).boxed(),
    ]);
    all
}

/// All that is not the user's.
pub(super) fn foreign() -> Vec<BoxedStrategy<Input>> {
    let resize = (20..200_u16, 5..60_u16).prop_map(|(width, height)| Input::Resize(Size { width, height }));
    let mut all = vec![
        resize.boxed(),
        any::<bool>().prop_map(Input::Focus).boxed(),
        any::<bool>().prop_map(|light| Input::Background { light }).boxed(),
        any::<bool>().prop_map(|kitty| Input::Draws(if kitty { Method::Kitty } else { Method::Sixel })).boxed(),
        Just(()).prop_map(|()| Input::Time).boxed(),
        Just(()).prop_map(|()| Input::Terminate).boxed(),
    ];
    all.extend(events());
    all.extend(updates());
    all.extend(answers());
    all
}
