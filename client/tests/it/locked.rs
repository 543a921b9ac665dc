//! A file that another program has locked, or that several programs of one account use: nobody waits for it who need
//! not, and no text is lost.

use chat_client::{Client, Delivery, Options};
use chat_protocol::{Event, testing::body};

use crate::scene::{Scene, lobby_id, sent};

/// Another program that writes to the file, and so keeps everybody else from it.
fn locked(scene: &Scene) -> rusqlite::Connection {
    let other = rusqlite::Connection::open(scene.database()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    other
}

#[tokio::test]
async fn what_is_queued_waits_for_the_disk_and_nobody_waits_for_it() {
    let mut scene = Scene::start().await;
    let (client, mut alice) = scene.client();
    let other = locked(&scene);
    let entry = client.queue(lobby_id(), body("hello"), None);
    assert_eq!(entry.state, Delivery::Saving);
    let mut socket = scene.live(0).await;
    other.execute_batch("ROLLBACK").unwrap();
    assert_eq!(alice.outbox().await, chat_client::Entry { state: Delivery::Queued, ..entry.clone() });
    assert_eq!(alice.outbox().await.state, Delivery::Sending);
    assert_eq!(sent(socket.command().await), (entry.id, "hello".to_owned()));
}

#[tokio::test]
async fn what_cannot_be_kept_is_told_with_its_text_and_not_sent() {
    let scene = Scene::start().await;
    let (client, mut alice) = scene.client();
    let _other = locked(&scene);
    let entry = client.queue(lobby_id(), body("precious"), None);
    let told = alice.outbox().await;
    assert_eq!((told.id, told.body.as_str()), (entry.id, "precious"));
    let Delivery::Unsaved { detail } = told.state else { panic!("{:?}", told.state) };
    assert!(detail.contains("client.db") && detail.contains("another program"), "{detail}");
}

#[tokio::test]
async fn a_start_waits_for_nobody_who_only_writes() {
    let mut scene = Scene::start().await;
    let (client, alice) = scene.client();
    // The server never answers this one.
    let _silent = scene.fake.socket().await;
    let waiting = client.send(lobby_id(), "hello", None).unwrap();
    drop((client, alice));
    scene.gone(0).await;
    let _other = locked(&scene);
    let (client, _alice) = scene.client();
    assert_eq!(client.cached().outbox[0].id, waiting);
    let mut socket = scene.live(0).await;
    assert_eq!(sent(socket.command().await).0, waiting);
}

#[tokio::test]
async fn a_file_that_stays_locked_is_named() {
    let scene = Scene::start().await;
    let (client, alice) = scene.client();
    drop((client, alice));
    scene.gone(0).await;
    let other = rusqlite::Connection::open(scene.database()).unwrap();
    other.execute_batch("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; UPDATE account SET user = user").unwrap();
    let account = scene.account();
    let refused = tokio::task::spawn_blocking(move || Client::start(account, Options::default()).map(drop));
    let told = refused.await.unwrap().unwrap_err().to_string();
    for word in ["client.db", "another program has locked it", "end that program"] {
        assert!(told.contains(word), "{told}");
    }
}

#[tokio::test]
async fn what_is_on_disk_is_read_while_something_waits_to_be_written() {
    let scene = Scene::start().await;
    let (client, _alice) = scene.client();
    client.save_draft(lobby_id(), "half a thought");
    client.cached();
    let other = locked(&scene);
    let entry = client.queue(lobby_id(), body("waits"), None);
    // It does not wait, so the message is not there yet.
    let cached = client.cached();
    assert_eq!((cached.drafts[&lobby_id()].as_str(), &cached.outbox[..]), ("half a thought", &[][..]));
    other.execute_batch("ROLLBACK").unwrap();
    assert_eq!(client.cached().outbox[0].id, entry.id);
}

#[tokio::test]
async fn what_cannot_be_kept_at_the_end_is_given_back() {
    let mut scene = Scene::start().await;
    let (client, mut alice) = scene.client();
    let _socket = scene.live(0).await;
    alice.connected().await;
    let _other = locked(&scene);
    let entry = client.queue(lobby_id(), body("precious"), None);
    client.save_draft(lobby_id(), "half a thought");
    client.save_draft(lobby_id(), "half a thought, and more");
    let closed = client.close().await;
    assert_eq!(
        closed.unsaved.iter().map(|entry| (entry.id, entry.body.as_str())).collect::<Vec<_>>(),
        [(entry.id, "precious")]
    );
    assert_eq!(closed.drafts, [(lobby_id(), "half a thought, and more".to_owned())]);
    assert_eq!(closed.waiting, []);
    let why = closed.why.expect("a reason");
    assert!(why.contains("client.db"), "{why}");
}

#[tokio::test]
async fn what_a_locked_file_did_not_take_is_written_later() {
    let scene = Scene::start().await;
    let (client, mut alice) = scene.client();
    let other = locked(&scene);
    client.save_draft(lobby_id(), "half a thought");
    client.queue(lobby_id(), body("precious"), None);
    assert!(matches!(alice.outbox().await.state, Delivery::Unsaved { .. }));
    other.execute_batch("ROLLBACK").unwrap();
    assert_eq!(client.cached().drafts[&lobby_id()], "half a thought");
}

#[tokio::test]
async fn what_is_written_right_before_the_end_goes_out() {
    let mut scene = Scene::start().await;
    let (client, mut alice) = scene.client();
    let mut socket = scene.live(0).await;
    alice.connected().await;
    let other = locked(&scene);
    let entry = client.queue(lobby_id(), body("last words"), None);
    let closing = tokio::spawn(client.close());
    // The file is free again before the end has come.
    other.execute_batch("ROLLBACK").unwrap();
    assert_eq!(sent(socket.command().await).0, entry.id);
    socket.say(Event::Ack { id: entry.id, room: lobby_id(), seq: 1 }).await;
    assert_eq!(closing.await.unwrap().waiting, []);
}

#[tokio::test]
async fn what_waits_at_the_end_is_counted_as_it_is_then() {
    let mut scene = Scene::start().await;
    let (client, mut alice) = scene.client();
    let socket = scene.live(0).await;
    alice.connected().await;
    drop(socket);
    alice.offline().await;
    let waiting = [client.send(lobby_id(), "one", None).unwrap(), client.queue(lobby_id(), body("two"), None).id];
    let mut left = client.close().await.waiting;
    left.sort();
    assert_eq!(left, waiting);
}

#[tokio::test]
async fn each_program_of_an_account_has_drafts_of_its_own() {
    let scene = Scene::start().await;
    let (one, mut ones) = scene.client();
    one.save_draft(lobby_id(), "of the first");
    let (two, mut twos) = scene.client();
    assert!(two.cached().drafts.is_empty(), "the first still writes it");
    two.save_draft(lobby_id(), "of the second");
    assert_eq!(one.cached().drafts[&lobby_id()], "of the first");
    two.save_draft(lobby_id(), "");
    assert_eq!(one.cached().drafts[&lobby_id()], "of the first");
    two.save_draft(lobby_id(), "of the second again");
    one.close().await;
    two.close().await;
    while ones.updates.next().await.is_some() || twos.updates.next().await.is_some() {}
    scene.gone(0).await;
    scene.gone(1).await;

    // The next one shows them one after the other.
    let (next, nexts) = scene.client();
    assert_eq!(next.cached().drafts[&lobby_id()], "of the first");
    next.save_draft(lobby_id(), "");
    next.cached();
    drop((next, nexts));
    scene.gone(0).await;
    let (last, _lasts) = scene.client();
    assert_eq!(last.cached().drafts[&lobby_id()], "of the second again");
}
