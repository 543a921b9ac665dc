//! What may be said: any text that has something to see in it, cleaned of what no screen should get.

use chat_protocol::{ErrorCode, MessageId};
use serde_json::json;

use chat_testing::{Connection, TestServer, logged, see};

const MESSAGE_BYTES: usize = 16_384;

async fn alice() -> (TestServer, Connection) {
    let server = TestServer::with_limits(&["messages=off"]).await;
    let socket = server.register("alice").await.live().await;
    (server, socket)
}

/// What is stored and shown of what was sent.
async fn shown(socket: &mut Connection, body: &str) -> String {
    let id = socket.say("lobby", body).await;
    see!(socket, logged!(Message { message }) if message.id == id => message.body)
}

#[tokio::test]
async fn text_is_stored_as_sent() {
    let (_server, mut alice) = alice().await;
    for body in [
        "hello",
        " indented\n\ttabbed \n",
        "e\u{301} is not \u{e9} to everyone\u{200b}",
        "👩‍👩‍👧‍👦 🏳️‍🌈",
        "مرحبا \u{202e}x",
        "<script>alert(1)</script>",
        "\\0 %s ${x}",
    ] {
        let wanted = body.replace("e\u{301}", "\u{e9}");
        assert_eq!(shown(&mut alice, body).await, wanted);
    }
}

#[tokio::test]
async fn control_characters_are_taken_out() {
    let (_server, mut alice) = alice().await;
    assert_eq!(shown(&mut alice, "a\u{0}b\u{7}c\u{1b}[31md\u{7f}e\u{9b}f").await, "abc[31mdef");
    assert_eq!(shown(&mut alice, "one\ntwo\tthree").await, "one\ntwo\tthree");
}

#[tokio::test]
async fn nothing_to_see_is_refused() {
    let (_server, mut alice) = alice().await;
    for body in ["", " ", "\n\t \n", "\u{a0}\u{2003}", "\u{200b}\u{200d}", "\u{0}\u{1}", "\u{feff}"] {
        let id = alice.say("lobby", body).await;
        assert_eq!(alice.refused(id).await.code, ErrorCode::BadRequest, "{body:?}");
    }
}

#[tokio::test]
async fn sixteen_kib_are_taken_and_a_byte_more_is_too_large() {
    let (_server, mut alice) = alice().await;
    for body in
        ["x".repeat(MESSAGE_BYTES), "é".repeat(MESSAGE_BYTES / 2), "\u{1}".repeat(100) + &"x".repeat(MESSAGE_BYTES)]
    {
        let body = shown(&mut alice, &body).await;
        assert_eq!(body.len(), MESSAGE_BYTES);
    }
    for body in ["x".repeat(MESSAGE_BYTES + 1), "é".repeat(MESSAGE_BYTES / 2) + "x", "x".repeat(60_000)] {
        let id = alice.say("lobby", &body).await;
        let refusal = alice.refused(id).await;
        assert_eq!((refusal.code, refusal.retry_after_ms), (ErrorCode::TooLarge, None));
    }
}

#[tokio::test]
async fn how_long_a_body_may_be_is_a_limit() {
    let server = TestServer::with_limits(&["message-bytes=10"]).await;
    let mut alice = server.register("alice").await.live().await;
    assert_eq!(alice.welcome().limits.message_bytes, Some(10));
    alice.post("lobby", "0123456789").await;
    let id = alice.say("lobby", "0123456789a").await;
    assert_eq!(alice.refused(id).await.code, ErrorCode::TooLarge);
}

#[tokio::test]
async fn half_a_surrogate_pair_is_no_text() {
    let (_server, mut alice) = alice().await;
    for half in ["\\ud800", "\\udc00", "\\ud800x", "\\ud800\\ud800"] {
        let id = MessageId::now_v7();
        alice.send_text(format!(r#"{{"type":"Message","id":"{id}","room":"lobby","body":"{half}"}}"#)).await;
        assert_eq!(alice.refused(id).await.code, ErrorCode::BadRequest, "{half}");
    }
    let id = MessageId::now_v7();
    alice.send_text(format!(r#"{{"type":"Message","id":"{id}","room":"lobby","body":"\ud83d\ude00"}}"#)).await;
    assert_eq!(see!(alice, logged!(Message { message }) => message.body), "😀");
}

#[tokio::test]
async fn the_same_text_in_another_form_is_the_same_message() {
    let (_server, mut alice) = alice().await;
    let id = alice.say("lobby", "caf\u{e9}").await;
    let seq = alice.acknowledged(id).await;
    alice.send(json!({ "type": "Message", "id": id, "room": "lobby", "body": "cafe\u{301}\u{7}" })).await;
    assert_eq!(alice.acknowledged(id).await, seq);
}
