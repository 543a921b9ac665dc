//! A damaged file costs no message and no draft, and the user is told where it is now.

use std::{
    fs,
    path::{Path, PathBuf},
};

use chat_client::{Client, StorageNotice, Update};
use chat_protocol::MessageId;

use crate::scene::{BOB, Scene, Watched, lobby_id, message, said, sent};

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
pub(crate) async fn ended(scene: &mut Scene) -> MessageId {
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
        damage(&scene.database(), table);

        let (client, _alice) = scene.client();
        assert_eq!(scene.files_aside(), 1, "{table}");
        assert_eq!(client.cached().outbox[0].id, waiting, "{table}");
        let mut socket = scene.live(100).await;
        assert_eq!(sent(socket.command().await).0, waiting, "{table}");
    }
}

#[tokio::test]
async fn damage_among_the_messages_is_mended_while_the_program_runs() {
    let mut scene = Scene::start().await;
    let waiting = ended(&mut scene).await;
    damage(&scene.database(), "message");

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
    assert_eq!(scene.files_aside(), 1);
    let later = client.send(lobby_id(), "later", None).unwrap();
    assert_eq!(sent(socket.command().await).0, later);
    drop((client, alice));
    scene.gone(0).await;

    let (client, _alice) = scene.client();
    assert_eq!(scene.files_aside(), 1, "the new file is whole");
    assert_eq!(seqs(&client), [99, 101]);
    let outbox: Vec<MessageId> = client.cached().outbox.iter().map(|entry| entry.id).collect();
    assert_eq!(outbox, [waiting, later], "each once, in their order");
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
        rusqlite::Connection::open(scene.database()).unwrap().execute_batch(bad).unwrap();

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
    rusqlite::Connection::open(scene.database()).unwrap().execute("UPDATE account SET user = 7", []).unwrap();

    let (client, mut alice) = scene.client();
    assert_eq!(told_of_damage(&mut alice).await.2, 1);
    assert_eq!(client.cached().drafts[&lobby_id()], "half a thought");
}

#[tokio::test]
async fn a_message_that_cannot_be_read_is_found_when_its_room_is_looked_at() {
    let mut scene = Scene::start().await;
    ended(&mut scene).await;
    rusqlite::Connection::open(scene.database()).unwrap().execute("UPDATE message SET message = '{}'", []).unwrap();
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

#[cfg(unix)]
#[tokio::test]
async fn a_file_that_is_replaced_under_a_running_program_takes_along_what_waits() {
    for replace in [
        // Another program of this account found it damaged, or somebody removed it.
        (|file| fs::rename(file, file.with_extension("aside-1")).unwrap()) as fn(&Path),
        |file| fs::remove_file(file).unwrap(),
    ] {
        let mut scene = Scene::start().await;
        let (client, mut alice) = scene.client();
        // The server never answers.
        let _silent = scene.fake.socket().await;
        let first = client.send(lobby_id(), "before", None).unwrap();
        client.save_draft(lobby_id(), "half a thought");
        client.cached();
        for beside in ["db-wal", "db-shm"] {
            _ = fs::remove_file(scene.database().with_extension(beside));
        }
        replace(&scene.database());
        let second = client.send(lobby_id(), "after", None).unwrap();
        alice.until(|update| matches!(update, Update::Storage(StorageNotice::Replaced { .. })).then_some(())).await;
        drop((client, alice));
        scene.gone(0).await;

        let (client, _alice) = scene.client();
        let cached = client.cached();
        assert_eq!(cached.outbox.iter().map(|entry| entry.id).collect::<Vec<_>>(), [first, second]);
        assert_eq!(cached.drafts[&lobby_id()], "half a thought");
    }
}
