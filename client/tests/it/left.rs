//! Messages and drafts for rooms that the user is not in any more: they are never dropped without a word.

use chat_client::{Delivery, Update};
use chat_protocol::{ErrorCode, Event};

use crate::scene::{Scene, lobby, room, sent};

#[tokio::test]
async fn what_was_written_to_a_room_that_was_left_is_there_at_every_start_under_its_name() {
    let ops = room(0x0b5, "ops", 0);
    let mut scene = Scene::start().await;
    let (client, mut alice) = scene.client();
    let mut socket = scene.fake.socket().await;
    socket.hello().await;
    socket.say(scene.welcome(vec![lobby(0), ops.clone()])).await;
    socket.say(Event::Live {}).await;
    alice.connected().await;
    drop(socket);
    alice.offline().await;
    let waiting = client.send(ops.id, "to the others in #ops", None).unwrap();
    client.save_draft(ops.id, "half a thought");
    client.close().await;
    scene.gone(0).await;

    // Another device has left the room meanwhile.
    let (client, mut alice) = scene.client();
    let mut socket = scene.live(0).await;
    assert_eq!(sent(socket.command().await).0, waiting);
    let refusal = |id| Event::Error {
        id: Some(id),
        code: ErrorCode::Forbidden,
        detail: "not a member".to_owned(),
        retry_after_ms: None,
        until: None,
        after: None,
    };
    socket.say(refusal(waiting)).await;
    let refused = Delivery::Failed { code: ErrorCode::Forbidden, detail: "not a member".to_owned() };
    alice.reaches(waiting, refused.clone()).await;
    client.close().await;
    scene.gone(0).await;

    for _ in 0..2 {
        let (client, mut alice) = scene.client();
        let cached = client.cached();
        assert_eq!(cached.left.iter().map(|room| room.name.as_str()).collect::<Vec<_>>(), ["ops"]);
        assert_eq!(cached.drafts[&ops.id], "half a thought");
        let [entry] = &cached.outbox[..] else { panic!("{:?}", cached.outbox) };
        assert_eq!((entry.room, &entry.state), (ops.id, &refused));
        scene.live(0).await;
        alice.connected().await;
        client.close().await;
        scene.gone(0).await;
    }

    // Back in the room it goes out.
    let (client, mut alice) = scene.client();
    let mut socket = scene.live(0).await;
    socket.say(Event::RoomAdded { room: ops.clone() }).await;
    alice.until(|update| matches!(update, Update::Event(Event::RoomAdded { .. })).then_some(())).await;
    client.retry(waiting);
    assert_eq!(sent(socket.command().await).0, waiting);
    assert!(client.cached().left.is_empty());
    client.forget(waiting);
    client.save_draft(ops.id, "");
    socket.say(chat_protocol::testing::room_removed(ops.id)).await;
    alice.until(|update| matches!(update, Update::Event(Event::RoomRemoved { .. })).then_some(())).await;
    assert!(client.cached().left.is_empty(), "nothing of the user's is there any more");
}

#[tokio::test]
async fn a_message_that_another_process_had_for_such_a_room_comes_after_its_name() {
    let ops = room(0x0b5, "ops", 0);
    let mut scene = Scene::start().await;
    let (first, mut alice) = scene.client();
    let mut socket = scene.fake.socket().await;
    socket.hello().await;
    socket.say(scene.welcome(vec![lobby(0), ops.clone()])).await;
    socket.say(Event::Live {}).await;
    alice.connected().await;
    let (second, other) = scene.client();
    let waiting = second.send(ops.id, "from the second", None).unwrap();
    // The server never answers this one.
    let _silent = scene.fake.socket().await;
    drop((second, other));
    scene.gone(1).await;

    socket.say(chat_protocol::testing::room_removed(ops.id)).await;
    drop(socket);
    first.reconnect();
    scene.live(0).await;
    let left = alice.until(|update| if let Update::Left(room) = update { Some(room) } else { None }).await;
    assert_eq!((left.id, left.name.as_str()), (ops.id, "ops"));
    let entry = alice.outbox().await;
    assert_eq!((entry.id, entry.room), (waiting, ops.id));
}
