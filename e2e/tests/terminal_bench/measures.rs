//! The measurements, each with a program of its own.

use std::{
    thread,
    time::{Duration, Instant},
};

use tokio::time::{self, MissedTickBehavior};

use crate::{
    console::Console,
    history::{self, ROOMS, Scene},
    table::{Table, quantile},
};

const STARTS: usize = 21;
const TYPED: usize = 100;
const ROUNDS: usize = 5;
const PAGES: usize = 100;
const SWITCHES: usize = 100;
const PAGE_UP: &str = "\x1b[5~";
const PAGE_DOWN: &str = "\x1b[6~";
const BACKSPACE: &str = "\x7f";
const ROOM_BELOW: &str = "\x0e";

/// What begins with the program (the connection, its first answers) is over then.
const SETTLED: Duration = Duration::from_secs(3);
const IDLE: Duration = Duration::from_secs(5);
const IDLE_WINDOWS: usize = 4;

const BURST: usize = 5_000;
const AT_ONCE: usize = 50;
const TICK: Duration = Duration::from_millis(10);

/// From the start of the program to a finished picture with messages of the room in it: from the first unread one on.
pub(crate) fn start(scene: &Scene, how: &str, table: &mut Table) {
    // Not the room of the burst.
    let (first, said) = (history::room(1), history::prefix(1));
    let mut taken = Vec::new();
    let mut memory = (0, 0);
    // The first one warms the file cache of the system.
    for count in 0..=STARTS {
        let mut console = Console::open(&scene.home, &["--room", &first]);
        let painted = console.until("messages of the room", |text| text.contains(&said));
        if count > 0 {
            taken.push(painted - console.began);
        }
        memory = console.memory();
        console.end();
    }
    let (p50, max) = (quantile(&mut taken, 0.5), quantile(&mut taken, 1.0));
    let name = format!("start to first painted room, {how}");
    table.bar(&name, p50, 50.0, "ms", format!("median of {STARTS}, longest {max:.1} ms"));
    table.bar(&format!("memory at the first picture, {how}"), mib(memory.0), 40.0, "MiB", String::new());
}

/// From a key to the finished picture with what it did.
pub(crate) fn keys(scene: &Scene, table: &mut Table) {
    let mut console = settled(scene);
    let mut typed = Vec::new();
    for _ in 0..ROUNDS {
        for key in (0..TYPED).map(|count| if count % 7 == 6 { "." } else { "x" }) {
            typed.push(answered(&mut console, key));
        }
        for _ in 0..TYPED {
            typed.push(answered(&mut console, BACKSPACE));
        }
    }
    let mut paged = Vec::new();
    for _ in 0..PAGES {
        paged.push(answered(&mut console, PAGE_UP));
        paged.push(answered(&mut console, PAGE_DOWN));
    }
    let mut switched: Vec<_> = (0..SWITCHES).map(|_| answered(&mut console, ROOM_BELOW)).collect();
    for (what, all) in [("a character", &mut typed), ("a page up or down", &mut paged), ("another room", &mut switched)]
    {
        let (p50, p99, max) = (quantile(all, 0.5), quantile(all, 0.99), quantile(all, 1.0));
        let remark = format!("of {}, p50 {p50:.2} ms, longest {max:.1} ms", all.len());
        table.bar(&format!("key to finished frame, p99: {what}"), p99, 5.0, "ms", remark);
    }
    let (now, most) = console.memory();
    table.bar(
        &format!("memory after {SWITCHES} of {ROOMS} rooms were seen"),
        mib(most),
        40.0,
        "MiB",
        format!("now {:.1}", mib(now)),
    );
    console.end();
}

/// Wake-ups while nothing happens.
pub(crate) fn idle(scene: &Scene, how: &str, table: &mut Table) {
    let mut console = settled(scene);
    let mut windows = Vec::new();
    console.catch_up();
    let frames = console.frames;
    for _ in 0..IDLE_WINDOWS {
        let before = console.sleeps();
        thread::sleep(IDLE);
        // A thread that ended meanwhile takes its count with it.
        let since = |(thread, sleeps)| sleeps - before.get(&thread).copied().unwrap_or(0);
        windows.push(console.sleeps().into_iter().map(since).sum::<u64>());
    }
    console.catch_up();
    let drawn = console.frames - frames;
    let remark = format!("in windows of {} s: {windows:?}, frames: {drawn}", IDLE.as_secs());
    let least = windows.iter().min().copied().unwrap_or_default();
    table.note(&format!("wake-ups, {how}"), count(least), "", remark);
    console.end();
}

/// Messages that come in faster than anybody reads.
pub(crate) async fn burst(scene: &mut Scene, table: &mut Table) {
    let mut console = settled(scene);
    console.catch_up();
    let before = console.frames;
    let room = scene.rooms[0].clone();
    let mut ticks = time::interval(TICK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let began = Instant::now();
    let (mut sent, mut acknowledged) = (0, 0);
    while acknowledged < BURST {
        tokio::select! {
            _ = ticks.tick(), if sent < BURST => {
                for _ in 0..AT_ONCE {
                    sent += 1;
                    let message = history::message(&room, &format!("burst {sent:05} of what nobody can read"));
                    scene.writer.send(message).await.unwrap();
                }
            }
            frame = scene.writer.next() => acknowledged += usize::from(frame.unwrap()["type"] == "Ack"),
        }
    }
    let accepted = began.elapsed();
    let last = format!("burst {BURST:05}");
    let shown = console.until("the last message", |text| text.contains(&last)) - began;
    let drawn = console.frames - before;
    let remark = format!(
        "accepted within {:.2} s, the last one shown after {:.2} s",
        accepted.as_secs_f64(),
        shown.as_secs_f64()
    );
    table.bar("frames of 5,000 messages in 1 s", count(drawn as u64), 60.0, "", remark);
    let (now, most) = console.memory();
    table.bar("memory after them", mib(most), 40.0, "MiB", format!("now {:.1}", mib(now)));
    console.end();
}

fn settled(scene: &Scene) -> Console {
    let mut console = Console::open(&scene.home, &["--room", &history::room(0)]);
    console.until("the room", |text| text.contains("bench-000"));
    thread::sleep(SETTLED);
    console
}

fn answered(console: &mut Console, key: &str) -> Duration {
    console.catch_up();
    let before = console.text();
    let pressed = console.press(key);
    console.until("what a key did", |text| text != before) - pressed
}

#[allow(clippy::cast_precision_loss, reason = "no machine has that much")]
fn mib(kib: u64) -> f64 {
    kib as f64 / 1024.0
}

#[allow(clippy::cast_precision_loss, reason = "few")]
fn count(number: u64) -> f64 {
    number as f64
}
