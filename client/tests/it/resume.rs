//! Coming back loses nothing, and repeats nothing.

use chat_client::{Options, Status, Update};
use chat_protocol::{Cursor, Epoch, Event, LogEntry, LogEvent, MessageId, ResetReason, RoomId};
use uuid::Uuid;

use crate::scene::{BOB, Scene, at, lobby, lobby_id, message, room, said};

#[tokio::test]
async fn the_first_start_begins_at_the_newest_page() {
    let mut scene = Scene::start().await;
    scene.page(&[message(4, MessageId::now_v7(), BOB, "hello")]);
    let (client, mut alice) = scene.client();
    let mut socket = scene.fake.socket().await;
    assert_eq!(socket.token.as_deref(), Some("Bearer cht_alice"));
    assert_eq!(socket.hello().await, ([].into(), None));
    socket.say(scene.welcome(vec![lobby(5)])).await;
    socket.say(Event::Live {}).await;
    let page = alice
        .until(|update| match update {
            Update::Page { room, messages, has_more_before: true } if room == lobby_id() => Some(messages),
            _ => None,
        })
        .await;
    assert_eq!(page[0].body, "hello");
    socket.say(said(6)).await;
    assert_eq!(alice.message().await, (6, "message 6".to_owned()));

    let cached = client.cached();
    assert_eq!(cached.rooms[0].unread, Some(1));
    let messages = client.cached_messages(lobby_id());
    let bodies: Vec<&str> = messages.iter().map(|message| message.body.as_str()).collect();
    assert_eq!(bodies, ["hello", "message 6"]);
    assert_eq!(cached.cursors[&lobby_id()], Cursor { seq: 6, at: Some(at(6)) });
}

#[tokio::test]
async fn a_connection_that_broke_goes_on_where_it_was() {
    let mut scene = Scene::start().await;
    let (client, mut alice) = scene.client();
    let mut socket = scene.live(5).await;
    socket.say(said(6)).await;
    assert_eq!(alice.message().await.0, 6);
    drop(socket);
    alice.offline().await;
    client.reconnect();

    let mut socket = scene.fake.socket().await;
    let (cursors, epoch) = socket.hello().await;
    assert_eq!(cursors, [(lobby_id(), Cursor { seq: 6, at: Some(at(6)) })].into());
    assert_eq!(epoch, Some(scene.epoch));
    socket.say(scene.welcome(vec![lobby(8)])).await;
    for seq in [7, 8] {
        socket.say(said(seq)).await;
        assert_eq!(alice.message().await.0, seq);
    }
    assert_eq!(alice.status, Some(Status::CatchingUp { done: 0, total: 2 }));
    socket.say(Event::Live {}).await;
    alice.connected().await;
}

#[tokio::test]
async fn a_program_that_was_killed_goes_on_where_its_disk_is() {
    let mut scene = Scene::start().await;
    scene.page(&[message(5, MessageId::now_v7(), BOB, "before")]);
    let (client, mut alice) = scene.client();
    let mut socket = scene.live(5).await;
    alice.until(|update| matches!(update, Update::Page { .. }).then_some(())).await;
    socket.say(said(6)).await;
    alice.message().await;
    client.cached();
    drop((client, alice));
    socket.closed().await;

    let (client, mut alice) = scene.client();
    assert_eq!(client.cached_messages(lobby_id()).len(), 2, "a screen before the server has said a word");
    let mut socket = scene.fake.socket().await;
    let (cursors, epoch) = socket.hello().await;
    assert_eq!(cursors[&lobby_id()].seq, 6);
    assert_eq!(epoch, Some(scene.epoch));
    socket.say(scene.welcome(vec![lobby(6)])).await;
    socket.say(Event::Live {}).await;
    alice.connected().await;
    assert_eq!(scene.fake.asked().await.0.matches("messages").count(), 1);
    socket.say(said(7)).await;
    assert_eq!(alice.message().await.0, 7);
    assert_eq!(client.cached_messages(lobby_id()).len(), 3);
}

#[tokio::test]
async fn a_gap_is_never_shown_but_filled_by_a_new_connection() {
    let mut scene = Scene::start().await;
    let (client, mut alice) = scene.client();
    let mut socket = scene.live(5).await;
    socket.say(said(6)).await;
    socket.say(said(8)).await;
    assert_eq!(alice.message().await.0, 6);
    let (_, reason) = alice.offline().await;
    assert_eq!(reason, "an event was missing");
    client.reconnect();
    let mut socket = scene.fake.socket().await;
    assert_eq!(socket.hello().await.0[&lobby_id()].seq, 6);
    socket.say(scene.welcome(vec![lobby(8)])).await;
    for seq in [7, 8] {
        socket.say(said(seq)).await;
        assert_eq!(alice.message().await.0, seq);
    }
}

#[tokio::test]
async fn an_event_that_comes_again_is_shown_once() {
    let mut scene = Scene::start().await;
    let (_client, mut alice) = scene.client();
    let mut socket = scene.live(5).await;
    for seq in [6, 6, 5, 1, 7] {
        socket.say(said(seq)).await;
    }
    assert_eq!(alice.message().await.0, 6);
    assert_eq!(alice.message().await.0, 7);
}

#[tokio::test]
async fn events_that_this_version_does_not_know_move_the_cursor() {
    let mut scene = Scene::start().await;
    let (_client, mut alice) = scene.client();
    let mut socket = scene.live(5).await;
    socket.say_text(&format!(r#"{{"type":"PollOpened","room":"{}","seq":6,"at":"{}"}}"#, lobby_id(), at(6))).await;
    // Nor do odd ones stop the room for ever, whatever is wrong with them.
    socket.say_text(&format!(r#"{{"type":"Message","room":"{}","seq":7,"at":"{}"}}"#, lobby_id(), at(7))).await;
    socket.say_text("{\"type\":\"Wave\"}").await;
    socket.say_text("no JSON at all").await;
    socket.say(said(8)).await;
    assert_eq!(alice.message().await.0, 8);
}

#[tokio::test]
async fn a_reset_drops_what_was_cached_and_asks_for_the_newest_page() {
    let mut scene = Scene::start().await;
    scene.page(&[message(5, MessageId::now_v7(), BOB, "old")]);
    let (client, mut alice) = scene.client();
    let socket = scene.live(5).await;
    alice.until(|update| matches!(update, Update::Page { .. }).then_some(())).await;
    drop(socket);
    alice.offline().await;
    scene.page(&[message(9000, MessageId::now_v7(), BOB, "new")]);
    client.reconnect();

    let mut socket = scene.fake.socket().await;
    socket.hello().await;
    socket.say(scene.welcome(vec![lobby(9000)])).await;
    let reset = Event::Reset { room: lobby_id(), last_seq: 9000, at: Some(at(9000)), why: ResetReason::TooFar };
    socket.say(reset.clone()).await;
    socket.say(Event::Live {}).await;
    alice.until(|update| (update == Update::Event(reset.clone())).then_some(())).await;
    alice.until(|update| matches!(update, Update::Page { .. }).then_some(())).await;
    socket.say(said(9001)).await;
    assert_eq!(alice.message().await.0, 9001);
    let seqs: Vec<u64> = client.cached_messages(lobby_id()).iter().map(|message| message.seq).collect();
    assert_eq!(seqs, [9000, 9001]);
}

#[tokio::test]
async fn another_history_voids_everything_that_was_known() {
    let mut scene = Scene::start().await;
    let (client, mut alice) = scene.client();
    let mut socket = scene.live(5).await;
    socket.say(said(6)).await;
    alice.message().await;
    drop(socket);
    alice.offline().await;
    scene.epoch = Epoch::now_v7();
    client.reconnect();

    let mut socket = scene.fake.socket().await;
    socket.hello().await;
    socket.say(scene.welcome(vec![lobby(3)])).await;
    let why = ResetReason::Epoch;
    socket.say(Event::Reset { room: lobby_id(), last_seq: 3, at: Some(at(3)), why }).await;
    socket.say(Event::Live {}).await;
    socket.say(said(4)).await;
    assert_eq!(alice.message().await.0, 4);
    let cached = client.cached();
    assert_eq!(cached.cursors[&lobby_id()].seq, 4);
    assert!(client.cached_messages(lobby_id()).iter().all(|message| message.seq == 4));
    drop(socket);
    alice.offline().await;
    client.reconnect();
    assert_eq!(scene.fake.socket().await.hello().await.1, Some(scene.epoch));
}

#[tokio::test]
async fn a_room_begins_where_it_was_joined_and_ends_where_it_was_left() {
    let mut scene = Scene::start().await;
    let (client, mut alice) = scene.client();
    let mut socket = scene.live(5).await;
    let ops: RoomId = Uuid::from_u128(7).into();
    socket.say(Event::RoomAdded { room: room(7, "ops", 40) }).await;
    let user = crate::scene::user(crate::scene::ALICE, "alice").to_ref();
    socket
        .say(Event::Logged(LogEntry { room: ops, seq: 41, at: at(41), event: LogEvent::UserJoined { user, by: None } }))
        .await;
    alice
        .until(|update| {
            matches!(update, Update::Event(Event::Logged(LogEntry { seq: 41, event: LogEvent::UserJoined { .. }, .. })))
                .then_some(())
        })
        .await;
    assert_eq!(client.cached().cursors[&ops].seq, 41);

    socket.say(chat_protocol::testing::room_removed(ops)).await;
    alice.until(|update| matches!(update, Update::Event(Event::RoomRemoved { .. })).then_some(())).await;
    assert_eq!(client.cached().cursors.len(), 1);
    drop(socket);
    alice.offline().await;
    client.reconnect();
    let (cursors, _) = scene.fake.socket().await.hello().await;
    assert_eq!(cursors.keys().collect::<Vec<_>>(), [&lobby_id()]);
}

#[tokio::test]
async fn a_follower_begins_where_it_wants_and_keeps_nothing() {
    let mut scene = Scene::start().await;
    let cursor = Cursor { seq: 3, at: Some(at(3)) };
    let since = Some((scene.epoch, [(lobby_id(), cursor)].into()));
    let (_client, mut alice) = scene.client_with(Options { since, ..Options::transient() });
    let mut socket = scene.fake.socket().await;
    assert_eq!(socket.hello().await, ([(lobby_id(), cursor)].into(), Some(scene.epoch)));
    socket.say(scene.welcome(vec![lobby(4)])).await;
    socket.say(said(4)).await;
    assert_eq!(alice.message().await.0, 4);
    assert!(!scene.account_folder().join("client.db").exists());
}
