//! What only a database in a folder has: starts, crashes, other versions, other programs.

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
    let scene = Scene::new();
    let alice = scene.user("alice", Role::Member).await;
    let first = scene.store.send(message(alice, "from before")).await.unwrap().message;
    let Scene { folder, store, .. } = scene;
    drop(store);
    // What versions 3 and 4 added.
    let other = rusqlite::Connection::open(folder.path().join("chat.db")).unwrap();
    other
        .execute_batch(
            "DROP VIEW log; DROP VIEW unfiled; DROP TABLE filing;
             DROP INDEX user_cased_skeleton; ALTER TABLE user DROP COLUMN cased_skeleton;
             DROP INDEX room_cased_skeleton; ALTER TABLE room DROP COLUMN cased_skeleton;
             DROP INDEX held_name_cased_skeleton; ALTER TABLE held_name DROP COLUMN cased_skeleton;
             DROP TABLE link_code;
             CREATE TABLE link_code (user INTEGER PRIMARY KEY REFERENCES user ON DELETE CASCADE,
                                     code BLOB NOT NULL UNIQUE, expires_at INTEGER NOT NULL);
             DELETE FROM refinery_schema_history WHERE version >= 3",
        )
        .unwrap();
    drop(other);
    let (store, _) = open(&folder);
    let second = store.send(message(alice, "from now")).await.unwrap().message;
    let page = store
        .messages(None, LOBBY.into(), Window::Newest, PageSize { items: 10, bytes: usize::MAX }, |message| (message, 0))
        .await
        .unwrap();
    let read: Vec<_> = page.messages;
    assert_eq!(read, [first, second]);
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
