//! The rest of what is said on a connection: focus, typing, reading, pings.

use std::time::Duration;

use chat_client::{Status, Update};
use chat_protocol::{Command, ErrorCode, Event};

use crate::scene::{Scene, lobby, lobby_id, said};

#[tokio::test]
async fn the_focus_is_told_to_each_connection() {
    let mut scene = Scene::start().await;
    let (client, mut alice) = scene.client();
    client.focus(vec![lobby_id()]);
    let focus = Command::Focus { rooms: vec![lobby_id().into()] };
    let mut socket = scene.live(0).await;
    assert_eq!(socket.command().await, focus);
    drop(socket);
    alice.offline().await;
    client.reconnect();
    let mut socket = scene.live(0).await;
    assert_eq!(socket.command().await, focus);
}

#[tokio::test]
async fn each_connection_is_told_once_that_nobody_is_here() {
    let mut scene = Scene::start().await;
    let (client, mut alice) = scene.client();
    for away in [false, true, true] {
        client.away(away);
    }
    let mut socket = scene.live(0).await;
    assert_eq!(socket.command().await, Command::Away { away: true });
    drop(socket);
    alice.offline().await;
    client.reconnect();
    let mut socket = scene.live(0).await;
    assert_eq!(socket.command().await, Command::Away { away: true });
    client.away(false);
    assert_eq!(socket.command().await, Command::Away { away: false });
}

#[tokio::test]
async fn typing_is_told_once_and_its_end_once() {
    let mut scene = Scene::start().await;
    let (client, mut alice) = scene.client();
    client.typing(lobby_id());
    let mut socket = scene.live(0).await;
    alice.connected().await;
    for _ in 0..5 {
        client.typing(lobby_id());
    }
    client.stopped_typing(lobby_id());
    client.stopped_typing(lobby_id());
    client.focus(vec![lobby_id()]);
    assert_eq!(socket.command().await, Command::UserTyping { room: lobby_id().into() });
    assert_eq!(socket.command().await, Command::UserStoppedTyping { room: lobby_id().into() });
    assert!(matches!(socket.command().await, Command::Focus { .. }));
}

#[tokio::test]
async fn reading_moves_on_and_marking_unread_moves_back() {
    let mut scene = Scene::start().await;
    let (client, mut alice) = scene.client();
    let mut socket = scene.live(5).await;
    socket.say(said(6)).await;
    alice.message().await;
    client.read(lobby_id(), 99);
    let room = || lobby_id().into();
    assert_eq!(
        socket.command().await,
        Command::Read { room: room(), seq: 6, back: false },
        "not further than there is"
    );
    socket.say(Event::ReadMarker { room: lobby_id(), seq: 6, unread: 0, mentions: 0 }).await;
    alice.until(|update| matches!(update, Update::Event(Event::ReadMarker { .. })).then_some(())).await;
    assert_eq!(client.cached().rooms[0].read_seq, Some(6));
    client.read(lobby_id(), 4);
    client.mark_unread(lobby_id(), 2);
    assert_eq!(socket.command().await, Command::Read { room: room(), seq: 2, back: true });
}

#[tokio::test]
async fn a_refused_command_is_told_and_one_that_waits_is_said_again() {
    let mut scene = Scene::start().await;
    let (client, mut alice) = scene.client();
    client.focus(vec![lobby_id()]);
    let mut socket = scene.live(0).await;
    socket.command().await;
    let error = |code, retry_after_ms| Event::Error {
        id: None,
        code,
        detail: "no".to_owned(),
        retry_after_ms,
        until: None,
        after: None,
    };
    socket.say(error(ErrorCode::NotFound, None)).await;
    let refused = alice.until(|update| if let Update::Refused { code, .. } = update { Some(code) } else { None }).await;
    assert_eq!(refused, ErrorCode::NotFound);
    socket.say(error(ErrorCode::RateLimited, Some(1))).await;
    assert!(matches!(socket.command().await, Command::Focus { .. }));
}

#[tokio::test]
async fn the_round_trip_is_measured_at_once() {
    let mut scene = Scene::start().await;
    let (_client, mut alice) = scene.client();
    let mut socket = scene.live(0).await;
    // A command never comes, but reading answers pings.
    let reading = tokio::spawn(async move { socket.closed_by_nobody().await });
    let round_trip = alice
        .until(|update| match update {
            Update::Status(Status::Connected { round_trip: Some(round_trip) }) => Some(round_trip),
            _ => None,
        })
        .await;
    assert!(round_trip < Duration::from_secs(5));
    reading.abort();
}

#[tokio::test]
async fn a_program_that_does_not_listen_holds_up_only_itself() {
    let mut scene = Scene::start().await;
    let (client, mut alice) = scene.client();
    let mut socket = scene.fake.socket().await;
    socket.hello().await;
    socket.say(scene.welcome(vec![lobby(0)])).await;
    for seq in 1..=2000 {
        socket.say(said(seq)).await;
    }
    let id = client.send(lobby_id(), "still heard", None).unwrap();
    assert_eq!(crate::scene::sent(socket.command().await).0, id);
    for seq in 1..=2000 {
        assert_eq!(alice.message().await.0, seq);
    }
}
