//! What is on disk: who may read it, what is kept, and what becomes of the files of other programs and versions.

use std::fs;

use chat_client::{Delivery, Options};
use chat_protocol::{ErrorCode, Event, MessageId};

use crate::{
    damage::ended,
    scene::{BOB, Scene, lobby_id, message, said, sent},
};

#[cfg(unix)]
#[tokio::test]
async fn nobody_else_may_read_it() {
    use std::os::unix::fs::PermissionsExt;
    let scene = Scene::start().await;
    let (client, _alice) = scene.client();
    client.send(lobby_id(), "secret", None).unwrap();
    for file in fs::read_dir(scene.account_folder()).unwrap().map(Result::unwrap) {
        if file.file_name() != "account.json" {
            assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{:?}", file.file_name());
        }
    }
}

#[tokio::test]
async fn drafts_and_read_positions_outlive_the_program() {
    let mut scene = Scene::start().await;
    let (client, mut alice) = scene.client();
    let mut socket = scene.live(3).await;
    socket.say(said(4)).await;
    alice.message().await;
    drop(socket);
    alice.offline().await;
    client.save_draft(lobby_id(), "half a sent");
    let thread = MessageId::now_v7();
    client.save_thread_draft(lobby_id(), thread, "half an answer");
    client.read(lobby_id(), 4);
    client.close().await;
    scene.gone(0).await;

    let (client, _alice) = scene.client();
    let cached = client.cached();
    assert_eq!(cached.drafts[&lobby_id()], "half a sent");
    assert_eq!(cached.thread_drafts[&(lobby_id(), thread)], "half an answer");
    assert_eq!((cached.rooms[0].read_seq, cached.rooms[0].unread), (Some(4), Some(0)));
    client.save_draft(lobby_id(), "");
    assert!(client.cached().drafts.is_empty());
    assert_eq!(client.cached().thread_drafts.len(), 1);
    client.save_thread_draft(lobby_id(), thread, "");
    assert!(client.cached().thread_drafts.is_empty());
    let mut socket = scene.live(4).await;
    let command = socket.command().await;
    assert_eq!(command, chat_protocol::Command::Read { room: lobby_id().into(), seq: 4, back: false });
}

#[tokio::test]
async fn only_the_newest_messages_are_kept() {
    let mut scene = Scene::start().await;
    scene.page(&[message(1, MessageId::now_v7(), BOB, "first")]);
    let (client, mut alice) = scene.client();
    let mut socket = scene.live(1).await;
    for seq in 2..=600 {
        socket.say(said(seq)).await;
        assert_eq!(alice.message().await.0, seq);
    }
    let seqs: Vec<u64> = client.cached_messages(lobby_id()).iter().map(|message| message.seq).collect();
    assert!((200..240).contains(&seqs.len()), "{}", seqs.len());
    assert!(seqs.iter().copied().eq(601 - seqs.len() as u64..=600), "the newest, without gaps");
}

#[tokio::test]
async fn a_file_of_something_else_is_set_aside() {
    let mut scene = Scene::start().await;
    fs::write(scene.database(), "this is no database, and longer than the header of one would be: ".repeat(99))
        .unwrap();
    let (client, mut alice) = scene.client();
    assert_eq!(scene.files_aside(), 1);
    let id = client.send(lobby_id(), "goes on", None).unwrap();
    let mut socket = scene.live(0).await;
    assert_eq!(sent(socket.command().await).0, id);
    alice.connected().await;
}

#[tokio::test]
async fn what_waits_in_the_outbox_of_a_newer_file_is_taken_over() {
    let mut scene = Scene::start().await;
    let (client, mut alice) = scene.client();
    let refused = client.send(lobby_id(), "refused", None).unwrap();
    let mut socket = scene.live(0).await;
    socket.command().await;
    let error = |id, code| Event::Error {
        id: Some(id),
        code,
        detail: "no".to_owned(),
        retry_after_ms: None,
        until: None,
        after: None,
    };
    socket.say(error(refused, ErrorCode::Forbidden)).await;
    let state = Delivery::Failed { code: ErrorCode::Forbidden, detail: "no".to_owned() };
    alice.reaches(refused, state.clone()).await;
    let waiting = client.send(lobby_id(), "waiting", None).unwrap();
    drop((client, alice));
    scene.gone(0).await;
    rusqlite::Connection::open(scene.database()).unwrap().pragma_update(None, "user_version", 99).unwrap();

    let (client, _alice) = scene.client();
    assert_eq!(scene.files_aside(), 1);
    let cached = client.cached();
    assert!(cached.rooms.is_empty());
    let outbox: Vec<_> = cached.outbox.iter().map(|entry| (entry.id, entry.state.clone())).collect();
    assert_eq!(outbox, [(refused, state), (waiting, Delivery::Queued)]);
    let mut socket = scene.live(0).await;
    assert_eq!(sent(socket.command().await).0, waiting);
}

#[tokio::test]
async fn the_disk_as_a_kill_leaves_it_has_all_that_was_accepted() {
    let mut scene = Scene::start().await;
    let (client, mut alice) = scene.client();
    let mut socket = scene.live(0).await;
    for seq in 1..=50 {
        socket.say(said(seq)).await;
        alice.message().await;
    }
    drop(socket);
    alice.offline().await;
    let waiting: Vec<MessageId> =
        (0..20).map(|number| client.send(lobby_id(), &format!("waiting {number}"), None).unwrap()).collect();
    // The program lives on, and closes nothing: what is there now is what a kill would leave.
    let copy = Scene::start().await;
    for file in ["client.db", "client.db-wal"] {
        fs::copy(scene.account_folder().join(file), copy.account_folder().join(file)).unwrap();
    }
    let (revived, _updates) = copy.client();
    let cached = revived.cached();
    assert_eq!(cached.outbox.iter().map(|entry| entry.id).collect::<Vec<_>>(), waiting);
    let seqs: Vec<u64> = revived.cached_messages(lobby_id()).iter().map(|message| message.seq).collect();
    let cursor = cached.cursors[&lobby_id()].seq;
    assert!(seqs.iter().copied().eq(1..=cursor), "nothing is missing before the cursor {cursor}: {seqs:?}");
}

#[tokio::test]
async fn what_is_not_durable_leaves_no_trace() {
    let scene = Scene::start().await;
    let (client, _alice) = scene.client_with(Options::transient());
    client.send(lobby_id(), "passing", None).unwrap();
    assert_eq!(client.cached().outbox.len(), 1);
    assert!(!scene.database().exists());
}

#[tokio::test]
async fn a_file_of_the_third_version_is_brought_up_to_date() {
    let mut scene = Scene::start().await;
    let waiting = ended(&mut scene).await;
    let file = rusqlite::Connection::open(scene.database()).unwrap();
    file.execute_batch(
        "ALTER TABLE outbox DROP COLUMN files; DROP TABLE draft;
        CREATE TABLE draft (room TEXT, slot INTEGER, text TEXT NOT NULL, PRIMARY KEY (room, slot)) WITHOUT ROWID;
        PRAGMA user_version = 3",
    )
    .unwrap();
    file.execute("INSERT INTO draft VALUES (?, 0, 'half a thought')", [lobby_id().to_string()]).unwrap();
    drop(file);

    let (client, _alice) = scene.client();
    assert_eq!(scene.files_aside(), 0);
    let cached = client.cached();
    assert_eq!((cached.outbox[0].id, cached.drafts[&lobby_id()].as_str()), (waiting, "half a thought"));
    let thread = MessageId::now_v7();
    client.save_thread_draft(lobby_id(), thread, "half an answer");
    let cached = client.cached();
    assert_eq!((cached.drafts.len(), cached.thread_drafts.len()), (1, 1));
}

#[tokio::test]
async fn a_file_of_the_second_version_is_brought_up_to_date() {
    let mut scene = Scene::start().await;
    let waiting = ended(&mut scene).await;
    let file = rusqlite::Connection::open(scene.database()).unwrap();
    file.execute_batch(
        "ALTER TABLE outbox DROP COLUMN files; ALTER TABLE outbox DROP COLUMN action; ALTER TABLE outbox DROP COLUMN tried; DROP TABLE draft;
        CREATE TABLE draft (room TEXT, slot INTEGER, text TEXT NOT NULL, PRIMARY KEY (room, slot)) WITHOUT ROWID;
        PRAGMA user_version = 2",
    )
    .unwrap();
    drop(file);

    let (client, mut alice) = scene.client();
    assert_eq!(scene.files_aside(), 0);
    let message = client.cached().outbox[0].clone();
    assert_eq!((message.id, message.is_message()), (waiting, true));
    let edit = client.edit(lobby_id(), waiting, chat_protocol::testing::body("another text"));
    alice.reaches(edit.id, chat_client::Delivery::Queued).await;
    let outbox = client.cached().outbox;
    assert_eq!(outbox.iter().map(|entry| entry.id).collect::<Vec<_>>(), [waiting, edit.id], "it may have been sent");
}

#[tokio::test]
async fn a_file_of_the_first_version_is_brought_up_to_date() {
    let mut scene = Scene::start().await;
    let waiting = ended(&mut scene).await;
    let file = rusqlite::Connection::open(scene.database()).unwrap();
    let first = "ALTER TABLE outbox DROP COLUMN files; ALTER TABLE outbox DROP COLUMN action; ALTER TABLE outbox DROP COLUMN tried; DROP TABLE left_room; DROP TABLE draft;
        CREATE TABLE draft (room TEXT PRIMARY KEY, text TEXT NOT NULL) WITHOUT ROWID; PRAGMA user_version = 1";
    file.execute_batch(first).unwrap();
    file.execute("INSERT INTO draft VALUES (?, 'half a thought')", [lobby_id().to_string()]).unwrap();
    drop(file);

    let (client, _alice) = scene.client();
    assert_eq!(scene.files_aside(), 0);
    let cached = client.cached();
    assert_eq!((cached.rooms.len(), cached.outbox[0].id), (1, waiting));
    assert_eq!(cached.drafts[&lobby_id()], "half a thought");
}
