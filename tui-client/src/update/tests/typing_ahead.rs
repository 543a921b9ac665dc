//! The rule that who types ahead of the network may trust: nothing but a key, a paste or the wheel changes what the next
//! key means. Every input is tried in every mode; a variant that is added does not compile here until it is.

use std::collections::BTreeSet;

use chat_client::{Delivery, Entry, Status, StorageNotice, Update};
use chat_protocol::{
    Epoch, ErrorCode, Event, Limits, LogEntry, LogEvent, MessageId, PresenceChange, ResetReason, RoomChanges, RoomId,
    SessionId, Timestamp, UserRef,
    api::{MessagesPage, ServerInfo},
};
use proptest::{prelude::*, strategy::Union, test_runner::TestRunner};
use uuid::Uuid;

use crate::{
    keys::key::{Code, Key},
    state::{Completion, Mode, Pick, Source, Ticket, geometry::Size},
    tests::scene::{Scene, room_id, user, user_id},
    update::input::{Answer, Effect, Input},
};

/// A match that names each variant, and the list of those names: the one cannot be longer than the other.
macro_rules! kinds {
    ($list:ident, $of:ident($value:ident: $type:ty) { $($pattern:pat => $kind:literal),* $(,)? }) => {
        const $list: &[&str] = &[$($kind),*];
        fn $of($value: &$type) -> &'static str {
            match $value { $($pattern => $kind),* }
        }
    };
}

kinds!(INPUTS, input_kind(input: Input) {
    Input::Key(_) => "a key",
    Input::Paste(_) => "a paste",
    Input::Lines(_) => "lines",
    Input::Wheel { .. } => "the wheel",
    Input::Resize(_) => "resize",
    Input::Focus(_) => "focus",
    Input::Background { .. } => "background",
    Input::Client(_) => "client",
    Input::Answer(_) => "answer",
    Input::Time => "time",
    Input::Terminate => "terminate",
});
/// What the user does: it may change everything.
const OF_THE_USER: [&str; 4] = ["a key", "a paste", "lines", "the wheel"];

kinds!(UPDATES, update_kind(update: Update) {
    Update::Status(_) => "update status",
    Update::Event(_) => "update event",
    Update::Page { .. } => "update page",
    Update::Outbox(_) => "update outbox",
    Update::Left(_) => "update left",
    Update::Storage(_) => "update storage",
    Update::Refused { .. } => "update refused",
});

kinds!(STATUSES, status_kind(status: Status) {
    Status::Connecting => "connecting",
    Status::CatchingUp { .. } => "catching up",
    Status::Connected { .. } => "connected",
    Status::Offline { .. } => "offline",
    Status::SignedOut { .. } => "signed out",
});

kinds!(EVENTS, event_kind(event: Event) {
    Event::Welcome { .. } => "Welcome",
    Event::Live { .. } => "Live",
    Event::RoomAdded { .. } => "RoomAdded",
    Event::RoomRemoved { .. } => "RoomRemoved",
    Event::Logged(LogEntry { event: LogEvent::Message { .. }, .. }) => "Message",
    Event::Logged(LogEntry { event: LogEvent::UserJoined { .. }, .. }) => "UserJoined",
    Event::Logged(LogEntry { event: LogEvent::UserLeft { .. }, .. }) => "UserLeft",
    Event::Logged(LogEntry { event: LogEvent::RoomUpdated { .. }, .. }) => "RoomUpdated",
    Event::Members { .. } => "Members",
    Event::UserTyping { .. } => "UserTyping",
    Event::UserStoppedTyping { .. } => "UserStoppedTyping",
    Event::Presence { .. } => "Presence",
    Event::UserUpdated { .. } => "UserUpdated",
    Event::ReadMarker { .. } => "ReadMarker",
    Event::Ack { .. } => "Ack",
    Event::Error { .. } => "Error",
    Event::Reset { .. } => "Reset",
    Event::Draining { .. } => "Draining",
    Event::Pong { .. } => "Pong",
});

kinds!(ANSWERS, answer_kind(answer: Answer) {
    Answer::Cached { .. } => "cached",
    Answer::Older { .. } => "older",
    Answer::Joined(..) => "joined",
    Answer::Left(_) => "left",
    Answer::Done(_) => "done",
    Answer::Rooms(..) => "rooms",
    Answer::Link(..) => "link",
    Answer::Password(..) => "password",
    Answer::Outbox(_) => "outbox",
});

kinds!(MODES, mode_kind(mode: Mode) {
    Mode::Compose => "compose",
    Mode::Select { .. } => "select",
    Mode::List(_) => "list",
    Mode::Help { .. } => "help",
    Mode::Link(_) => "link card",
    Mode::Password(_) => "password form",
});

/// The most exact name of an input.
fn kind(input: &Input) -> &'static str {
    match input {
        Input::Client(update) => match update.as_ref() {
            Update::Status(status) => status_kind(status),
            Update::Event(event) => event_kind(event),
            update => update_kind(update),
        },
        Input::Answer(answer) => answer_kind(answer),
        input => input_kind(input),
    }
}

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
const AWAITED: Ticket = Ticket(7);
/// How many keys came since the one that any answer belongs to.
const KEYS_SINCE: u64 = 60;

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
        reactions: Vec::new(),
        attachments: Vec::new(),
        blocks: None,
    })
}

fn entry() -> impl Strategy<Value = Entry> {
    let unsaved = Delivery::Unsaved { detail: "full".to_owned() };
    let states =
        [Delivery::Saving, unsaved, Delivery::Queued, Delivery::Sending, Delivery::Sent { seq: 7 }, Scene::failed()];
    (message_id(), id(), prop::sample::select(states.to_vec())).prop_map(|(id, room, state)| Entry {
        id,
        room,
        body: "mine".to_owned(),
        reply_to: None,
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

fn events() -> Vec<BoxedStrategy<Input>> {
    let at = Timestamp::default();
    let rooms = prop::sample::subsequence(&ROOMS[..], 0..=ROOMS.len());
    vec![
        event(rooms.prop_map(|rooms| Event::Welcome {
            user: user("alice", true),
            session: SessionId::from(Uuid::from_u128(1)),
            epoch: Epoch::from(Uuid::from_u128(2)),
            server: ServerInfo { name: "chat".to_owned(), version: "1".to_owned() },
            rooms: rooms.into_iter().map(facts).collect(),
            limits: Limits::default(),
        })),
        event(Just(Event::Live {})),
        event(room().prop_map(|name| Event::RoomAdded { room: facts(name) })),
        event(id().prop_map(|room_id| Event::RoomRemoved { room_id })),
        event(message().prop_map(move |message| {
            Event::Logged(LogEntry { room: message.room, seq: message.seq, at, event: LogEvent::Message { message } })
        })),
        event((id(), 1..60_u64, name()).prop_map(move |(room, seq, user)| {
            Event::Logged(LogEntry { room, seq, at, event: LogEvent::UserJoined { user } })
        })),
        event((id(), 1..60_u64, name()).prop_map(move |(room, seq, user)| {
            Event::Logged(LogEntry { room, seq, at, event: LogEvent::UserLeft { user } })
        })),
        event((id(), 1..60_u64, name()).prop_map(move |(room, seq, user)| {
            let changes = RoomChanges { topic: Some("tea".to_owned()) };
            Event::Logged(LogEntry { room, seq, at, event: LogEvent::RoomUpdated { changes, user } })
        })),
        event(id().prop_map(|room| Event::Members { room, total: 1, online: 1, members: vec![user("bob", true)] })),
        event((id(), name()).prop_map(|(room, user)| Event::UserTyping { room, user })),
        event((id(), name()).prop_map(|(room, user)| Event::UserStoppedTyping { room, user })),
        event((id(), name(), any::<bool>()).prop_map(|(room, user, online)| Event::Presence {
            room,
            online: 1,
            changes: vec![PresenceChange { user, online }],
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
    ]
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
        entry().prop_map(Answer::Outbox).boxed(),
    ];
    all.map(|answer| answer.prop_map(Input::Answer).boxed()).into()
}

/// All that is not the user's.
fn foreign() -> Vec<BoxedStrategy<Input>> {
    let resize = (20..200_u16, 5..60_u16).prop_map(|(width, height)| Input::Resize(Size { width, height }));
    let mut all = vec![
        resize.boxed(),
        any::<bool>().prop_map(Input::Focus).boxed(),
        any::<bool>().prop_map(|light| Input::Background { light }).boxed(),
        Just(()).prop_map(|()| Input::Time).boxed(),
        Just(()).prop_map(|()| Input::Terminate).boxed(),
    ];
    all.extend(events());
    all.extend(updates());
    all.extend(answers());
    all
}

/// What the keys do, until the user is in some mode. Rooms were asked for, left and waited for on the way.
type Steps = fn(&mut Scene);

/// Each mode, in each state that means something for keys. The last key is one more than any answer waits for.
const SITUATIONS: [Steps; 11] = [
    |_| {},
    |scene| _ = scene.write("half a sent"),
    |scene| _ = scene.write("cc @ca").press_code(Code::Down),
    |scene| _ = scene.press_code(Code::Esc).press_code(Code::Up),
    |scene| _ = scene.press(Key::ctrl('k')).write("r").press_code(Code::Down),
    |scene| _ = scene.press(Key::ctrl('k')).press_code(Code::Down).press_code(Code::Down).press_code(Code::Down),
    |scene| _ = scene.write("/rooms").enter().write("ru"),
    |scene| _ = scene.press_code(Code::F(1)),
    |scene| _ = scene.write("/link").enter().write("x"),
    |scene| _ = scene.write("/password").enter().press_code(Code::Tab).write("correct hor"),
    |scene| {
        scene.write("/password").enter().press_code(Code::Tab).write("password").press_code(Code::Tab);
        scene.write("password").enter().write("and");
    },
];

fn situation(steps: Steps) -> Scene {
    let mut scene = Scene::new(80, 24);
    scene.says("bob", "one");
    scene.outbox("queued", Delivery::Queued);
    scene.outbox("failed", Scene::failed());
    scene.write("/join rust").enter();
    scene.answer(Answer::Joined(scene.ticket(), Ok((Box::new(scene.room("rust")), false))));
    scene.write("/part release").enter();
    scene.press(Key::ctrl('n')).write("/part").enter().press(Key::ctrl('p'));
    steps(&mut scene);
    scene.state.keys = Ticket(scene.state.keys.0 + KEYS_SINCE);
    match &mut scene.state.mode {
        Mode::List(list) => list.ticket = AWAITED,
        Mode::Link(card) => card.ticket = AWAITED,
        Mode::Password(form) => form.waiting = form.waiting.map(|_| AWAITED),
        Mode::Compose | Mode::Select { .. } | Mode::Help { .. } => {}
    }
    scene
}

/// What the next key means.
#[derive(Debug, PartialEq)]
struct Meaning {
    room: Option<RoomId>,
    mode: &'static str,
    text: Vec<String>,
    field: Option<usize>,
    completion: Option<Completion>,
    drafts: Vec<(RoomId, String)>,
}

impl Meaning {
    fn of(scene: &Scene) -> Self {
        let state = &scene.state;
        let (text, field) = match &state.mode {
            Mode::List(list) => (vec![list.query.text().to_owned()], None),
            Mode::Password(form) if form.is_open() => {
                (form.fields.iter().map(|field| field.text().to_owned()).collect(), Some(form.at))
            }
            _ => (Vec::new(), None),
        };
        let mut drafts: Vec<_> = state
            .rooms
            .iter()
            .filter(|room| !room.draft.is_empty())
            .map(|room| (room.id, room.draft.text().to_owned()))
            .collect();
        drafts.sort();
        let completion = state.completion.clone();
        Self { room: state.rooms.current_id(), mode: mode_kind(&state.mode), text, field, completion, drafts }
    }
}

/// The row that Enter takes, and all there are.
fn offered(scene: &Scene) -> (Option<Pick>, Vec<Pick>) {
    match &scene.state.mode {
        Mode::List(list) => {
            let picks: Vec<Pick> = list.choices.iter().map(|choice| choice.pick).collect();
            (picks.get(list.chosen).copied(), picks)
        }
        _ => (None, Vec::new()),
    }
}

/// A form that waits takes no keys: the answer opens it again, for one more attempt.
fn waits(scene: &Scene) -> bool {
    matches!(&scene.state.mode, Mode::Password(form) if !form.is_open())
}

/// Takes an input in, and compares what the next key meant before and means now.
fn unchanged(scene: &mut Scene, input: Input) -> Result<(), TestCaseError> {
    let (before, waited, (chosen, _)) = (Meaning::of(scene), waits(scene), offered(scene));
    let told = format!("{input:?}");
    scene.input(input);
    let mut after = Meaning::of(scene);
    if waited {
        (after.text, after.field) = (Vec::new(), None);
    }
    prop_assert_eq!(&before, &after, "after {}", told);
    let (now, offered) = offered(scene);
    if let Some(pick) = chosen.filter(|pick| offered.contains(pick)) {
        prop_assert_eq!(Some(pick), now, "Enter takes another row after {}", told);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn nothing_but_the_user_changes_what_the_next_key_means(
        at in 0..SITUATIONS.len(),
        inputs in prop::collection::vec(Union::new(foreign()), 1..12),
    ) {
        let mut scene = situation(SITUATIONS[at]);
        for input in inputs {
            unchanged(&mut scene, input)?;
        }
    }
}

#[test]
fn each_input_leaves_each_mode_alone() {
    let mut runner = TestRunner::deterministic();
    for steps in SITUATIONS {
        for strategy in foreign() {
            for _ in 0..3 {
                let input = strategy.new_tree(&mut runner).unwrap().current();
                unchanged(&mut situation(steps), input).unwrap();
            }
        }
    }
}

#[test]
fn every_input_and_every_mode_is_tried() {
    let mut runner = TestRunner::deterministic();
    let tried: BTreeSet<_> =
        foreign().iter().map(|strategy| kind(&strategy.new_tree(&mut runner).unwrap().current())).collect();
    let nested = ["client", "answer", "update status", "update event"];
    let all = [INPUTS, UPDATES, STATUSES, EVENTS, ANSWERS].concat();
    let wanted = all.into_iter().filter(|kind| !nested.contains(kind) && !OF_THE_USER.contains(kind)).collect();
    assert_eq!(tried, wanted);
    let modes: BTreeSet<_> = SITUATIONS.iter().map(|steps| mode_kind(&situation(*steps).state.mode)).collect();
    assert_eq!(modes, MODES.iter().copied().collect());
}

#[test]
fn lines_that_come_at_once_are_never_sent_and_windows_take_them_as_keys() {
    for steps in SITUATIONS {
        for lines in ["first\nsecond\n", "\nsecond\nthird", "a\n\n\n/quit\nb\n"] {
            let mut scene = situation(steps);
            scene.input(Input::Lines(lines.to_owned()));
            let is_sent = |effect: &Effect| matches!(effect, Effect::Send { .. } | Effect::Quit);
            assert!(!scene.effects.iter().any(is_sent), "{lines:?} {:?}", scene.effects);
        }
    }
    let mut scene = Scene::new(80, 24);
    scene.input(Input::Lines("one\ntwo".to_owned()));
    assert_eq!(scene.state.rooms.current().unwrap().draft.text(), "one\ntwo");
    let mut scene = Scene::new(80, 24);
    scene.write("/password").enter();
    scene.input(Input::Lines("old\nnew\tnew".to_owned()));
    let Mode::Password(form) = &scene.state.mode else { panic!("the form is open") };
    assert_eq!(form.fields.each_ref().map(|field| field.text()), ["old", "new", "new"]);
}

#[test]
fn what_is_typed_after_a_join_is_said_where_it_was_begun() {
    let mut scene = Scene::new(80, 24);
    scene.write("/join rust").enter();
    let ticket = scene.ticket();
    scene.write("half ");
    scene.answer(Answer::Joined(ticket, Ok((Box::new(scene.room("rust")), false))));
    scene.event(Event::RoomAdded { room: scene.room("rust") });
    scene.write("a sentence");
    assert_eq!((super::current(&scene), super::draft(&scene)), ("#lobby".to_owned(), "half a sentence"));
    scene.event(Event::RoomAdded { room: scene.room("salon") });
    assert_eq!(super::current(&scene), "#lobby");
}

#[test]
fn a_late_room_says_how_to_go_there() {
    let mut scene = Scene::new(80, 24);
    scene.write("/join rust").enter();
    let ticket = scene.ticket();
    scene.write("x");
    scene.event(Event::RoomAdded { room: scene.room("rust") });
    scene.answer(Answer::Joined(ticket, Ok((Box::new(scene.room("rust")), false))));
    assert!(scene.shows("you are in #rust now: Alt-4 goes there"), "{}", scene.screen());
}

#[test]
fn a_room_left_elsewhere_stays_as_an_empty_page_with_its_draft() {
    let mut scene = Scene::new(80, 24);
    scene.press(Key::ctrl('n'));
    scene.says_in("random", "bob", "cake");
    scene.write("half a thou");
    scene.event(Event::RoomRemoved { room_id: room_id("random") });
    assert!(scene.shows("you are no longer in #random") && !scene.shows("cake"), "{}", scene.screen());
    scene.write("ght").enter();
    assert_eq!(super::draft(&scene), "half a thought");
    assert!(!scene.effects.iter().any(|effect| matches!(effect, crate::update::input::Effect::Send { .. })));
    // It goes with the text that keeps it.
    scene.press(Key::ctrl('p'));
    assert!(scene.state.rooms.room(room_id("random")).is_some());
    scene.press(Key::ctrl('n')).press(Key::ctrl('u')).press(Key::ctrl('p'));
    assert!(scene.state.rooms.room(room_id("random")).is_none());
}

#[test]
fn a_room_that_was_left_and_joined_again_has_its_draft() {
    let mut scene = Scene::new(80, 24);
    scene.press(Key::ctrl('n')).write("still here");
    scene.event(Event::RoomRemoved { room_id: room_id("random") });
    scene.event(Event::RoomAdded { room: scene.room("random") });
    assert_eq!(super::draft(&scene), "still here");
    scene.enter();
    assert!(scene.effects.iter().any(|effect| matches!(effect, crate::update::input::Effect::Send { .. })));
}

#[test]
fn the_form_that_waits_ends_by_its_answer_and_one_typed_into_since_does_not() {
    for (typed_since, mode) in [(false, "compose"), (true, "password form")] {
        let mut scene = Scene::new(80, 24);
        scene.write("/password").enter().press_code(Code::Tab).write("password").press_code(Code::Tab);
        scene.write("password").enter();
        let ticket = scene.ticket();
        if typed_since {
            scene.write("hello");
        }
        scene.answer(Answer::Password(ticket, Ok(())));
        assert_eq!(mode_kind(&scene.state.mode), mode);
        assert_eq!(super::draft(&scene), "");
        scene.press_code(Code::Enter);
        assert_eq!(mode_kind(&scene.state.mode), "compose");
    }
}

#[test]
fn a_list_without_an_answer_says_so_and_stays() {
    let mut scene = Scene::new(80, 24);
    scene.write("/rooms").enter();
    let ticket = scene.ticket();
    scene.write("ru");
    scene.answer(Answer::Rooms(ticket, Err("the server is away".to_owned())));
    assert!(scene.shows("the server is away"));
    assert!(matches!(&scene.state.mode, Mode::List(list) if matches!(list.source, Source::Rooms(None))));
    scene.write("/link").press_code(Code::Esc).write("/link").enter();
    scene.answer(Answer::Link(scene.ticket(), Err("not now".to_owned())));
    assert!(scene.shows("not now"));
    assert_eq!(mode_kind(&scene.state.mode), "link card");
}

#[test]
fn a_link_code_that_comes_under_another_window_is_told_and_stays() {
    let mut scene = Scene::new(80, 24);
    scene.write("/link").enter();
    let ticket = scene.ticket();
    scene.press(Key::ctrl('k')).write("rel");
    scene.answer(Answer::Link(ticket, Ok(("ABCD-EFGH".to_owned(), "http://chat.example/#link=ABCD-EFGH".to_owned()))));
    assert_eq!(mode_kind(&scene.state.mode), "list");
    scene.wait(std::time::Duration::from_secs(60));
    assert!(scene.shows("--link ABCD-EFGH"), "{}", scene.screen());
}

#[test]
fn enter_takes_the_row_that_was_chosen_wherever_it_is_by_now() {
    let mut scene = Scene::new(80, 24);
    scene.press(Key::ctrl('k')).write("#r");
    let chosen = loop {
        scene.press_code(Code::Down);
        if let (Some(pick), _) = offered(&scene)
            && pick == Pick::Open(room_id("release"))
        {
            break pick;
        }
    };
    for name in ["ra", "rb", "rc"] {
        scene.event(Event::RoomAdded { room: scene.room(name) });
    }
    assert_eq!(offered(&scene).0, Some(chosen));
    scene.enter();
    assert_eq!(super::current(&scene), "#release");
}
