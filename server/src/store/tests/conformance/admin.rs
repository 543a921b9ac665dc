//! What an administrator does to users.

use super::{
    sessions::{code, device, later, password},
    *,
};
use crate::store::operation::admin;

pub(super) async fn who_is_disabled_is_out_until_a_reset_lets_them_in_by_a_code(scene: Scene) {
    let bob = scene.user("bob", Role::Member).await;
    let session = scene.session(bob).await;
    scene.store.update_user(bob, password("one", None, session)).await.unwrap();
    scene.store.put_link_code(session, code(1), later()).await.unwrap();
    scene.told.ended();

    scene.store.write(|tx| admin::disable(tx, &"Bob".into())).await.unwrap();
    assert_eq!(scene.told.ended(), [(bob, vec![session])]);
    assert!(scene.store.identify(token(bob), Timestamp::from_millis(0)).await.unwrap().is_none());
    assert!(scene.store.password("bob".into()).await.unwrap().is_none());
    let by_password = scene.store.create_session(bob, "one".to_owned(), device(50)).await;
    assert!(matches!(by_password, Err(StoreError::NoUser)));
    let by_code = scene.store.use_link_code(code(1), device(50)).await;
    assert!(matches!(by_code, Err(StoreError::BadCode)));
    let unknown = scene.store.write(|tx| admin::disable(tx, &"nobody".into())).await;
    assert!(matches!(unknown, Err(StoreError::NoUser)));

    scene.store.write(|tx| admin::reset(tx, &"bob".into(), &code(2), later())).await.unwrap();
    let forgotten = scene.store.create_session(bob, "one".to_owned(), device(50)).await;
    assert!(matches!(forgotten, Err(StoreError::PasswordChanged)));
    let new = device(50);
    assert_eq!(scene.store.use_link_code(code(2), new.clone()).await.unwrap().id, bob);
    scene.store.write(|tx| admin::reset(tx, &"bob".into(), &code(3), later())).await.unwrap();
    assert_eq!(scene.told.ended(), [(bob, vec![new.id])], "a reset ends the sessions");
}

pub(super) async fn who_is_disabled_has_no_session_that_counts(scene: Scene) {
    let bob = scene.user("bob", Role::Member).await;
    let session = scene.session(bob).await;
    // As it may be found between two statements of another program: disabled, and not signed out.
    scene
        .store
        .write(move |tx| {
            let row = tx.user_row(bob)?;
            tx.set_disabled(row, true)
        })
        .await
        .unwrap();
    assert!(scene.store.identify(token(bob), Timestamp::from_millis(0)).await.unwrap().is_none());
    assert_eq!(scene.store.ended_sessions(vec![session]).await.unwrap(), [session]);
    assert!(matches!(scene.store.connection_start(session, vec![], vec![]).await, Err(StoreError::NoSession)));
}

pub(super) async fn a_role_is_given_to_who_has_chosen_a_name(scene: Scene) {
    let alice = scene.user("alice", Role::Member).await;
    scene.user("quiet-otter-42", Role::Guest).await;
    let guest = scene.store.write(|tx| admin::set_role(tx, &"quiet-otter-42".into(), Role::Admin)).await;
    assert!(matches!(guest, Err(StoreError::Guest)));
    scene.store.write(|tx| admin::set_role(tx, &"alice".into(), Role::Admin)).await.unwrap();
    assert_eq!(scene.store.user(alice.into()).await.unwrap().role, Role::Admin);
    let told = scene.told.others.lock();
    let is_told = |notice: &Notice| matches!(notice, Notice::UserChanged { user, .. } if user.role == Role::Admin);
    assert!(told.iter().any(is_told), "{told:?}");
}
