//! The process is killed, as by the kernel: SIGKILL under writers and readers. `checks/crash.sh` does much more of it.

use chat_e2e::{
    Person, Server,
    crash::{self, Outcome, Plan},
    database, scale,
};

/// Enough that every kill meets messages under way.
const WRITERS: usize = 8;
const READERS: usize = 4;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_acknowledged_message_is_there_once_after_the_server_was_killed() {
    let kills = scale::of("CHAT_CRASH_KILLS", 5);
    let messages = scale::of("CHAT_CRASH_MESSAGES", 1_000).div_ceil(WRITERS);
    let mut server = Server::start().await;
    let history = crash::run(&mut server, Plan { writers: WRITERS, readers: READERS, messages }, kills).await;
    assert_eq!(history.violations(), []);

    let stored = history.count(|outcome| matches!(outcome, Outcome::Acknowledged { .. }));
    let unknown = history.count(|outcome| outcome == Outcome::Unknown);
    let refused = history.count(|outcome| outcome == Outcome::Refused);
    assert_eq!(stored, WRITERS * messages);
    assert!(unknown > 0, "no kill met a message under way");
    assert!(refused > 0, "nothing was refused");
    assert!(server.terminate().await.success());
    database::assert_whole(&server.data());
    println!(
        "{kills} kills, {WRITERS} writers, {READERS} readers: {stored} acknowledged, {refused} refused, \
         {unknown} unknown; every promise kept"
    );
}

#[tokio::test]
async fn only_a_program_built_for_it_dies_where_it_is_told_to() {
    let server = Server::unlimited().at_first("FAILPOINTS", "before-commit=return").start().await;
    Person::take(&server, "alice").await;
}
