//! As much as anyone can do to rooms: bans amid a flood, crowds added one by one, names in disguise, and rooms that are removed
//! while everyone is busy in them.

use std::{collections::HashMap, time::Duration};

use chat_protocol::{Cursor, ErrorCode, Event, LogEvent, MessageId, RemovalReason, RoomId};
use chat_testing::{Person, TestServer, files_below, logged, see};
use futures_util::{StreamExt as _, future::join_all, stream};
use rusqlite::Connection as Database;
use serde_json::{Value, json};

/// Messages that are on their way at once.
const FLOOD: usize = 400;
/// People who are added to one room.
const CROWD: usize = 5_000;
/// Clients of a room that is removed.
const CLIENTS: usize = 50;
/// What each of them writes, so that it can be looked for.
const SECRET: &str = "correct-horse-battery-staple";

fn say(room: RoomId) -> Value {
    json!({ "type": "Message", "id": MessageId::now_v7(), "room": room, "body": "spam" })
}

#[tokio::test]
async fn nothing_of_a_banned_user_comes_after_the_ban_whatever_was_on_its_way() {
    let server = TestServer::with_limits(&["messages=off"]).await;
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    for kind in ["public", "private"] {
        let new = json!({ "kind": kind, "name": format!("ops-{kind}"), "members": ["bob"] });
        let room = alice.create_room_with(new).await.id;
        let (mut alices, mut bobs) = (alice.live().await, bob.live().await);
        let flood = async {
            // Until the ban has come amid one.
            loop {
                let came = bobs.flood((0..FLOOD).map(|_| say(room)).collect()).await;
                if came.iter().any(|event| matches!(event, Event::Error { .. })) {
                    return came;
                }
            }
        };
        let ban = async {
            see!(alices, logged!(Message { message }, seq) if message.body == "spam" && seq > 20 => ());
            let ban = json!({ "action": "ban", "user": "bob" });
            alice.post(&format!("/api/rooms/{room}/moderation"), ban).await.is(204);
        };
        let (came, ()) = tokio::join!(flood, ban);
        let log = alice.log(&room.to_string()).await;
        let banned_at = log.iter().find(|event| event["type"] == "Moderated").unwrap()["seq"].as_u64().unwrap();
        assert_eq!(banned_at, log.len() as u64, "{kind}: nothing after it");
        let mut is_refused = false;
        for event in &came {
            match event {
                Event::Ack { seq, .. } => {
                    assert!(*seq < banned_at && !is_refused, "{kind}: acknowledged after the ban")
                }
                Event::Error { code, .. } => {
                    is_refused = true;
                    let expected = if kind == "public" { ErrorCode::Forbidden } else { ErrorCode::NotFound };
                    assert_eq!(*code, expected, "{kind}");
                }
                Event::Logged(entry) => assert!(entry.seq < banned_at, "{kind}: {entry:?} was shown to the banned"),
                _ => {}
            }
        }
        let acknowledged = came.iter().filter(|event| matches!(event, Event::Ack { .. })).count();
        let first = came.iter().find_map(|event| if let Event::Ack { seq, .. } = event { Some(*seq) } else { None });
        if let Some(first) = first {
            assert_eq!(acknowledged as u64, banned_at - first, "{kind}: what is stored is acknowledged");
        }
    }
}

/// Makes users that never sign in.
async fn with_crowd(mut server: TestServer) -> TestServer {
    server.stop().await;
    let (folder, paused) = server.pause();
    let database = Database::open(folder.join("chat.db")).unwrap();
    database
        .execute_batch(&format!(
            "WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < {CROWD})
             INSERT INTO user (id, uuid, name, canonical, skeleton, cased_skeleton, role, created_at)
             SELECT 100 + n, randomblob(16), 'user' || n, 'user' || n, 'skel' || n, 'skel' || n, 'member', 0 FROM number;"
        ))
        .unwrap();
    drop(database);
    paused.resume().await
}

#[tokio::test]
async fn five_thousand_members_added_one_by_one_make_no_frame_and_no_answer_large() {
    let limits = ["messages=off", "requests=off"];
    let server = TestServer::with_limits(&limits).await;
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let room = alice.create_room_with(json!({ "kind": "private", "name": "ops", "members": ["bob"] })).await.id;
    let server = with_crowd(server).await;
    let (alice, bob) = (alice.at(&server), bob.at(&server));
    let mut alices = alice.live().await;
    alices.send(json!({ "type": "Focus", "rooms": [room] })).await;
    see!(alices, Event::Members { .. } => ());
    let add = async |number: usize| alice.put(&format!("/api/rooms/{room}/members/user{number}")).await.is(204);
    let adding = stream::iter(1..=CROWD).map(add).buffer_unordered(16).for_each(|_| async {});
    let watching = async {
        for _ in 0..CROWD {
            see!(alices, logged!(UserJoined { by, .. }) => assert!(by.is_some()));
            assert!(alices.last_text.len() < 1024, "{}", alices.last_text.len());
        }
    };
    tokio::join!(adding, watching);

    let everyone = CROWD as u64 + 2;
    alices.send(json!({ "type": "Focus", "rooms": [] })).await;
    alices.send(json!({ "type": "Focus", "rooms": [room] })).await;
    let (total, listed) = see!(alices, Event::Members { total, members, .. } => (total, members.len()));
    assert_eq!((total, listed), (everyone, 200));
    assert!(alices.last_text.len() < 100 * 1024, "{}", alices.last_text.len());
    // Somebody who comes back: a small `Welcome`, and no 5,000 events.
    let (mut bobs, missed) = bob.resume(&HashMap::from([(room, Cursor { seq: 2, at: None })])).await;
    assert!(missed.iter().any(|event| matches!(event, Event::Reset { .. })), "{missed:?}");
    assert!(missed.iter().all(|event| !matches!(event, Event::Logged(_))));
    assert_eq!(bobs.room("ops").members, everyone);
    bobs.settled().await;

    let mut path = Some(format!("/api/rooms/{room}/members?limit=1000"));
    let mut names = 0;
    while let Some(page) = path {
        let page = alice.get(&page).await.is(200);
        assert!(page.text.len() < 1024 * 1024, "{}", page.text.len());
        names += page.names().len();
        path = page.next_page();
    }
    assert_eq!(names as u64, everyone);
    let events = alice.get(&format!("/api/rooms/{room}/events?limit=1000")).await.is(200);
    assert!(events.text.len() < 1024 * 1024, "{}", events.text.len());
    assert_eq!(alice.room("ops").await.members, everyone);
}

#[tokio::test]
async fn a_private_room_is_named_as_a_public_one_whatever_the_disguise() {
    let server = TestServer::with_limits(&["rooms-created=off", "messages=off"]).await;
    let (alice, eve) = (server.register("alice").await, server.register("eve").await);
    alice.create_room("ops-lab").await;
    alice.create_room_with(json!({ "kind": "private", "name": "den-lab" })).await;
    let own = alice.create_room_with(json!({ "kind": "private", "name": "other" })).await;
    let disguises = |name: &str| {
        [
            name.to_uppercase(),
            name.replace('l', "1"),
            name.replace("lab", "Iab"),
            name.replace('e', "\u{435}").replace('o', "\u{43e}"),
            name.replace('a', "\u{ff41}"),
            format!("\u{200b}{name}"),
            format!("{}\u{200d}{}", &name[..2], &name[2..]),
            format!("\u{202e}{name}"),
            format!("{name}\u{2066}"),
            format!("{name} "),
            name.replace('-', "\u{2010}"),
            format!("#{name}"),
        ]
    };
    for name in ["ops-lab", "den-lab"] {
        for disguise in disguises(name) {
            let mut statuses = Vec::new();
            for kind in ["public", "private"] {
                let made = alice.post("/api/rooms", json!({ "kind": kind, "name": disguise })).await;
                assert!([400, 409].contains(&made.status), "{disguise:?} as a {kind} room: {}", made.text);
                statuses.push(made.status);
            }
            assert_eq!(statuses[0], statuses[1], "{disguise:?}");
            let renamed = alice.patch(&format!("/api/rooms/{}", own.id), json!({ "name": disguise })).await;
            assert_eq!(renamed.status, statuses[0], "{disguise:?}: {}", renamed.text);
            // Nobody learns from a name that a room is there which they cannot see.
            let others = eve.post("/api/rooms", json!({ "kind": "private", "name": disguise })).await;
            match (name, statuses[0]) {
                ("ops-lab", status) => assert_eq!(others.status, status, "{disguise:?}"),
                (_, 400) => assert_eq!(others.status, 400, "{disguise:?}"),
                _ => {
                    let room = others.is(201)["id"].as_str().unwrap().to_owned();
                    eve.delete(&format!("/api/rooms/{room}")).await.is(204);
                }
            }
        }
    }
}

/// Writes, reads and resumes until the room is removed; gives how that was told.
async fn be_busy(person: Person, room: RoomId) -> RemovalReason {
    let mut cursors = HashMap::new();
    loop {
        // Of a room whose cursor one brings one is told that it is gone.
        let (mut socket, missed) = person.resume(&cursors).await;
        let removed = |event: &Event| match event {
            Event::RoomRemoved { room_id, why, .. } if *room_id == room => Some(*why),
            _ => None,
        };
        if let Some(why) = missed.iter().find_map(removed) {
            return why;
        }
        socket.send(json!({ "type": "Focus", "rooms": [room] })).await;
        let said = (0..8).map(|number| {
            let body = format!("{SECRET} {number}");
            json!({ "type": "Message", "id": MessageId::now_v7(), "room": room, "body": body })
        });
        let came = socket.flood(said.collect()).await;
        for event in &came {
            if let Event::Error { code, detail, .. } = event {
                assert_eq!(*code, ErrorCode::NotFound, "{detail}");
            }
        }
        let came = came.into_iter().chain(socket.settled().await).collect::<Vec<_>>();
        if let Some(why) = came.iter().find_map(removed) {
            return why;
        }
        for path in [format!("/api/messages?room={room}"), format!("/api/rooms/{room}/events")] {
            let status = person.get(&path).await.status;
            assert!([200, 404].contains(&status), "{status}");
        }
        cursors = socket.cursors.clone();
        cursors.entry(room).or_insert(Cursor { seq: 0, at: None });
    }
}

#[tokio::test]
async fn a_room_that_is_removed_while_fifty_are_busy_there_is_gone_for_all_and_from_the_disk() {
    let limits = ["messages=off", "requests=off", "registrations=off", "commands=off"];
    let server = TestServer::with_limits(&limits).await;
    let alice = server.register("alice").await;
    let people = join_all((0..CLIENTS).map(|number| {
        let server = &server;
        async move { server.register(&format!("user{number}")).await }
    }))
    .await;
    let names: Vec<&str> = people.iter().map(|person| &*person.name).collect();
    let new = json!({ "kind": "private", "name": format!("ops-{SECRET}"), "topic": format!("topic of {SECRET}"), "members": names });
    let room = alice.create_room_with(new).await.id;
    let late = server.register("late").await;
    alice.put(&format!("/api/rooms/{room}/members/{}", late.name)).await.is(204);
    let kick = json!({ "action": "kick", "user": late.name, "reason": format!("said {SECRET}") });
    alice.post(&format!("/api/rooms/{room}/moderation"), kick).await.is(204);
    let mut alices = alice.live().await;
    let busy = join_all(people.into_iter().map(|person| tokio::spawn(be_busy(person, room))));
    let remove = async {
        let mut left = 10 * CLIENTS;
        while left > 0 {
            if let Event::Logged(entry) = alices.next().await {
                left -= usize::from(matches!(entry.event, LogEvent::Message { .. }));
            }
        }
        alice.delete(&format!("/api/rooms/{room}")).await.is(204);
    };
    let (told, ()) = tokio::join!(busy, remove);
    for why in told {
        assert_eq!(why.unwrap(), RemovalReason::Deleted);
    }
    let why = see!(alices, Event::RoomRemoved { room_id, why, .. } if room_id == room => why);
    assert_eq!(why, RemovalReason::Deleted);
    alice.get(&format!("/api/rooms/{room}")).await.is_problem(404, "not_found");
    // A file has no event to wait for.
    let mut looks = tokio::time::interval(Duration::from_millis(50));
    let is_there = || {
        files_below(server.folder()).into_iter().any(|file| {
            let bytes = std::fs::read(file).unwrap();
            bytes.windows(SECRET.len()).any(|window| window == SECRET.as_bytes())
        })
    };
    while is_there() {
        looks.tick().await;
    }
}
