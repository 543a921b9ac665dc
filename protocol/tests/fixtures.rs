//! One golden message per variant, in `fixtures/`: what this crate writes, what the page's store is tested with and
//! what `docs/protocol.md` shows are the same. `UPDATE_FIXTURES=1 cargo test -p chat-protocol` writes them again.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    collections::{BTreeSet, HashMap},
    fs,
    path::PathBuf,
};

use chat_protocol::{
    Attachment, Command, Cursor, ErrorCode, Event, Limits, LogEntry, LogEvent, Message, Moderation, ModerationAction,
    Notify, PresenceChange, ReactionChange, Received, RemovalReason, ResetReason, Role, Room, RoomChanges, RoomKind,
    RoomRole, Target, Timestamp, User, UserRef,
    api::ServerInfo,
    blocks::{self, Block},
    mention::{self, Mention},
};
use serde_json::json;

const ALICE: &str = "01890a5d-ac96-774b-bcce-b302099a8057";
const BOB: &str = "01890a5d-ac96-7c8d-9a1b-2c3d4e5f6071";
const LOBBY: &str = "01890a5d-0000-7000-8000-000000000001";
const COMMAND: &str = "01890a5f-2222-7333-8444-555566667777";
const FILE: &str = "01890a61-4444-7000-8000-000000000004";
const PREVIEW: &str = "01890a61-4444-7000-8000-000000000005";
const MESSAGE: &str = "01890a5e-1111-7222-8333-444455556666";

fn at(second: i64) -> Timestamp {
    Timestamp::from_millis(1_790_000_000_120 + second * 1000)
}

fn user(id: &str, name: &str) -> User {
    User {
        id: id.parse().unwrap(),
        name: name.into(),
        display_name: None,
        color: None,
        role: Role::Member,
        bot: false,
        online: true,
        away: false,
        status: None,
        last_seen_at: Some(at(0)),
        created_at: at(0),
    }
}

fn person(id: &str, name: &str) -> UserRef {
    UserRef { id: id.parse().unwrap(), name: name.into() }
}

fn room() -> Room {
    Room {
        id: LOBBY.parse().unwrap(),
        name: "lobby".into(),
        kind: RoomKind::Public,
        topic: "Release planning".into(),
        members: 2,
        last_seq: 41,
        last_at: Some(at(40)),
        created_at: at(0),
        people: vec![],
        archived: false,
        slow_seconds: 0,
        retention_days: None,
        retention_keeps_pinned: false,
        pins: 0,
        joined: true,
        read_seq: Some(39),
        unread: Some(1),
        mentions: Some(0),
        role: Some(RoomRole::Member),
        notify: Some(Notify::Mentions),
        favourite: Some(false),
        hidden: Some(false),
    }
}

fn message() -> Message {
    let body = "**@alice** the build is `green`";
    let alice = ALICE.parse().unwrap();
    Message {
        id: MESSAGE.parse().unwrap(),
        room: LOBBY.parse().unwrap(),
        seq: 42,
        author: person(BOB, "bob"),
        body: body.into(),
        sent_at: at(42),
        edited_at: None,
        deleted: false,
        reply_to: None,
        thread: None,
        replies: None,
        mentions: vec![alice],
        mentioned: vec![Mention { name: "alice".into(), user: alice }],
        mentions_room: false,
        reactions: vec![],
        attachments: vec![],
        blocks: Some(blocks::parse(body, &|name| (name == "alice").then_some(alice))),
    }
}

fn file() -> Attachment {
    Attachment {
        id: FILE.parse().unwrap(),
        name: "screenshot.png".into(),
        size: 48_213,
        media_type: "image/png".into(),
        width: Some(1280),
        height: Some(800),
        preview: Some(PREVIEW.parse().unwrap()),
    }
}

/// An event of the lobby's log.
fn logged(seq: u64, event: LogEvent) -> Event {
    let second = i64::try_from(seq).unwrap();
    Event::Logged(LogEntry { room: LOBBY.parse().unwrap(), seq, at: at(second), event })
}

fn log_events() -> Vec<(&'static str, Event)> {
    let bob = || person(BOB, "bob");
    let alice = || person(ALICE, "alice");
    let target = Target { message_id: MESSAGE.parse().unwrap(), message_seq: 42 };
    let reaction = |count| ReactionChange { emoji: "👍".into(), count };
    let body = "the build is **red**";
    let edited = Message {
        body: body.into(),
        edited_at: Some(at(46)),
        mentions: vec![],
        mentioned: vec![],
        blocks: Some(blocks::parse(body, &|_| None)),
        attachments: vec![file()],
        ..message()
    };
    let changes = RoomChanges { topic: Some("0.3 is out".into()), ..RoomChanges::default() };
    let mute = Moderation {
        action: ModerationAction::Mute,
        until: Some(at(3_600)),
        reason: Some("too loud".into()),
        role: None,
        removed: false,
    };
    vec![
        ("Message", logged(42, LogEvent::Message { message: message() })),
        ("MessageEdited", logged(46, LogEvent::MessageEdited { message: edited, user: bob() })),
        ("MessageDeleted", logged(47, LogEvent::MessageDeleted { target, user: bob() })),
        ("ReactionAdded", logged(48, LogEvent::ReactionAdded { target, reaction: reaction(2), user: alice() })),
        ("ReactionRemoved", logged(49, LogEvent::ReactionRemoved { target, reaction: reaction(1), user: alice() })),
        ("MessagePinned", logged(50, LogEvent::MessagePinned { target, user: alice() })),
        ("MessageUnpinned", logged(51, LogEvent::MessageUnpinned { target, user: alice() })),
        ("UserJoined", logged(43, LogEvent::UserJoined { user: bob(), by: Some(alice()) })),
        ("UserLeft", logged(44, LogEvent::UserLeft { user: bob() })),
        ("RoomUpdated", logged(45, LogEvent::RoomUpdated { changes, user: bob() })),
        ("Moderated", logged(52, LogEvent::Moderated { user: bob(), by: alice(), moderation: mute })),
    ]
}

fn events() -> Vec<(&'static str, Event)> {
    let lobby = LOBBY.parse().unwrap();
    let bob = || person(BOB, "bob");
    let mut events = vec![
        (
            "Welcome",
            Event::Welcome {
                user: user(ALICE, "alice"),
                session: "01890a5d-2222-7000-8000-000000000002".parse().unwrap(),
                epoch: "01890a5d-3333-7000-8000-000000000003".parse().unwrap(),
                server: ServerInfo { name: "chat-server".into(), version: "0.1.0".into() },
                rooms: vec![room()],
                limits: Limits::default(),
                ignored: vec![],
                followed_threads: vec![],
            },
        ),
        ("Live", Event::Live {}),
        ("RoomAdded", Event::RoomAdded { room: room() }),
        (
            "RoomRemoved",
            Event::RoomRemoved {
                room_id: lobby,
                why: RemovalReason::Kicked,
                by: Some(bob()),
                reason: Some("wrong room".into()),
            },
        ),
        ("RoomSettings", Event::RoomSettings { room: lobby, notify: Notify::All, favourite: true, hidden: false }),
        ("Ignored", Event::Ignored { users: vec![BOB.parse().unwrap()] }),
        ("ThreadFollowed", Event::ThreadFollowed { message_id: MESSAGE.parse().unwrap(), following: true }),
        (
            "Members",
            Event::Members {
                room: lobby,
                total: 2,
                online: 2,
                members: vec![user(ALICE, "alice"), user(BOB, "bob")],
                moderators: vec![user(ALICE, "alice").id],
            },
        ),
        ("UserTyping", Event::UserTyping { room: lobby, user: bob() }),
        ("UserStoppedTyping", Event::UserStoppedTyping { room: lobby, user: bob() }),
        (
            "Presence",
            Event::Presence {
                room: lobby,
                online: 1,
                changes: vec![PresenceChange { user: bob(), online: false, away: false }],
            },
        ),
        ("UserUpdated", Event::UserUpdated { user: user(BOB, "bob") }),
        ("ReadMarker", Event::ReadMarker { room: lobby, seq: 42, unread: 0, mentions: 0 }),
        ("Ack", Event::Ack { id: MESSAGE.parse().unwrap(), room: lobby, seq: 42 }),
        (
            "Error",
            Event::Error {
                id: Some(MESSAGE.parse().unwrap()),
                code: ErrorCode::RateLimited,
                detail: "You are sending faster than this server takes: wait and send it again.".into(),
                retry_after_ms: Some(200),
                until: None,
                after: None,
            },
        ),
        ("Reset", Event::Reset { room: lobby, last_seq: 42, at: Some(at(42)), why: ResetReason::TooFar }),
        ("Draining", Event::Draining { retry_after_ms: 1500 }),
        ("Pong", Event::Pong { n: 7 }),
    ];
    events.extend(log_events());
    events
}

fn commands() -> Vec<(&'static str, Command)> {
    let lobby = LOBBY.parse().unwrap();
    let message_id = MESSAGE.parse().unwrap();
    vec![
        (
            "Hello",
            Command::Hello {
                client: "chat-tui/0.1.0".into(),
                cursors: HashMap::from([(lobby, Cursor { seq: 41, at: Some(at(40)) })]),
                epoch: Some("01890a5d-3333-7000-8000-000000000003".parse().unwrap()),
                blocks: false,
            },
        ),
        ("Ping", Command::Ping { n: 7 }),
        (
            "Message",
            Command::Message {
                id: MESSAGE.parse().unwrap(),
                room: "lobby".into(),
                body: "the build is `green`".into(),
                reply_to: None,
                attachments: vec![FILE.parse().unwrap()],
            },
        ),
        (
            "EditMessage",
            Command::EditMessage { id: COMMAND.parse().unwrap(), message_id, body: "the build is **red**".into() },
        ),
        ("DeleteMessage", Command::DeleteMessage { id: COMMAND.parse().unwrap(), message_id }),
        ("React", Command::React { id: COMMAND.parse().unwrap(), message_id, emoji: "👍".into(), on: true }),
        ("Pin", Command::Pin { id: COMMAND.parse().unwrap(), message_id, on: true }),
        (
            "UpdateRoom",
            Command::UpdateRoom {
                id: COMMAND.parse().unwrap(),
                room: lobby.into(),
                changes: RoomChanges { topic: Some("0.3 is out".into()), ..RoomChanges::default() },
            },
        ),
        ("Away", Command::Away { away: true }),
        ("Forget", Command::Forget { id: MESSAGE.parse().unwrap() }),
        ("Focus", Command::Focus { rooms: vec![lobby.into()] }),
        ("UserTyping", Command::UserTyping { room: lobby.into() }),
        ("UserStoppedTyping", Command::UserStoppedTyping { room: lobby.into() }),
        ("Read", Command::Read { room: lobby.into(), seq: 42, back: false }),
    ]
}

/// A body for each thing that Markdown can be here; all kinds of nodes are among what they become.
fn bodies() -> Vec<(&'static str, &'static str)> {
    vec![
        ("paragraphs", "one\ntwo\n\nthree"),
        ("emphasis", "*soft* **loud** ~~gone~~ `as is`"),
        ("link", "see [the docs](https://example.org/docs) or https://example.org"),
        ("mention", "@alice and @nobody"),
        ("renamed", "@Ali and @ali, not @nobody"),
        ("room", "we are in #lobby, not in # nor #1"),
        ("code", "```rust\nfn main() {\n    go();\n}\n```"),
        ("quote", "> said\n> twice\n\nanswered"),
        ("list", "- one\n- two\n  - inner"),
        ("numbered", "1. one\n2. two"),
        ("numbered_from", "3. three\n4. four"),
        ("table", "| name | age |\n|:-----|----:|\n| **bob** | 42 |\n| eve | |"),
        ("indented", "one\n  two\n\tthree"),
    ]
}

/// The golden text of one message; written first when asked to.
fn golden(folder: &str, name: &str, now: &serde_json::Value) -> serde_json::Value {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(folder).join(format!("{name}.json"));
    if std::env::var_os("UPDATE_FIXTURES").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, serde_json::to_string_pretty(now).unwrap() + "\n").unwrap();
    }
    serde_json::from_str(&fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))).unwrap()
}

#[test]
fn every_event_is_written_and_read_as_its_fixture() {
    for (name, event) in events() {
        let now = serde_json::to_value(&event).unwrap();
        let golden = golden("events", name, &now);
        assert_eq!(now, golden, "{name}");
        assert_eq!(golden["type"], name);
        assert!(event.logged().is_none_or(|entry| entry.event.type_name() == name), "{name}");
        assert_eq!(Received::parse(&golden.to_string()).unwrap(), Received::Known(Box::new(event)), "{name}");
    }
}

#[test]
fn every_command_is_written_and_read_as_its_fixture() {
    assert_eq!(commands().iter().map(|(name, _)| *name).collect::<Vec<_>>(), Command::TYPES);
    for (name, command) in commands() {
        let now = serde_json::to_value(&command).unwrap();
        let golden = golden("commands", name, &now);
        assert_eq!(now, golden, "{name}");
        assert_eq!(golden["type"], name);
        assert_eq!(serde_json::from_value::<Command>(golden).unwrap(), command, "{name}");
    }
}

#[test]
fn every_body_is_parsed_as_its_fixture() {
    let alice = ALICE.parse().unwrap();
    // She was Ali once.
    let mentioned = ["alice", "Ali"].map(|name| Mention { name: name.into(), user: alice });
    let mut kinds = BTreeSet::new();
    for (name, body) in bodies() {
        let parsed = blocks::parse(body, &mention::resolver(&mentioned));
        let now = json!({ "body": body, "blocks": parsed });
        let golden = golden("blocks", name, &now);
        assert_eq!(now, golden, "{name}");
        assert_eq!(serde_json::from_value::<Vec<Block>>(golden["blocks"].clone()).unwrap(), parsed, "{name}");
        collect_kinds(&golden["blocks"], &mut kinds);
    }
    let document = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/protocol.md")).unwrap();
    for kind in &kinds {
        assert!(document.contains(&format!("`{kind}`")), "docs/protocol.md does not name the node {kind}");
    }
    let all = "br cell code code_span em item link list mention p quote room row strike strong table text";
    assert_eq!(kinds.into_iter().collect::<Vec<_>>().join(" "), all);
}

/// What the `t` of these nodes and of all in them are.
fn collect_kinds(nodes: &serde_json::Value, kinds: &mut BTreeSet<String>) {
    for node in nodes.as_array().into_iter().flatten() {
        kinds.insert(node["t"].as_str().unwrap().to_owned());
        collect_kinds(&node["c"], kinds);
    }
}

#[test]
fn no_fixture_is_left_without_its_variant() {
    for (folder, count) in [("events", events().len()), ("commands", commands().len()), ("blocks", bodies().len())] {
        let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(folder);
        assert_eq!(fs::read_dir(path).unwrap().count(), count, "{folder}");
    }
}
