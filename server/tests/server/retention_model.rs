//! After a round exactly those messages are gone that a plain model says, and everything that is counted from messages agrees.

use std::time::Duration;

use chat_protocol::{Message, Role, Room, api::MessagesPage};
use chat_server::{Retention, admin};
use chat_testing::{Person, TestServer, within};
use proptest::{prelude::*, test_runner::FileFailurePersistence};
use serde_json::json;

/// Three rooms with limits of their own, and a direct room, which has none.
const ROOMS: usize = 4;

#[derive(Debug, Clone)]
struct Plan {
    /// Days that the server keeps messages, and whether it keeps pinned ones.
    server: Option<(u32, bool)>,
    /// The same for each room: days, 0 for ever.
    rooms: Vec<(Option<u32>, bool)>,
    said: Vec<Said>,
    /// How many of each room's messages bob has read.
    read: Vec<prop::sample::Index>,
}

#[derive(Debug, Clone)]
struct Said {
    room: usize,
    by_bob: bool,
    /// Which earlier message of the room it answers, if there are any.
    answers: Option<prop::sample::Index>,
    is_pinned: bool,
    mentions_bob: bool,
    has_file: bool,
    /// Its author deleted it before.
    is_deleted: bool,
    days_ago: u32,
}

/// A message that was sent, and what the model knows of it.
struct Sent {
    plan: Said,
    message: Message,
    /// The message that its thread began with.
    root: Option<usize>,
    is_gone: bool,
}

fn limit() -> impl Strategy<Value = (Option<u32>, bool)> {
    (prop::sample::select(vec![None, Some(0), Some(30), Some(200)]), any::<bool>())
}

fn said() -> impl Strategy<Value = Said> {
    let flags =
        (any::<bool>(), prop::bool::weighted(0.3), any::<bool>(), prop::bool::weighted(0.3), prop::bool::weighted(0.1));
    let days = prop::sample::select(vec![0, 20, 50, 150, 400]);
    (0..ROOMS, prop::option::of(any::<prop::sample::Index>()), flags, days).prop_map(
        |(room, answers, (by_bob, is_pinned, mentions_bob, has_file, is_deleted), days_ago)| Said {
            room,
            by_bob,
            answers,
            is_pinned,
            mentions_bob,
            has_file,
            is_deleted,
            days_ago,
        },
    )
}

fn plan() -> impl Strategy<Value = Plan> {
    (
        prop::option::of((prop::sample::select(vec![30, 100]), any::<bool>())),
        prop::collection::vec(limit(), ROOMS - 1),
        prop::collection::vec(said(), 1..40),
        prop::collection::vec(any::<prop::sample::Index>(), ROOMS),
    )
        .prop_map(|(server, rooms, said, read)| Plan { server, rooms, said, read })
}

impl Plan {
    /// Whether a message goes in the next round.
    fn expires(&self, said: &Said) -> bool {
        let (own, keeps_pinned) = self.rooms.get(said.room).copied().unwrap_or((None, false));
        let days = match own {
            Some(days) => Some(days).filter(|days| *days > 0),
            None => self.server.map(|(days, _)| days),
        };
        let keeps_pinned = keeps_pinned || self.server.is_some_and(|(_, keeps)| keeps);
        days.is_some_and(|days| said.days_ago > days) && !(said.is_pinned && keeps_pinned)
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 12,
        failure_persistence: Some(Box::new(FileFailurePersistence::Off)),
        ..ProptestConfig::default()
    })]

    #[test]
    fn after_a_round_exactly_what_is_too_old_is_gone_and_counts_are_right(plan in plan()) {
        tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap().block_on(holds(plan));
    }
}

async fn holds(plan: Plan) {
    let server = TestServer::with(|options| {
        for limit in ["messages", "requests", "commands", "uploads"] {
            options.limits.set(&format!("{limit}=off")).unwrap();
        }
        options.retention = plan
            .server
            .map(|(days, keep_pinned)| Retention { keep: Duration::from_secs(u64::from(days) * 86_400), keep_pinned });
    })
    .await;
    let (boss, bob) = (server.register("boss").await, server.register("bob").await);
    admin::Database::open(server.folder()).unwrap().set_role("boss", Role::Admin).unwrap();
    let rooms = rooms(&plan, &boss, &bob).await;
    let mut all: Vec<Sent> = Vec::new();
    for (number, said) in plan.said.iter().enumerate() {
        let sent = send(&rooms, if said.by_bob { &bob } else { &boss }, number, said, &all).await;
        all.push(sent);
    }
    for sent in &mut all {
        let author = if sent.plan.by_bob { &bob } else { &boss };
        let path = format!("/api/messages/{}", sent.message.id);
        if sent.plan.is_pinned {
            author.put(&format!("{path}/pin")).await.is(204);
        }
        if sent.plan.is_deleted {
            author.delete(&path).await.is(204);
        }
        sent.is_gone = sent.plan.is_deleted || plan.expires(&sent.plan);
    }
    let read = read(&plan, &rooms, &bob, &all).await;
    for (room, (days, keeps_pinned)) in rooms.iter().zip(&plan.rooms) {
        let limit = json!({ "retention_days": days, "retention_keeps_pinned": keeps_pinned });
        boss.patch(&format!("/api/rooms/{}", room.id), limit).await.is(200);
    }
    // The round looks at messages in the order in which they were sent: when this one is gone, it has looked at all.
    boss.create_room("last").await;
    boss.patch("/api/rooms/last", json!({ "retention_days": 1 })).await.is(200);
    boss.say("last", "the last message").await.is(201);
    let server = aged(server, &all).await;
    let (boss, bob) = (boss.at(&server), bob.at(&server));
    within("the end of a round", async {
        while boss.bodies("last").await != [""] {
            tokio::task::yield_now().await;
        }
    })
    .await;
    for (at, room) in rooms.iter().enumerate() {
        let here: Vec<(usize, &Sent)> = all.iter().enumerate().filter(|(_, sent)| sent.plan.room == at).collect();
        check_room(&bob, room, read[at], &here).await;
    }
    for (number, sent) in all.iter().enumerate() {
        let hits = bob.get(&format!("/api/search?q=w{number}w")).await.is(200).json;
        assert_eq!(hits["hits"].as_array().unwrap().len(), usize::from(!sent.is_gone), "searching for {number}");
        for file in &sent.message.attachments {
            let file = bob.get(&format!("/api/uploads/{}/{}", file.id, file.name)).await;
            assert_eq!(file.status, if sent.is_gone { 404 } else { 200 }, "the file of {number}");
        }
    }
    within("files that nobody has leave the disk, and counts agree with the log", async {
        while !admin::examine(server.folder()).unwrap().is_empty() {
            tokio::task::yield_now().await;
        }
    })
    .await;
}

async fn rooms(plan: &Plan, boss: &Person, bob: &Person) -> Vec<Room> {
    let mut rooms = Vec::new();
    for number in 0..plan.rooms.len() {
        let room = boss.create_room(&format!("room{number}")).await;
        bob.join(&room.name).await;
        rooms.push(room);
    }
    rooms.push(boss.post("/api/rooms", json!({ "kind": "direct", "members": ["bob"] })).await.is(201).read());
    // Before its first message it is there for those who opened it.
    bob.post("/api/rooms", json!({ "kind": "direct", "members": ["boss"] })).await.is(201);
    rooms
}

async fn send(rooms: &[Room], author: &Person, number: usize, said: &Said, before: &[Sent]) -> Sent {
    let earlier: Vec<usize> = (0..before.len()).filter(|at| before[*at].plan.room == said.room).collect();
    let answered = said.answers.filter(|_| !earlier.is_empty()).map(|answers| *answers.get(&earlier));
    let file = if said.has_file { Some(author.upload("a.txt", format!("file {number}")).await) } else { None };
    let message = json!({
        "room": rooms[said.room].id,
        "body": format!("w{number}w{}", if said.mentions_bob { " @bob" } else { "" }),
        "reply_to": answered.map(|at| before[at].message.id),
        "attachments": file.iter().map(|file| file.id).collect::<Vec<_>>(),
    });
    let message = author.post("/api/messages", message).await.is(201).read();
    let root = answered.map(|at| before[at].root.unwrap_or(at));
    Sent { plan: said.clone(), message, root, is_gone: false }
}

/// Bob reads some of each room. Gives up to where.
async fn read(plan: &Plan, rooms: &[Room], bob: &Person, all: &[Sent]) -> Vec<u64> {
    let mut live = bob.live().await;
    let mut read = Vec::new();
    for (at, room) in rooms.iter().enumerate() {
        let here: Vec<u64> = all.iter().filter(|sent| sent.plan.room == at).map(|sent| sent.message.seq).collect();
        if !here.is_empty() {
            live.send(json!({ "type": "Read", "room": room.id, "seq": plan.read[at].get(&here) })).await;
        }
    }
    live.settled().await;
    for room in rooms {
        read.push(bob.room(&room.id.to_string()).await.read_seq.unwrap_or(0));
    }
    read
}

/// Ends the server, makes each message as old as the plan has it, and starts it again.
async fn aged(mut server: TestServer, all: &[Sent]) -> TestServer {
    server.stop().await;
    let (folder, paused) = server.pause();
    let mut db = rusqlite::Connection::open(folder.join("chat.db")).unwrap();
    let tx = db.transaction().unwrap();
    for sent in all {
        let (id, days) = (sent.message.id.uuid(), sent.plan.days_ago);
        tx.execute("UPDATE message SET sent_at = sent_at - ? * 86400000 WHERE uuid = ?", rusqlite::params![days, id])
            .unwrap();
    }
    let last = "UPDATE message SET sent_at = sent_at - 400 * 86400000 WHERE body = 'the last message'";
    assert_eq!(tx.execute(last, []).unwrap(), 1);
    tx.commit().unwrap();
    drop(db);
    paused.resume().await
}

async fn check_room(bob: &Person, room: &Room, read: u64, here: &[(usize, &Sent)]) {
    if here.is_empty() {
        return;
    }
    let page: MessagesPage = bob.get(&format!("/api/messages?room={}&limit=200", room.id)).await.is(200).read();
    assert_eq!(page.messages.len(), here.len(), "the log has no gap");
    for (message, (number, sent)) in page.messages.iter().zip(here) {
        assert_eq!((message.id, message.seq), (sent.message.id, sent.message.seq));
        assert_eq!(message.deleted, sent.is_gone, "{number}: {:?}", sent.plan);
        let body = if sent.is_gone { "" } else { sent.message.body.as_str() };
        assert_eq!(
            (message.body.as_str(), message.attachments.is_empty()),
            (body, sent.is_gone || !sent.plan.has_file)
        );
        let replies = here.iter().filter(|(_, reply)| reply.root == Some(*number) && !reply.is_gone).count();
        assert_eq!(message.replies.as_ref().map_or(0, |replies| replies.count), replies as u64, "replies to {number}");
    }
    let unread: Vec<_> =
        here.iter().filter(|(_, sent)| sent.message.seq > read && !sent.plan.by_bob && !sent.is_gone).collect();
    let is_direct = room.name.is_empty();
    let mentions = unread.iter().filter(|(_, sent)| is_direct || sent.plan.mentions_bob).count() as u64;
    let pins = here.iter().filter(|(_, sent)| sent.plan.is_pinned && !sent.is_gone).count() as u64;
    let now = bob.room(&room.id.to_string()).await;
    assert_eq!(
        (now.unread, now.mentions, now.pins),
        (Some(unread.len() as u64), Some(mentions), pins),
        "{}",
        room.name
    );
}
