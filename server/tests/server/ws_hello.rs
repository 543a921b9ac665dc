//! The first words on a socket.

use chat_protocol::{ErrorCode, Event};
use serde_json::json;

use crate::harness::{TestServer, see};

#[tokio::test]
async fn hello_is_answered_with_welcome_and_live() {
    let server = TestServer::start().await;
    let alice = server.register("alice").await;
    let mut socket = alice.live().await;
    let welcome = socket.welcome.clone().unwrap();
    assert_eq!(welcome.user.id, alice.user_id());
    assert!(socket.room("lobby").joined);
    let seq = socket.post("lobby", "hello").await;
    assert_eq!(see!(socket, Event::Message { seq, .. } => seq), seq);
}
