//! Outgoing webhooks, from outside: a receiver that nobody here wrote checks the signatures; the server is killed; and what
//! the log says of it.

use std::{collections::BTreeSet, process::Stdio};

use chat_e2e::{Person, Server, database, require, text, within};
use chat_testing::{Receiver, Reply};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    net::{TcpListener, TcpStream},
    process::Command,
};

const DOCUMENT: &str = include_str!("../../../docs/integrations.md");

async fn server() -> Server {
    Server::unlimited().arg("--allow-private-webhooks").arg("--log").arg("trace").start().await
}

pub(crate) async fn webhook(server: &Server, url: &str) -> (Person, Value) {
    let alice = Person::take(server.url(), "alice").await;
    alice.create_room("ops").await;
    let made = alice.post("/api/webhooks", json!({ "room": "ops", "url": url })).await.is(201);
    (alice, made.json)
}

#[tokio::test]
async fn a_receiver_of_the_documentation_takes_what_is_signed_and_nothing_else() {
    let Some(python) = require::standardwebhooks() else { return };
    let (_, rest) = DOCUMENT.split_once("```python\nimport os\n").expect("the document shows a receiver");
    let (program, _) = rest.split_once("\n```").expect("it has an end");
    let port = TcpListener::bind("127.0.0.1:0").await.expect("a port").local_addr().expect("its number").port();
    let url = format!("http://127.0.0.1:{port}/chat");
    let server = server().await;
    let (alice, made) = webhook(&server, &url).await;

    let mut receiver = Command::new(python);
    receiver.args(["-c", &format!("import os\n{program}")]).env("PORT", port.to_string());
    receiver.env("WEBHOOK_SECRET", text(&made["secret"])).kill_on_drop(true);
    let mut receiver = receiver.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("Python runs");
    let mut said = BufReader::new(receiver.stdout.take().expect("a pipe")).lines();
    within("the receiver", async { while TcpStream::connect(("127.0.0.1", port)).await.is_err() {} }).await;

    alice.say("ops", "the **disk** is full, ÄÖ 🦀").await;
    alice.say("ops", "again").await;
    for expected in ["alice said the **disk** is full, ÄÖ 🦀", "alice said again"] {
        let line = within("what the receiver prints", said.next_line()).await.expect("a line");
        assert_eq!(line.as_deref(), Some(expected));
    }
    let forged = chat_testing::http().post(&url).header("webhook-id", "msg_1").header("webhook-timestamp", "1");
    let forged = forged.header("webhook-signature", "v1,AAAA").body("{}").send().await.expect("an answer");
    assert_eq!(forged.status(), 400);
    let listed = alice.get("/api/webhooks").await.is(200);
    assert_eq!(listed.json[0]["answers"][0]["status"], 204, "{}", listed.text);
}

#[tokio::test]
async fn every_event_comes_in_order_and_once_by_its_id_however_often_the_server_is_killed() {
    const KILLS: usize = 5;
    const BETWEEN: usize = 40;
    let mut server = server().await;
    let mut receiver = Receiver::start().await;
    let (alice, _) = webhook(&server, &receiver.url("/")).await;
    let (mut ids, mut said, mut came) = (BTreeSet::new(), Vec::new(), 0);
    for kill in 0..=KILLS {
        for number in 0..BETWEEN {
            alice.say("ops", &(kill * BETWEEN + number).to_string()).await;
        }
        // A part of them has come when it dies; at the end all have.
        let wanted = if kill == KILLS { (KILLS + 1) * BETWEEN } else { said.len() + BETWEEN / 2 };
        while said.len() < wanted {
            let received = receiver.next().await;
            came += 1;
            if ids.insert(received.id().to_owned()) {
                said.push(received.said());
            }
        }
        if kill < KILLS {
            server.kill().await;
            server.restart().await;
        }
    }
    assert_eq!(said, (0..(KILLS + 1) * BETWEEN).map(|number| number.to_string()).collect::<Vec<_>>());
    println!("{KILLS} kills, {} events, {} of them sent again", said.len(), came - said.len());
    assert!(server.terminate().await.success());
    database::assert_whole(&server.data());
}

#[tokio::test]
async fn the_log_has_neither_the_address_nor_the_secret_of_a_webhook() {
    let mut server = server().await;
    let mut receiver = Receiver::start().await;
    receiver.reply([Reply::Status(200), Reply::Status(500), Reply::Bytes(b"no HTTP".to_vec()), Reply::Status(410)]);
    let url = receiver.url("/path-of-the-receiver?key=key-of-the-receiver");
    let (alice, made) = webhook(&server, &url).await;
    for body in ["a secret text", "another one"] {
        alice.say("ops", body).await;
        receiver.next().await;
    }
    let refused = json!({ "room": "ops", "url": "http://me:password-of-mine@bot.example/" });
    alice.post("/api/webhooks", refused).await.is(400);
    let secret = text(&made["secret"]);
    let key = secret.strip_prefix("whsec_").expect("the prefix");
    assert!(server.terminate().await.success());
    let log = server.log();
    let id = text(&made["id"]);
    assert!(log.contains("TRACE") && log.contains(&id), "everything is logged that ever is");
    let host = receiver.address().to_string();
    for hidden in [key, "path-of-the", "key-of-the", &host, "v1,", "a secret text", "another one", "password-of-mine"] {
        assert!(!log.contains(hidden), "{hidden} stands in the log");
    }
}
