//! What only a database in a folder has: starts, crashes, other versions, other programs.

use chat_protocol::{LogEvent, RoomChanges};

use super::*;

#[tokio::test]
async fn sending_twice_is_sending_once_also_after_a_restart() {
    let scene = Scene::new();
    let alice = scene.user("alice", Role::Member).await;
    let row = message(alice, "once");
    let first = scene.store.send(row.clone()).await.unwrap();
    let scene = scene.reopened();
    let second = scene.store.send(row.clone()).await.unwrap();
    assert!(first.new && !second.new);
    assert_eq!(first.message, second.message);
    let other = NewMessageRow { reply_to: Some(first.message.id), ..row };
    assert!(matches!(scene.store.send(other).await, Err(StoreError::IdConflict)));
    assert_eq!(scene.told.entries.lock().len(), 0, "nothing was told again");
}

#[tokio::test]
async fn a_folder_belongs_to_one_server() {
    let scene = Scene::new();
    let location = Location::Folder(scene.folder.path().to_owned());
    let second = Store::open(&location, Arc::new(Told::default()));
    assert!(matches!(second.err(), Some(OpenError::InUse(_))));
}

#[tokio::test]
async fn what_is_no_database_of_ours_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let location = Location::Folder(folder.path().to_owned());
    let path = folder.path().join("chat.db");
    std::fs::write(&path, "a shopping list, long enough to be taken for a page of something else".repeat(100)).unwrap();
    assert!(matches!(Store::open(&location, Arc::new(Told::default())).err(), Some(OpenError::NotOurs(_))));
    assert!(std::fs::read_to_string(&path).unwrap().starts_with("a shopping list"));
    std::fs::remove_file(&path).unwrap();
    rusqlite::Connection::open(&path).unwrap().execute_batch("CREATE TABLE recipe (name TEXT)").unwrap();
    assert!(matches!(Store::open(&location, Arc::new(Told::default())).err(), Some(OpenError::NotOurs(_))));
}

#[tokio::test]
async fn a_database_of_an_older_version_is_brought_up_to_date_with_all_that_is_in_it() {
    let folder = tempfile::tempdir().unwrap();
    let old = rusqlite::Connection::open(folder.path().join("chat.db")).unwrap();
    old.execute_batch(include_str!("version_4.sql")).unwrap();
    old.pragma_update(None, "application_id", 0x6368_6174).unwrap();
    drop(old);
    let (store, _) = open(&folder);
    let size = PageSize { items: 10, bytes: usize::MAX };
    let page = store.messages(None, LOBBY.into(), Window::Newest, size, |message| (message, 0)).await.unwrap();
    let [first, second] = &page.messages[..] else { panic!("{page:?}") };
    assert_eq!((&*first.body, &*first.author.name), ("from before, @bob", "alice"));
    let bob = second.author.clone();
    assert_eq!((&*second.body, &*bob.name), ("an answer", "bobby"));
    assert_eq!(first.mentions, [bob.id], "who was mentioned still is");
    // What is new is known of what is old.
    assert_eq!((second.reply_to, second.thread), (Some(first.id), Some(first.id)));
    let replies = first.replies.as_ref().unwrap();
    assert_eq!((replies.count, replies.last_seq, &replies.people[..]), (1, second.seq, &[bob.clone()][..]));
    let lobby = store.room(LOBBY.into(), Some(bob.id)).await.unwrap();
    assert_eq!((lobby.unread, lobby.mentions, lobby.pins), (Some(1), Some(1), 0));
    let log = store.log_after(None, "ops".into(), 0, size, |entry| (entry.event, 0)).await.unwrap().entries;
    let topic = RoomChanges { topic: Some("on call: alice".to_owned()), ..RoomChanges::default() };
    assert!(matches!(&log[3], LogEvent::RoomUpdated { changes, .. } if *changes == topic), "{log:?}");
    assert!(matches!(&log[4], LogEvent::UserLeft { user } if *user == bob), "{log:?}");

    let third = store.send(message(bob.id, "from now")).await.unwrap().message;
    assert_eq!(third.seq, second.seq + 1);
    let disguise = UserName::parse("AIice").unwrap();
    let taken = store.create_user(new_user(&disguise, Role::Member)).await;
    assert!(matches!(taken, Err(StoreError::NameTaken)), "names of before are compared as strictly as new ones");
}

#[tokio::test]
async fn a_newer_database_is_refused_with_its_version() {
    let scene = Scene::new();
    let Scene { folder, store, .. } = scene;
    let path = folder.path().join("chat.db");
    let other = rusqlite::Connection::open(&path).unwrap();
    other
        .execute(
            "INSERT INTO refinery_schema_history (version, name, applied_on, checksum) VALUES (999, 'x', '', '')",
            [],
        )
        .unwrap();
    drop((other, store));
    let location = Location::Folder(folder.path().to_owned());
    let refused = Store::open(&location, Arc::new(Told::default()));
    assert!(matches!(refused.err(), Some(OpenError::TooNew { found: 999, .. })));
}
