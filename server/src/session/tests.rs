//! A session, driven from inside the process: no socket, no frame.

use std::{
    net::{IpAddr, Ipv4Addr},
    time::Duration,
};

use chat_protocol::{
    Command, Cursor, Event, Limits, MessageId, ModerationAction, Room, RoomChanges, RoomId, RoomKind, Viewer,
    api::{NewMessage, NewModeration, NewRoom, NewUser, Registration, UserPatch},
    follow,
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
    let config = Config {
        location: Location::Memory,
        registration: Registration::Open,
        member_invites: false,
        retention: None,
        allow_private_webhooks: false,
        names: Default::default(),
        limits,
    };
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
    Command::Message {
        id: MessageId::now_v7(),
        room: "lobby".into(),
        body: body.into(),
        reply_to: None,
        attachments: vec![],
    }
}

#[tokio::test]
async fn a_room_renamed_before_it_is_read_is_found_by_its_new_name() {
    let chat = chat();
    let alice = register(&chat, "alice").await;
    let new = NewRoom { name: Some("ops".to_owned()), ..NewRoom::default() };
    let (before, _) = chat.create_room(&alice, &from(), new).await.unwrap();
    let client = connect(&chat, &alice);
    let changes = RoomChanges { name: Some("dev".to_owned()), ..RoomChanges::default() };
    chat.update_room(&alice, &from(), &before.id.into(), MessageId::now_v7(), changes).await.unwrap();
    client.session.subscribe(&before, &chat.live_room(before.id), before.last_seq);
    assert_eq!(client.session.rooms.id(&"dev".into()), Some(before.id));
    assert_eq!(client.session.rooms.id(&"ops".into()), None);
}

#[tokio::test]
async fn who_was_just_removed_listens_to_nobody_there_and_has_the_other_rooms_on_screen() {
    let chat = chat();
    let (alice, bob) = (register(&chat, "alice").await, register(&chat, "bob").await);
    let new = NewRoom { kind: Some(RoomKind::Private), name: Some("ops".to_owned()), ..NewRoom::default() };
    let (room, _) = chat.create_room(&alice, &from(), new).await.unwrap();
    let (mut alices, mut bobs) = (connect(&chat, &alice), connect(&chat, &bob));
    for client in [&mut alices, &mut bobs] {
        client.command(hello(&[], false)).await.unwrap();
        until(client, lobby).await;
    }
    // As if the end of the membership were on its way to the connection.
    bobs.session.subscribe(&room, &chat.live_room(room.id), room.last_seq);
    bobs.command(Command::Focus { rooms: vec![room.id.into(), "lobby".into()] }).await.unwrap();
    let listed = until(&mut bobs, |event| match event {
        Event::Members { room, .. } => Some(*room),
        _ => None,
    });
    assert_ne!(listed.await, room.id);
    alices.command(Command::UserTyping { room: room.id.into() }).await.unwrap();
    alices.command(Command::UserTyping { room: "lobby".into() }).await.unwrap();
    let typing = until(&mut bobs, |event| match event {
        Event::UserTyping { room, .. } => Some(*room),
        _ => None,
    });
    assert_ne!(typing.await, room.id);
}

/// What is taken of a session; when it is asked how much it takes for the second time, something happens.
struct Meanwhile<F> {
    asked: std::cell::Cell<u32>,
    happens: F,
    taken: Vec<Arc<SharedEvent>>,
}

impl<F: Fn()> Batch for Meanwhile<F> {
    fn room(&self) -> usize {
        self.asked.set(self.asked.get() + 1);
        if self.asked.get() == 2 {
            (self.happens)();
        }
        100
    }

    fn push(&mut self, event: &Arc<SharedEvent>) {
        self.taken.push(Arc::clone(event));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_after_a_kick_is_taken_also_when_it_comes_in_the_middle_of_taking() {
    let chat = chat();
    let (alice, bob) = (register(&chat, "alice").await, register(&chat, "bob").await);
    let members = vec!["bob".into()];
    let new = NewRoom { kind: Some(RoomKind::Private), name: Some("ops".to_owned()), members, ..NewRoom::default() };
    let (room, _) = chat.create_room(&alice, &from(), new).await.unwrap();
    // Events stay in memory as long as anyone reads there.
    let (mut alices, mut bobs) = (connect(&chat, &alice), connect(&chat, &bob));
    for client in [&mut alices, &mut bobs] {
        client.command(hello(&[], false)).await.unwrap();
        until(client, |event| matches!(event, Event::Live {}).then_some(())).await;
    }
    let say = async |body: &str| {
        let new = NewMessage {
            room: Some(room.id.into()),
            body: body.to_owned(),
            id: None,
            reply_to: None,
            attachments: vec![],
        };
        chat.send(&alice, &from(), new).await.unwrap();
    };
    say("before").await;
    let kick = async || {
        let (action, user) = (ModerationAction::Kick, "bob".into());
        let new = NewModeration { id: None, action, user, until: None, reason: None, role: None };
        chat.moderate(&alice, &from(), &room.id.into(), new).await.unwrap();
        say("after").await;
    };
    let happens = || tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(kick()));
    let mut batch = Meanwhile { asked: std::cell::Cell::default(), happens, taken: Vec::new() };
    bobs.session.take(&mut Vec::new(), &mut batch);
    assert!(batch.asked.get() >= 2, "the kick came in the middle");
    let shown: Vec<_> = batch.taken.iter().filter_map(|event| event.event().logged()).collect();
    assert!(shown.is_empty(), "{shown:?}");
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

/// What is done to a message, as a command with a new id.
fn edit(message: MessageId, body: &str) -> Command {
    Command::EditMessage { id: MessageId::now_v7(), message_id: message, body: body.into() }
}

fn delete(message: MessageId) -> Command {
    Command::DeleteMessage { id: MessageId::now_v7(), message_id: message }
}

/// What a client takes whose line has room for little.
struct Few(Vec<Event>);

impl Batch for Few {
    fn room(&self) -> usize {
        7_usize.saturating_sub(self.0.len())
    }

    fn push(&mut self, event: &Arc<SharedEvent>) {
        self.0.push(event.event().clone());
    }
}

async fn take_a_few(client: &LocalClient) -> Vec<Event> {
    tokio::task::yield_now().await;
    let mut few = Few(Vec::new());
    client.session.take(&mut Vec::new(), &mut few);
    few.0
}

#[tokio::test]
async fn what_is_deleted_is_in_nothing_that_a_slow_client_takes_afterwards() {
    let chat = chat();
    let (alice, bob) = (register(&chat, "alice").await, register(&chat, "bob").await);
    let mut alice = connect(&chat, &alice);
    alice.command(hello(&[], false)).await.unwrap();
    let (room, last_seq) = until(&mut alice, lobby).await;
    // Out of the log, more than a piece of it; and out of memory.
    let mut secrets = Vec::new();
    for number in 0..1_000 {
        let id = MessageId::now_v7();
        let body = if number % 10 == 9 { "secret" } else { "public" };
        alice
            .command(Command::Message { id, room: room.into(), body: body.into(), reply_to: None, attachments: vec![] })
            .await
            .unwrap();
        if body == "secret" {
            secrets.push(id);
        }
    }
    alice.session.answered().await;
    let mut bob = connect(&chat, &bob);
    bob.command(hello(&[(room, last_seq)], false)).await.unwrap();
    let (mut messages, mut deletions) = (0, 0);
    while messages < 5 {
        messages += take_a_few(&bob).await.iter().filter(|event| event.message().is_some()).count();
    }
    for id in secrets {
        alice.command(delete(id)).await.unwrap();
    }
    alice.session.answered().await;
    while deletions < 100 {
        for event in take_a_few(&bob).await {
            assert_ne!(body(&event).as_deref(), Some("secret"), "after {messages} messages");
            messages += usize::from(event.message().is_some());
            deletions += usize::from(matches!(event.logged(), Some(entry) if entry.event.target().is_some()));
        }
    }
    assert!(messages > 900, "{messages}: nearly all of it was taken after the deletion");
}

/// Follows what a client is told, until the room is as the store has it.
async fn settle(client: &mut LocalClient, room: &mut Room, viewer: &Viewer, chat: &Chat, caller: &Caller) {
    let settled = tokio::time::timeout(Duration::from_secs(20), async {
        loop {
            let stored = chat.room(Some(caller), &room.id.into()).await.unwrap();
            if *room == stored {
                break;
            }
            follow(room, &client.next().await.unwrap(), viewer);
        }
    });
    if settled.await.is_err() {
        panic!("{room:?} is not {:?}", chat.room(Some(caller), &room.id.into()).await.unwrap());
    }
}

#[tokio::test]
async fn counts_stay_exact_while_messages_are_sent_edited_deleted_and_read() {
    let chat = chat();
    let (alice, bob) = (register(&chat, "alice").await, register(&chat, "bob").await);
    let viewer = Viewer { id: alice.user, ignored: Vec::new() };
    let (mut reader, mut writer) = (connect(&chat, &alice), connect(&chat, &bob));
    writer.command(hello(&[], false)).await.unwrap();
    reader.command(hello(&[], false)).await.unwrap();
    let mut room =
        until(
            &mut reader,
            |event| if let Event::Welcome { rooms, .. } = event { rooms.first().cloned() } else { None },
        )
        .await;
    let mut messages: Vec<MessageId> = Vec::new();
    for round in 0..40_u64 {
        for step in 0..25_u64 {
            let old = messages.len().checked_sub(1 + usize::try_from((round * 7 + step * 3) % 20).unwrap());
            let old = old.map(|place| messages[place]);
            match (old, (round + step * step) % 6) {
                (Some(old), 0) => writer.command(edit(old, &format!("@alice {round} {step}"))).await.unwrap(),
                (Some(old), 1) => writer.command(edit(old, &format!("{round} {step}"))).await.unwrap(),
                (Some(old), 2) => writer.command(delete(old)).await.unwrap(),
                _ => {
                    let id = MessageId::now_v7();
                    let body = if step % 2 == 0 { "@alice" } else { "hello" }.to_owned();
                    let say = Command::Message { id, room: room.id.into(), body, reply_to: None, attachments: vec![] };
                    writer.command(say).await.unwrap();
                    messages.push(id);
                }
            }
            if step % 11 == 10 {
                // The reader is behind by as much as it has not taken: its position is that of what it has.
                let seq = room.last_seq;
                reader.command(Command::Read { room: room.id.into(), seq, back: round % 5 == 0 }).await.unwrap();
            }
            if step % 4 == 0 && reader.taken() > 0 {
                follow(&mut room, &reader.next().await.unwrap(), &viewer);
            }
        }
        writer.session.answered().await;
        settle(&mut reader, &mut room, &viewer, &chat, &alice).await;
    }
}
