//! A user who looks elsewhere is called by the terminal.

use chat_e2e::{Person, Server, Shell, Terminal};

#[tokio::test]
async fn a_mention_in_another_room_rings_and_says_who_and_never_what_when_told_so() {
    let server = Server::start().await;
    let shell = Shell::new(&server);
    let mut alice = Terminal::chat(&shell, &["--name", "alice"], 80, 24);
    alice.shows("● connected").await;
    alice.enter("/join side");
    alice.shows("this is where #side begins").await;
    let bob = Person::take(&server, "bob").await;
    bob.say("lobby", "@alice the build is red").await;
    alice.shows("1@").await;
    let written = |alice: &Terminal, text: &str| String::from_utf8_lossy(alice.emulator().written()).contains(text);
    assert_eq!(alice.emulator().noticed().bells, 1);
    assert!(written(&alice, "\x1b]9;bob in #lobby: @alice the build is red\x07"));

    alice.enter("/notifications names");
    alice.shows("who writes and where").await;
    let carol = Person::take(&server, "carol").await;
    carol.join("side").await;
    alice.enter("/join third");
    alice.shows("this is where #third begins").await;
    carol.say("side", "@alice a secret").await;
    alice.shows("2@").await;
    assert_eq!(alice.emulator().noticed().bells, 2);
    assert!(written(&alice, "\x1b]9;carol in #side\x07") && !written(&alice, "a secret"));
}
