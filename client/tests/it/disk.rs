//! What is on disk: who may read it, and what becomes of it when it is damaged.

use std::{
    fs,
    path::{Path, PathBuf},
};

use chat_client::{Client, Delivery, Options, StorageNotice, Update};
use chat_protocol::{ErrorCode, Event, MessageId};

use crate::scene::{BOB, Scene, Watched, lobby_id, message, said, sent};

fn database(scene: &Scene) -> PathBuf {
    scene.account_folder().join("client.db")
}

fn aside(scene: &Scene) -> usize {
    let files = fs::read_dir(scene.account_folder()).unwrap();
    files.filter(|file| file.as_ref().unwrap().file_name().to_string_lossy().contains(".aside-")).count()
}

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
    client.read(lobby_id(), 4);
    client.close().await;
    scene.gone(0).await;

    let (client, _alice) = scene.client();
    let cached = client.cached();
    assert_eq!(cached.drafts[&lobby_id()], "half a sent");
    assert_eq!((cached.rooms[0].read_seq, cached.rooms[0].unread), (Some(4), Some(0)));
    client.save_draft(lobby_id(), "");
    assert!(client.cached().drafts.is_empty());
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
    fs::write(database(&scene), "this is no database, and longer than the header of one would be: ".repeat(99))
        .unwrap();
    let (client, mut alice) = scene.client();
    assert_eq!(aside(&scene), 1);
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
    let error =
        |id, code| Event::Error { id: Some(id), code, detail: "no".to_owned(), retry_after_ms: None, after: None };
    socket.say(error(refused, ErrorCode::Forbidden)).await;
    let state = Delivery::Failed { code: ErrorCode::Forbidden, detail: "no".to_owned() };
    alice.reaches(refused, state.clone()).await;
    let waiting = client.send(lobby_id(), "waiting", None).unwrap();
    drop((client, alice));
    scene.gone(0).await;
    rusqlite::Connection::open(database(&scene)).unwrap().pragma_update(None, "user_version", 99).unwrap();

    let (client, _alice) = scene.client();
    assert_eq!(aside(&scene), 1);
    let cached = client.cached();
    assert!(cached.rooms.is_empty());
    let outbox: Vec<_> = cached.outbox.iter().map(|entry| (entry.id, entry.state.clone())).collect();
    assert_eq!(outbox, [(refused, state), (waiting, Delivery::Queued)]);
    let mut socket = scene.live(0).await;
    assert_eq!(sent(socket.command().await).0, waiting);
}

/// Overwrites the page that a table begins with.
fn damage(file: &Path, table: &str) {
    let tables = rusqlite::Connection::open(file).unwrap();
    let root = "SELECT rootpage FROM sqlite_schema WHERE name = ?";
    let page: usize = tables.query_row(root, [table], |row| row.get(0)).unwrap();
    let size: usize = tables.query_row("PRAGMA page_size", [], |row| row.get(0)).unwrap();
    drop(tables);
    let mut bytes = fs::read(file).unwrap();
    bytes[(page - 1) * size..][..size].fill(0x5a);
    fs::write(file, bytes).unwrap();
}

/// Alice's program ended with a hundred messages cached, and one that waits to be sent.
async fn ended(scene: &mut Scene) -> MessageId {
    let (client, mut alice) = scene.client();
    let mut socket = scene.live(0).await;
    alice.until(|update| matches!(update, Update::Page { .. }).then_some(())).await;
    for seq in 1..=100 {
        socket.say(said(seq)).await;
        alice.message().await;
    }
    drop(socket);
    alice.offline().await;
    let waiting = client.send(lobby_id(), "waiting", None).unwrap();
    drop((client, alice));
    scene.gone(0).await;
    waiting
}

#[tokio::test]
async fn damage_that_shows_at_once_costs_no_message() {
    for table in ["account", "room", "read"] {
        let mut scene = Scene::start().await;
        let waiting = ended(&mut scene).await;
        damage(&database(&scene), table);

        let (client, _alice) = scene.client();
        assert_eq!(aside(&scene), 1, "{table}");
        assert_eq!(client.cached().outbox[0].id, waiting, "{table}");
        let mut socket = scene.live(100).await;
        assert_eq!(sent(socket.command().await).0, waiting, "{table}");
    }
}

#[tokio::test]
async fn damage_among_the_messages_is_mended_while_the_program_runs() {
    let mut scene = Scene::start().await;
    let waiting = ended(&mut scene).await;
    damage(&database(&scene), "message");

    scene.page(&[message(99, MessageId::now_v7(), BOB, "from the server")]);
    let (client, mut alice) = scene.client();
    let mut socket = scene.live(100).await;
    assert_eq!(sent(socket.command().await).0, waiting);
    let page =
        alice.until(|update| if let Update::Page { messages, .. } = update { Some(messages) } else { None }).await;
    assert_eq!(page[0].body, "from the server");
    socket.say(said(101)).await;
    assert_eq!(alice.message().await.0, 101);
    let seqs = |client: &Client| -> Vec<u64> {
        client.cached_messages(lobby_id()).iter().map(|message| message.seq).collect()
    };
    assert_eq!(seqs(&client), [99, 101]);
    assert_eq!(aside(&scene), 1);
    let later = client.send(lobby_id(), "later", None).unwrap();
    assert_eq!(sent(socket.command().await).0, later);
    drop((client, alice));
    scene.gone(0).await;

    let (client, _alice) = scene.client();
    assert_eq!(aside(&scene), 1, "the new file is whole");
    assert_eq!(seqs(&client), [99, 101]);
    let outbox: Vec<MessageId> = client.cached().outbox.iter().map(|entry| entry.id).collect();
    assert_eq!(outbox, [waiting, later], "each once, in their order");
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
    assert!(!database(&scene).exists());
}

/// Alice's program is told, before anything else, that her file was damaged; gives the old file and what was taken over.
async fn told_of_damage(alice: &mut Watched) -> (PathBuf, usize, usize) {
    match alice.next().await {
        Update::Storage(StorageNotice::Damaged { aside, messages, drafts, .. }) => (aside, messages, drafts),
        other => panic!("no word of it but {other:?}"),
    }
}

#[tokio::test]
async fn a_row_that_nobody_of_us_wrote_is_told_and_costs_no_message() {
    for bad in [
        "UPDATE room SET cursor_seq = NULL",
        "UPDATE room SET room = json_remove(room, '$.members')",
        "UPDATE account SET epoch = 'long ago'",
        "UPDATE outbox SET written_at = 'yesterday'",
        "DELETE FROM account",
        "DROP TABLE draft",
    ] {
        let mut scene = Scene::start().await;
        let waiting = ended(&mut scene).await;
        rusqlite::Connection::open(database(&scene)).unwrap().execute_batch(bad).unwrap();

        let (client, mut alice) = scene.client();
        let (aside, messages, _) = told_of_damage(&mut alice).await;
        assert!(aside.exists() && messages == 1, "{bad}: {aside:?}");
        assert_eq!(client.cached().outbox[0].id, waiting, "{bad}");
        let mut socket = scene.live(100).await;
        assert_eq!(sent(socket.command().await).0, waiting, "{bad}");
        drop((client, alice, socket));
        scene.gone(0).await;

        let (_client, mut alice) = scene.client();
        let first = alice.next().await;
        assert!(!matches!(first, Update::Storage(_)), "{bad}: the new file is whole, {first:?}");
    }
}

#[tokio::test]
async fn a_damaged_file_gives_up_the_drafts_as_well() {
    let scene = Scene::start().await;
    let (client, alice) = scene.client();
    client.save_draft(lobby_id(), "half a thought");
    client.cached();
    drop((client, alice));
    scene.gone(0).await;
    rusqlite::Connection::open(database(&scene)).unwrap().execute("UPDATE account SET user = 7", []).unwrap();

    let (client, mut alice) = scene.client();
    assert_eq!(told_of_damage(&mut alice).await.2, 1);
    assert_eq!(client.cached().drafts[&lobby_id()], "half a thought");
}

#[tokio::test]
async fn a_message_that_cannot_be_read_is_found_when_its_room_is_looked_at() {
    let mut scene = Scene::start().await;
    ended(&mut scene).await;
    rusqlite::Connection::open(database(&scene)).unwrap().execute("UPDATE message SET message = '{}'", []).unwrap();
    let (client, mut alice) = scene.client();
    let mut socket = scene.live(100).await;
    alice.connected().await;
    scene.page(&[message(99, MessageId::now_v7(), BOB, "from the server")]);
    assert_eq!(client.cached_messages(lobby_id()), []);
    let page =
        alice.until(|update| if let Update::Page { messages, .. } = update { Some(messages) } else { None }).await;
    assert_eq!(page[0].body, "from the server");
    socket.say(said(101)).await;
    assert_eq!(alice.message().await.0, 101);
    assert_eq!(client.cached_messages(lobby_id()).len(), 2);
}

#[tokio::test]
async fn a_file_of_the_first_version_is_brought_up_to_date() {
    let mut scene = Scene::start().await;
    let waiting = ended(&mut scene).await;
    let file = rusqlite::Connection::open(database(&scene)).unwrap();
    let first = "DROP TABLE left_room; DROP TABLE draft;
        CREATE TABLE draft (room TEXT PRIMARY KEY, text TEXT NOT NULL) WITHOUT ROWID; PRAGMA user_version = 1";
    file.execute_batch(first).unwrap();
    file.execute("INSERT INTO draft VALUES (?, 'half a thought')", [lobby_id().to_string()]).unwrap();
    drop(file);

    let (client, _alice) = scene.client();
    assert_eq!(aside(&scene), 0);
    let cached = client.cached();
    assert_eq!((cached.rooms.len(), cached.outbox[0].id), (1, waiting));
    assert_eq!(cached.drafts[&lobby_id()], "half a thought");
}
