//! Inputs that are not the user's: what the network, the terminal and time may bring.

use chat_client::{Action, Delivery, Entry, Page, Status, StorageNotice, Update};
use chat_protocol::{
    Epoch, ErrorCode, Event, HookId, Limits, LogEntry, LogEvent, MessageId, Moderation, ModerationAction, Notify,
    PresenceChange, ReactionChange, ResetReason, RoomChanges, RoomId, SessionId, Target, Timestamp, Token, UploadId,
    UserRef, WebhookId,
    api::{Hook, Invite, MessagesPage, Report, SearchHit, SearchPage, ServerInfo, Webhook},
    testing,
};
use proptest::prelude::*;
use uuid::Uuid;

use crate::{
    state::{Method, PictureKey, Records, Ticket, geometry::Size},
    tests::scene::{Scene, room_id, user, user_id},
    update::input::{Answer, Fetched, Input},
};

const ROOMS: [&str; 5] = ["lobby", "random", "release", "rust", "salon"];

fn room() -> impl Strategy<Value = &'static str> {
    prop::sample::select(&ROOMS[..])
}

fn id() -> impl Strategy<Value = RoomId> {
    room().prop_map(room_id)
}

fn name() -> impl Strategy<Value = UserRef> {
    prop::sample::select(&["alice", "bob", "carol"][..])
        .prop_map(|name| UserRef { id: user_id(name), name: name.to_owned() })
}

/// Some of them are in the outbox and in the log.
fn message_id() -> impl Strategy<Value = MessageId> {
    (1..5_u128).prop_map(|number| MessageId::from(Uuid::from_u128(0x0189_0a5d_ac96_774b_bcce_2000_0000_0000 + number)))
}

/// The ticket that the overlay on the screen waits for, in each situation.
pub(super) const AWAITED: Ticket = Ticket(7);
/// How many keys came since the one that any answer belongs to.
pub(super) const KEYS_SINCE: u64 = 60;

/// Tickets of keys before the last one.
fn ticket() -> impl Strategy<Value = Ticket> {
    prop_oneof![Just(AWAITED), (0..KEYS_SINCE).prop_map(Ticket)]
}

fn outcome<T: std::fmt::Debug + Clone + 'static>(good: T) -> impl Strategy<Value = Result<T, String>> {
    prop_oneof![Just(Ok(good)), Just(Err("no".to_owned()))]
}

fn message() -> impl Strategy<Value = chat_protocol::Message> {
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

fn entry() -> impl Strategy<Value = Entry> {
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

fn facts(name: &str) -> chat_protocol::Room {
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

fn answers() -> Vec<BoxedStrategy<Input>> {
    let page =
        |messages| MessagesPage { room: room_id("lobby"), messages, has_more_before: true, has_more_after: false };
    let joined = (ticket(), room()).prop_flat_map(|(ticket, name)| {
        outcome((Box::new(facts(name)), true)).prop_map(move |result| Answer::Joined(ticket, result))
    });
    let rooms = ticket().prop_flat_map(|ticket| {
        outcome(ROOMS.map(facts).to_vec()).prop_map(move |result| Answer::Rooms(ticket, result))
    });
    let link = ticket().prop_flat_map(|ticket| {
        outcome(("ABCD".to_owned(), "https://chat.example/#link=ABCD".to_owned()))
            .prop_map(move |result| Answer::Link(ticket, result))
    });
    let password =
        ticket().prop_flat_map(|ticket| outcome(()).prop_map(move |result| Answer::Password(ticket, result)));
    let older = (id(), prop::collection::vec(message(), 0..3)).prop_flat_map(move |(room, messages)| {
        outcome(page(messages)).prop_map(move |result| Answer::Older { room, result })
    });
    let direct = (ticket(), room()).prop_flat_map(|(ticket, name)| {
        outcome(Box::new(facts(name))).prop_map(move |result| Answer::Direct(ticket, "hello".to_owned(), result))
    });
    let thread =
        (id(), message_id(), prop::collection::vec(message(), 0..3)).prop_flat_map(move |(room, first, messages)| {
            outcome(page(messages)).prop_map(move |result| Answer::Thread { room, first, result })
        });
    let past =
        (id(), message_id(), prop::collection::vec(message(), 0..3)).prop_flat_map(move |(room, around, messages)| {
            let pages = [Page::Around(40), Page::Before(30), Page::After(50)];
            (outcome(page(messages)), prop::sample::select(pages.to_vec()))
                .prop_map(move |(result, page)| Answer::Past { room, around, page, result })
        });
    let search = prop::collection::vec(message(), 0..3).prop_flat_map(|messages| {
        let hits = messages.into_iter().map(|message| SearchHit { room: message.room, message, marks: vec![(0, 2)] });
        outcome(SearchPage { hits: hits.collect(), next: None }).prop_map(|result| Answer::Search {
            query: "disk".to_owned(),
            before: None,
            result,
        })
    });
    let records = ticket().prop_flat_map(|ticket| {
        outcome(()).prop_map(move |result| Answer::Records(ticket, result.map(|()| Fetched::Reports(vec![report()]))))
    });
    let ended = outcome(()).prop_map(|result| Answer::Ended { records: Records::Reports, id: 1, result });
    let made = ticket().prop_flat_map(|ticket| {
        outcome(()).prop_map(move |result| Answer::Hook(ticket, result.map(|()| Box::new(hook()))))
    });
    let ended_hook = outcome(()).prop_map(|result| Answer::EndedHook { hook: hook().id, result });
    let bot = ticket().prop_flat_map(|ticket| {
        let made = ("echo".to_owned(), Token::new("cht_secret"));
        outcome(made).prop_map(move |result| Answer::Bot(ticket, result))
    });
    let ended_bot = outcome(()).prop_map(|result| Answer::EndedBot { name: "echo".to_owned(), result });
    let made_webhook = ticket().prop_flat_map(|ticket| {
        outcome(()).prop_map(move |result| Answer::Webhook(ticket, result.map(|()| Box::new(webhook()))))
    });
    let ended_webhook = outcome(webhook().id).prop_map(Answer::EndedWebhook);
    let invite = ticket().prop_flat_map(|ticket| {
        outcome(()).prop_map(move |result| Answer::Invite(ticket, result.map(|()| Box::new(invite()))))
    });
    let all = [
        (id(), prop::collection::vec(message(), 0..3))
            .prop_map(|(room, messages)| Answer::Cached { room, messages })
            .boxed(),
        older.boxed(),
        joined.boxed(),
        outcome(()).prop_map(Answer::Left).boxed(),
        outcome("done".to_owned()).prop_map(Answer::Done).boxed(),
        rooms.boxed(),
        link.boxed(),
        password.boxed(),
        direct.boxed(),
        thread.boxed(),
        (id(), outcome(Vec::new())).prop_map(|(room, result)| Answer::Pins { room, result }).boxed(),
        past.boxed(),
        search.boxed(),
        records.boxed(),
        ended.boxed(),
        invite.boxed(),
        made.boxed(),
        ended_hook.boxed(),
        bot.boxed(),
        ended_bot.boxed(),
        any::<u64>().prop_map(dropped).boxed(),
        any::<u64>().prop_map(|bytes| Answer::Saving { file: UploadId::now_v7(), bytes }).boxed(),
        outcome("saved").prop_map(saved).boxed(),
        made_webhook.boxed(),
        ended_webhook.boxed(),
        any::<bool>().prop_map(picture).boxed(),
        any::<Option<(u16, u16)>>().prop_map(Answer::Cell).boxed(),
        entry().prop_map(Answer::Outbox).boxed(),
    ];
    all.map(|answer| answer.prop_map(Input::Answer).boxed()).into()
}

fn dropped(size: u64) -> Answer {
    let (ticket, path) = (Ticket::default(), "/home/alice/cat.png".to_owned());
    Answer::Dropped { ticket, path, size, pasted: 0..1 }
}

fn saved(result: Result<&'static str, String>) -> Answer {
    let file = UploadId::now_v7();
    let paths = result.iter().map(|_| (file, "/home/alice/out.log".to_owned())).collect();
    Answer::Saved { wanted: vec![file], paths, result: result.map(str::to_owned) }
}

fn picture(is_here: bool) -> Answer {
    let picture = PictureKey { file: UploadId::now_v7(), width: 1, height: 1, method: Method::Blocks };
    let result = if is_here { Ok(None) } else { Err("it is damaged".to_owned()) };
    Answer::Picture { picture, result }
}

fn report() -> Report {
    let message = testing::message("bob", "rude");
    let (room, by) = (room_id("lobby"), testing::user_ref("carol"));
    Report { id: 1, at: Timestamp::default(), by, room, message, reason: None }
}

fn hook() -> Hook {
    let url = Some("https://chat.example/hooks/ID/SECRET".to_owned());
    let id = HookId::from(room_id("lobby").uuid());
    Hook {
        id,
        user: testing::user_ref("alerts"),
        url,
        created_at: Timestamp::default(),
        by: testing::user_ref("alice"),
    }
}

fn webhook() -> Webhook {
    let id = WebhookId::from(room_id("lobby").uuid());
    Webhook {
        id,
        room: room_id("lobby"),
        url: "https://bot.example/chat".to_owned(),
        events: vec!["Message".to_owned()],
        secret: Some("whsec_secret".to_owned()),
        created_at: Timestamp::default(),
        by: testing::user_ref("alice"),
        delivered_seq: 1,
        answers: Vec::new(),
        disabled_at: None,
        disabled_reason: None,
    }
}

fn invite() -> Invite {
    let (code, url) = ("ABCD".to_owned(), "https://chat.example/#invite=ABCD".to_owned());
    Invite {
        id: 1,
        code: Some(code),
        url: Some(url),
        qr: Vec::new(),
        uses_left: 1,
        expires_at: Timestamp::default(),
        by: None,
        rooms: Vec::new(),
    }
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
