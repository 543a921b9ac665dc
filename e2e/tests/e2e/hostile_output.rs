//! What scripts and operators read: the output of commands, complaints, the server's log. No order in it, from anyone.

use chat_e2e::{
    Ended, Person, Server, Shell, Socket,
    hostile::{ORDERS, foreign},
    impostor::{Impostor, http},
    tampering::{TamperingLine, placeholder},
    within,
};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::TcpStream,
};

/// As a piece of a JSON string, short enough for a name.
const EVIL: &str = r"\u009b6666mx\u001b[6666my";
/// The same, as it arrives.
const ARRIVED: &str = "\u{9b}6666mx\u{1b}[6666my";

/// Nothing but lines of text.
#[track_caller]
fn is_plain(ended: &Ended) {
    assert_eq!(foreign(ended.stdout.as_bytes(), false), [""; 0], "{ended:?}");
    assert_eq!(foreign(ended.stderr.as_bytes(), false), [""; 0], "{ended:?}");
}

/// The first so many lines that `tail` prints.
async fn tail(shell: &Shell, args: &[&str], lines: usize) -> Vec<String> {
    let mut child = shell.spawn(&[&["tail", "--since", "0"], args].concat());
    let mut out = BufReader::new(child.stdout.take().expect("it was piped")).lines();
    let mut read = Vec::new();
    while read.len() < lines {
        read.push(within("a line of tail", out.next_line()).await.expect("tail prints text").expect("tail goes on"));
    }
    read
}

#[tokio::test]
async fn tail_prints_no_order_of_a_lying_server() {
    let server = Server::start().await;
    let name = placeholder(EVIL);
    let mallory = Person::take(&server, &name).await;
    mallory.patch("/api/rooms/lobby", json!({ "topic": name })).await.is(200);
    mallory.say("lobby", &format!("before {name} after\n{name}")).await;
    let line = TamperingLine::to(&server, EVIL).await;
    let shell = Shell::at(line.url());

    let printed = tail(&shell, &["--name", "alice"], 4).await.join("\n");
    assert_eq!(foreign(printed.as_bytes(), false), [""; 0]);
    assert!(printed.contains("xy joined") && printed.contains("xy: before xy after"), "{printed}");

    let printed = tail(&shell, &["--json"], 3).await;
    assert_eq!(foreign(printed.join("\n").as_bytes(), false), [""; 0]);
    let events: Vec<Value> = printed.iter().map(|line| serde_json::from_str(line).expect("a line is JSON")).collect();
    assert_eq!(events[0]["user"]["name"], ARRIVED, "a program is given what there is");
    assert_eq!(events[1]["changes"]["topic"], ARRIVED);
}

#[tokio::test]
async fn tail_prints_no_order_of_people() {
    let server = Server::start().await;
    let mallory = Person::take(&server, "mallory").await;
    for order in ORDERS {
        mallory.patch("/api/rooms/lobby", json!({ "topic": format!("topic {order} end") })).await.is(200);
        mallory.say("lobby", &format!("body {order} end")).await;
    }
    for strings in naughty_strings::BLNS.chunks(40) {
        mallory.say("lobby", &format!("naughty {}", strings.join(" "))).await;
    }
    let shell = Shell::new(&server);
    shell.chat(&["send", "--name", "alice", "hello"]).await.ok();
    let log = mallory.log("lobby").await;
    let json = tail(&shell, &["--json"], log.len()).await;
    assert_eq!(foreign(json.join("\n").as_bytes(), false), [""; 0]);
    let events: Vec<Value> = json.iter().map(|line| serde_json::from_str(line).expect("a line is JSON")).collect();
    assert_eq!(events, log);
    let people = tail(&shell, &[], log.len()).await.join("\n");
    assert_eq!(foreign(people.as_bytes(), false), [""; 0]);
}

/// What a server may say when it refuses.
fn refusing(_: &str) -> String {
    let detail: String = ORDERS.concat();
    let problem =
        json!({ "type": "about:blank", "title": detail, "status": 403, "detail": detail, "code": "forbidden" });
    http("403 Forbidden", "application/problem+json", &problem.to_string())
}

/// What something else may say.
fn talking(_: &str) -> String {
    http("200 OK", "text/html", &format!("<html>{}</html>", ORDERS.concat()))
}

#[tokio::test]
async fn complaints_hold_no_order() {
    for answers in [refusing, talking] {
        let impostor = Impostor::start(answers).await;
        let shell = Shell::at(impostor.url());
        for args in [vec!["send", "--name", "alice", "hi"], vec!["tail", "--name", "alice"], vec!["--name", "alice"]] {
            let ended = shell.chat(&args).await;
            assert_ne!(ended.code, Some(0), "{ended:?}");
            is_plain(&ended);
        }
    }
    let server = Server::start().await;
    let shell = Shell::new(&server);
    shell.chat(&["send", "--name", "alice", "hi"]).await.ok();
    // What is copied from elsewhere into a command line; no argument can hold a zero.
    let all = ORDERS.concat().replace('\0', "");
    for order in [&all, "\u{1b}[6666m", "\u{9b}6666m", "a\rb"] {
        let evil = format!("x{order}y");
        for args in [
            vec!["send", "--room", &evil, "hi"],
            vec!["send", "--name", &evil, "hi"],
            vec!["send", "--link", &evil, "hi"],
            vec!["tail", "--room", &evil],
        ] {
            let ended = shell.chat(&args).await;
            assert_ne!(ended.code, Some(0), "{args:?}: {ended:?}");
            is_plain(&ended);
        }
    }
    let sent = shell.chat(&["send", &all]).await;
    assert_eq!(sent.ok().len(), 36, "an id and nothing else: {sent:?}");
    is_plain(&sent);
}

#[tokio::test]
async fn what_the_operator_reads() {
    let server = Server::start().await;
    let mallory = Person::take(&server, "mallory").await;
    mallory.patch("/api/users/me", json!({ "display_name": "\u{9b}6666mx\u{202e}" })).await.is(200);
    for order in ORDERS {
        // None of these is a name; where one becomes one, it is listed.
        mallory.post("/api/users", json!({ "name": format!("m{order}y") })).await;
    }
    let listed = server.admin(&["user", "list"]).await;
    assert!(listed.ok().contains("mallory"), "{listed:?}");
    is_plain(&listed);
    for order in ["\u{1b}[6666m", "\u{9b}6666m", "\u{202e}x", "a\rb"] {
        for args in [vec!["user", "reset", order], vec!["user", "role", order, "admin"], vec!["restore", order]] {
            let refused = server.admin(&args).await;
            assert_eq!(refused.code, Some(1), "{refused:?}");
            is_plain(&refused);
        }
    }
}

#[tokio::test]
async fn what_the_server_logs() {
    for format in ["text", "json"] {
        let server = Server::unlimited().arg("--log").arg("trace").arg("--log-format").arg(format).start().await;
        let mallory = Person::take(&server, "mallory").await;
        let (mut socket, _) = Socket::hello(&server, &mallory).await;
        for order in ORDERS {
            let evil = format!("evil {order} end");
            mallory.post("/api/users", json!({ "name": evil })).await;
            mallory.post("/api/rooms", json!({ "name": evil, "topic": evil })).await;
            mallory.post("/api/sessions", json!({ "name": evil, "password": evil })).await;
            mallory.post("/api/messages", json!({ "room": evil, "body": evil })).await;
            mallory.say("lobby", &evil).await;
            for frame in [json!({ "type": evil, "room": evil }), json!({ "type": "Message", "id": evil, "body": evil })]
            {
                socket.send(frame).await.expect("the connection stays");
            }
            raw(&server, &evil).await;
        }
        let log = server.log();
        assert!(log.contains("answered"), "{log}");
        assert_eq!(foreign(log.as_bytes(), false), [""; 0]);
        assert!(!log.contains("evil"), "the log has none of what people say: {log}");
        if format == "json" {
            assert!(log.lines().all(|line| serde_json::from_str::<Value>(line).is_ok()), "{log}");
        }
    }
}

/// A request with as much of this in it as HTTP allows, and more.
async fn raw(server: &Server, evil: &str) {
    let host = server.url().trim_start_matches("http://");
    let header: String = evil.chars().filter(|c| !matches!(c, '\r' | '\n' | '\0')).collect();
    for request in [
        format!("GET /api/rooms?q={evil} HTTP/1.1\r\nHost: {host}\r\n\r\n"),
        format!("GET /api/info HTTP/1.1\r\nHost: {host}\r\nUser-Agent: {header}\r\nConnection: close\r\n\r\n"),
        format!("GET /api/info HTTP/1.1\r\nHost: {header}\r\nConnection: close\r\n\r\n"),
        format!("{header} / HTTP/1.1\r\nHost: {host}\r\n\r\n"),
    ] {
        let mut stream = TcpStream::connect(host).await.expect("the server listens");
        // It may close before it has read everything, and then says nothing.
        _ = stream.write_all(request.as_bytes()).await;
        _ = stream.shutdown().await;
        _ = within("an answer", stream.read_to_end(&mut Vec::new())).await;
    }
}
