//! A server that cannot start says why and what to do, and ends with 1.

use std::{
    fs::{self, File},
    path::Path,
};

use chat_e2e::{Server, database, namespace, server::Refusal};

/// A folder with the data of a server that ran, and what keeps it.
async fn used_folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut server = Server::with(&[]).data(folder.path()).start().await;
    assert!(server.terminate().await.success());
    folder
}

async fn refused(data: &Path) -> Refusal {
    Server::with(&[]).data(data).start_refused().await
}

fn says(refusal: &Refusal, words: &[&str]) {
    assert_eq!(refusal.status.code(), Some(1), "{refusal:?}");
    for word in words {
        assert!(refusal.stderr.contains(word), "`{word}` is not in {refusal:?}");
    }
    assert!(!refusal.stderr.contains("panicked"), "{refusal:?}");
}

#[tokio::test]
async fn the_port_is_in_use() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let refusal = Server::with(&[]).port(port).start_on([127, 0, 0, 1].into()).await.err().unwrap();
    says(&refusal, &[&port.to_string(), "--port"]);
}

#[tokio::test]
async fn another_server_uses_the_folder() {
    let server = Server::start().await;
    let refusal = refused(&server.data()).await;
    says(&refusal, &["another chat-server", "--data"]);
}

#[tokio::test]
async fn a_file_is_where_the_folder_should_be() {
    let file = tempfile::NamedTempFile::new().unwrap();
    for path in [file.path().to_owned(), file.path().join("data")] {
        says(&refused(&path).await, &["cannot write", file.path().to_str().unwrap(), "--data"]);
    }
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn nobody_may_write_there() {
    says(&refused(Path::new("/proc/chat")).await, &["cannot write", "/proc/chat", "--data"]);
}

#[tokio::test]
async fn the_disk_is_read_only() {
    let empty = tempfile::tempdir().unwrap();
    let used = used_folder().await;
    for folder in [&empty, &used] {
        let Some(read_only) = namespace::read_only(folder.path()) else { return };
        let refusal = Server::with(&[]).data(folder.path()).behind(read_only).start_refused().await;
        says(&refusal, &["cannot write", folder.path().to_str().unwrap(), "--data"]);
    }
}

#[tokio::test]
async fn the_database_alone_is_read_only() {
    let folder = used_folder().await;
    let Some(read_only) = namespace::read_only(&database::file(folder.path())) else { return };
    let refusal = Server::with(&[]).data(folder.path()).behind(read_only).start_refused().await;
    says(&refusal, &["cannot write", "chat.db", "--data"]);
}

#[tokio::test]
async fn the_database_is_of_a_newer_version() {
    let folder = used_folder().await;
    database::make_newer(folder.path());
    let before = fs::read(database::file(folder.path())).unwrap();
    says(&refused(folder.path()).await, &["newer", "chat.db"]);
    assert_eq!(fs::read(database::file(folder.path())).unwrap(), before, "it is left as it was");
}

#[tokio::test]
async fn the_file_is_no_database_or_another_programs() {
    let folder = tempfile::tempdir().unwrap();
    let file = database::file(folder.path());
    let text = b"Dear diary, this is no database at all, but rather long.".repeat(100);
    fs::write(&file, &text).unwrap();
    says(&refused(folder.path()).await, &["is not a database of chat-server", "chat.db"]);
    assert_eq!(fs::read(&file).unwrap(), text);

    fs::remove_file(&file).unwrap();
    let theirs = rusqlite::Connection::open(&file).unwrap();
    theirs.execute_batch("CREATE TABLE cookies (name TEXT)").unwrap();
    drop(theirs);
    says(&refused(folder.path()).await, &["is not a database of chat-server", "chat.db"]);
}

#[tokio::test]
async fn a_database_that_was_cut_off() {
    let server = Server::start().await;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = database::file(folder.path());
    server.admin(&["backup", file.to_str().expect("a path in UTF-8")]).await.ok();
    let length = file.metadata().expect("the backup is there").len();
    File::options().write(true).open(&file).and_then(|file| file.set_len(length / 2)).expect("it can be cut");
    says(&refused(folder.path()).await, &["cannot open", "chat.db"]);
}

#[tokio::test]
async fn options_that_make_no_sense_are_usage_errors() {
    for option in ["--origin=*", "--limit=messages=many", "--registration=maybe", "--public-url=chat.example/x"] {
        let refusal = Server::with(&[]).arg(option).start_refused().await;
        assert_eq!(refusal.status.code(), Some(2), "{refusal:?}");
    }
}
