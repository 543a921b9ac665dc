//! A question of many is answered in its thread: beside the timeline where there is room, over it where there is not.

use chat_e2e::{Person, Server, Shell, Terminal, terminal::key};

#[tokio::test]
async fn a_question_is_answered_in_its_thread_in_a_narrow_and_in_a_wide_terminal() {
    let server = Server::start().await;
    let (alices, bobs) = (Shell::new(&server), Shell::new(&server));
    let mut alice = Terminal::chat(&alices, &["--name", "alice"], 80, 24);
    alice.shows("● connected").await;
    let mut bob = Terminal::chat(&bobs, &["--name", "bob"], 140, 40);
    bob.shows("● connected").await;

    alice.enter("who reviews it?");
    bob.shows("who reviews it?").await;
    bob.press(key::ESCAPE);
    bob.shows("SELECT").await;
    bob.press("t");
    bob.shows("⏎ thread of alice: who reviews it?").await;
    bob.enter("I do");
    alice.shows("⏎ 1 reply").await;
    alice.enter("lunch?");
    bob.shows("lunch?").await;

    alice.press(key::ESCAPE);
    alice.shows("SELECT").await;
    alice.press("gjt");
    alice.shows("a thread in #lobby").await;
    alice.shows("I do").await;
    alice.shows_no("lunch?").await;
    alice.enter("thank you");
    bob.until("both answers", |screen| screen.matches("thank you").count() == 2).await;
    alice.press(key::ESCAPE);
    alice.shows("SELECT").await;
    alice.press(key::ESCAPE);
    alice.shows("lunch?").await;
    alice.shows("⏎ 2 replies").await;
    let carol = Person::take(&server, "carol").await;
    assert_eq!(carol.bodies("lobby").await, ["who reviews it?", "I do", "lunch?", "thank you"]);
}
