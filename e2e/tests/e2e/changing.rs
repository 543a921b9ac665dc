//! What was said is changed from one terminal and seen so in another: edited, deleted, answered, reacted to, pinned.

use chat_e2e::{Person, Server, Shell, Terminal, terminal::key};

async fn screen(shell: &Shell, name: &str) -> Terminal {
    let mut terminal = Terminal::chat(shell, &["--name", name], 80, 24);
    terminal.shows("● connected").await;
    terminal
}

fn title(screen: &str) -> &str {
    screen.lines().next().unwrap_or_default()
}

#[tokio::test]
async fn a_typo_is_mended_and_a_password_deleted_in_every_terminal() {
    let server = Server::start().await;
    let (alices, bobs) = (Shell::new(&server), Shell::new(&server));
    let (mut alice, mut bob) = (screen(&alices, "alice").await, screen(&bobs, "bob").await);

    alice.enter("the bild is green");
    bob.shows("the bild is green").await;
    alice.press(key::UP);
    alice.shows("✎ editing").await;
    alice.enter(", really");
    bob.shows("the bild is green, really (edited)").await;
    alice.shows("the bild is green, really (edited)").await;
    alice.enter("/edits");
    alice
        .until("the earlier text alone", |screen| {
            screen.lines().any(|line| line.contains("the bild is green ") && !line.contains("really"))
        })
        .await;
    alice.press("\r");
    alice.shows("copied").await;

    alice.enter("the password is hunter2");
    bob.shows("hunter2").await;
    alice.press(key::ESCAPE);
    alice.shows("SELECT").await;
    alice.press("d");
    alice.shows("d again deletes it").await;
    alice.press("d");
    bob.shows("message deleted").await;
    bob.shows_no("hunter2").await;
    alice.shows_no("hunter2").await;
    let carol = Person::take(&server, "carol").await;
    assert_eq!(carol.bodies("lobby").await, ["the bild is green, really", ""]);
}

#[tokio::test]
async fn a_message_is_answered_reacted_to_and_pinned_by_keys() {
    let server = Server::start().await;
    let (alices, bobs) = (Shell::new(&server), Shell::new(&server));
    let (mut alice, mut bob) = (screen(&alices, "alice").await, screen(&bobs, "bob").await);

    alice.enter("who reviews it?");
    bob.shows("who reviews it?").await;
    bob.press(key::ESCAPE);
    bob.shows("SELECT").await;
    bob.press("+");
    bob.shows("react with").await;
    bob.enter("tada");
    alice.shows("🎉 1").await;
    bob.shows("[🎉 1]").await;
    bob.press("p");
    alice.shows("bob pinned a message").await;
    bob.press("r");
    bob.shows("↪ replying to alice: who reviews it?").await;
    bob.enter("I do");
    alice.shows("╭ alice: who reviews it?").await;
    alice.shows("⏎ 1 reply").await;
}

#[tokio::test]
async fn what_is_changed_offline_goes_out_once_when_the_server_is_back() {
    let mut server = Server::start().await;
    let shell = Shell::new(&server);
    let mut alice = screen(&shell, "alice").await;
    alice.enter("the bild is green");
    alice.until("the tick", |screen| screen.contains("the bild is green  ✓")).await;
    server.kill().await;
    alice.shows("offline").await;
    alice.press(key::UP);
    alice.shows("✎ editing").await;
    alice.enter(", really");
    alice.shows("◌ edit: the bild is green, really").await;
    alice.press(key::ESCAPE);
    alice.shows("SELECT").await;
    alice.press("+");
    alice.shows("react with").await;
    alice.enter("tada");
    alice.shows("◌ 🎉").await;
    // What is changed of the room stands where it will.
    alice.press("i");
    alice.enter("/topic builds and trains");
    alice.until("the topic that waits", |screen| title(screen).contains("◌ builds and trains")).await;
    alice.shows("3 queued").await;

    server.restart().await;
    alice.shows("the bild is green, really (edited)").await;
    alice.shows("[🎉 1]").await;
    alice.until("the topic", |screen| title(screen).contains("builds and trains")).await;
    alice.shows_no("◌").await;
    let bob = Person::take(&server, "bob").await;
    assert_eq!(bob.bodies("lobby").await, ["the bild is green, really"]);
    assert_eq!(bob.get("/api/rooms/lobby").await.is(200).json["topic"], "builds and trains");
}
