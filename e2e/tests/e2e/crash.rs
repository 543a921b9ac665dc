//! Power failure: SIGKILL under writers and readers.

use chat_e2e::{
    Server,
    crash::{self, Outcome, Plan},
    database,
};

/// Long enough that every kill meets messages under way, short enough for every run of the tests.
const PLAN: Plan = Plan { writers: 4, readers: 2, messages: 300, kills: 5 };

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_acknowledged_message_is_there_once_after_the_server_was_killed() {
    let mut server = Server::start().await;
    let history = crash::run(&mut server, PLAN).await;
    assert_eq!(history.violations(), []);

    assert!(history.count(|outcome| outcome == Outcome::Unknown) > 0, "no kill met a message under way");
    assert!(history.count(|outcome| outcome == Outcome::Refused) > 0, "nothing was refused");
    assert!(server.terminate().await.success());
    database::assert_whole(&server.data());
}
