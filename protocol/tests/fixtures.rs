//! One golden message per variant, in `fixtures/`: what this crate writes, what the page's store is tested with and
//! what `docs/protocol.md` shows are the same. `UPDATE_FIXTURES=1 cargo test -p chat-protocol` writes them anew.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    collections::{BTreeSet, HashMap},
    fs,
    path::PathBuf,
};

use chat_protocol::{
    Command, Cursor, ErrorCode, Event, Limits, LogEntry, LogEvent, Message, PresenceChange, Received, ResetReason,
    Role, Room, RoomChanges, RoomKind, Timestamp, User, UserRef,
    api::ServerInfo,
    blocks::{self, Block},
    mention::{self, Mention},
};
use serde_json::json;

const ALICE: &str = "01890a5d-ac96-774b-bcce-b302099a8057";
const BOB: &str = "01890a5d-ac96-7c8d-9a1b-2c3d4e5f6071";
const LOBBY: &str = "01890a5d-0000-7000-8000-000000000001";
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
        joined: true,
        read_seq: Some(39),
        unread: Some(1),
        mentions: Some(0),
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
        mentions: vec![alice],
        mentioned: vec![Mention { name: "alice".into(), user: alice }],
        reactions: vec![],
        attachments: vec![],
        blocks: Some(blocks::parse(body, &|name| (name == "alice").then_some(alice))),
    }
}

fn events() -> Vec<(&'static str, Event)> {
    let lobby = LOBBY.parse().unwrap();
    let bob = || person(BOB, "bob");
    vec![
        (
            "Welcome",
            Event::Welcome {
                user: user(ALICE, "alice"),
                session: "01890a5d-2222-7000-8000-000000000002".parse().unwrap(),
                epoch: "01890a5d-3333-7000-8000-000000000003".parse().unwrap(),
                server: ServerInfo { name: "chat-server".into(), version: "0.1.0".into() },
                rooms: vec![room()],
                limits: Limits::default(),
            },
        ),
        ("Live", Event::Live {}),
        ("RoomAdded", Event::RoomAdded { room: room() }),
        ("RoomRemoved", Event::RoomRemoved { room_id: lobby }),
        (
            "Message",
            Event::Logged(LogEntry {
                room: lobby,
                seq: 42,
                at: at(42),
                event: LogEvent::Message { message: message() },
            }),
        ),
        (
            "UserJoined",
            Event::Logged(LogEntry { room: lobby, seq: 43, at: at(43), event: LogEvent::UserJoined { user: bob() } }),
        ),
        (
            "UserLeft",
            Event::Logged(LogEntry { room: lobby, seq: 44, at: at(44), event: LogEvent::UserLeft { user: bob() } }),
        ),
        (
            "RoomUpdated",
            Event::Logged(LogEntry {
                room: lobby,
                seq: 45,
                at: at(45),
                event: LogEvent::RoomUpdated { changes: RoomChanges { topic: Some("0.3 is out".into()) }, user: bob() },
            }),
        ),
        (
            "Members",
            Event::Members { room: lobby, total: 2, online: 2, members: vec![user(ALICE, "alice"), user(BOB, "bob")] },
        ),
        ("UserTyping", Event::UserTyping { room: lobby, user: bob() }),
        ("UserStoppedTyping", Event::UserStoppedTyping { room: lobby, user: bob() }),
        (
            "Presence",
            Event::Presence { room: lobby, online: 1, changes: vec![PresenceChange { user: bob(), online: false }] },
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
                after: None,
            },
        ),
        ("Reset", Event::Reset { room: lobby, last_seq: 42, at: Some(at(42)), why: ResetReason::TooFar }),
        ("Draining", Event::Draining { retry_after_ms: 1500 }),
        ("Pong", Event::Pong { n: 7 }),
    ]
}

fn commands() -> Vec<(&'static str, Command)> {
    let lobby = LOBBY.parse().unwrap();
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
            },
        ),
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
