//! What a page costs in steps of SQLite's machine, which are the same on every machine.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use chat_protocol::{MessageId, Role};
use rusqlite::Connection;

use super::{Scene, message};
use crate::store::{NewMessageRow, PageSize, Window, operation};

/// Replies of the short thread, and of the long one.
const REPLIES: [u64; 2] = [40, 50_000];
/// Messages of a page.
const PAGE: usize = 20;

/// The steps of reading one page of a thread.
fn steps(db: &mut Connection, id: MessageId, window: Window) -> u64 {
    let size = PageSize { items: PAGE, bytes: usize::MAX };
    let page = |db: &Connection| {
        operation::pages::of_thread(db, id, None, window, size, |message| (message, 1)).unwrap().messages.len()
    };
    // Once before, so that the statements are prepared.
    page(db);
    let steps = Arc::new(AtomicU64::new(0));
    let counted = Arc::clone(&steps);
    let count = move || {
        counted.fetch_add(1, Ordering::Relaxed);
        false
    };
    db.progress_handler(1, Some(count)).unwrap();
    assert_eq!(page(db), PAGE);
    db.progress_handler(1, None::<fn() -> bool>).unwrap();
    steps.load(Ordering::Relaxed)
}

/// Adds replies to a thread that has one, until there are so many.
fn add_replies(db: &Connection, first: MessageId, count: u64) {
    let sql = format!(
        "CREATE TEMP TABLE model AS SELECT message.*, room.last_seq AS last FROM message JOIN room ON room.id = message.room
             WHERE thread = x'{root}';
         WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < {count} - 1)
             INSERT INTO message (uuid, hash, room, seq, author, body, sent_at, reply_to, thread)
             SELECT randomblob(16), hash, room, last + n, author, body, sent_at, reply_to, thread FROM model, number;
         UPDATE thread SET count = {count}, last_seq = last_seq + {count} - 1 WHERE root = x'{root}';
         UPDATE room SET last_seq = last_seq + {count} - 1 WHERE id = (SELECT room FROM model);
         DROP TABLE model",
        root = first.uuid().simple()
    );
    db.execute_batch(&sql).unwrap();
}

#[tokio::test]
async fn the_first_page_of_a_thread_of_fifty_thousand_replies_costs_as_much_as_that_of_a_short_one() {
    let scene = Scene::new();
    let alice = scene.user("alice", Role::Member).await;
    let mut threads = Vec::new();
    for _ in REPLIES {
        let first = message(alice, "where to begin");
        threads.push(first.id);
        scene.store.send(first).await.unwrap();
        let reply_to = threads.last().copied();
        scene.store.send(NewMessageRow { reply_to, ..message(alice, "here") }).await.unwrap();
    }
    drop(scene.store);
    let mut db = Connection::open(scene.folder.path().join("chat.db")).unwrap();
    for (id, count) in threads.iter().zip(REPLIES) {
        add_replies(&db, *id, count);
    }
    for window in [Window::Newest, Window::After(0)] {
        let [short, long] = [0, 1].map(|thread| steps(&mut db, threads[thread], window));
        assert!(short > 0 && long <= short + short / 10, "{long} steps, {short} for the short one: {window:?}");
    }
}
