//! The process is killed, as by the kernel: SIGKILL under writers and readers. `checks/crash.sh` does much more of it.

use std::time::Duration;

use chat_e2e::{
    Person, Server,
    crash::{self, Outcome, Plan},
    database::{self, Look},
    scale, within,
};

/// Enough that every kill meets messages under way.
const WRITERS: usize = 8;
const READERS: usize = 4;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_acknowledged_message_is_there_once_after_the_server_was_killed() {
    let kills = scale::of("CHAT_CRASH_KILLS", 5);
    let messages = scale::of("CHAT_CRASH_MESSAGES", 1_000).div_ceil(WRITERS);
    let mut server = Server::start().await;
    let (history, changes, uploads) =
        crash::run(&mut server, Plan { writers: WRITERS, readers: READERS, messages }, kills).await;
    assert_eq!(history.violations(), []);
    assert_eq!(changes.violations(), Vec::<String>::new());
    assert_eq!(uploads.violations(), Vec::<String>::new());

    let stored = history.count(|outcome| matches!(outcome, Outcome::Acknowledged { .. }));
    let unknown = history.count(|outcome| outcome == Outcome::Unknown);
    let refused = history.count(|outcome| outcome == Outcome::Refused);
    assert_eq!(stored, WRITERS * messages);
    assert!(unknown > 0, "no kill met a message under way");
    assert!(refused > 0, "nothing was refused");
    let (deletions, again) = (changes.deletions(), changes.sent_again());
    assert!(deletions > 0 && again > 0, "no kill met a change under way: {deletions} deletions");
    assert!(uploads.again() > 0, "no kill met an upload under way");
    assert!(server.terminate().await.success());
    database::assert_whole(&server.data());
    database::expire_uploads(&server.data());
    server.restart().await;
    uploads.nothing_else_is_kept(&server.data()).await;
    println!(
        "{kills} kills, {WRITERS} writers, {READERS} readers: {stored} acknowledged, {refused} refused, \
         {unknown} unknown; {} changes, {deletions} deletions among them, {again} sent again; {} files, {} requests \
         for them sent again; every promise kept",
        changes.given.len(),
        uploads.uploaded.len(),
        uploads.again()
    );
}

#[tokio::test]
async fn what_was_deleted_before_the_server_was_killed_leaves_the_disk_when_it_starts_again() {
    const SECRET: &[u8] = b"correct-horse-battery-staple";
    let mut server = Server::start().await;
    let alice = Person::take(&server, "alice").await;
    let said = alice.say("lobby", "correct-horse-battery-staple").await;
    // Somebody who looks keeps the write-ahead log from being emptied until the kill.
    let look = Look::begin(&server.data());
    alice.delete(&format!("/api/messages/{}", said["id"].as_str().unwrap())).await.is(204);
    server.kill().await;
    drop(look);
    let data = server.data();
    let is_on_disk = || {
        chat_testing::files_below(&data)
            .into_iter()
            .any(|file| std::fs::read(file).unwrap().windows(SECRET.len()).any(|text| text == SECRET))
    };
    assert!(is_on_disk(), "nobody had the time to erase it");
    server.restart().await;
    // A file has no event to wait for.
    let mut looks = tokio::time::interval(Duration::from_millis(20));
    within("the text's end", async {
        while is_on_disk() {
            looks.tick().await;
        }
    })
    .await;
}

#[tokio::test]
async fn only_a_program_built_for_it_dies_where_it_is_told_to() {
    let server = Server::unlimited().at_first("FAILPOINTS", "before-commit=return").start().await;
    Person::take(&server, "alice").await;
}
