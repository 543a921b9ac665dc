//! A session, driven from inside the process: no socket, no frame.

use std::net::{IpAddr, Ipv4Addr};

use chat_protocol::{
    Command, Cursor, Event, Limits, MessageId, RoomId,
    api::{NewUser, Registration, UserPatch},
};
use tokio_util::sync::CancellationToken;

use super::*;
use crate::{chat::Config, store::Location};

fn from() -> Origin {
    Origin::new(IpAddr::V4(Ipv4Addr::LOCALHOST), "test")
}

fn chat() -> Chat {
    let mut limits = Limits::default();
    for key in Limits::KEYS {
        limits.set(&format!("{key}=off")).unwrap();
    }
    let config = Config { location: Location::Memory, registration: Registration::Open, limits };
    Chat::open(config, CancellationToken::new()).unwrap()
}

async fn register(chat: &Chat, name: &str) -> Caller {
    let password = Some("correct horse".to_owned());
    let new = NewUser { name: Some(name.to_owned()), password, invite: None };
    let (_, token) = chat.register(new, &from()).await.unwrap();
    chat.authenticate(token.reveal()).await.unwrap().unwrap()
}

fn connect(chat: &Chat, caller: &Caller) -> LocalClient {
    LocalClient::connect(&Local::new(chat.clone(), Memory::default()), caller, from()).unwrap()
}

fn hello(cursors: &[(RoomId, u64)], blocks: bool) -> Command {
    let cursors = cursors.iter().map(|(room, seq)| (*room, Cursor { seq: *seq, at: None })).collect();
    Command::Hello { client: "test".into(), cursors, epoch: None, blocks }
}

fn say(body: &str) -> Command {
    Command::Message { id: MessageId::now_v7(), room: "lobby".into(), body: body.into(), reply_to: None }
}

/// The next event that `wanted` finds something in.
async fn until<T>(client: &mut LocalClient, wanted: impl Fn(&Event) -> Option<T>) -> T {
    loop {
        if let Some(found) = wanted(&client.next().await.unwrap()) {
            return found;
        }
    }
}

fn body(event: &Event) -> Option<String> {
    event.message().map(|message| message.body.clone())
}

fn lobby(event: &Event) -> Option<(RoomId, u64)> {
    match event {
        Event::Welcome { rooms, .. } => rooms.first().map(|room| (room.id, room.last_seq)),
        _ => None,
    }
}

#[tokio::test]
async fn what_one_says_is_acknowledged_and_the_other_reads_it() {
    let chat = chat();
    let (alice, bob) = (register(&chat, "alice").await, register(&chat, "bob").await);
    let (mut alice, mut bob) = (connect(&chat, &alice), connect(&chat, &bob));
    for client in [&mut alice, &mut bob] {
        client.command(hello(&[], false)).await.unwrap();
        until(client, lobby).await;
    }
    for number in 0..200 {
        alice.command(say(&number.to_string())).await.unwrap();
    }
    for number in 0..200 {
        assert_eq!(until(&mut bob, body).await, number.to_string());
    }
    let acknowledged = |event: &Event| matches!(event, Event::Ack { .. }).then_some(());
    until(&mut alice, acknowledged).await;
}

#[tokio::test]
async fn it_resumes_where_it_was_out_of_the_log_and_out_of_memory() {
    let chat = chat();
    let (alice, bob) = (register(&chat, "alice").await, register(&chat, "bob").await);
    let mut alice = connect(&chat, &alice);
    alice.command(hello(&[], false)).await.unwrap();
    let (room, last_seq) = until(&mut alice, lobby).await;
    for number in 0..700 {
        alice.command(say(&number.to_string())).await.unwrap();
    }
    alice.session.answered().await;
    let mut bob = connect(&chat, &bob);
    bob.command(hello(&[(room, last_seq)], false)).await.unwrap();
    until(&mut bob, lobby).await;
    for number in 0..700 {
        let seq = until(&mut bob, |event| event.logged().map(|entry| entry.seq)).await;
        assert_eq!(seq, last_seq + 1 + number, "without gaps and in order");
    }
    until(&mut bob, |event| matches!(event, Event::Live {}).then_some(())).await;
}

#[tokio::test]
async fn the_first_command_is_hello() {
    let chat = chat();
    let alice = register(&chat, "alice").await;
    assert_eq!(connect(&chat, &alice).command(say("too soon")).await, Err(Ending::NoHello));
}

#[tokio::test]
async fn it_ends_with_the_token_after_what_was_told_before() {
    let chat = chat();
    let alice = register(&chat, "alice").await;
    let mut client = connect(&chat, &alice);
    client.command(hello(&[], false)).await.unwrap();
    chat.end_session(&alice, alice.session).await.unwrap();
    until(&mut client, lobby).await;
    let ended = loop {
        if let Err(why) = client.next().await {
            break why;
        }
    };
    assert_eq!(ended, Ending::SignedOut);
}

#[tokio::test]
async fn a_client_that_takes_nothing_is_ended_before_its_answers_fill_the_memory() {
    let chat = chat();
    let alice = register(&chat, "alice").await;
    let mut client = connect(&chat, &alice);
    client.command(hello(&[], false)).await.unwrap();
    let mut answers = 0;
    while client.session.ending().is_none() {
        client.command(Command::Ping { n: answers }).await.unwrap();
        answers += 1;
        assert!(answers < 10_000, "nothing bounds what waits");
    }
    assert_eq!(client.session.ending(), Some(Ending::Overloaded));
    assert!(client.session.is_congested());
}

#[tokio::test]
async fn a_client_that_is_dropped_is_no_longer_there() {
    let chat = chat();
    let alice = register(&chat, "alice").await;
    let mut client = connect(&chat, &alice);
    client.command(hello(&[], false)).await.unwrap();
    let session = Arc::downgrade(&client.session);
    drop(client);
    // What the hub knew of it went with it: a change of its user reaches nobody.
    chat.update_me(&alice, UserPatch { name: Some("robert".into()), ..UserPatch::default() }, &from()).await.unwrap();
    assert!(session.upgrade().is_none());
}
