//! The server dies while files come and go: at each step from the first byte to the deletion of the last one.

use chat_e2e::{Person, Server, crash::Uploaders, database};

use super::{assert_aborted, program, server, start};

const UPLOADERS: usize = 3;
/// So often the place is passed first: some files are through, others are at other steps, and it is another way of uploading
/// that meets the end.
const PASSES: [usize; 3] = [7, 8, 9];

/// Under those who send files: what they were told is true, and nothing is kept that nobody needs.
async fn dies_with_files_under_way(place: &str, passes: usize) {
    let mut server = server(place, passes).await;
    let mut uploaders = Uploaders::begin(&server, UPLOADERS).await;
    assert_aborted(&mut server, place).await;
    server.restart().await;
    uploaders.uploaded(passes + UPLOADERS).await;
    let uploads = uploaders.end().await;
    assert_eq!(uploads.violations(), Vec::<String>::new(), "{place}");
    assert!(uploads.again() > 0, "{place}: nothing was under way");
    assert!(server.terminate().await.success());
    database::assert_whole(&server.data());
    database::expire_uploads(&server.data());
    server.restart().await;
    uploads.nothing_else_is_kept(&server.data()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_a_file_arrives_it_goes_on_from_what_was_acknowledged() {
    for place in ["upload-begun", "upload-written", "upload-received"] {
        for passes in PASSES {
            dies_with_files_under_way(place, passes).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_a_file_comes_to_its_place_it_is_neither_lost_nor_there_by_half() {
    for place in ["file-synced", "file-placed", "upload-finished"] {
        for passes in PASSES {
            dies_with_files_under_way(place, passes).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn around_a_commit_no_message_is_without_its_file() {
    for place in ["before-commit", "after-commit"] {
        // Some are passed before the uploaders begin, and there are several for each file.
        for passes in [30, 31, 32, 33] {
            dies_with_files_under_way(place, passes).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_a_deleted_message_gives_its_file_free_nobody_else_loses_theirs() {
    for place in ["files-freed", "files-deleted"] {
        dies_with_files_under_way(place, 2).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_unused_files_expire_those_of_messages_stay() {
    const PLACE: &str = "uploads-expired";
    let folder = tempfile::tempdir().unwrap();
    let on = |start: chat_e2e::server::Start| start.data(folder.path());
    let whole = || on(Server::unlimited().program(program()));
    let mut server = whole().start().await;
    let alice = Person::take(&server, "alice").await;
    let kept = alice.upload("kept.txt", "kept").await;
    alice.say_with("lobby", "", &[&kept]).await;
    let unused = alice.upload("unused.txt", "unused for a day").await;
    let begun = alice.request(reqwest::Method::POST, "/api/uploads").header("Tus-Resumable", "1.0.0");
    let begun = begun.header("Upload-Length", 9).header("Content-Type", "application/offset+octet-stream");
    chat_e2e::Answer::to(begun.body("abc")).await.is(201);
    assert!(server.terminate().await.success());
    database::expire_uploads(folder.path());

    // It dies before or after it says where it listens.
    match on(start(PLACE, 0)).start_on(chat_testing::own_loopback()).await {
        Ok(mut dying) => assert_aborted(&mut dying, PLACE).await,
        Err(refusal) => assert!(refusal.stderr.contains(&format!("aborting at {PLACE}\n")), "{refusal:?}"),
    }
    let server = whole().start().await;
    let alice = alice.at(&server);
    chat_e2e::within("the files' end", async {
        while chat_testing::files_below(&folder.path().join("files")).len() != 2 {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    })
    .await;
    assert_eq!(alice.get(&format!("/api/uploads/{}/x", kept.id)).await.is(200).text, "kept");
    alice.get(&format!("/api/uploads/{}/x", unused.id)).await.is_problem(404, "not_found");
}
