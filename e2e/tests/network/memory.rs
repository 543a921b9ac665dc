//! Hostile clients that ask for much and read nothing: the server's memory stays bounded, and is given back to the
//! system once they are gone.

use std::{net::Ipv4Addr, sync::Arc, time::Duration};

use chat_e2e::{Person, Server, Socket, within};
use serde_json::json;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    task::JoinSet,
};

use crate::{
    opening::Opening,
    scale::{is_full, patiently, pick},
};

/// What the server may ever have had.
const MOST_KIB: u64 = 256 * 1024;
/// What it may keep of an attack beside what it had before: the pages that each of its connections to the database caches
/// (2 MiB), tables that grew, and fragments. The memory that one password is checked in, or all parsed bodies, is more.
const KEPT_KIB: u64 = 16 * 1024;
/// How often its memory is looked at.
const LOOK: Duration = Duration::from_millis(100);
/// By how much two attacks may differ: they are never quite the same.
const MORE_KIB: u64 = 48 * 1024;
/// Those who read nothing have the system take little for them, too.
const BUFFER: u32 = 4 * 1024;
/// A password that no user has.
const WRONG: &str = "not the password";

/// The addresses of the attackers: one alone has but a share.
fn attacker(number: usize) -> Opening {
    let last = u8::try_from(number % 8).expect("below eight") + 70;
    Opening { from: Some(Ipv4Addr::new(127, 0, 0, last)), receive_buffer: Some(BUFFER) }
}

/// How many of each.
#[derive(Debug, Clone, Copy)]
struct Scale {
    messages: usize,
    pages: usize,
    sign_ins: usize,
    resumes: usize,
    bodies: usize,
    half_open: usize,
}

impl Scale {
    fn now() -> Self {
        pick(
            Self { messages: 20, pages: 40, sign_ins: 4, resumes: 10, bodies: 50, half_open: 300 },
            Self { messages: 400, pages: 400, sign_ins: 40, resumes: 100, bodies: 500, half_open: 10_050 },
        )
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn memory_is_bounded_whatever_is_not_read() {
    let scale = Scale::now();
    // All of a test comes from one machine, and the messages of a day in a moment. What bounds memory stays.
    let server = Server::with(&["registrations=off", "messages=off", "requests=off", "sign-ins=off"]).start().await;
    let alice = Arc::new(Person::take(&server, "alice").await);
    // Parsed, such a body is thirteen times as large.
    let body = "@alice ".repeat(16_000 / 7);
    for number in 0..scale.messages {
        alice.say("lobby", &format!("{number} {body}")).await;
    }
    let before = memory(&server, "VmRSS:");
    attack(&server, scale).await;
    let first = memory(&server, "VmHWM:");
    if is_full() {
        // It begins before the first one's memory is free.
        attack(&server, scale).await;
    }
    let most = memory(&server, "VmHWM:");
    assert!(most < MOST_KIB, "the server had {most} KiB");
    let after = given_back(&server, before).await;
    forget_peak(&server);
    attack(&server, scale).await;
    let later = memory(&server, "VmHWM:");
    println!(
        "{scale:?}: {before} KiB before, at most {first} KiB in an attack, {most} KiB in another right after it, {after} \
         KiB afterwards, {later} KiB in a later attack"
    );
    assert!(later < MOST_KIB, "the server had {later} KiB");
    assert!(later < first + MORE_KIB, "it grows: {first} KiB, later {later} KiB");
    // Anyone who comes now is served.
    alice.get("/readyz").await.is(200);
    assert!(!alice.messages("lobby").await.is_empty());
}

/// Everything at once, held until all of it was answered as far as it ever is.
async fn attack(server: &Server, scale: Scale) {
    let url: Arc<str> = server.url().into();
    let mut users = Vec::new();
    let mut lobby = String::new();
    for _ in 0..scale.resumes.div_ceil(20) {
        let user = Person::take(server, &format!("reader-{:08x}", fastrand::u32(..))).await;
        lobby = chat_e2e::text(&user.get("/api/rooms/lobby").await.is(200)["id"]);
        users.push(user);
    }
    let mut harm = JoinSet::new();
    for number in 0..scale.half_open {
        harm.spawn(half_open(number, Arc::clone(&url)));
    }
    for number in 0..scale.pages {
        harm.spawn(unread_pages(attacker(number), Arc::clone(&url)));
    }
    for number in 0..scale.bodies {
        harm.spawn(slow_body(attacker(number), Arc::clone(&url)));
    }
    for number in 0..scale.resumes {
        let (token, lobby) = (users[number / 20].token.clone(), lobby.clone());
        harm.spawn(unread_resume(attacker(number), Arc::clone(&url), token, lobby));
    }
    for number in 0..scale.sign_ins {
        harm.spawn(sign_in(attacker(number), Arc::clone(&url)));
    }
    // Held open by these until all have come so far.
    let held: Vec<Option<Held>> = patiently("the attacks", harm.join_all()).await;
    assert!(held.iter().flatten().count() > scale.pages / 2, "the attacks were hardly begun");
    drop(held);
}

/// What an attacker does not let go.
enum Held {
    Stream(#[expect(dead_code, reason = "it is held")] TcpStream),
    Socket(#[expect(dead_code, reason = "it is held")] Box<Socket>),
}

/// Begins a head that never ends: a short one, one after a request that was answered, or a long one.
async fn half_open(number: usize, url: Arc<str>) -> Option<Held> {
    let mut stream = attacker(number).connect(&url).await.ok()?;
    match number % 3 {
        0 => {}
        1 => {
            let request = format!("GET /healthz HTTP/1.1\r\nHost: {}\r\n\r\n", host(&url));
            stream.write_all(request.as_bytes()).await.ok()?;
            stream.read_exact(&mut [0; 12]).await.ok()?;
        }
        _ => {
            let cookie = "x".repeat(10_000);
            stream.write_all(format!("GET / HTTP/1.1\r\nCookie: {cookie}\r\n").as_bytes()).await.ok()?;
        }
    }
    stream.write_all(b"GET / HTTP/1.1\r\nHost: loc").await.ok()?;
    Some(Held::Stream(stream))
}

/// Asks for pages again and again, and reads no more than that there is an answer.
async fn unread_pages(opening: Opening, url: Arc<str>) -> Option<Held> {
    let mut stream = opening.connect(&url).await.ok()?;
    let request = format!("GET /api/messages?limit=200&blocks=true HTTP/1.1\r\nHost: {}\r\n\r\n", host(&url));
    stream.write_all(request.repeat(8).as_bytes()).await.ok()?;
    stream.read_exact(&mut [0; 12]).await.ok()?;
    Some(Held::Stream(stream))
}

/// Announces a body, sends most of it, and stops.
async fn slow_body(opening: Opening, url: Arc<str>) -> Option<Held> {
    let mut stream = opening.connect(&url).await.ok()?;
    let head = format!(
        "POST /api/sessions HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\nContent-Length: 65000\r\n\r\n",
        host(&url)
    );
    stream.write_all(head.as_bytes()).await.ok()?;
    stream.write_all(&[b' '; 60_000]).await.ok()?;
    Some(Held::Stream(stream))
}

/// Comes back to all that was said, and reads no more than the welcome.
async fn unread_resume(opening: Opening, url: Arc<str>, token: String, lobby: String) -> Option<Held> {
    let mut socket = opening.open(&url, &token).await.ok()?;
    let cursors = json!({ lobby: { "seq": 0 } });
    socket.send(&json!({ "type": "Hello", "client": "unread/1", "blocks": true, "cursors": cursors })).await.ok()?;
    socket.next().await.ok()?;
    Some(Held::Socket(Box::new(socket)))
}

async fn sign_in(opening: Opening, url: Arc<str>) -> Option<Held> {
    let body = json!({ "name": "alice", "password": WRONG }).to_string();
    let mut stream = opening.connect(&url).await.ok()?;
    let request = format!(
        "POST /api/sessions HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        host(&url),
        body.len()
    );
    stream.write_all(request.as_bytes()).await.ok()?;
    stream.read_exact(&mut [0; 12]).await.ok()?;
    Some(Held::Stream(stream))
}

/// Waits until the server has hardly more memory than it had before the attacks; gives how much that is.
async fn given_back(server: &Server, before: u64) -> u64 {
    let settled = async {
        loop {
            let now = memory(server, "VmRSS:");
            if now < before + KEPT_KIB {
                return now;
            }
            tokio::time::sleep(LOOK).await;
        }
    };
    within(&format!("less than {before} + {KEPT_KIB} KiB"), settled).await
}

/// Has Linux tell the most memory from now on.
fn forget_peak(server: &Server) {
    std::fs::write(format!("/proc/{}/clear_refs", server.pid().as_raw_pid()), "5").unwrap();
}

fn host(url: &str) -> &str {
    url.trim_start_matches("http://")
}

/// One of Linux' counts of the server's memory, in KiB.
fn memory(server: &Server, line: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.pid().as_raw_pid())).unwrap();
    let found = status.lines().find_map(|found| found.strip_prefix(line)).expect("Linux tells it");
    found.trim().trim_end_matches(" kB").parse().expect("a number")
}
