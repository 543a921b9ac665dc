//! Sessions and codes: signing in and out.

use super::*;

/// A device to be signed in.
pub(super) fn device(limit: u64) -> NewSessionRow {
    let id = SessionId::now_v7();
    let mut token = [0; 32];
    token[..16].copy_from_slice(id.uuid().as_bytes());
    NewSessionRow { id, token, client: "test".to_owned(), limit }
}

/// Another hash for each number.
pub(super) fn code(number: u8) -> CodeHash {
    [number; 32]
}

pub(super) fn password(hash: &str, replaces: Option<&str>, session: SessionId) -> UserChange {
    let password = PasswordChange { hash: hash.to_owned(), replaces: replaces.map(str::to_owned), session };
    UserChange { password: Some(password), ..UserChange::default() }
}

/// A time that does not come while a test runs.
pub(super) fn later() -> Timestamp {
    Timestamp::from_millis(i64::MAX)
}

impl Scene {
    /// The first session of a user.
    pub(super) async fn session(&self, user: UserId) -> SessionId {
        self.store.sessions(user).await.unwrap().last().unwrap().id
    }

    /// How many they are.
    async fn sessions(&self, user: UserId) -> usize {
        self.store.sessions(user).await.unwrap().len()
    }
}

pub(super) async fn a_new_password_wants_the_old_one_and_ends_the_other_sessions(scene: Scene) {
    let alice = scene.user("alice", Role::Member).await;
    let first = scene.session(alice).await;
    scene.store.update_user(alice, password("one", None, first)).await.unwrap();
    let other = device(50);
    scene.store.create_session(alice, "one".to_owned(), other.clone()).await.unwrap();
    scene.store.put_link_code(first, code(1), later()).await.unwrap();
    assert_eq!(scene.told.ended(), []);

    let wrong = scene.store.update_user(alice, password("two", Some("none"), first)).await;
    assert!(matches!(wrong, Err(StoreError::PasswordChanged)));
    let missing = scene.store.update_user(alice, password("two", None, first)).await;
    assert!(matches!(missing, Err(StoreError::PasswordChanged)));
    let ended = scene.store.update_user(alice, password("two", Some("one"), SessionId::now_v7())).await;
    assert!(matches!(ended, Err(StoreError::NoSession)));
    let bob = scene.user("bob", Role::Member).await;
    let of_another = scene.session(bob).await;
    let foreign = scene.store.update_user(alice, password("two", Some("one"), of_another)).await;
    assert!(matches!(foreign, Err(StoreError::NoSession)));
    assert_eq!(scene.sessions(alice).await, 2, "what was refused ended nothing");
    assert_eq!(scene.told.ended(), []);

    scene.store.update_user(alice, password("two", Some("one"), first)).await.unwrap();
    assert_eq!(scene.told.ended(), [(alice, vec![other.id])]);
    assert_eq!(scene.sessions(alice).await, 1);
    let linked = scene.store.use_link_code(code(1), device(50)).await;
    assert!(matches!(linked, Err(StoreError::BadCode)), "the link code ends, too");
}

pub(super) async fn a_password_that_was_changed_meanwhile_signs_nobody_in(scene: Scene) {
    let alice = scene.user("alice", Role::Member).await;
    let none = scene.store.create_session(alice, "one".to_owned(), device(50)).await;
    assert!(matches!(none, Err(StoreError::PasswordChanged)), "there is none yet");
    let session = scene.session(alice).await;
    scene.store.update_user(alice, password("one", None, session)).await.unwrap();
    assert_eq!(scene.store.password("alice".into()).await.unwrap(), Some((alice, "one".to_owned())));
    scene.store.update_user(alice, password("two", Some("one"), session)).await.unwrap();
    let old = scene.store.create_session(alice, "one".to_owned(), device(50)).await;
    assert!(matches!(old, Err(StoreError::PasswordChanged)));
    let unknown = scene.store.create_session(UserId::now_v7(), "two".to_owned(), device(50)).await;
    assert!(matches!(unknown, Err(StoreError::NoUser)));
    assert_eq!(scene.store.create_session(alice, "two".to_owned(), device(50)).await.unwrap().id, alice);
}

pub(super) async fn one_session_too_many_ends_the_least_recently_used_and_never_itself(scene: Scene) {
    let alice = scene.user("alice", Role::Member).await;
    let first = scene.session(alice).await;
    scene.store.update_user(alice, password("one", None, first)).await.unwrap();
    let sign_in = async |limit| {
        let new = device(limit);
        scene.store.create_session(alice, "one".to_owned(), new.clone()).await.unwrap();
        new.id
    };
    let second = sign_in(3).await;
    let third = sign_in(3).await;
    assert_eq!(scene.told.ended(), []);
    let tomorrow = later();
    scene.store.write(move |tx| tx.set_last_used(first, tomorrow)).await.unwrap();
    let fourth = sign_in(3).await;
    assert_eq!(scene.told.ended(), [(alice, vec![second])], "the first was used since");

    // By a clock that was ahead, all others were used after the new one.
    for session in [third, fourth] {
        scene.store.write(move |tx| tx.set_last_used(session, tomorrow)).await.unwrap();
    }
    let fifth = sign_in(1).await;
    let mut ended = scene.told.ended();
    ended[0].1.sort();
    let mut others = vec![first, third, fourth];
    others.sort();
    assert_eq!(ended, [(alice, others)]);
    assert_eq!(scene.session(alice).await, fifth);
}

pub(super) async fn nobody_ends_the_session_of_another(scene: Scene) {
    let (alice, bob) = (scene.user("alice", Role::Member).await, scene.user("bob", Role::Member).await);
    let session = scene.session(alice).await;
    assert!(matches!(scene.store.end_session(bob, session).await, Err(StoreError::NoSession)));
    assert_eq!(scene.told.ended(), []);
    scene.store.end_session(alice, session).await.unwrap();
    assert_eq!(scene.told.ended(), [(alice, vec![session])]);
    assert!(matches!(scene.store.end_session(alice, session).await, Err(StoreError::NoSession)), "once");
    assert!(scene.store.identify(token(alice), Timestamp::from_millis(0)).await.unwrap().is_none());
    assert_eq!(scene.store.ended_sessions(vec![session]).await.unwrap(), [session]);
}

pub(super) async fn a_link_code_signs_in_once(scene: Scene) {
    let alice = scene.user("alice", Role::Member).await;
    let session = scene.session(alice).await;
    scene.store.put_link_code(session, code(1), later()).await.unwrap();
    let uses = (0..10).map(|_| scene.store.use_link_code(code(1), device(50)));
    let used = futures_util::future::join_all(uses).await;
    let signed_in: Vec<UserId> = used.iter().flatten().map(|user| user.id).collect();
    assert_eq!(signed_in, [alice]);
    assert_eq!(used.iter().filter(|used| matches!(used, Err(StoreError::BadCode))).count(), 9);
}

pub(super) async fn a_link_code_ends_in_time_with_its_session_and_with_a_newer_one(scene: Scene) {
    let alice = scene.user("alice", Role::Member).await;
    let session = scene.session(alice).await;
    let refused = async |number| {
        let used = scene.store.use_link_code(code(number), device(50)).await;
        matches!(used, Err(StoreError::BadCode))
    };
    scene.store.put_link_code(session, code(1), Timestamp::from_millis(1)).await.unwrap();
    assert!(refused(1).await, "it has expired");
    scene.store.put_link_code(session, code(2), later()).await.unwrap();
    scene.store.put_link_code(session, code(3), later()).await.unwrap();
    assert!(refused(2).await, "a newer one took its place");
    scene.store.end_session(alice, session).await.unwrap();
    assert!(refused(3).await, "the session that made it has ended");
    let orphan = scene.store.put_link_code(session, code(4), later()).await;
    assert!(matches!(orphan, Err(StoreError::NoSession)));
}

pub(super) async fn an_invite_is_good_for_as_many_as_it_says_and_while_it_lasts(scene: Scene) {
    let invite = |number, uses_left, expires_at| {
        scene.store.write(move |tx| {
            let invite = Invite { uses_left, expires_at, maker: None, rooms: vec![] };
            tx.insert_invite(&code(number), &invite)
        })
    };
    invite(1, 2, later()).await.unwrap();
    invite(2, 1, Timestamp::from_millis(1)).await.unwrap();
    let create = async |name: &str, number| {
        let new = new_user(&UserName::parse(name).unwrap(), Role::Member);
        scene.store.create_user(NewUserRow { invite: Some(code(number)), needs_invite: true, ..new }).await
    };
    create("alice", 1).await.unwrap();
    assert!(matches!(create("alice", 1).await, Err(StoreError::NameTaken)));
    create("bob", 1).await.expect("what was refused has used nothing up");
    assert!(matches!(create("carol", 1).await, Err(StoreError::BadCode)), "used up");
    assert!(matches!(create("carol", 2).await, Err(StoreError::BadCode)), "expired");
    assert!(matches!(create("carol", 3).await, Err(StoreError::BadCode)), "there is no such invite");
}
