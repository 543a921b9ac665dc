//! One who does not read, among many who do.

use std::{
    fs,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use chat_e2e::{Person, Server, Socket};
use serde_json::{Value, json};
use tokio::{
    sync::{Semaphore, oneshot},
    task::JoinSet,
};
use uuid::Uuid;

use crate::{
    crowd::ROOM,
    opening::Opening,
    scale::{is_full, patiently, pick},
};

const MIB: u64 = 1024 * 1024;
/// How much longer others may wait for their messages.
const SLOWER: f64 = 1.2;
/// What the system keeps for the one who stopped. Less than one of its packets would make the reading crawl later.
const RECEIVE_BUFFER: u32 = 128 * 1024;
/// Messages before anything is measured, so that everything that is kept is there already.
const WARM_UP: usize = 100;
/// Messages not acknowledged at most, in the short form: on a busy machine they would be what the server grows by.
const UNDER_WAY: usize = 8;
/// Runs with one who stopped, and as many without, of which the medians count.
const RUNS: usize = 5;
const UNLIMITED: &[&str] = &["messages=off", "registrations=off", "requests=off", "connections-per-user=off"];

/// What one run showed.
#[derive(Debug, Clone, Copy)]
struct Measured {
    /// From when a message was to be sent until a reader had it.
    p50: Duration,
    p99: Duration,
    /// The server's memory.
    growth: u64,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_who_does_not_read_costs_nobody_else_anything() {
    // In both forms less than what the one who stopped has to get.
    let bound = pick(9, 16) * MIB;
    if !is_full() {
        let grown = run(true).await.growth;
        println!("the server grew by {} KiB", grown / 1024);
        assert!(grown < bound, "the server grew by {grown} bytes");
        return;
    }
    let (mut without, mut with) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        without.push(run(false).await);
        with.push(run(true).await);
    }
    for (what, runs) in [("all read", &mut without), ("one does not", &mut with)] {
        runs.sort_by_key(|measured| measured.p99);
        for Measured { p50, p99, growth } in runs.iter() {
            println!("{what}: p50 {p50:?}, p99 {p99:?}, the server grew by {} KiB", growth / 1024);
        }
    }
    let grown = with.iter().map(|measured| measured.growth).max().unwrap_or_default();
    assert!(grown < bound, "the server grew by {grown} bytes");
    let (with, without) = (with[RUNS / 2].p99, without[RUNS / 2].p99);
    println!("p99 {without:?} while all read, {with:?} while one does not; the server grew by {} KiB", grown / 1024);
    assert!(with.as_secs_f64() < without.as_secs_f64() * SLOWER, "{with:?} instead of {without:?}");
}

/// A writer, many readers, and perhaps one who stops reading for all of it and then goes on.
async fn run(stops: bool) -> Measured {
    let (readers, messages, per_second) = (pick(3, 50), pick(2_000, 20_000), pick(1_000, 1_250));
    let filler = "x".repeat(pick(15_000, 1_500));
    let server = Server::with(UNLIMITED).start().await;
    let reader = Person::take(&server, "reader").await;
    let writer = Person::take(&server, "writer").await;

    let small = Opening { receive_buffer: Some(RECEIVE_BUFFER), ..Opening::default() };
    let (stopped, _) = small.hello(server.url(), &reader.token).await;
    let mut stopped = stopped.split().1;
    let all = WARM_UP + messages;
    let begun = Instant::now();
    let mut reading = JoinSet::new();
    for _ in 0..readers {
        let (socket, _) = Opening::default().hello(server.url(), &reader.token).await;
        reading.spawn(read(socket, begun, all));
    }
    let (socket, _) = Opening::default().hello(server.url(), &writer.token).await;
    let (mut sending, mut receiving) = socket.split();
    let under_way = Arc::new(Semaphore::new(pick(UNDER_WAY, messages)));
    let answered = Arc::clone(&under_way);
    let listening = tokio::spawn(async move {
        while let Ok(text) = receiving.next_text().await {
            answered.add_permits(usize::from(text.starts_with(r#"{"type":"Ack""#)));
        }
    });

    let mut seq = None;
    for _ in 0..WARM_UP {
        under_way.acquire().await.unwrap().forget();
        let message = json!({ "type": "Message", "id": Uuid::now_v7(), "room": ROOM, "body": format!("0 {filler}") });
        sending.send(&message).await.unwrap();
        next_in_order(&mut stopped, &mut seq).await;
    }
    let (go_on, may_go_on) = oneshot::channel();
    let stopping = tokio::spawn(async move {
        if stops {
            may_go_on.await.expect("it is told to go on");
        }
        for _ in 0..messages {
            next_in_order(&mut stopped, &mut seq).await;
        }
    });
    let memory = Memory::watch(&server);
    let start = Instant::now();
    for number in 0..messages {
        let due = start + Duration::from_secs(1) * u32::try_from(number).unwrap() / per_second;
        tokio::time::sleep_until(due.into()).await;
        under_way.acquire().await.unwrap().forget();
        let body = format!("{} {filler}", (due - begun).as_micros());
        let message = json!({ "type": "Message", "id": Uuid::now_v7(), "room": ROOM, "body": body });
        sending.send(&message).await.unwrap();
    }
    let mut waits: Vec<u64> = patiently("all readers", reading.join_all()).await.into_iter().flatten().collect();
    let growth = memory.grown();
    // Nobody listens any more where all have read.
    _ = go_on.send(());
    patiently("the one who stopped", stopping).await.unwrap();
    listening.abort();
    waits.sort_unstable();
    let at = |part: usize| Duration::from_micros(waits[(waits.len() - 1) * part / 100]);
    Measured { p50: at(50), p99: at(99), growth }
}

/// Reads so many messages; gives how long each that says when it was due was on its way, in microseconds.
async fn read(socket: Socket, begun: Instant, messages: usize) -> Vec<u64> {
    let (mut waits, mut receiving, mut seen) = (Vec::with_capacity(messages), socket.split().1, 0);
    while seen < messages {
        let text = receiving.next_text().await.expect("the connection stays");
        let Some((_, body)) = text.split_once("\"body\":\"") else { continue };
        seen += 1;
        let due: u64 = body.split(' ').next().and_then(|due| due.parse().ok()).expect("a message says when it was due");
        if due > 0 {
            waits.push(u64::try_from(begun.elapsed().as_micros()).unwrap().saturating_sub(due));
        }
    }
    waits
}

/// Waits for a message, which must be the very next one.
async fn next_in_order(receiving: &mut chat_testing::Receiving, seq: &mut Option<u64>) {
    loop {
        let text = patiently("the next message", receiving.next_text()).await.expect("the connection stays");
        let frame: Value = serde_json::from_str(&text).unwrap();
        let Some(this) = frame["seq"].as_u64() else { continue };
        assert!(seq.is_none_or(|last| this == last + 1), "{this} after {seq:?}");
        *seq = Some(this);
        if frame["type"] == "Message" {
            return;
        }
    }
}

/// What the server takes, from a moment on.
struct Memory {
    before: u64,
    most: Arc<AtomicU64>,
    ended: Arc<AtomicBool>,
}

impl Memory {
    fn watch(server: &Server) -> Self {
        let status = format!("/proc/{}/status", server.pid().as_raw_nonzero());
        let resident = move || {
            let status = fs::read_to_string(&status).unwrap_or_default();
            let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default().to_owned();
            line.trim().trim_end_matches(" kB").parse::<u64>().unwrap_or_default() * 1024
        };
        let before = resident();
        assert!(before > 0, "the system says what a process takes");
        let (most, ended) = (Arc::new(AtomicU64::new(before)), Arc::new(AtomicBool::new(false)));
        let (highest, over) = (Arc::clone(&most), Arc::clone(&ended));
        std::thread::spawn(move || {
            while !over.load(Ordering::Relaxed) {
                highest.fetch_max(resident(), Ordering::Relaxed);
                std::thread::sleep(Duration::from_millis(20));
            }
        });
        Self { before, most, ended }
    }

    fn grown(self) -> u64 {
        self.most.load(Ordering::Relaxed) - self.before
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::Relaxed);
    }
}
