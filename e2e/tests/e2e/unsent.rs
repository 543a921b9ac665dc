//! What the user of the terminal client wrote and the server does not have: it is never lost without a word, whatever
//! becomes of the room or of the file.

use std::path::PathBuf;

use chat_e2e::{Person, Server, Shell, Terminal, terminal::key};
use rusqlite::Connection;
use serde_json::json;

async fn screen(shell: &Shell) -> Terminal {
    let mut terminal = Terminal::chat(shell, &["--name", "alice"], 80, 24);
    terminal.shows("● connected").await;
    terminal
}

async fn quit(terminal: &mut Terminal) {
    terminal.enter("/quit");
    assert_eq!(terminal.ended().await.exit_code(), 0, "{}", terminal.text());
}

/// The folder of the one account.
fn account(shell: &Shell) -> PathBuf {
    let only = |folder: PathBuf| {
        let mut inside = folder.read_dir().expect("it is there").map(|entry| entry.expect("it can be read").path());
        inside.find(|path| path.is_dir()).expect("a folder in it")
    };
    only(only(shell.home().join("state")))
}

fn file(shell: &Shell) -> Connection {
    Connection::open(account(shell).join("client.db")).expect("a database")
}

/// What is on the screen, however its lines are broken.
fn flat(terminal: &Terminal) -> String {
    terminal.text().split_whitespace().collect()
}

#[tokio::test]
async fn a_message_to_a_room_that_was_left_is_there_at_the_next_start() {
    let mut server = Server::start().await;
    let shell = Shell::new(&server);
    let mut terminal = screen(&shell).await;
    terminal.enter("/join ops");
    terminal.shows("write to #ops").await;
    let kept = std::fs::read(account(&shell).join("account.json")).expect("the account");
    let kept: serde_json::Value = serde_json::from_slice(&kept).expect("JSON");
    let token = kept["token"].as_str().expect("a token").to_owned();
    server.kill().await;
    terminal.shows("offline").await;
    terminal.enter("written while away");
    terminal.shows("queued").await;
    terminal.press("half a thought");
    quit_with_draft(&mut terminal, 0).await;
    assert!(terminal.text().contains("1 message waits and goes out when alice starts next"), "{}", terminal.text());

    server.restart().await;
    let mut elsewhere = Person::take(&server, "bob").await;
    elsewhere.token = token;
    elsewhere.delete("/api/rooms/ops/members/me").await;
    let mut terminal = screen(&shell).await;
    terminal.shows("a message to #ops was not sent").await;
    quit(&mut terminal).await;
    let mut terminal = Terminal::chat(&shell, &["--room", "ops"], 80, 24);
    terminal.shows("you are no longer in #ops").await;
    terminal.shows("written while away").await;
    terminal.shows("half a thought").await;
    // Back in the room it is sent again.
    terminal.shows("● connected").await;
    terminal.press("\x15");
    terminal.enter("/join ops");
    terminal.shows_no("no longer in #ops").await;
    terminal.press(key::ESCAPE);
    terminal.shows("SELECT").await;
    terminal.press("R");
    terminal.shows("✓").await;
    assert_eq!(elsewhere.bodies("ops").await, ["written while away"]);
}

/// Quits without touching the draft.
async fn quit_with_draft(terminal: &mut Terminal, code: u32) {
    terminal.shows("half a thought").await;
    terminal.signal(rustix::process::Signal::TERM);
    assert_eq!(terminal.ended().await.exit_code(), code, "{}", terminal.text());
}

#[tokio::test]
async fn a_start_says_which_file_it_waits_for_and_goes_on() {
    let server = Server::start().await;
    let shell = Shell::new(&server);
    quit(&mut screen(&shell).await).await;
    let other = file(&shell);
    other.execute_batch("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; UPDATE account SET epoch = epoch").unwrap();

    let mut terminal = Terminal::chat(&shell, &["--name", "alice"], 80, 24);
    terminal.shows("waiting for").await;
    assert!(flat(&terminal).contains("client.db:anotherprogrammayhavelockedit"), "{}", terminal.text());
    other.execute_batch("ROLLBACK").unwrap();
    drop(other);
    terminal.shows("● connected").await;
}

#[tokio::test]
async fn what_the_disk_did_not_take_is_printed_at_the_end() {
    let server = Server::start().await;
    let shell = Shell::new(&server);
    quit(&mut screen(&shell).await).await;
    let _other = {
        let other = file(&shell);
        other.execute_batch("BEGIN IMMEDIATE").unwrap();
        other
    };
    let mut terminal = screen(&shell).await;
    terminal.enter("told at once");
    terminal.shows("not sent").await;
    terminal.enter("still being saved");
    terminal.shows("◌ saving").await;
    terminal.press("half a thought");
    // A script or a shell prompt sees it, too.
    quit_with_draft(&mut terminal, 1).await;
    let told = terminal.text();
    for text in ["not sent to #lobby, and not saved:", "told at once", "still being saved", "half a thought"] {
        assert!(told.contains(text), "{text} is missing:\n{told}");
    }
    assert!(flat(&terminal).contains("client.db:anotherprogramhaslockedit"), "{told}");
    assert!(!told.contains("waits and goes out"), "nothing does:\n{told}");
}

#[tokio::test]
async fn a_file_with_a_value_that_makes_no_sense_is_set_aside_and_told() {
    let mut server = Server::start().await;
    let shell = Shell::new(&server);
    let mut terminal = screen(&shell).await;
    server.kill().await;
    terminal.shows("offline").await;
    terminal.enter("precious");
    terminal.shows("queued").await;
    quit(&mut terminal).await;
    file(&shell).execute("UPDATE room SET cursor_seq = NULL", []).unwrap();

    let mut terminal = Terminal::chat(&shell, &["--name", "alice"], 80, 24);
    terminal.shows("precious").await;
    quit(&mut terminal).await;
    assert!(flat(&terminal).contains("theoldfileis/"), "{}", terminal.text());
    assert!(flat(&terminal).contains("client.db.aside-"), "{}", terminal.text());
    server.restart().await;
    let mut terminal = screen(&shell).await;
    terminal.shows("✓").await;
    let bob = Person::take(&server, "bob").await;
    assert_eq!(bob.bodies("lobby").await, ["precious"]);
    let answer = bob.post("/api/messages", json!({ "body": "seen" })).await;
    assert_eq!(answer.status, 201);
    terminal.shows("seen").await;
}

#[tokio::test]
async fn what_was_said_offline_to_someone_alone_makes_their_room_when_the_server_is_back() {
    let mut server = Server::start().await;
    let bob = Person::take(&server, "bob").await;
    let shell = Shell::new(&server);
    let mut terminal = screen(&shell).await;
    server.kill().await;
    terminal.shows("offline").await;
    terminal.enter("/msg @bob did you see this?");
    terminal.shows("it goes to @bob when the server is back").await;
    terminal.enter("/msg @bob and this?");
    server.restart().await;
    terminal.shows("● connected").await;
    terminal
        .until("the direct room is on the list, without a message that waits", |text| {
            text.contains("@bob") && !text.contains("queued")
        })
        .await;
    let said = bob.bodies("@alice").await;
    assert_eq!(said, ["did you see this?", "and this?"]);
}
