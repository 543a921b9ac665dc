//! Scripts on a network that breaks anywhere.

use std::collections::HashMap;

use chat_e2e::{
    Person, Server, Shell,
    proxy::{Fault, Proxy},
    text, within,
};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, BufReader};

use crate::{crowd::ROOM, scale::pick};

#[tokio::test]
async fn send_says_what_is_stored_and_tail_misses_nothing() {
    let server = Server::start().await;
    let (near, far) = (Proxy::to(&server).await, Proxy::to(&server).await);
    let (alice, bob) = (Shell::at(near.url()), Shell::at(far.url()));
    alice.chat(&["send", "--name", "alice", "begin"]).await.ok();
    bob.chat(&["send", "--name", "bob", "begin"]).await.ok();
    near.inflict(Fault::Cut(0..5_000), usize::MAX, 0x5eed);
    // What `tail` asks before it begins gets through: without that it says so, and ends.
    far.inflict(Fault::Cut(6_000..9_000), usize::MAX, 0x5eed);

    let mut tail = bob.spawn(&["tail", "--json", "--since", "0"]);
    let mut lines = BufReader::new(tail.stdout.take().unwrap()).lines();
    let mut sent = HashMap::new();
    for number in 0..pick(10, 200) {
        let body = format!("{number} {}", "x".repeat(1_000));
        let ended = alice.chat(&["send", &body]).await;
        sent.insert(body, (ended.code == Some(0)).then(|| ended.ok().to_owned()));
    }
    let judge = Person::take(&server, "judge").await;
    let log = judge.log(ROOM).await;
    for (body, id) in &sent {
        let stored: Vec<&Value> = log.iter().filter(|event| event["message"]["body"] == **body).collect();
        match id {
            Some(id) => {
                assert_eq!(stored.iter().map(|event| text(&event["message"]["id"])).collect::<Vec<_>>(), [&**id])
            }
            None => assert!(stored.len() <= 1, "{stored:?}"),
        }
    }
    assert!(sent.values().filter(|id| id.is_some()).count() * 2 > sent.len(), "most get through: {sent:?}");
    for event in &log {
        let line = within("a line of tail", lines.next_line()).await.unwrap().expect("tail goes on");
        assert_eq!(serde_json::from_str::<Value>(&line).unwrap(), *event);
    }
    let (for_send, for_tail) = (near.tally().faults, far.tally().faults);
    assert!(for_send > 0 && for_tail > 0, "the lines were hardly cut");
    println!("scripts: {} sent, {for_send} cuts for send, {for_tail} for tail", sent.len());
}
