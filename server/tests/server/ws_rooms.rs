//! Coming into rooms and leaving them, on this device or another.

use chat_protocol::{Event, RoomChanges};

use chat_testing::{TestServer, logged, see};

#[tokio::test]
async fn a_room_that_one_makes_is_added_on_all_devices_and_begins_with_oneself() {
    let server = TestServer::start().await;
    let alice = server.register("alice").await;
    let (mut desk, mut phone) = (alice.live().await, alice.another_device().await.live().await);
    let dev = alice.create_room("dev").await;
    for socket in [&mut desk, &mut phone] {
        let room = see!(socket, Event::RoomAdded { room } => room);
        assert_eq!((room.id, room.name.as_str(), room.joined), (dev.id, "dev", true));
        assert_eq!((room.last_seq, room.last_at), (0, None), "before the own UserJoined");
        let (id, seq, user) = see!(socket, logged!(UserJoined { user, .. }, room, seq) => (room, seq, user));
        assert_eq!((id, seq, user), (dev.id, 1, alice.me().await.to_ref()));
    }
}

#[tokio::test]
async fn a_room_that_one_joins_begins_with_oneself() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let dev = alice.create_room("dev").await.id;
    let last = alice.post_message("dev", "before").await;
    let (mut alices, mut bobs, mut phone) =
        (alice.live().await, bob.live().await, bob.another_device().await.live().await);
    bob.join("dev").await;
    alice.post_message("dev", "after").await;
    for socket in [&mut bobs, &mut phone] {
        let seen = socket.until(|event| matches!(event, logged!(Message { message }) if message.body == "after")).await;
        let [Event::RoomAdded { room }, logged!(UserJoined { user, .. }, room: id, seq)] = &seen[..] else {
            panic!("nothing of before, and nothing twice: {seen:?}")
        };
        assert_eq!((room.id, room.last_seq, *id), (dev, last, dev));
        assert_eq!((*seq, user.name.as_str()), (last + 1, "bob"));
        assert_eq!(room.last_at, alices.cursors[&dev].at, "with last_seq it is a cursor");
    }
    see!(alices, logged!(UserJoined { user, .. }, room) if user.name == "bob" => assert_eq!(room, dev));
    assert_eq!(alice.room("dev").await.members, 2);
}

#[tokio::test]
async fn joining_again_is_nothing_new() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    alice.create_room("dev").await;
    let mut socket = bob.live().await;
    bob.join("dev").await;
    bob.join("%23DEV").await;
    bob.join("lobby").await;
    alice.post_message("dev", "after").await;
    let seen = socket.until(|event| matches!(event, logged!(Message { .. }))).await;
    assert_eq!(seen.len(), 2, "one RoomAdded, one UserJoined: {seen:?}");
}

#[tokio::test]
async fn a_room_that_one_leaves_is_removed_on_all_devices_and_silent() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let dev = alice.create_room("dev").await.id;
    bob.join("dev").await;
    let (mut alices, mut bobs, mut phone) =
        (alice.live().await, bob.live().await, bob.another_device().await.live().await);
    bob.leave("dev").await;
    bob.leave("dev").await;
    alice.post_message("dev", "unheard").await;
    alice.post_message("lobby", "heard").await;
    for socket in [&mut bobs, &mut phone] {
        let seen = socket.until(|event| matches!(event, logged!(Message { message }) if message.body == "heard")).await;
        let removed =
            seen.iter().filter(|event| matches!(event, Event::RoomRemoved { room_id, .. } if *room_id == dev));
        assert_eq!(removed.count(), 1, "{seen:?}");
        assert!(!seen.iter().any(|event| matches!(event, logged!(Message { .. }))), "{seen:?}");
    }
    see!(alices, logged!(UserLeft { user }, room) => assert_eq!((room, user.name.as_str()), (dev, "bob")));
    assert_eq!(alice.room("dev").await.members, 1);
}

#[tokio::test]
async fn coming_back_to_a_room_begins_with_oneself_again() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let dev = alice.create_room("dev").await.id;
    let mut socket = bob.live().await;
    for _ in 0..3 {
        bob.join("dev").await;
        let last = see!(socket, Event::RoomAdded { room } => room.last_seq);
        assert_eq!(see!(socket, logged!(UserJoined { .. }, room, seq) if room == dev => seq), last + 1);
        socket.post("dev", "hello").await;
        bob.leave("dev").await;
        see!(socket, Event::RoomRemoved { .. } => ());
        alice.post_message("dev", "unheard").await;
    }
}

#[tokio::test]
async fn a_new_topic_is_told_in_the_log() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let dev = alice.create_room("dev").await.id;
    bob.join("dev").await;
    let mut socket = alice.live().await;
    bob.set_topic("dev", "all about it").await;
    let (room, changes, user) = see!(socket, logged!(RoomUpdated { changes, user }, room) => (room, changes, user));
    assert_eq!((room, user), (dev, bob.me().await.to_ref()));
    assert_eq!(changes, RoomChanges { topic: Some("all about it".to_owned()), ..RoomChanges::default() });
    assert_eq!(alice.live().await.room("dev").topic, "all about it");
}

#[tokio::test]
async fn the_same_topic_is_no_change() {
    let server = TestServer::start().await;
    let alice = server.register("alice").await;
    let mut socket = alice.live().await;
    for topic in ["news", "news", ""] {
        alice.set_topic("lobby", topic).await;
    }
    alice.post_message("lobby", "after").await;
    let seen = socket.until(|event| matches!(event, logged!(Message { .. }))).await;
    let topics = seen.iter().map(|event| match event {
        logged!(RoomUpdated { changes, .. }) => changes.topic.as_deref(),
        _ => None,
    });
    assert_eq!(topics.collect::<Vec<_>>(), [Some("news"), Some("")]);
}

#[tokio::test]
async fn who_takes_a_name_joins_the_lobby_for_all_to_see() {
    let server = TestServer::start().await;
    let mut alice = server.register("alice").await.live().await;
    let bob = server.register("bob").await;
    let (room, user) = see!(alice, logged!(UserJoined { user, .. }, room) => (room, user));
    assert_eq!((room, user), (alice.lobby(), bob.me().await.to_ref()));
    assert_eq!(bob.room("lobby").await.members, 2);
}

#[tokio::test]
async fn joins_and_messages_of_many_rooms_at_once_keep_each_rooms_order() {
    const ROOMS: usize = 20;
    let server = TestServer::with_limits(&["messages=off", "commands=off"]).await;
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let mut socket = bob.live().await;
    for i in 0..ROOMS {
        alice.create_room(&format!("room{i}")).await;
    }
    let talk = async {
        for i in 0..ROOMS {
            let room = format!("room{i}");
            tokio::join!(bob.join(&room), alice.post_message(&room, "while joining"));
            alice.post_message(&room, "after").await;
        }
    };
    let listen = async {
        let mut heard = 0;
        while heard < ROOMS {
            // That no cursor skips or repeats is looked at with every event.
            see!(socket, logged!(Message { message }) if message.body == "after" => ());
            heard += 1;
        }
    };
    tokio::join!(talk, listen);
}
