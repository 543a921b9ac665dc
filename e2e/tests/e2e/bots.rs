//! A bot is made in a terminal, a program signs in with its token and answers, and it is ended.

use chat_e2e::{Server, Shell, Terminal, terminal::key};

/// The token on a screen.
fn token(screen: &str) -> Option<String> {
    let from = screen.find("cht_")?;
    let token: String = screen[from..].chars().take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c)).collect();
    (token.len() == 47).then_some(token)
}

#[tokio::test]
async fn a_bot_made_in_the_terminal_answers_until_it_is_ended() {
    let server = Server::start().await;
    let (alices, bots) = (Shell::new(&server), Shell::new(&server));
    let mut alice = Terminal::chat(&alices, &["--name", "alice"], 140, 40);
    alice.shows("● connected").await;
    alice.enter("/bot add echo");
    alice.shows("the token of a bot").await;
    alice.until("a token", |screen| token(screen).is_some()).await;
    let token = token(&alice.text()).unwrap();
    alice.press(key::ESCAPE);
    alice.shows_no(&token).await;

    let as_bot = [("CHAT_TOKEN", token.as_str())];
    let ready = bots.chat_where(&as_bot, &["send", "ready, @alice"]).await;
    let ready = ready.ok();
    alice.shows("ready, @alice").await;
    alice.until("who is a bot", |screen| screen.lines().any(|row| row.contains("○ echo") && row.contains("bot"))).await;
    alice.enter("@echo ping");
    let heard = bots.chat_where(&as_bot, &["wait", "--after", ready, "--mention", "--timeout", "60"]).await;
    assert!(heard.ok().ends_with(" #lobby alice: @echo ping"), "{heard:?}");
    bots.chat_where(&as_bot, &["send", "pong"]).await.ok();
    alice.shows("pong").await;

    alice.enter("/bots");
    alice.shows("▸ echo").await;
    alice.press("x");
    alice.shows("echo has ended: its token is invalid now").await;
    let refused = bots.chat_where(&as_bot, &["send", "still here"]).await;
    assert_eq!(refused.code, Some(4), "{refused:?}");
    let no_token = bots.chat_where(&[("CHAT_TOKEN", "hunter2")], &["send", "hello"]).await;
    assert!(no_token.code == Some(2) && no_token.stderr.contains("begins with cht_"), "{no_token:?}");
}
