//! Whole screens of the real program at the sizes that matter, for a person to review.

use chat_e2e::{Person, Server, Shell, Socket, Terminal};
use serde_json::json;

#[tokio::test]
async fn a_morning_at_every_size() {
    // Where the port has the same width everywhere, so that the status row has too.
    let server = Server::with(&["messages=off"]).start_on([127, 0, 0, 1].into()).await.expect("it starts");
    let bob = Person::take(&server, "bob").await;
    let carol = Person::take(&server, "carol").await;
    bob.patch("/api/rooms/lobby", json!({ "topic": "Release planning" })).await.is(200);
    bob.post("/api/rooms", json!({ "name": "release" })).await.is(201);
    bob.say("lobby", "morning! the 0.3 build is **green** on all three targets, tagging after lunch").await;
    carol.say("lobby", "tag it — the changelog is at https://git.example/rel/0.3#notes").await;
    bob.say("lobby", "did anyone try the `--json` flag?\n\n```sh\nchat-tui send -r ops < report.json\n```").await;
    carol.say("lobby", "日本語テスト: 全角も崩れない 👍").await;

    let shell = Shell::new(&server);
    let mut alice = Terminal::chat(&shell, &["--name", "alice"], 80, 24);
    alice.shows("全角も崩れない").await;
    alice.enter("/join release");
    alice.shows("this is where #release begins").await;
    alice.enter("/join lobby");
    alice.shows("全角も崩れない").await;
    alice.enter("on it, @bob");
    alice.shows("✓").await;
    let (mut socket, welcome) = Socket::hello(&server, &bob).await;
    alice.shows("● bob").await;
    alice.press("half a thought");
    alice.shows("half a thought").await;

    for (columns, rows) in [(40, 12), (80, 24), (140, 40)] {
        alice.resize(columns, rows);
        // Told once in a few seconds, and over after six: so asked for again at each size.
        let lobby = &welcome["rooms"].as_array().expect("rooms")[0]["id"];
        for r#type in ["UserStoppedTyping", "UserTyping"] {
            socket.send(json!({ "type": r#type, "room": lobby })).await.expect("the connection stays");
        }
        let bottom = "half a thought";
        alice
            .until("all of it", |screen| {
                screen.contains("bob is typing")
                    && screen.contains(bottom)
                    && screen.contains('✓')
                    && whole(screen, columns)
            })
            .await;
        insta::assert_snapshot!(format!("a_morning_on_{columns}x{rows}"), steady(&alice.text(), server.port()));
    }
}

#[tokio::test]
async fn a_key_in_the_instant_of_a_resize_is_seen_at_once() {
    let server = Server::start().await;
    let shell = Shell::new(&server);
    let mut alice = Terminal::chat(&shell, &["--name", "alice"], 80, 24);
    alice.shows("● connected").await;
    let mut typed = String::new();
    for number in 0..60_u8 {
        let key = char::from(b'a' + number % 26);
        let columns = 90 + u16::from(number % 2);
        // One after the other, and the other way round.
        if number % 3 == 0 {
            alice.press(&key.to_string());
            alice.resize(columns, 24);
        } else {
            alice.resize(columns, 24);
            alice.press(&key.to_string());
        }
        typed.push(key);
        alice.shows(&typed).await;
    }
}

/// Cells at the right that text leaves to the mark of an own message.
const MARK: usize = 3;

/// Whether the program has drawn at this width: the separator of the day fills it, or the longest row of text does.
fn whole(screen: &str, columns: u16) -> bool {
    let widest = screen.lines().map(|row| row.chars().count()).max().unwrap_or_default();
    widest + MARK >= usize::from(columns)
}

/// The screen without what differs from run to run: times, dates, the port, how fast the server answers.
fn steady(screen: &str, port: u16) -> String {
    let rows = screen.lines().map(|row| {
        let row = times(&without_latency(&row.replace(&port.to_string(), "PORT_")));
        match row.split_once('─') {
            // As long as the day's name: it stands for itself.
            Some((before, _)) if is_day(&row) => format!("{before}── a day ──"),
            _ => row,
        }
    });
    rows.collect::<Vec<_>>().join("\n")
}

fn is_day(row: &str) -> bool {
    ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"].iter().any(|day| row.contains(&format!("─ {day}")))
}

/// `09:41` becomes `hh:mm`.
fn times(row: &str) -> String {
    let mut chars: Vec<char> = row.chars().collect();
    for at in 0..chars.len().saturating_sub(4) {
        let is_time = [0, 1, 3, 4].iter().all(|digit| chars[at + digit].is_ascii_digit()) && chars[at + 2] == ':';
        if is_time {
            chars.splice(at..at + 5, "hh:mm".chars());
        }
    }
    chars.into_iter().collect()
}

fn without_latency(row: &str) -> String {
    match (row.split_once("● connected "), row.split_once(" ms ")) {
        (Some((before, _)), Some((_, after))) => format!("{before}● connected N ms {after}"),
        _ => row.to_owned(),
    }
}
