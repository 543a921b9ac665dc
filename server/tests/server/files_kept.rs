//! What is on the disk of files: as long as a message carries them, and no longer.

use std::path::{Path, PathBuf};

use chat_server::admin;
use chat_testing::{Answer, Method, TestServer, files_below, within};
use serde_json::json;

use super::files::{path, png, put};

/// The files in a folder and below, without the lock.
fn files(folder: &Path) -> Vec<PathBuf> {
    files_below(folder).into_iter().filter(|path| !path.ends_with("lock")).collect()
}

fn stored(server: &TestServer) -> Vec<PathBuf> {
    files(&server.file("files"))
}

async fn until_stored(server: &TestServer, count: usize) {
    within("files are deleted", async {
        while stored(server).len() != count {
            tokio::task::yield_now().await;
        }
    })
    .await;
}

#[tokio::test]
async fn the_same_bytes_stand_there_once_until_the_last_message_goes() {
    let server = TestServer::start().await;
    let alice = server.register("alice").await;
    let mut messages = Vec::new();
    for name in ["a.txt", "b.txt"] {
        let file = alice.upload(name, "the same").await;
        messages.push((alice.say_with("lobby", name, &[&file]).await, file));
    }
    let one = stored(&server);
    assert_eq!(one.len(), 1);
    // SHA-256 of the bytes, made by another program.
    assert!(one[0].ends_with("files/fa/fa0487f2dc91544ab4b9f5b1d59b7eb2bf68807a6e42cdf22fce4e0bc4b84cb2"), "{one:?}");
    let delete = async |number: usize| {
        let id = messages[number].0["id"].as_str().unwrap();
        alice.delete(&format!("/api/messages/{id}")).await.is(204);
    };
    delete(0).await;
    alice.get(&path(&messages[0].1)).await.is_problem(404, "not_found");
    assert_eq!(alice.get(&path(&messages[1].1)).await.is(200).text, "the same");
    assert_eq!(
        alice.get(&format!("/api/messages/{}", messages[0].0["id"].as_str().unwrap())).await["attachments"],
        json!([])
    );
    delete(1).await;
    until_stored(&server, 0).await;
}

#[tokio::test]
async fn files_go_with_their_room_and_previews_with_their_file() {
    let server = TestServer::start().await;
    let alice = server.register("alice").await;
    let room = alice.create_room("ops").await;
    let preview = alice.upload("small.png", png(1, 1)).await;
    let said = format!("name=x.png&preview={}", preview.id);
    let file = put(&alice, &said, png(300, 200)).await.is(201).read();
    alice.say_with("ops", "", &[&file]).await;
    assert_eq!(stored(&server).len(), 2);
    alice.delete(&format!("/api/rooms/{}", room.id)).await.is(204);
    until_stored(&server, 0).await;
    alice.get(&path(&file)).await.is_problem(404, "not_found");
}

#[tokio::test]
async fn what_was_given_up_cut_or_left_by_a_crash_is_deleted() {
    let server = TestServer::start().await;
    let alice = server.register("alice").await;
    let file = alice.upload("a.txt", "unused").await;
    alice.delete(&format!("/api/uploads/{}", file.id)).await.is(204);
    until_stored(&server, 0).await;
    let kept = alice.upload("b.txt", "kept").await;
    alice.say_with("lobby", "", &[&kept]).await;
    let unused = alice.upload("c.txt", "unused for a day").await;
    let begun = alice.request(Method::POST, "/api/uploads").header("Tus-Resumable", "1.0.0").header("Upload-Length", 9);
    let begun = Answer::to(begun.header("Content-Type", "application/offset+octet-stream").body("abc")).await.is(201);
    assert_eq!(stored(&server).len(), 3);
    let (folder, paused) = server.pause();
    let strays = [
        folder.join("files/ab").join("ab".repeat(32)),
        folder.join("files/partial").join(kept.id.to_string()),
        // Of an import that was killed.
        folder.join("files/adding"),
    ];
    for stray in &strays {
        std::fs::create_dir_all(stray.parent().unwrap()).unwrap();
        std::fs::write(stray, "stray").unwrap();
    }
    let database = rusqlite::Connection::open(folder.join("chat.db")).unwrap();
    database.execute("UPDATE upload SET expires_at = 1 WHERE expires_at IS NOT NULL", []).unwrap();
    drop(database);
    let server = paused.resume().await;
    let alice = alice.at(&server);
    until_stored(&server, 1).await;
    assert_eq!(alice.get(&path(&kept)).await.is(200).text, "kept");
    alice.get(&path(&unused)).await.is_problem(404, "not_found");
    let gone = alice.request(Method::HEAD, begun.header("location")).header("Tus-Resumable", "1.0.0");
    Answer::to(gone).await.is(404);
}

#[tokio::test]
async fn a_backup_has_the_files_and_gives_them_back() {
    let server = TestServer::start().await;
    let alice = server.register("alice").await;
    let file = alice.upload("a.txt", "precious").await;
    let sent = alice.say_with("lobby", "", &[&file]).await;
    let elsewhere = tempfile::tempdir().unwrap();
    let backup = elsewhere.path().join("chat.backup");
    assert_eq!(admin::backup(server.folder(), &backup).unwrap(), 0);
    assert_eq!(files(&elsewhere.path().join("chat.backup.files")).len(), 1);
    let exists = admin::backup(server.folder(), &backup).unwrap_err();
    assert!(exists.to_string().contains("exists already"));

    let id = sent["id"].as_str().unwrap();
    alice.delete(&format!("/api/messages/{id}")).await.is(204);
    until_stored(&server, 0).await;
    let later = alice.upload("b.txt", "later").await;
    alice.say_with("lobby", "", &[&later]).await;
    let mut server = server;
    server.stop().await;
    let (folder, paused) = server.pause();
    // A backup with damaged files is refused.
    let stored = &files(&elsewhere.path().join("chat.backup.files"))[0];
    std::fs::write(stored, "Precious").unwrap();
    assert!(admin::restore(&folder, &backup).unwrap_err().to_string().contains("damaged"));
    std::fs::write(stored, "precious").unwrap();
    let replaced = admin::restore(&folder, &backup).unwrap().unwrap();
    let server = paused.resume().await;
    let alice = alice.at(&server);
    assert_eq!(alice.get(&path(&file)).await.is(200).text, "precious");
    alice.get(&path(&later)).await.is_problem(404, "not_found");
    // What was replaced is as good a backup.
    let mut server = server;
    server.stop().await;
    let (folder, paused) = server.pause();
    admin::restore(&folder, &replaced).unwrap();
    let server = paused.resume().await;
    assert_eq!(alice.at(&server).get(&path(&later)).await.is(200).text, "later");
}
