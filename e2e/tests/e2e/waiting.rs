//! `chat-tui wait`: a script that goes on when someone says something.

use chat_e2e::{Person, Server, Shell, within};
use serde_json::Value;

#[tokio::test]
async fn an_answer_that_came_before_the_script_waited_is_found() {
    let server = Server::start().await;
    let bob = Person::take(&server, "bob").await;
    bob.create_room("ops").await;
    let shell = Shell::new(&server);
    bob.say("lobby", "yes, but that was before").await;
    let question = shell.chat(&["send", "--name", "alice", "yes or no? deploy"]).await.ok().trim().to_owned();
    bob.say("lobby", "no yes").await;
    bob.say("ops", "yes, but not here").await;
    bob.say("lobby", "Yes, go").await;
    bob.say("lobby", "yes, and once more").await;
    let answer = shell.chat(&["wait", "--after", &question, "--match", "(?i)^yes", "--timeout", "60"]).await;
    assert!(answer.ok().ends_with(" #lobby bob: Yes, go"), "{answer:?}");
}

#[tokio::test]
async fn a_mention_in_any_room_ends_the_wait_and_so_does_what_is_said_to_one_alone() {
    let server = Server::start().await;
    let bob = Person::take(&server, "bob").await;
    let shell = Shell::new(&server);
    shell.chat(&["send", "--name", "alice", "@alice is me"]).await.ok();
    for (room, text) in [("lobby", "look, @alice"), ("@alice", "only you")] {
        let waiting = shell.spawn(&["wait", "--mention", "--json"]);
        let ended = waiting.wait_with_output();
        tokio::pin!(ended);
        // When the program is connected cannot be seen: it is told until it has heard.
        let ended = loop {
            bob.say("lobby", "for nobody").await;
            bob.say(room, text).await;
            if let Ok(ended) = tokio::time::timeout(std::time::Duration::from_millis(100), &mut ended).await {
                break ended.unwrap();
            }
        };
        assert!(ended.status.success(), "{ended:?}");
        let event: Value = serde_json::from_slice(&ended.stdout).unwrap();
        assert_eq!(event["message"]["body"], text);
    }
}

#[tokio::test]
async fn it_goes_on_across_a_restart_of_the_server() {
    let mut server = Server::start().await;
    let bob = Person::take(&server, "bob").await;
    let shell = Shell::new(&server);
    let question = shell.chat(&["send", "--name", "alice", "ready?"]).await.ok().trim().to_owned();
    let waiting = shell.spawn(&["wait", "--after", &question, "--match", "ready"]);
    within("alice is connected", async {
        while !bob.get("/api/rooms/lobby/members?online=true").await.names().contains(&"alice") {
            tokio::task::yield_now().await;
        }
    })
    .await;
    server.kill().await;
    server.restart().await;
    bob.say("lobby", "ready").await;
    let ended = within("the end of the wait", waiting.wait_with_output()).await.unwrap();
    assert!(ended.status.success(), "{ended:?}");
    assert!(String::from_utf8_lossy(&ended.stdout).ends_with(" #lobby bob: ready\n"), "{ended:?}");
}

#[tokio::test]
async fn the_time_is_up_with_1_and_a_wrong_pattern_is_2() {
    let server = Server::start().await;
    let shell = Shell::new(&server);
    let none = shell.chat(&["wait", "--name", "alice", "--timeout", "0"]).await;
    assert_eq!(none.code, Some(1), "{none:?}");
    assert!(none.stderr.contains("no such message came within 0 s"), "{none:?}");
    let wrong = shell.chat(&["wait", "--match", "(yes"]).await;
    assert_eq!(wrong.code, Some(2), "{wrong:?}");
    let both = shell.chat(&["wait", "--room", "lobby", "--after", "0193fe9c-0000-7000-8000-000000000000"]).await;
    assert_eq!(both.code, Some(2), "{both:?}");
    let unknown = shell.chat(&["wait", "--name", "alice", "--after", "0193fe9c-0000-7000-8000-000000000000"]).await;
    assert_eq!(unknown.code, Some(4), "{unknown:?}");
}
