//! People talk from terminals: they see each other typing, coming and going, and nothing is lost when the server dies.

use chat_e2e::{Person, Server, Shell, Socket, Terminal, terminal::key};
use serde_json::json;

/// A terminal of the usual size with the screen of someone who is connected.
async fn screen(shell: &Shell, name: &str) -> Terminal {
    let mut terminal = Terminal::chat(shell, &["--name", name], 80, 24);
    terminal.shows("● connected").await;
    terminal
}

/// Waits until a message is marked as stored.
async fn stored(terminal: &mut Terminal, text: &str) {
    let ticked = |screen: &str| screen.lines().any(|row| row.contains(text) && row.contains('✓'));
    terminal.until(&format!("the tick of {text}"), ticked).await;
}

/// How often the screen shows a text.
fn count(terminal: &Terminal, text: &str) -> usize {
    terminal.text().matches(text).count()
}

#[tokio::test]
async fn two_terminals_talk() {
    let server = Server::start().await;
    let (alices, bobs) = (Shell::new(&server), Shell::new(&server));
    let mut alice = screen(&alices, "alice").await;
    let mut bob = screen(&bobs, "bob").await;
    alice.shows("● bob").await;
    bob.shows("● alice").await;

    alice.press("do you hear");
    bob.shows("alice is typing").await;
    alice.enter(" me?");
    bob.shows("do you hear me?").await;
    bob.shows_no("alice is typing").await;
    stored(&mut alice, "do you hear me?").await;

    bob.enter("loud and clear");
    alice.shows("loud and clear").await;
    assert_eq!(count(&alice, "do you hear me?"), 1, "one's own message is there once:\n{}", alice.text());

    bob.enter("/quit");
    assert_eq!(bob.ended().await.exit_code(), 0);
    alice.shows("○ bob").await;
}

#[tokio::test]
async fn a_terminal_a_script_and_another_program_talk() {
    let server = Server::start().await;
    let shell = Shell::new(&server);
    let mut alice = screen(&shell, "alice").await;
    let ci = Shell::new(&server);
    ci.chat_with_input(&["send", "--name", "ci"], "build is green\n").await.ok();
    alice.shows("build is green").await;

    let bob = Person::take(&server, "bob").await;
    let (mut socket, welcome) = Socket::hello(&server, &bob).await;
    let lobby = &welcome["rooms"][0]["id"];
    socket.send(json!({ "type": "Focus", "rooms": [lobby] })).await.unwrap();
    socket.until("Members").await;
    alice.press("so ");
    let typing = socket.until("UserTyping").await;
    assert_eq!(typing["user"]["name"], "alice");
    alice.enter("it is");
    let message = socket.until("Message").await;
    assert_eq!(message["message"]["body"], "so it is");

    // The same user from a script, beside the screen.
    shell.chat(&["send", "from my other window"]).await.ok();
    alice.shows("from my other window").await;
}

#[tokio::test]
async fn typing_on_while_the_server_is_dead() {
    let mut server = Server::start().await;
    let shell = Shell::new(&server);
    let mut alice = screen(&shell, "alice").await;
    alice.enter("before");
    stored(&mut alice, "before").await;

    server.kill().await;
    alice.shows("offline").await;
    alice.enter("first of the dark");
    alice.shows("1 queued").await;
    alice.enter("second of the dark");
    alice.shows("2 queued").await;
    alice.press("half a thought");

    server.restart().await;
    alice.shows("● connected").await;
    alice.shows_no("queued").await;
    let bob = Person::take(&server, "bob").await;
    assert_eq!(bob.bodies("lobby").await, ["before", "first of the dark", "second of the dark"]);
    assert_eq!(count(&alice, "of the dark"), 2, "{}", alice.text());
    alice.enter(", whole now");
    alice.shows("half a thought, whole now").await;
}

#[tokio::test]
async fn what_waits_outlives_the_program() {
    let mut server = Server::start().await;
    let shell = Shell::new(&server);
    let mut alice = screen(&shell, "alice").await;
    alice.enter("before");
    stored(&mut alice, "before").await;
    server.kill().await;
    alice.shows("offline").await;
    alice.enter("written in the dark");
    alice.shows("1 queued").await;
    alice.enter("/quit");
    assert_eq!(alice.ended().await.exit_code(), 0);
    assert!(alice.text().contains("1 message waits and goes out when alice starts next"), "{}", alice.text());

    // The next start needs no server to show what is known.
    let mut alice = Terminal::chat(&shell, &[], 80, 24);
    alice.shows("before").await;
    alice.shows("written in the dark").await;
    alice.shows("1 queued").await;
    server.restart().await;
    alice.shows("● connected").await;
    alice.shows_no("queued").await;
    let bob = Person::take(&server, "bob").await;
    assert_eq!(bob.bodies("lobby").await, ["before", "written in the dark"]);
}

#[tokio::test]
async fn a_paste_of_many_lines_is_one_message() {
    let server = Server::start().await;
    let shell = Shell::new(&server);
    let mut alice = screen(&shell, "alice").await;
    alice.paste("one\ntwo\n\tthree");
    alice.shows("three").await;
    alice.press(key::ENTER);
    let bob = Person::take(&server, "bob").await;
    alice.shows("✓").await;
    assert_eq!(bob.bodies("lobby").await, ["one\ntwo\n\tthree"]);
}

#[tokio::test]
async fn rooms_are_made_joined_and_left() {
    let server = Server::start().await;
    let (alices, bobs) = (Shell::new(&server), Shell::new(&server));
    let mut alice = screen(&alices, "alice").await;
    let mut bob = screen(&bobs, "bob").await;
    alice.enter("/join release");
    alice.shows("this is where #release begins").await;
    alice.enter("/topic the next one");
    alice.shows("the next one").await;
    bob.enter("/join release");
    bob.shows("the next one").await;
    bob.enter("@alice ready?");
    alice.shows("@alice ready?").await;
    bob.enter("/part");
    bob.shows_no("@alice ready?").await;
    alice.shows("left").await;
    assert_eq!(Person::take(&server, "carol").await.bodies("release").await, ["@alice ready?"]);
}

#[tokio::test]
async fn a_window_that_changes_while_one_types() {
    let server = Server::start().await;
    let shell = Shell::new(&server);
    let mut alice = screen(&shell, "alice").await;
    for columns in 61..=90 {
        alice.press("x");
        alice.resize(columns, 24);
        let rule = |row: &str| row.ends_with('─') && row.chars().count() == usize::from(columns);
        alice.until("a rule from side to side", |screen| screen.lines().any(rule)).await;
    }
    alice.shows(&format!("› {}", "x".repeat(30))).await;
}

#[tokio::test]
async fn a_window_of_any_size() {
    let server = Server::start().await;
    let shell = Shell::new(&server);
    let mut alice = screen(&shell, "alice").await;
    alice.enter("here before and after");
    alice.shows("here before and after").await;
    for (columns, rows) in [(1, 1), (3, 2), (500, 1), (1, 200), (40, 10), (2, 50), (200, 60)] {
        alice.resize(columns, rows);
        // An answer to a key shows that the program has drawn at this size and lives.
        alice.press("x");
        alice.press("\x7f");
    }
    alice.resize(80, 24);
    alice.shows("here before and after").await;
    alice.enter("and still talking");
    alice.shows("and still talking").await;
    assert!(alice.runs());
}
