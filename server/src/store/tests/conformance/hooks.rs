//! Incoming hooks: a secret, a room, and a user of their own.

use chat_protocol::{HookId, RoomSelector, name::RoomName};

use super::*;
use crate::store::NewHookRow;

fn hook(name: &str, secret: u8) -> NewHookRow {
    let name = UserName::parse(name).unwrap();
    NewHookRow { id: HookId::now_v7(), name: name.to_string(), key: name.key(), secret: [secret; 32] }
}

pub(super) async fn a_hook_posts_under_a_name_of_its_own_until_it_ends_or_its_room_does(scene: Scene) {
    let alice = scene.user("alice", Role::Member).await;
    let bob = scene.user("bob", Role::Member).await;
    let room = scene.store.create_room(alice, room_named(RoomName::parse("ops").unwrap()), RoomLimits::default()).await;
    let room = room.unwrap().0.id;
    let ops = || RoomSelector::from(room);
    let refused = scene.store.create_hook(bob, ops(), hook("alerts", 1)).await.unwrap_err();
    assert!(matches!(refused, StoreError::NotMember), "{refused}");
    let refused = scene.store.create_hook(alice, ops(), hook("Bob", 1)).await.unwrap_err();
    assert!(matches!(refused, StoreError::NameTaken), "{refused}");

    let made = scene.store.create_hook(alice, ops(), hook("alerts", 1)).await.unwrap();
    let poster = scene.store.hook_poster(made.id).await.unwrap().unwrap();
    assert_eq!((poster.secret, poster.user, poster.room), ([1; 32], made.user.id, room));
    let said = NewMessageRow { room: ops(), ..message(poster.user, "the disk is full") };
    assert_eq!(scene.store.send(said).await.unwrap().message.author.name, "alerts");
    assert!(scene.store.user("alerts".into()).await.unwrap().bot);

    scene.store.replace_hook_secret(alice, ops(), made.id, [2; 32]).await.unwrap();
    assert_eq!(scene.store.hook_poster(made.id).await.unwrap().unwrap().secret, [2; 32]);
    scene.store.end_hook(alice, ops(), made.id).await.unwrap();
    assert!(scene.store.hook_poster(made.id).await.unwrap().is_none());
    let ended = scene.store.end_hook(alice, ops(), made.id).await.unwrap_err();
    assert!(matches!(ended, StoreError::NoHook), "{ended}");
    assert_eq!(scene.store.room(ops(), None).await.unwrap().members, 1);

    let again = scene.store.create_hook(alice, ops(), hook("alerts", 3)).await.unwrap();
    assert_eq!(again.user, made.user, "it goes on as who it was");
    assert_eq!(scene.store.hooks(alice, ops()).await.unwrap(), std::slice::from_ref(&again));
    scene.store.remove_room(alice, ops()).await.unwrap();
    assert!(scene.store.hook_poster(again.id).await.unwrap().is_none());
}
