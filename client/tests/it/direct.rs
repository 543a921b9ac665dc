//! What is written to someone by name: it waits for a room that nobody knows yet, and goes to it.

use chat_client::{Delivery, Entry, Update};
use chat_protocol::{Command, ErrorCode, Event, MessageId, Room, RoomId, RoomKind, RoomSelector, UserRef, testing};
use uuid::Uuid;

use crate::scene::{ALICE, BOB, Scene, Watched, lobby, message_event, room, user};

fn with_bob() -> Room {
    let people =
        [(ALICE, "alice"), (BOB, "Bob")].map(|(id, name)| UserRef { id: user(id, name).id, name: name.to_owned() });
    Room { kind: RoomKind::Direct, people: people.to_vec(), ..room(0xd1, "", 0) }
}

/// What a command says, and where.
fn said(command: Command) -> (RoomSelector, MessageId, String) {
    match command {
        Command::Message { id, room, body, .. } => (room, id, body),
        other => panic!("no message but {other:?}"),
    }
}

fn to(name: &str, id: MessageId, body: &str) -> (RoomSelector, MessageId, String) {
    (RoomSelector::Direct(name.to_owned()), id, body.to_owned())
}

/// Waits until what stood for a room is known.
async fn moved(alice: &mut Watched) -> (RoomId, RoomId) {
    alice.until(|update| if let Update::Moved { from, to } = update { Some((from, to)) } else { None }).await
}

fn rooms(outbox: &[Entry]) -> Vec<(MessageId, RoomId)> {
    outbox.iter().map(|entry| (entry.id, entry.room)).collect()
}

#[tokio::test]
async fn it_waits_for_someone_also_after_a_restart_and_moves_to_the_room_that_the_server_makes() {
    let mut scene = Scene::start().await;
    let (client, mut alice) = scene.client();
    // A server that never says anything.
    let mute = scene.fake.socket().await;
    let first = client.send_direct("@bob", "are you there?").unwrap();
    let shown = alice.until(|update| if let Update::Left(room) = update { Some(room) } else { None }).await;
    assert_eq!((shown.kind, shown.people[0].name.as_str()), (RoomKind::Direct, "bob"));
    let second = client.queue_direct("Bob", testing::body("hello?")).unwrap();
    assert_eq!(second.room, shown.id, "it is one room, however the name is written");
    drop((client, alice, mute));
    scene.gone(0).await;

    let (client, mut alice) = scene.client();
    let cached = client.cached();
    assert_eq!(rooms(&cached.outbox), [(first, shown.id), (second.id, shown.id)]);
    let named: Vec<_> = cached.left.iter().map(|room| (room.id, room.people[0].name.as_str())).collect();
    assert_eq!(named, [(shown.id, "Bob")], "as the user wrote it last");
    let mut socket = scene.live(0).await;
    assert_eq!(said(socket.command().await), to("Bob", first, "are you there?"));
    assert_eq!(said(socket.command().await).1, second.id);
    let room = with_bob();
    socket.say(Event::RoomAdded { room: room.clone() }).await;
    assert_eq!(moved(&mut alice).await, (shown.id, room.id));
    alice.until(|update| matches!(update, Update::Outbox(entry) if entry.room == room.id).then_some(())).await;
    assert_eq!(rooms(&client.cached().outbox), [(first, room.id), (second.id, room.id)]);
    drop(socket);
    alice.offline().await;
    client.reconnect();

    // No answer came: they are sent again with their ids, now to the room, and what is written next goes there at once.
    let mut socket = scene.fake.socket().await;
    socket.hello().await;
    socket.say(scene.welcome(vec![lobby(0), room.clone()])).await;
    socket.say(Event::Live {}).await;
    for id in [first, second.id] {
        let (to, sent, _) = said(socket.command().await);
        assert_eq!((to, sent), (room.id.into(), id));
        socket.say(Event::Ack { id, room: room.id, seq: 1 }).await;
    }
    let third = client.send_direct("bob", "never mind").unwrap();
    assert_eq!(said(socket.command().await), (room.id.into(), third, "never mind".to_owned()));
    socket.say(Event::Ack { id: third, room: room.id, seq: 3 }).await;
    alice.reaches(third, Delivery::Sent { seq: 3 }).await;
    assert_eq!(client.cached().outbox, []);
}

#[tokio::test]
async fn the_acknowledgement_says_which_room_it_is() {
    let mut scene = Scene::start().await;
    let (client, mut alice) = scene.client();
    let mut socket = scene.live(0).await;
    alice.connected().await;
    let first = client.send_direct("bob", "one").unwrap();
    let second = client.send_direct("bob", "two").unwrap();
    for _ in 0..2 {
        socket.command().await;
    }
    let to = RoomId::from(Uuid::from_u128(0xd1));
    socket.say(Event::Ack { id: first, room: to, seq: 1 }).await;
    assert_eq!(moved(&mut alice).await.1, to);
    alice
        .until(|update| match update {
            Update::Outbox(Entry { id, room, state: Delivery::Sent { seq: 1 }, .. }) if id == first => Some(room),
            _ => None,
        })
        .await;
    assert_eq!(rooms(&client.cached().outbox), [(second, to)]);
    // Its event comes in another room's log, which the user is not in as far as anyone said: it is not lost.
    socket.say(message_event(1, MessageId::now_v7(), BOB, "in the lobby")).await;
    assert_eq!(alice.message().await.1, "in the lobby");
}

#[tokio::test]
async fn what_the_server_refuses_is_kept_and_tried_again_by_name() {
    let mut scene = Scene::start().await;
    let (client, mut alice) = scene.client();
    assert!(client.send_direct("not a name", "hello").is_err());
    let id = client.send_direct("bob", "hello").unwrap();
    let mut socket = scene.live(0).await;
    socket.command().await;
    let detail = "there is no user of this name".to_owned();
    let refused = Event::Error {
        id: Some(id),
        code: ErrorCode::NotFound,
        detail: detail.clone(),
        retry_after_ms: None,
        after: None,
        until: None,
    };
    socket.say(refused).await;
    alice.reaches(id, Delivery::Failed { code: ErrorCode::NotFound, detail }).await;
    client.retry(id);
    assert_eq!(said(socket.command().await), to("bob", id, "hello"));
}
