//! Frames that are not commands, and frames that are no frames: each has its answer, and none is the end of the server.

use chat_protocol::{ErrorCode, Event, MessageId};
use serde_json::json;
use tokio_tungstenite::tungstenite::{
    Message as Frame,
    protocol::frame::{
        Frame as Raw,
        coding::{Data, OpCode},
    },
};

use chat_testing::{Connection, TestServer, see};

const FRAME_BYTES: usize = 65_536;

async fn alice() -> (TestServer, Connection) {
    let server = TestServer::start().await;
    let socket = server.register("alice").await.live().await;
    (server, socket)
}

/// A `Ping` of exactly so many bytes.
fn ping_of(bytes: usize) -> String {
    let empty = json!({ "type": "Ping", "n": 1, "pad": "" }).to_string();
    json!({ "type": "Ping", "n": 1, "pad": "x".repeat(bytes - empty.len()) }).to_string()
}

#[tokio::test]
async fn ping_is_answered_with_its_number() {
    let (_server, mut socket) = alice().await;
    for n in [0, 1, 9_007_199_254_740_991_u64] {
        socket.send(json!({ "type": "Ping", "n": n })).await;
        assert_eq!(see!(socket, Event::Pong { n } => n), n);
    }
}

#[tokio::test]
async fn the_protocols_own_ping_is_answered_too() {
    let (_server, mut socket) = alice().await;
    socket.send_frame(Frame::Ping("are you there".into())).await;
    loop {
        if let Frame::Pong(payload) = socket.frame().await {
            assert_eq!(payload, "are you there");
            return;
        }
    }
}

#[tokio::test]
async fn an_unknown_type_is_refused_with_its_id() {
    let (_server, mut socket) = alice().await;
    let id = MessageId::now_v7();
    socket.send(json!({ "type": "Teleport", "id": id, "room": "lobby" })).await;
    let refusal = socket.error().await;
    assert_eq!((refusal.id, refusal.code), (Some(id), ErrorCode::BadRequest));
    assert!(refusal.detail.contains("Teleport"), "{}", refusal.detail);
    socket.settled().await;
}

#[tokio::test]
async fn what_does_not_parse_is_refused_and_the_connection_stays() {
    let (_server, mut socket) = alice().await;
    let deep = format!("{}1", "[".repeat(10_000));
    let garbage = [
        "",
        " ",
        "hello",
        "{",
        "null",
        "1",
        "\"Ping\"",
        "[]",
        "[{\"type\":\"Ping\"}]",
        "[\"Ping\",1]",
        " [\"Ping\",{\"n\":1}]",
        "{}",
        "{\"type\":null}",
        "{\"type\":7}",
        "{\"type\":\"ping\"}",
        "{\"type\":\"Ping\",\"n\":-1}",
        "{\"type\":\"Ping\",\"n\":\"1\"}",
        "{\"type\":\"Ping\"} {}",
        "{\"type\":\"Focus\"}",
        "{\"type\":\"Focus\",\"rooms\":\"lobby\"}",
        "{\"type\":\"Read\",\"room\":\"lobby\",\"seq\":-1}",
        "{\"type\":\"Read\",\"room\":\"lobby\",\"seq\":1e300}",
        "{\"type\":\"Read\",\"seq\":1}",
        "{\"type\":\"UserTyping\"}",
        "{\"type\":\"Message\",\"room\":\"lobby\",\"body\":\"x\"}",
        "{\"type\":\"\\ud800\"}",
        "\u{feff}{}",
        &deep,
    ];
    for text in garbage {
        socket.send_text(text).await;
        let refusal = socket.error().await;
        assert_eq!(refusal.code, ErrorCode::BadRequest, "{text}");
        assert!(!refusal.detail.is_empty(), "{text}");
    }
    socket.post("lobby", "still here").await;
}

#[tokio::test]
async fn a_command_with_a_wrong_field_is_refused_with_its_id() {
    let (_server, mut socket) = alice().await;
    let id = MessageId::now_v7();
    for wrong in [json!({ "body": 7 }), json!({ "room": null }), json!({ "reply_to": "x" })] {
        let mut command = json!({ "type": "Message", "id": id, "room": "lobby", "body": "x" });
        command.as_object_mut().unwrap().extend(wrong.as_object().unwrap().clone());
        socket.send(command).await;
        let refusal = socket.error().await;
        assert_eq!((refusal.id, refusal.code), (Some(id), ErrorCode::BadRequest), "{wrong}");
    }
}

#[tokio::test]
async fn unknown_fields_are_ignored() {
    let (_server, mut socket) = alice().await;
    socket.send(json!({ "type": "Ping", "n": 3, "later": { "n": 4 } })).await;
    see!(socket, Event::Pong { n: 3 } => ());
    let id = MessageId::now_v7();
    socket.send(json!({ "type": "Message", "id": id, "room": "lobby", "body": "x", "effect": "confetti" })).await;
    socket.acknowledged(id).await;
}

#[tokio::test]
async fn binary_frames_close_with_1003() {
    let (_server, mut socket) = alice().await;
    socket.send_frame(Frame::binary(r#"{"type":"Ping","n":1}"#.as_bytes())).await;
    assert_eq!(socket.closed().await.code, 1003);
}

#[tokio::test]
async fn a_frame_of_64_kib_is_taken_and_a_byte_more_closes_with_1009() {
    let (_server, mut socket) = alice().await;
    socket.send_text(ping_of(FRAME_BYTES)).await;
    see!(socket, Event::Pong { .. } => ());
    socket.send_text(ping_of(FRAME_BYTES + 1)).await;
    assert_eq!(socket.closed().await.code, 1009);
}

#[tokio::test]
async fn a_long_frame_in_pieces_is_as_long() {
    let (_server, mut socket) = alice().await;
    let text = ping_of(FRAME_BYTES);
    let (first, rest) = text.split_at(30_000);
    let piece =
        |part: &str, code: Data, last: bool| Frame::Frame(Raw::message(part.to_owned(), OpCode::Data(code), last));
    socket.send_frame(piece(first, Data::Text, false)).await;
    socket.send_frame(piece(rest, Data::Continue, true)).await;
    see!(socket, Event::Pong { .. } => ());
    socket.send_frame(piece(&text, Data::Text, false)).await;
    socket.send_frame(piece("x", Data::Continue, true)).await;
    assert_eq!(socket.closed().await.code, 1009);
}

#[tokio::test]
async fn how_long_a_frame_may_be_is_a_limit() {
    let server = TestServer::with_limits(&["frame-bytes=1000"]).await;
    let mut socket = server.register("alice").await.live().await;
    socket.send_text(ping_of(1_001)).await;
    assert_eq!(socket.closed().await.code, 1009);
}

#[tokio::test]
async fn text_that_is_not_utf_8_closes_with_1007() {
    let (_server, mut socket) = alice().await;
    socket.send_frame(Frame::Frame(Raw::message(vec![b'"', 0xff, b'"'], OpCode::Data(Data::Text), true))).await;
    assert_eq!(socket.closed().await.code, 1007);
}

#[tokio::test]
async fn a_client_that_closes_is_answered() {
    let (_server, socket) = alice().await;
    socket.close().await;
}

#[tokio::test]
async fn one_broken_connection_is_nobody_elses_matter() {
    let (server, mut alice) = alice().await;
    let bob = server.register("bob").await;
    for bytes in [&b"\x00"[..], b"GET / HTTP/1.1\r\n\r\n", &[0xff; 300]] {
        let mut socket = bob.live().await;
        socket.write_bytes(bytes).await;
        drop(socket);
    }
    alice.post("lobby", "all well").await;
}

#[tokio::test]
async fn who_breaks_the_protocol_is_told_why_and_that_nothing_more_comes() {
    // It does not wait for an answer: no time passes.
    let server = TestServer::with_stopped_clock().await;
    let alice = server.register("alice").await;
    // A close frame must have a code of two bytes, a short reason, and that in UTF-8.
    let broken: [(&[u8], u16); 3] = [
        (b"\x88\x81\0\0\0\0a", 1002),
        (&[&b"\x88\xfe\0\x7e\0\0\0\0\x03\xe8"[..], &[b'x'; 124]].concat(), 1002),
        (b"\x88\x83\0\0\0\0\x03\xe8\xff", 1007),
    ];
    for (bytes, code) in broken {
        let mut socket = alice.live().await;
        socket.write_bytes(bytes).await;
        assert_eq!(socket.closed().await.code, code);
        socket.ended().await;
    }
}
