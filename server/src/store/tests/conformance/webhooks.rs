//! Outgoing webhooks: rows that go with their room.

use chat_protocol::{WebhookId, api::Webhook, name::RoomName};

use super::*;

const WHOLE: PageSize = PageSize { items: 100, bytes: 1_000_000 };

fn webhook(url: &str) -> NewWebhookRow {
    let (secret, events) = (vec![1; 32], vec!["Message".to_owned()]);
    NewWebhookRow { id: WebhookId::now_v7(), url: url.to_owned(), secret, events }
}

async fn room(scene: &Scene, moderator: UserId, name: &str) -> RoomId {
    let room = room_named(RoomName::parse(name).unwrap());
    scene.store.create_room(moderator, room, RoomLimits::default()).await.unwrap().0.id
}

pub(super) async fn a_webhook_goes_with_its_room_and_no_other_does(scene: Scene) {
    let alice = scene.user("alice", Role::Member).await;
    let (ops, dev) = (room(&scene, alice, "ops").await, room(&scene, alice, "dev").await);
    let make = |room: RoomId, url: &str| scene.store.create_webhook(alice, room.into(), webhook(url));
    let gone = make(ops, "https://bot.example.org/1").await.unwrap();
    make(ops, "https://bot.example.org/2").await.unwrap();
    let left = make(dev, "https://bot.example.org/3").await.unwrap();
    assert_eq!(scene.store.webhooks(alice).await.unwrap().len(), 3);
    let read = scene.store.read_for_webhook(gone.id, 0, WHOLE).await.unwrap();
    assert!(matches!(read, WebhookReading::Page { .. }));
    scene.told.others.lock().clear();

    scene.store.remove_room(alice, ops.into()).await.unwrap();
    let told = scene.told.others.lock().iter().filter(|notice| matches!(notice, Notice::Webhooks)).count();
    assert_eq!(told, 1, "what sends for them is told");
    is_gone_and_is_left(&scene, alice, &gone, &left).await;
    while scene.store.erase_removed().await.unwrap() {}
    // It may have the row that is free now.
    room(&scene, alice, "ops").await;
    is_gone_and_is_left(&scene, alice, &gone, &left).await;
}

async fn is_gone_and_is_left(scene: &Scene, moderator: UserId, gone: &Webhook, left: &Webhook) {
    let active = scene.store.active_webhooks().await.unwrap();
    let active: Vec<_> = active.iter().map(|start| (start.room, start.progress.id)).collect();
    assert_eq!(active, [(left.room, left.id)]);
    assert_eq!(scene.store.webhooks(moderator).await.unwrap(), std::slice::from_ref(left));
    let read = scene.store.read_for_webhook(gone.id, 0, WHOLE).await.unwrap();
    assert!(matches!(read, WebhookReading::Gone));
    let ended = scene.store.end_webhook(moderator, gone.id).await.unwrap_err();
    assert!(matches!(ended, StoreError::NoWebhook), "{ended}");
}
