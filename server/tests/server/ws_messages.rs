//! Saying something: acknowledged, shown to everyone once and in one order, stored once.

use chat_protocol::{ErrorCode, Event, Message, MessageId};
use serde_json::{Value, json};

use chat_testing::{TestServer, logged, see};

#[tokio::test]
async fn a_message_is_acknowledged_and_shown_to_everyone_and_to_oneself() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let (mut desk, mut phone, mut bobs) =
        (alice.live().await, alice.another_device().await.live().await, bob.live().await);
    let lobby = desk.lobby();
    let id = desk.say("lobby", "hello *bob*").await;
    let (acknowledged, seq) = see!(desk, Event::Ack { id: of, room, seq } if of == id => (room, seq));
    assert_eq!(acknowledged, lobby);
    let mut shown = Vec::new();
    for socket in [&mut phone, &mut bobs] {
        let (room, at, message) = see!(socket, logged!(Message { message }, room, seq: told, at) => {
            assert_eq!(told, seq);
            (room, at, message)
        });
        assert_eq!(room, lobby);
        let wanted = Message {
            id,
            room: lobby,
            seq,
            author: alice.me().await.to_ref(),
            body: "hello *bob*".to_owned(),
            sent_at: at,
            edited_at: None,
            deleted: false,
            reply_to: None,
            mentions: vec![],
            mentioned: vec![],
            mentions_room: false,
            thread: None,
            replies: None,
            reactions: vec![],
            attachments: vec![],
            blocks: None,
        };
        assert_eq!(message, wanted);
        shown.push(message);
    }
    let page = alice.get("/api/messages").await.is(200);
    assert_eq!(page["messages"], json!([shown[0]]), "what was shown is what is stored");
}

#[tokio::test]
async fn the_sending_connection_sees_the_event_too() {
    let server = TestServer::start().await;
    let mut alice = server.register("alice").await.live().await;
    let id = alice.say("lobby", "hello").await;
    let acknowledged = alice.acknowledged(id).await;
    // It may come before the Ack or after it, once.
    let seen = alice.settled().await;
    assert!(
        matches!(&seen[..], [logged!(Message { message }, seq)] if (*seq, message.id) == (acknowledged, id)),
        "{seen:?}"
    );
}

#[tokio::test]
async fn everyone_sees_one_order_without_gaps() {
    const EACH: usize = 100;
    let server = TestServer::with_limits(&["messages=off"]).await;
    let (mut alice, mut bob) = (server.register("alice").await.live().await, server.register("bob").await.live().await);
    let mut carol = server.register("carol").await.live().await;
    let messages = |who: &str| -> Vec<_> {
        let message =
            |i| json!({ "type": "Message", "id": MessageId::now_v7(), "room": "lobby", "body": format!("{who} {i}") });
        (0..EACH).map(message).collect()
    };
    tokio::join!(alice.flood(messages("alice")), bob.flood(messages("bob")));
    let mut seen: Vec<(u64, String)> = Vec::new();
    while seen.len() < 2 * EACH {
        seen.push(see!(carol, logged!(Message { message }, seq) => (seq, message.body)));
    }
    assert!(seen.windows(2).all(|pair| pair[1].0 == pair[0].0 + 1), "no gaps");
    for who in ["alice", "bob"] {
        let own: Vec<_> = seen.iter().map(|(_, body)| body).filter(|body| body.starts_with(who)).collect();
        assert_eq!(own, (0..EACH).map(|i| format!("{who} {i}")).collect::<Vec<_>>().iter().collect::<Vec<_>>());
    }
    let page = server.get("/api/messages?limit=200").await.is(200);
    let stored: Vec<(u64, String)> = page["messages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|message| (message["seq"].as_u64().unwrap(), message["body"].as_str().unwrap().to_owned()))
        .collect();
    assert_eq!(stored, seen);
}

#[tokio::test]
async fn an_id_in_capitals_is_the_same_id() {
    let server = TestServer::start().await;
    let mut alice = server.register("alice").await.live().await;
    let id = "01890A5D-AC96-774B-BCCE-B302099A8057";
    alice.send(json!({ "type": "Message", "id": id, "room": "lobby", "body": "x" })).await;
    let seq = see!(alice, Event::Ack { seq, .. } => seq);
    assert!(alice.last_text.contains(&id.to_lowercase()), "{}", alice.last_text);
    alice.say_as(id.parse().unwrap(), "lobby", "x").await;
    assert_eq!(alice.acknowledged(id.parse().unwrap()).await, seq);
}

#[tokio::test]
async fn any_uuid_is_an_id_and_nothing_else() {
    let server = TestServer::start().await;
    let mut alice = server.register("alice").await.live().await;
    for id in ["c232ab00-9414-11ec-b3c8-9f6bdeced846", "919108f7-52d1-4320-9bac-f847db4148a8"] {
        alice.say_as(id.parse().unwrap(), "lobby", "x").await;
        alice.acknowledged(id.parse().unwrap()).await;
    }
    for id in [
        "",
        "1",
        "01890a5dac96774bbcceb302099a8057",
        "{01890a5d-ac96-774b-bcce-b302099a8057}",
        "01890a5d-ac96-774b-bcce-b302099a805g",
    ] {
        alice.send(json!({ "type": "Message", "id": id, "room": "lobby", "body": "x" })).await;
        assert_eq!(alice.error().await.code, ErrorCode::BadRequest, "{id}");
    }
}

#[tokio::test]
async fn a_room_is_named_by_id_or_by_name() {
    let server = TestServer::start().await;
    let mut alice = server.register("alice").await.live().await;
    let lobby = alice.lobby().to_string();
    for room in ["lobby", "#lobby", "LOBBY", &lobby, &lobby.to_uppercase()] {
        alice.post(room, room).await;
    }
}

#[tokio::test]
async fn a_message_goes_to_a_room_that_one_is_in() {
    let server = TestServer::start().await;
    let alice = server.register("alice").await;
    let dev = server.register("bob").await.create_room("dev").await;
    let mut socket = alice.live().await;
    for (room, code) in [
        ("nowhere", ErrorCode::NotFound),
        ("01890a5d-ac96-774b-bcce-b302099a8057", ErrorCode::NotFound),
        ("", ErrorCode::NotFound),
        ("dev", ErrorCode::Forbidden),
        (&dev.id.to_string(), ErrorCode::Forbidden),
    ] {
        let id = socket.say(room, "x").await;
        let refusal = socket.refused(id).await;
        assert_eq!((refusal.code, refusal.retry_after_ms), (code, None), "{room}");
    }
    alice.join("dev").await;
    see!(socket, Event::RoomAdded { .. } => ());
    socket.post("dev", "now I am").await;
}

#[tokio::test]
async fn an_answer_names_a_message_of_the_same_room() {
    let server = TestServer::start().await;
    let alice = server.register("alice").await;
    alice.create_room("dev").await;
    let mut socket = alice.live().await;
    let (here, there) = (socket.say("lobby", "here").await, socket.say("dev", "there").await);
    let answer = |id: MessageId, to: MessageId| json!({ "type": "Message", "id": id, "room": "lobby", "body": "so it is", "reply_to": to });
    let id = MessageId::now_v7();
    socket.send(answer(id, here)).await;
    let told = see!(socket, logged!(Message { message }) if message.id == id => message.reply_to);
    assert_eq!(told, Some(here));
    for nothing in [there, MessageId::now_v7()] {
        let id = MessageId::now_v7();
        socket.send(answer(id, nothing)).await;
        assert_eq!(socket.refused(id).await.code, ErrorCode::BadRequest);
    }
}

#[tokio::test]
async fn what_is_acknowledged_is_there_after_a_restart() {
    let server = TestServer::start().await;
    let alice = server.register("alice").await;
    let mut socket = alice.live().await;
    let seq = socket.post("lobby", "for ever").await;
    drop(socket);
    let server = server.restart().await;
    let page = server.get("/api/messages").await.is(200);
    assert_eq!((&page["messages"][0]["seq"], &page["messages"][0]["body"]), (&json!(seq), &json!("for ever")));
}

#[tokio::test]
async fn sending_twice_is_sending_once() {
    let server = TestServer::start().await;
    let alice = server.register("alice").await;
    let mut socket = alice.live().await;
    let mut bob = server.register("bob").await.live().await;
    let id = MessageId::now_v7();
    let mut answers = Vec::new();
    for _ in 0..3 {
        socket.say_as(id, "lobby", "once").await;
        answers.push(socket.acknowledged(id).await);
    }
    let mut other = alice.another_device().await.live().await;
    other.say_as(id, "#LOBBY", "once").await;
    answers.push(other.acknowledged(id).await);
    drop((socket, other));
    assert_eq!(answers, [answers[0]; 4], "answered like the first");
    server.register("carol").await.live().await.post("lobby", "last").await;
    let seen = bob.until(|event| matches!(event, logged!(Message { message }) if message.body == "last")).await;
    assert_eq!(seen.iter().filter(|event| matches!(event, logged!(Message { .. }))).count(), 1, "{seen:?}");
    drop(bob);

    let server = server.restart().await;
    let mut socket = alice.at(&server).live().await;
    socket.say_as(id, "lobby", "once").await;
    assert_eq!(socket.acknowledged(id).await, answers[0], "not only for a while");
    let page = server.get("/api/messages").await.is(200);
    assert_eq!(page["messages"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn an_id_belongs_to_one_message_of_one_user() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    alice.create_room("dev").await;
    let (mut socket, mut bobs) = (alice.live().await, bob.live().await);
    let earlier = socket.say("lobby", "earlier").await;
    let id = socket.say("lobby", "mine").await;
    let seq = socket.acknowledged(id).await;
    for change in [json!({ "body": "other" }), json!({ "room": "dev" }), json!({ "reply_to": earlier })] {
        let mut again = json!({ "type": "Message", "id": id, "room": "lobby", "body": "mine" });
        again.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        socket.send(again).await;
        assert_eq!(socket.refused(id).await.code, ErrorCode::IdConflict, "{change}");
    }
    bobs.say_as(id, "lobby", "mine").await;
    assert_eq!(bobs.refused(id).await.code, ErrorCode::IdConflict);
    socket.say_as(id, "lobby", "mine").await;
    assert_eq!(socket.acknowledged(id).await, seq, "a conflict changes nothing");
}

#[tokio::test]
async fn a_resend_is_acknowledged_after_one_has_left_the_room() {
    let server = TestServer::start().await;
    let alice = server.register("alice").await;
    let dev = alice.create_room("dev").await.id;
    let mut socket = alice.live().await;
    let id = socket.say(dev, "bye").await;
    let seq = socket.acknowledged(id).await;
    alice.leave("dev").await;
    socket.say_as(id, dev, "bye").await;
    assert_eq!(socket.acknowledged(id).await, seq);
}

#[tokio::test]
async fn those_who_are_named_are_mentioned() {
    let server = TestServer::with_limits(&["registrations=off"]).await;
    let mut ids = Vec::new();
    for i in 0..52 {
        ids.push(server.register(&format!("user{i}")).await.user_id());
    }
    let mut alice = server.register("alice").await.live().await;
    alice.say("lobby", "@user1 and @USER2, @user1 again; @nobody; mail@user3.example; `@user4`").await;
    assert_eq!(see!(alice, logged!(Message { message }) => message.mentions), [ids[1], ids[2]]);
    let all: String = (0..52).map(|i| format!("@user{i} ")).collect();
    alice.say("lobby", &all).await;
    assert_eq!(see!(alice, logged!(Message { message }) => message.mentions), ids[..50], "at most fifty");
}

#[tokio::test]
async fn a_rename_breaks_no_mention_and_gives_it_to_nobody_else() {
    let server = TestServer::start().await;
    let (alice, guest) = (server.register("alice").await, server.guest().await);
    // A guest's name is free as soon as it has chosen one.
    let before = guest.me().await.name;
    let spellings = [before.clone(), before.to_uppercase()];
    let body = format!("@{} and @{}, not @nobody", spellings[0], spellings[1]);
    let start = alice.live().await.cursors;
    let first = alice.post_message("lobby", &body).await;
    guest.patch("/api/users/me", json!({ "name": "robert" })).await.is(200);
    let other = server.register(&before).await;

    let mention = |written: &String| json!({ "t": "mention", "s": format!("@{written}"), "user": guest.user_id() });
    let text = |text: &str| json!({ "t": "text", "s": text });
    let blocks = json!([{ "t": "p", "c": [
        mention(&spellings[0]), text(" and "), mention(&spellings[1]), text(", not @nobody"),
    ] }]);
    let mentioned = json!([{ "name": before, "user": guest.user_id() }]);
    let check = |message: &Value, parsed: bool, from: &str| {
        assert_eq!(message["mentions"], json!([guest.user_id()]), "{from}");
        assert_eq!(message["mentioned"], mentioned, "{from}");
        assert_eq!(message["blocks"], if parsed { blocks.clone() } else { Value::Null }, "{from}");
        assert_eq!(message["body"], body, "{from}");
    };
    let page = alice.get("/api/messages?blocks=true").await.is(200);
    check(&page["messages"][0], true, "a page");
    let log = alice.get("/api/rooms/lobby/events").await.is(200);
    let said = log["events"].as_array().unwrap().iter().find(|event| event["type"] == "Message").unwrap();
    check(&said["message"], false, "the log");
    let message_of = |missed: Vec<Event>, seq: u64| {
        let mut said = missed.iter().filter_map(Event::message);
        json!(said.find(|message| message.seq == seq).unwrap_or_else(|| panic!("{missed:?}")))
    };
    let mut reader = alice.live().await;
    for parsed in [false, true] {
        let (_socket, missed) = alice.resume_with(json!({ "cursors": start, "blocks": parsed })).await;
        check(&message_of(missed, first), parsed, "a resume from the store");
        let newest = reader.cursors.clone();
        let seq = reader.post("lobby", &format!("@robert and @{before}")).await;
        let page = alice.get(&format!("/api/messages?after={}&blocks={parsed}", seq - 1)).await.is(200);
        let mentioned =
            json!([{ "name": "robert", "user": guest.user_id() }, { "name": before, "user": other.user_id() }]);
        assert_eq!(page["messages"][0]["mentioned"], mentioned, "a new message means who has the name now");
        let (_socket, missed) = alice.resume_with(json!({ "cursors": newest, "blocks": parsed })).await;
        assert_eq!(message_of(missed, seq), page["messages"][0], "a resume from memory tells what the store tells");
    }
}

#[tokio::test]
async fn bodies_are_parsed_for_those_who_ask() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let mut plain = alice.live_with(json!({ "blocks": false })).await;
    let mut parsed = bob.live_with(json!({ "blocks": true })).await;
    let cursors = parsed.cursors.clone();
    plain.post("lobby", "hello **@bob**").await;
    assert_eq!(see!(plain, logged!(Message { message }) => message.blocks), None);
    let wanted = json!([{ "t": "p", "c": [
        { "t": "text", "s": "hello " },
        { "t": "strong", "c": [{ "t": "mention", "s": "@bob", "user": bob.user_id() }] },
    ] }]);
    assert_eq!(json!(see!(parsed, logged!(Message { message }) => message.blocks)), wanted);
    drop((plain, parsed));
    let server = server.restart().await;
    let (_socket, missed) = bob.at(&server).resume_with(json!({ "cursors": cursors, "blocks": true })).await;
    let [logged!(Message { message })] = &missed[..] else { panic!("{missed:?}") };
    assert_eq!(json!(message.blocks), wanted, "from the log too");
}
