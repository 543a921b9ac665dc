//! People who mean harm, and one who only wants to talk.

use std::{
    net::Ipv4Addr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use chat_e2e::{Person, Server, Socket};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    sync::Notify,
    task::JoinSet,
    time::timeout,
};
use uuid::Uuid;

use crate::{
    crowd::ROOM,
    opening::Opening,
    scale::{patiently, pick},
};

/// Connections that one user may have.
const EACH: usize = 20;
/// Where the attacks come from.
const ATTACKERS: Opening = Opening { from: Some(Ipv4Addr::new(127, 0, 0, 66)), receive_buffer: None };
/// Where the user is.
const USER: Opening = Opening { from: Some(Ipv4Addr::new(127, 0, 0, 2)), receive_buffer: None };
/// A little less than one may always send.
const BETWEEN: Duration = Duration::from_millis(250);

/// What the attackers did.
#[derive(Debug, Default)]
struct Harm {
    heads: AtomicUsize,
    silent: AtomicUsize,
    closed: AtomicUsize,
    /// Told when one of the first two grew.
    more: Notify,
    flooded: AtomicUsize,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_user_is_served_while_others_attack() {
    let (attackers, lasting) = (pick(100, 500), pick(Duration::from_secs(2), Duration::from_secs(30)));
    // All of a test comes from one machine. The limits of what one user may do stay.
    let server = Server::with(&["registrations=off", "requests=off"]).start().await;
    let url: Arc<str> = server.url().into();
    let harm = Arc::new(Harm::default());
    let mut attacks = JoinSet::new();
    for number in 0..attackers {
        attacks.spawn(never_finish_a_head(Arc::clone(&url), Arc::clone(&harm)));
        if number % EACH == 0 {
            let person = Arc::new(Person::take(&server, &format!("silent-{number}")).await);
            for _ in number..attackers.min(number + EACH) {
                attacks.spawn(never_say_hello(Arc::clone(&url), Arc::clone(&person), Arc::clone(&harm)));
            }
        }
    }
    let flooder = Person::take(&server, "flooder").await;
    for reads in [true, true, false, false] {
        let (socket, _) = ATTACKERS.hello(&url, &flooder.token).await;
        attacks.spawn(flood(socket, reads, Arc::clone(&harm)));
    }
    let all_there = async {
        while harm.heads.load(Ordering::Relaxed) < attackers || harm.silent.load(Ordering::Relaxed) < attackers {
            harm.more.notified().await;
        }
    };
    patiently("all attackers", all_there).await;

    let alice = Person::take(&server, "alice").await;
    let (mut socket, _) = USER.hello(&url, &alice.token).await;
    let (begun, mut waits) = (Instant::now(), Vec::new());
    while begun.elapsed() < lasting {
        waits.push(acknowledged(&mut socket).await);
        tokio::time::sleep(BETWEEN).await;
    }
    waits.sort();
    let (median, longest) = (waits[waits.len() / 2], waits[waits.len() - 1]);
    println!("{} messages acknowledged within {longest:?}, half within {median:?}; {harm:?}", waits.len());
    assert!(longest < pick(Duration::from_secs(2), Duration::from_millis(200)), "acknowledged after {longest:?}");
    assert!(harm.flooded.load(Ordering::Relaxed) > 0 && attacks.try_join_next().is_none(), "the attacks went on");
}

/// Says something, and waits for the acknowledgement.
async fn acknowledged(socket: &mut Socket) -> Duration {
    let id = Uuid::now_v7().to_string();
    let message = json!({ "type": "Message", "id": id, "room": ROOM, "body": "is anybody there?" });
    let said = Instant::now();
    socket.send(&message).await.expect("the connection stays");
    let answer = async {
        loop {
            let frame = socket.next().await.expect("the connection stays");
            if frame["id"] == *id {
                return frame;
            }
        }
    };
    let answer: Value = patiently("an acknowledgement", answer).await;
    assert_eq!(answer["type"], "Ack", "{answer}");
    said.elapsed()
}

/// Sends a byte of a request now and then; when the server closes the connection, begins again.
async fn never_finish_a_head(url: Arc<str>, harm: Arc<Harm>) {
    loop {
        let Ok(mut stream) = ATTACKERS.connect(&url).await else { continue };
        if stream.write_all(b"GET /ws HTTP/1.1\r\nX-Slow: ").await.is_ok() {
            harm.heads.fetch_add(1, Ordering::Relaxed);
            harm.more.notify_one();
        }
        let mut answer = [0; 64];
        loop {
            match timeout(Duration::from_secs(1), stream.read(&mut answer)).await {
                Err(_) if stream.write_all(b"x").await.is_ok() => {}
                Ok(Ok(1..)) => {}
                _ => break,
            }
        }
        harm.closed.fetch_add(1, Ordering::Relaxed);
    }
}

/// Opens a WebSocket and waits; when the server closes the connection, begins again.
async fn never_say_hello(url: Arc<str>, person: Arc<Person>, harm: Arc<Harm>) {
    loop {
        let Ok(mut socket) = ATTACKERS.open(&url, &person.token).await else { continue };
        harm.silent.fetch_add(1, Ordering::Relaxed);
        harm.more.notify_one();
        while socket.next().await.is_ok() {}
        harm.closed.fetch_add(1, Ordering::Relaxed);
    }
}

/// Sends as fast as it goes, and reads what is answered or does not.
async fn flood(socket: Socket, reads: bool, harm: Arc<Harm>) {
    let (mut sending, mut receiving) = socket.split();
    if reads {
        tokio::spawn(async move { while receiving.next_text().await.is_ok() {} });
    }
    let body = "x".repeat(1_000);
    loop {
        let message = json!({ "type": "Message", "id": Uuid::now_v7(), "room": ROOM, "body": body });
        if sending.send(&message).await.is_err() {
            return;
        }
        harm.flooded.fetch_add(1, Ordering::Relaxed);
    }
}
