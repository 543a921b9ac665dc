//! How connections end, and when the client comes back.

use std::time::{Duration, Instant};

use chat_client::{Status, Update};
use chat_protocol::Event;

use crate::scene::{Scene, lobby, lobby_id, said};

#[tokio::test]
async fn a_signed_out_client_stays_away_until_it_is_told_to_try() {
    let mut scene = Scene::start().await;
    let (client, mut alice) = scene.client();
    scene.live(0).await.close(4403, "").await;
    let detail = alice
        .until(|update| match update {
            Update::Status(Status::SignedOut { detail }) => Some(detail),
            _ => None,
        })
        .await;
    assert!(detail.contains("sign in again"), "{detail}");
    client.send(lobby_id(), "kept", None).unwrap();
    assert_eq!(client.cached().outbox.len(), 1);
    client.reconnect();
    scene.live(0).await;
    alice.connected().await;
}

#[tokio::test]
async fn an_upgrade_refused_for_the_token_is_a_sign_out() {
    let scene = Scene::start().await;
    scene.fake.refuse("GET /ws", 401, "unauthorized");
    let (_client, mut alice) = scene.client();
    alice.until(|update| matches!(update, Update::Status(Status::SignedOut { .. })).then_some(())).await;
}

#[tokio::test]
async fn the_server_says_when_to_come_back() {
    let mut scene = Scene::start().await;
    let (_client, mut alice) = scene.client();
    scene.live(0).await.close(1012, "retry_after_ms=60000").await;
    let (retry_at, reason) = alice.offline().await;
    assert_eq!(reason, "the server is restarting");
    let wait = retry_at.saturating_duration_since(Instant::now());
    assert!(wait > Duration::from_secs(40) && wait <= Duration::from_secs(60), "{wait:?}");
}

#[tokio::test]
async fn a_draining_server_that_just_goes_has_said_when_to_come_back() {
    let mut scene = Scene::start().await;
    let (client, mut alice) = scene.client();
    let mut socket = scene.live(0).await;
    socket.say(Event::Draining { retry_after_ms: 60_000 }).await;
    drop(socket);
    let (retry_at, _) = alice.offline().await;
    assert!(retry_at > Instant::now() + Duration::from_secs(30));
    client.reconnect();
    scene.live(0).await;
    alice.connected().await;
}

#[tokio::test]
async fn a_busy_server_is_asked_again_after_its_wait() {
    let scene = Scene::start().await;
    scene.fake.refuse("GET /ws", 503, "unavailable");
    let (_client, mut alice) = scene.client();
    assert_eq!(alice.offline().await.1, "said unavailable");
}

#[tokio::test]
async fn something_else_at_that_address_is_named() {
    let scene = Scene::start().await;
    scene.fake.answer("GET /ws", 200, "<html>");
    let (_client, mut alice) = scene.client();
    let (_, reason) = alice.offline().await;
    assert!(reason.contains("no chat server"), "{reason}");
}

#[tokio::test]
async fn a_connection_comes_back_by_itself() {
    let mut scene = Scene::start().await;
    let (_client, mut alice) = scene.client();
    for _ in 0..3 {
        let socket = scene.live(0).await;
        alice.connected().await;
        drop(socket);
        alice.offline().await;
    }
}

#[tokio::test]
async fn closing_sends_what_is_on_the_way() {
    let mut scene = Scene::start().await;
    let (client, mut alice) = scene.client();
    let mut socket = scene.live(0).await;
    alice.connected().await;
    let id = client.send(lobby_id(), "last words", None).unwrap();
    let closing = tokio::spawn(client.close());
    assert_eq!(crate::scene::sent(socket.command().await).0, id);
    socket.say(Event::Ack { id, room: lobby_id(), seq: 1 }).await;
    socket.closed().await;
    closing.await.unwrap();
    while alice.updates.next().await.is_some() {}
    let (client, _alice) = scene.client();
    assert_eq!(client.cached().outbox, []);
}

#[tokio::test]
async fn a_network_that_lets_through_a_little_at_a_time_is_not_waited_for_longer_and_longer() {
    let mut scene = Scene::start().await;
    let (client, mut alice) = scene.client();
    for seq in 1..=8 {
        let mut socket = scene.fake.socket().await;
        socket.hello().await;
        let length = if seq == 1 { 0 } else { 100 };
        socket.say(scene.welcome(vec![lobby(length)])).await;
        socket.say(said(seq)).await;
        assert_eq!(alice.message().await.0, seq);
        drop(socket);
        let (retry_at, _) = alice.offline().await;
        let wait = retry_at.saturating_duration_since(Instant::now());
        assert!(wait <= Duration::from_millis(500), "{wait:?} after {seq}");
        client.reconnect();
    }
}

#[tokio::test]
async fn what_came_before_the_network_was_doubted_does_not_speak_for_it() {
    let mut scene = Scene::start().await;
    let (client, mut alice) = scene.client();
    let mut socket = scene.live(0).await;
    // More than waits between the client and its program, less than would still be on its way: the rest has come.
    for seq in 1..=400 {
        socket.say(said(seq)).await;
    }
    client.reconnect();
    for seq in 1..=400 {
        assert_eq!(alice.message().await.0, seq);
    }
    let doubted = Instant::now();
    assert_eq!(alice.offline().await.1, "the server does not answer");
    assert!(doubted.elapsed() < Duration::from_secs(20), "{:?}", doubted.elapsed());
}
