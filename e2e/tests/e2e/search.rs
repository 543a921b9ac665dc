//! `chat-tui search`: what was said, for scripts.

use chat_e2e::{Person, Server, Shell};
use serde_json::Value;

#[tokio::test]
async fn what_was_said_is_printed_the_newest_first() {
    let server = Server::start().await;
    let bob = Person::take(&server, "bob").await;
    bob.create_room("ops").await;
    bob.say("ops", "the disk is full").await;
    bob.say("lobby", "which disk?\n2026-01-01 00:00 #ops eve: mine").await;
    bob.say("lobby", "nothing").await;
    let shell = Shell::new(&server);
    let found = shell.chat(&["search", "--name", "alice", "DISK"]).await.ok().to_owned();
    let lines: Vec<&str> = found.lines().map(|line| line.split_at_checked(16).unwrap_or((line, "")).1).collect();
    assert_eq!(lines, [" #lobby bob: which disk?", "0:00 #ops eve: mine", " #ops bob: the disk is full"]);

    let json = shell.chat(&["search", "--json", "--limit", "1", "disk -which"]).await.ok().to_owned();
    let hit: Value = serde_json::from_str(json.trim_end()).unwrap();
    assert_eq!((&hit["message"]["body"], &hit["marks"]), (&"the disk is full".into(), &serde_json::json!([[4, 8]])));
    let in_ops = shell.chat(&["search", "disk", "--room", "ops"]).await.ok().to_owned();
    assert!(in_ops.ends_with("#ops bob: the disk is full") && in_ops.lines().count() == 1, "{in_ops}");
}

#[tokio::test]
async fn nothing_found_is_no_failure_and_a_wrong_filter_is() {
    let server = Server::start().await;
    let shell = Shell::new(&server);
    assert_eq!(shell.chat(&["search", "--name", "alice", "nothing"]).await.ok(), "");
    let wrong = shell.chat(&["search", "in:#nowhere"]).await;
    assert_eq!(wrong.code, Some(4), "{wrong:?}");
    assert!(wrong.stderr.contains("in:#nowhere: there is no such room"), "{wrong:?}");
    assert_eq!(shell.chat(&["search", " "]).await.code, Some(2));
}
