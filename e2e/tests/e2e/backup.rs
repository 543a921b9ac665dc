//! An operator's backup, taken while people talk, and put back.

use chat_e2e::{Person, Server, Socket};
use serde_json::json;

#[tokio::test]
async fn a_backup_taken_under_load_is_put_back() {
    let mut server = Server::start().await;
    let alice = Person::take(&server, "alice").await;
    alice.say("lobby", "before the backup").await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("backup.db");
    let path = file.to_str().unwrap();

    let talking = futures_util::future::join_all((0..200).map(|number| {
        let alice = &alice;
        async move { alice.say("lobby", &format!("meanwhile {number}")).await }
    }));
    let args = ["backup", path];
    let (backup, _) = tokio::join!(server.admin(&args), talking);
    assert_eq!(backup.code, Some(0), "{backup:?}");
    alice.say("lobby", "after the backup").await;
    let epoch = alice.get("/api/info").await.is(200)["epoch"].clone();
    let identity = alice.get("/api/info").await.is(200)["id"].clone();
    let last = alice.log("lobby").await.pop().unwrap();

    let refused = server.admin(&["restore", path]).await;
    assert_eq!(refused.code, Some(1), "a server that runs keeps its data: {refused:?}");
    assert_eq!(alice.log("lobby").await.last(), Some(&last));

    assert!(server.terminate().await.success());
    let restored = server.admin(&["restore", path]).await;
    assert_eq!(restored.code, Some(0), "{restored:?}");
    let kept = std::fs::read_dir(server.data()).unwrap().map(|entry| entry.unwrap().path());
    let kept: Vec<_> = kept.filter(|path| path.to_string_lossy().contains("replaced")).collect();
    assert!(!kept.is_empty(), "what was replaced is kept beside it");

    server.restart().await;
    let info = alice.get("/api/info").await.is(200);
    assert_ne!(info["epoch"], epoch, "history may have changed");
    assert_eq!(info["id"], identity, "it is the same server");
    let bodies: Vec<_> = alice.log("lobby").await.iter().map(|event| event["message"]["body"].clone()).collect();
    assert!(bodies.contains(&json!("before the backup")) && !bodies.contains(&json!("after the backup")));

    let mut socket = Socket::open(server.url(), &alice.token).await.unwrap();
    let room = last["room"].as_str().unwrap();
    let cursors = json!({ room: { "seq": last["seq"], "at": last["at"] } });
    let hello = json!({ "type": "Hello", "client": "e2e/1", "epoch": epoch, "cursors": cursors });
    socket.send(hello).await.unwrap();
    let reset = socket.until("Reset").await;
    assert_eq!(reset["why"], "epoch", "{reset}");
    socket.until("Live").await;
}

#[tokio::test]
async fn a_backup_never_overwrites_and_a_restore_takes_only_backups() {
    let mut server = Server::start().await;
    let alice = Person::take(&server, "alice").await;
    alice.say("lobby", "precious").await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("notes.txt");
    std::fs::write(&file, "not a database").unwrap();
    let path = file.to_str().unwrap();

    let refused = server.admin(&["backup", path]).await;
    assert_eq!(refused.code, Some(1), "{refused:?}");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "not a database");

    assert!(server.terminate().await.success());
    for path in [path, "/nowhere/backup.db"] {
        let refused = server.admin(&["restore", path]).await;
        assert_eq!(refused.code, Some(1), "{refused:?}");
        assert!(refused.stderr.contains(path), "{refused:?}");
    }
    server.restart().await;
    assert_eq!(alice.bodies("lobby").await, ["precious"]);
}
