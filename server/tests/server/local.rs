//! Clients inside the server's process: the same session as over a WebSocket.

use std::collections::HashMap;

use chat_protocol::{Command, Event, MessageId};
use chat_server::{ConnectError, Ending, LocalClient};

use chat_testing::TestServer;

async fn hello(client: &mut LocalClient) {
    let hello = Command::Hello { client: "bot".into(), cursors: HashMap::new(), epoch: None, blocks: true };
    client.command(hello).await.unwrap();
    first(client, |event| matches!(event, Event::Live {}).then_some(())).await;
}

async fn first<T>(client: &mut LocalClient, wanted: impl Fn(&Event) -> Option<T>) -> T {
    loop {
        if let Some(found) = wanted(&client.next().await.unwrap()) {
            return found;
        }
    }
}

#[tokio::test]
async fn a_client_in_the_process_and_one_on_a_socket_talk() {
    let server = TestServer::start().await;
    let (alice, bot) = (server.register("alice").await, server.register("helper-bot").await);
    let mut socket = alice.live().await;
    let mut client = server.local().connect(&bot.token, "bot").await.unwrap();
    hello(&mut client).await;
    socket.say("lobby", "are you there?").await;
    let asked = |event: &Event| event.message().cloned();
    let asked = first(&mut client, asked).await;
    assert_eq!((asked.author.name.as_str(), asked.body.as_str()), ("alice", "are you there?"));
    let id = MessageId::now_v7();
    let answer = Command::Message {
        id,
        room: asked.room.into(),
        body: "yes".into(),
        reply_to: Some(asked.id),
        attachments: vec![],
    };
    client.command(answer).await.unwrap();
    let acknowledged = |event: &Event| matches!(event, Event::Ack { id: of, .. } if *of == id).then_some(());
    first(&mut client, acknowledged).await;
    while socket.message().await != "yes" {}
}

#[tokio::test]
async fn its_limits_are_those_of_every_connection() {
    let server = TestServer::with_limits(&["connections-per-user=1"]).await;
    let bot = server.register("helper-bot").await;
    let mut client = server.local().connect(&bot.token, "bot").await.unwrap();
    hello(&mut client).await;
    assert_eq!(server.local().connect(&bot.token, "bot").await.err(), Some(ConnectError::TooMany));
    assert_eq!(server.local().connect("cht_nobody", "bot").await.err(), Some(ConnectError::NotSignedIn));
    let session = bot.get("/api/sessions").await.is(200).json[0]["id"].as_str().unwrap().to_owned();
    bot.delete(&format!("/api/sessions/{session}")).await.is(204);
    let ended = loop {
        if let Err(why) = client.next().await {
            break why;
        }
    };
    assert_eq!(ended, Ending::SignedOut);
    assert_eq!(server.local().connect(&bot.token, "bot").await.err(), Some(ConnectError::NotSignedIn));
}
