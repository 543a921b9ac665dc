//! Users: names, and what one is.

use super::*;

/// A change of the name alone.
fn named(name: &str) -> UserChange {
    let name = UserName::parse(name).unwrap();
    UserChange { name: Some((name.to_string(), name.key())), ..UserChange::default() }
}

pub(super) async fn of_many_who_want_a_name_in_any_disguise_one_gets_it(scene: Scene) {
    let disguises = ["paypal", "PayPal", "paypaI", "PAYPAL"].map(|name| UserName::parse(name).unwrap());
    let takings = disguises.iter().cycle().take(40);
    let taken =
        futures_util::future::join_all(takings.map(|name| scene.store.create_user(new_user(name, Role::Member)))).await;
    assert_eq!(taken.iter().filter(|taken| taken.is_ok()).count(), 1);
    assert_eq!(taken.iter().filter(|taken| matches!(taken, Err(StoreError::NameTaken))).count(), 39);
    assert_eq!(scene.lobby().await.members, 1, "who was refused has joined nothing");
}

pub(super) async fn a_name_given_up_is_kept_for_its_owner_and_no_more_than_three(scene: Scene) {
    let alice = scene.user("alice", Role::Member).await;
    let names = ["alice", "berta", "carla", "doris", "emily"];
    for name in ["Alice", "berta", "carla", "doris", "emily"] {
        scene.store.update_user(alice, named(name)).await.unwrap();
    }
    let bob = scene.user("bob", Role::Member).await;
    let mut free = Vec::new();
    for name in names {
        match scene.store.update_user(bob, named(name)).await {
            Ok(_) => free.push(name),
            Err(refusal) => assert!(matches!(refusal, StoreError::NameTaken), "{name}: {refusal}"),
        }
    }
    assert_eq!(free.len(), 1, "four were given up, and the last one is still hers: {free:?}");
    let own = names.into_iter().find(|name| *name != "emily" && !free.contains(name)).unwrap();
    assert_eq!(scene.store.update_user(alice, named(own)).await.unwrap().name, own, "her own, again");
}

pub(super) async fn a_guest_that_chooses_a_name_is_a_member_and_leaves_the_old_one_to_others(scene: Scene) {
    let guest = scene.user("quiet-otter-42", Role::Guest).await;
    let changed = scene.store.update_user(guest, named("zoe")).await.unwrap();
    assert_eq!((changed.name.as_str(), changed.role), ("zoe", Role::Member));
    let lobby = scene.lobby().await;
    assert_eq!((lobby.members, lobby.last_seq), (1, 1), "the lobby is told");
    assert!(scene.told.others.lock().iter().any(|notice| matches!(notice, Notice::Rewritten { room: None })));
    scene.user("quiet-otter-42", Role::Guest).await;
}

pub(super) async fn those_who_see_a_user_hear_of_a_change(scene: Scene) {
    let alice = scene.user("alice", Role::Member).await;
    let change = UserChange {
        display_name: Some(Some("Alice A.".to_owned())),
        color: Some(Some("#112233".to_owned())),
        ..UserChange::default()
    };
    scene.store.update_user(alice, change).await.unwrap();
    scene.store.update_user(alice, UserChange { color: Some(None), ..UserChange::default() }).await.unwrap();
    let lobby = scene.lobby().await.id;
    let told: Vec<_> = std::mem::take(&mut *scene.told.others.lock());
    let seen = told.into_iter().map(|notice| match notice {
        Notice::UserChanged { user, rooms } => (user.display_name, user.color, rooms),
        other => panic!("{other:?}"),
    });
    let name = || Some("Alice A.".to_owned());
    let expected = [(name(), Some("#112233".to_owned()), vec![lobby]), (name(), None, vec![lobby])];
    assert_eq!(seen.collect::<Vec<_>>(), expected);
    let unknown = scene.store.update_user(UserId::now_v7(), UserChange::default()).await;
    assert!(matches!(unknown, Err(StoreError::NoUser)));
}

pub(super) async fn a_guest_that_left_no_trace_is_removed_after_a_day_and_its_name_is_free(scene: Scene) {
    let (silent, wrote) =
        (scene.user("quiet-otter-42", Role::Guest).await, scene.user("bold-fox-7", Role::Guest).await);
    scene.store.send(message(wrote, "hello")).await.unwrap();
    let gone = async || {
        for guest in [silent, wrote] {
            let session = scene.session(guest).await;
            let long_ago = Timestamp::from_millis(0);
            scene
                .store
                .write(move |tx| {
                    tx.set_last_seen(guest, long_ago)?;
                    tx.set_last_used(session, long_ago)
                })
                .await
                .unwrap();
        }
    };
    assert_eq!(scene.store.remove_gone_guests(vec![]).await.unwrap(), 0, "a day has not gone by");
    gone().await;
    assert_eq!(scene.store.remove_gone_guests(vec![silent]).await.unwrap(), 0, "it is here");
    let session = scene.session(silent).await;
    scene.store.touch_sessions(vec![session]).await.unwrap();
    assert_eq!(scene.store.remove_gone_guests(vec![]).await.unwrap(), 0, "it was here just now");
    gone().await;
    assert_eq!(scene.store.remove_gone_guests(vec![]).await.unwrap(), 1);
    scene.user("quiet-otter-42", Role::Guest).await;
    assert!(scene.store.user(wrote.into()).await.is_ok());
}
