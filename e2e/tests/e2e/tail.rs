//! `chat-tui tail`: a room's events for scripts, without gaps and nothing twice.

use std::{process::ExitStatus, time::Duration};

use chat_e2e::{Person, Server, Shell, within};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt as _, BufReader, Lines},
    process::{Child, ChildStdout},
};

struct Tail {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Tail {
    fn start(shell: &Shell, args: &[&str]) -> Self {
        let mut child = shell.spawn(&[&["tail"], args].concat());
        let lines = BufReader::new(child.stdout.take().expect("it was piped")).lines();
        Self { child, lines }
    }

    async fn line(&mut self) -> String {
        within("a line of tail", self.lines.next_line()).await.expect("tail prints text").expect("tail goes on")
    }

    async fn events(&mut self, count: usize) -> Vec<Value> {
        let mut events = Vec::new();
        while events.len() < count {
            events.push(serde_json::from_str(&self.line().await).expect("a line is JSON"));
        }
        events
    }

    async fn end(&mut self) -> ExitStatus {
        within("tail's end", self.child.wait()).await.expect("a process can be waited for")
    }
}

#[tokio::test]
async fn the_whole_log_and_then_what_happens() {
    let server = Server::start().await;
    let bob = Person::take(&server, "bob").await;
    bob.say("lobby", "before").await;
    let shell = Shell::new(&server);
    let mut tail = Tail::start(&shell, &["--name", "alice", "--json", "--since", "0"]);
    let past = tail.events(3).await;
    assert_eq!(past, bob.log("lobby").await, "as in the log: bob joined, spoke, alice joined");

    bob.say("lobby", "after").await;
    let now = tail.events(1).await;
    assert_eq!(now[0]["message"]["body"], "after");
    assert_eq!(now[0], bob.log("lobby").await[3]);
}

#[tokio::test]
async fn a_direct_room_is_followed_also_before_its_first_message() {
    let server = Server::start().await;
    let bob = Person::take(&server, "bob").await;
    let shell = Shell::new(&server);
    let mut tail = Tail::start(&shell, &["--name", "alice", "--json", "--room", "@bob", "--since", "0"]);
    let connected = async {
        while !bob.get("/api/rooms/lobby/members?online=true").await.names().contains(&"alice") {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    within("alice follows", connected).await;
    let mut notebook = Tail::start(&shell, &["--name", "alice", "--json", "--room", "@alice", "--since", "0"]);
    bob.say("@alice", "hello").await;
    assert_eq!(tail.events(1).await[0]["message"]["body"], "hello");
    shell.chat(&["send", "--room", "@alice", "to myself"]).await.ok();
    assert_eq!(notebook.events(1).await[0]["message"]["body"], "to myself");
    shell.chat(&["send", "--room", "@bob", "hello yourself"]).await.ok();
    assert_eq!(tail.events(1).await[0]["message"]["body"], "hello yourself");

    let nobody = shell.chat(&["tail", "--room", "@nobody"]).await;
    assert_eq!(nobody.code, Some(4), "{nobody:?}");
    assert!(nobody.stderr.contains("no such user"), "{nobody:?}");
}

#[tokio::test]
async fn it_ends_when_nobody_reads_on_also_in_a_quiet_room() {
    let server = Server::start().await;
    let shell = Shell::new(&server);
    let mut tail = Tail::start(&shell, &["--name", "alice", "--json", "--since", "0"]);
    tail.events(1).await;
    let Tail { mut child, lines } = tail;
    drop(lines);
    let status = within("tail's end", child.wait()).await.expect("a process can be waited for");
    assert_eq!(status.code(), Some(0));
}

#[tokio::test]
async fn a_position_past_the_end_is_told_and_nothing_is_dropped() {
    let server = Server::start().await;
    let bob = Person::take(&server, "bob").await;
    let shell = Shell::new(&server);
    let mut tail = Tail::start(&shell, &["--name", "alice", "--json", "--since", "500"]);
    let reset = tail.events(1).await.remove(0);
    assert_eq!(reset["type"], "Reset");
    assert_eq!(reset["why"], "ahead");
    assert_eq!(reset["last_seq"], 2, "bob joined, alice joined");
    bob.say("lobby", "after").await;
    assert_eq!(tail.events(1).await[0]["message"]["body"], "after");
}

#[tokio::test]
async fn only_what_happens_from_now_on() {
    let server = Server::start().await;
    let bob = Person::take(&server, "bob").await;
    bob.say("lobby", "before").await;
    let shell = Shell::new(&server);
    shell.chat(&["send", "--name", "alice", "hello"]).await.ok();
    let since = bob.log("lobby").await.len().to_string();
    let mut tail = Tail::start(&shell, &["--json", "--since", &since]);
    bob.say("lobby", "after").await;
    assert_eq!(tail.events(1).await[0]["message"]["body"], "after");
}

#[tokio::test]
async fn a_server_that_is_killed_leaves_no_gap() {
    let mut server = Server::start().await;
    let bob = Person::take(&server, "bob").await;
    let shell = Shell::new(&server);
    let mut tail = Tail::start(&shell, &["--name", "alice", "--json", "--since", "0"]);
    let mut seen = tail.events(2).await;
    for round in 0..3 {
        bob.say("lobby", &format!("before {round}")).await;
        server.kill().await;
        server.restart().await;
        bob.say("lobby", &format!("after {round}")).await;
        seen.extend(tail.events(2).await);
    }
    assert_eq!(seen, bob.log("lobby").await);
}

#[tokio::test]
async fn further_behind_than_a_reconnecting_client_is_told() {
    let server = Server::start().await;
    let bob = Person::take(&server, "bob").await;
    let sends = (0..3000).map(|number| {
        let bob = &bob;
        async move { bob.say("lobby", &number.to_string()).await }
    });
    use futures_util::StreamExt as _;
    futures_util::stream::iter(sends).buffer_unordered(64).collect::<Vec<_>>().await;
    let shell = Shell::new(&server);
    let mut tail = Tail::start(&shell, &["--name", "alice", "--json", "--since", "0"]);
    let seen = tail.events(3002).await;
    assert_eq!(seen, bob.log("lobby").await);
}

#[tokio::test]
async fn hostile_text_does_nothing_to_the_terminal() {
    let server = Server::start().await;
    let mallory = Person::take(&server, "mallory").await;
    let shell = Shell::new(&server);
    let mut tail = Tail::start(&shell, &["--name", "alice", "--since", "0"]);
    mallory.say("lobby", "red \u{9b}31m \u{202e}gpj.exe\nsecond line").await;
    mallory.say("lobby", "the end").await;
    let mut printed = String::new();
    while !printed.contains("the end") {
        printed.push_str(&tail.line().await);
        printed.push('\n');
    }
    assert!(printed.contains("second line"), "{printed}");
    let hostile = |c: char| (c.is_control() && c != '\n') || matches!(c, '\u{202a}'..='\u{202e}');
    assert!(!printed.contains(hostile), "{printed:?}");
}

#[tokio::test]
async fn it_ends_with_its_reader() {
    let server = Server::start().await;
    let bob = Person::take(&server, "bob").await;
    let shell = Shell::new(&server);
    let mut tail = Tail::start(&shell, &["--name", "alice", "--json", "--since", "0"]);
    tail.events(2).await;
    let Tail { mut child, lines } = tail;
    drop(lines);
    bob.say("lobby", "is anybody there?").await;
    let code = within("tail's end", child.wait()).await.unwrap().code();
    assert_eq!(code, Some(0), "as `| head` ends every program");
}

#[tokio::test]
async fn it_ends_when_told_to() {
    let server = Server::start().await;
    for signal in [Signal::INT, Signal::TERM] {
        let shell = Shell::new(&server);
        let name = format!("alice-{}", signal.as_raw());
        let mut tail = Tail::start(&shell, &["--name", &name, "--json", "--since", "0"]);
        tail.line().await;
        let pid = tail.child.id().and_then(|id| Pid::from_raw(id.cast_signed())).unwrap();
        kill_process(pid, signal).unwrap();
        let status = tail.end().await;
        assert_eq!(status.code(), Some(0), "after {signal:?}: {status}");
    }
}

#[tokio::test]
async fn rooms_that_cannot_be_followed() {
    let server = Server::start().await;
    let bob = Person::take(&server, "bob").await;
    bob.post("/api/rooms", serde_json::json!({ "name": "release" })).await.is(201);
    let shell = Shell::new(&server);
    for room in ["nowhere", "release"] {
        let ended = shell.chat(&["tail", "--name", "alice", "--room", room]).await;
        assert_eq!(ended.code, Some(4), "{ended:?}");
        assert!(ended.stderr.contains(room) || room == "nowhere", "{ended:?}");
    }
    assert_eq!(Shell::at("http://127.0.0.1:1").chat(&["tail", "--name", "alice"]).await.code, Some(3));
}
