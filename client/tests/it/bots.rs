//! The bots of `examples/` against the real server.

use std::{future::Future, path::PathBuf, time::Duration};

use chat_client::{Account, Accounts, Credential, ServerUrl, SignIn, sign_in};
use chat_protocol::{LOBBY, Message, Token};
use chat_testing::{Person, TestServer, within};
use serde_json::json;
use tempfile::TempDir;
use tokio::task::JoinHandle;

#[path = "../../examples/echo_bot.rs"]
#[expect(dead_code, reason = "its main is not run here")]
mod echo_bot;
#[path = "../../examples/reminder_bot.rs"]
#[expect(dead_code, reason = "its main is not run here")]
mod reminder_bot;

/// A bot's machine.
struct Machine {
    account: Account,
    folder: TempDir,
}

impl Machine {
    /// The machine of a bot that someone made.
    async fn of(maker: &Person, server: &TestServer, name: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let made = maker.post("/api/bots", json!({ "name": name })).await.is(201);
        let request = SignIn {
            server: ServerUrl::parse(&server.url("")).unwrap(),
            name: None,
            credential: Credential::Token(Token::new(made["token"].as_str().unwrap())),
            invite: None,
            insecure: false,
            client: "test/1".to_owned(),
        };
        let account = sign_in(&Accounts::open(folder.path().join("accounts")).unwrap(), request).await.unwrap();
        Self { account, folder }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn start<F: Future<Output = anyhow::Result<()>> + Send + 'static>(
        &self,
        bot: impl FnOnce(Account, PathBuf) -> F,
        path: PathBuf,
    ) -> Running {
        Running(tokio::spawn(bot(self.account.clone(), path)))
    }
}

/// A bot that runs. It can be ended at any moment, as by a crash.
struct Running(JoinHandle<anyhow::Result<()>>);

impl Running {
    async fn crash(self) {
        self.0.abort();
        assert!(self.0.await.unwrap_err().is_cancelled(), "it ran until now");
    }
}

/// Waits until a room's messages are as wanted.
async fn until(person: &Person, room: &str, what: &str, wanted: impl Fn(&[Message]) -> bool) -> Vec<Message> {
    let look = async {
        loop {
            let path = format!("/api/messages?room={room}&limit=200");
            let answer = person.get(&path).await;
            if answer.status == 200 {
                let messages: Vec<Message> = serde_json::from_value(answer.json["messages"].clone()).unwrap();
                if wanted(&messages) {
                    return messages;
                }
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    within(what, look).await
}

/// The messages of others that contain a text.
fn count(messages: &[Message], author: &str, text: &str) -> usize {
    messages.iter().filter(|message| message.author.name == author && message.body.contains(text)).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_echo_answers_each_mention_once_also_after_it_was_away() {
    let server = TestServer::start().await;
    let alice = Person::take(server.url(""), "alice").await;
    let machine = Machine::of(&alice, &server, "echo").await;
    assert!((machine.account.user.bot, machine.account.user.name.as_str()) == (true, "echo"));
    let position = machine.file("echo.json");
    let echo = machine.start(echo_bot::run, position.clone());
    // It begins where it comes in; what it answers says that it is there.
    let answered = |text: &'static str| move |messages: &[Message]| count(messages, "echo", text) > 0;
    let mut ping = 0;
    within("the echo listens", async {
        while !alice.bodies(LOBBY).await.iter().any(|body| body == "ping") {
            ping += 1;
            alice.say(LOBBY, "@echo ping").await.is(201);
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    })
    .await;
    let first = alice.say(LOBBY, "@echo one").await.is(201).read::<Message>();
    alice.say(LOBBY, "nothing for a bot").await.is(201);
    let messages = until(&alice, LOBBY, "an answer", answered("one")).await;
    let answer = messages.iter().find(|message| message.body == "one").unwrap();
    assert_eq!((answer.reply_to, answer.thread), (Some(first.id), Some(first.id)), "in its thread");
    echo.crash().await;

    // It crashes again and again, and forgets what it has done since.
    let before = std::fs::read(&position).unwrap();
    alice.say(LOBBY, "@echo two").await.is(201);
    for text in ["two", "three", "four"] {
        std::fs::write(&position, &before).unwrap();
        let echo = machine.start(echo_bot::run, position.clone());
        let last = format!("@echo {text}");
        if text != "two" {
            alice.say(LOBBY, &last).await.is(201);
        }
        until(&alice, LOBBY, "an answer", answered(text)).await;
        echo.crash().await;
    }
    let messages = until(&alice, LOBBY, "all answers", answered("four")).await;
    for text in ["one", "two", "three", "four"] {
        assert_eq!(count(&messages, "echo", text), 1, "{text}");
    }
    assert!(count(&messages, "echo", "ping") <= ping && count(&messages, "echo", "nothing") == 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_reminder_says_what_was_asked_for_when_it_is_time() {
    let server = TestServer::start().await;
    let alice = Person::take(server.url(""), "alice").await;
    let machine = Machine::of(&alice, &server, "remind").await;
    let folder = machine.file("");
    let eve = Person::take(server.url(""), "eve").await;
    alice.create_room("ops").await;
    // These wait for it: it is not there yet.
    let ask = |text: &'static str| async { alice.say("@remind", text).await.is(201).read::<Message>() };
    ask("remind me in 1s to stretch").await;
    let gone = ask("remind me in 2s to forget this").await;
    let changed = ask("remind me in 5h to wait").await;
    ask("remind #ops in 1s to deploy").await;
    ask("what can you do?").await;
    eve.say("@remind", "remind #ops in 1s to listen to eve").await.is(201);
    alice.delete(&format!("/api/messages/{}", gone.id)).await.is(204);

    let bot = machine.start(reminder_bot::run, folder.clone());
    let room = |text: &'static str| move |messages: &[Message]| count(messages, "remind", text) > 0;
    let has_clock = |messages: &[Message]| {
        messages.iter().any(|message| message.id == changed.id && message.reactions.iter().any(|r| r.emoji == "⏰"))
    };
    until(&alice, "@remind", "a reaction", has_clock).await;
    until(&alice, "@remind", "a reminder", room("⏰ stretch")).await;
    until(&alice, "ops", "a reminder", room("@alice wanted this to be said now: deploy")).await;
    until(&alice, "@remind", "help", room("remind me in 10m")).await;
    until(&eve, "@remind", "a refusal", room("I cannot write in #ops for you")).await;
    alice.patch(&format!("/api/messages/{}", changed.id), json!({ "body": "remind me in 1s to go" })).await.is(200);
    until(&alice, "@remind", "the changed reminder", room("⏰ go")).await;

    // What it was asked for before it crashed, it still knows.
    let kept = ask("remind me in 2s to come back").await;
    let has_it = |messages: &[Message]| messages.iter().any(|m| m.id == kept.id && !m.reactions.is_empty());
    until(&alice, "@remind", "a reaction", has_it).await;
    bot.crash().await;
    let bot = machine.start(reminder_bot::run, folder);
    let messages = until(&alice, "@remind", "the kept reminder", room("⏰ come back")).await;
    for (text, times) in [("⏰ stretch", 1), ("⏰ go", 1), ("⏰ come back", 1), ("forget", 0), ("⏰ wait", 0)] {
        assert_eq!(count(&messages, "remind", text), times, "{text}");
    }
    let ops = until(&alice, "ops", "a reminder", room("deploy")).await;
    assert_eq!((count(&ops, "remind", "deploy"), count(&ops, "remind", "eve")), (1, 0));
    bot.crash().await;
}
