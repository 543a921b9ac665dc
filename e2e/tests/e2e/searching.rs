//! What was said long ago is found while one types, and shown with what was said around it.

use chat_e2e::{Person, Server, Shell, Terminal, terminal::key};

#[tokio::test]
async fn what_was_said_long_ago_is_found_and_left_again_in_a_narrow_and_in_a_wide_terminal() {
    let server = Server::start().await;
    let bob = Person::take(&server, "bob").await;
    bob.create_room("ops").await;
    for n in 1..=300 {
        bob.say("lobby", &format!("line {n}")).await;
        if n == 50 {
            bob.say("lobby", "日本語: the disk is full").await;
        }
    }
    for (columns, rows) in [(80, 24), (140, 40)] {
        let shell = Shell::new(&server);
        let mut alice = Terminal::chat(&shell, &["--name", &format!("alice{columns}")], columns, rows);
        alice.shows("line 300").await;
        alice.shows("● connected").await;
        alice.press("\u{6}disk fr\tbo\t");
        alice.shows("disk from:bob").await;
        alice.shows("▸ bob  #lobby").await;
        alice.shows("日本語: the disk is full").await;
        alice.press("\r");
        alice.shows("↑ older messages").await;
        alice.until("what was said around it", |screen| screen.contains("line 50") && screen.contains("line 51")).await;
        alice.press(key::ESCAPE);
        alice.shows("line 300").await;
        alice.shows_no("↑ older messages").await;

        alice.enter("/search is:new");
        alice.shows("✗ is:new: is: takes pinned").await;
        alice.press(key::ESCAPE);
        alice.shows_no("is: takes pinned").await;
        alice.enter("/search in:#nowhere disk");
        alice.shows("✗ in:#nowhere: there is no such room").await;
    }
}

#[tokio::test]
async fn a_search_says_that_it_needs_the_server() {
    let server = Server::start().await;
    let shell = Shell::new(&server);
    let mut alice = Terminal::chat(&shell, &["--name", "alice"], 80, 24);
    alice.shows("● connected").await;
    drop(server);
    alice.shows("offline").await;
    alice.enter("/search disk");
    alice.shows("✗ offline: the server has what was said").await;
}
