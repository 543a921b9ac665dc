//! Two pages and a terminal in one room.

use chat_e2e::{Browser, Person, Server, Shell, Socket, Terminal};
use serde_json::json;

#[tokio::test]
async fn two_pages_and_a_terminal_talk() {
    let Some(browser) = Browser::start().await else { return };
    let server = Server::start().await;
    let (alice, bob) = (browser.open(server.url()).await, browser.open(server.url()).await);
    alice.connected().await;
    bob.connected().await;
    let (alices, bobs) = (alice.me().await, bob.me().await);
    let shell = Shell::new(&server);
    let mut carol = Terminal::chat(&shell, &["--name", "carol"], 100, 30);
    carol.shows("● connected").await;
    alice.person_is("carol", "online").await;

    // A user who types is seen typing, until the message is there.
    alice.to_box().await;
    alice.write("do you").await;
    bob.shows(&format!("{alices} is typing…")).await;
    carol.shows(&format!("{alices} is typing")).await;
    alice.write(" hear me?").await;
    alice.press("Enter").await;
    carol.shows("do you hear me?").await;
    carol.shows_no("is typing").await;
    bob.shows_messages(&["do you hear me?"]).await;
    bob.shows_no("is typing").await;
    alice.message_is("do you hear me?", "stored").await;

    carol.press("loud and");
    alice.shows("carol is typing…").await;
    bob.shows("carol is typing…").await;
    carol.enter(" clear");
    bob.shows_message("loud and clear").await;
    bob.say("me too, **very**").await;
    carol.shows("me too, very").await;
    let said = ["do you hear me?", "loud and clear", "me too, very"];
    for page in [&alice, &bob] {
        page.shows_messages(&said).await;
        page.shows_no("is typing").await;
    }
    let everything = Person::take(&server, "dave").await.bodies("lobby").await;
    assert_eq!(everything, ["do you hear me?", "loud and clear", "me too, **very**"]);

    // Who goes is seen going.
    bob.close().await;
    alice.person_is(&bobs, "offline").await;
    carol.enter("/quit");
    alice.person_is("carol", "offline").await;
    browser.has_no_errors();
}

#[tokio::test]
async fn what_is_said_elsewhere_is_counted() {
    let Some(browser) = Browser::start().await else { return };
    let server = Server::start().await;
    let bob = Person::take(&server, "bob").await;
    let page = browser.open(server.url()).await;
    page.connected().await;
    page.say("/nick alice").await;
    page.until("the new name", "document.querySelector('#me-name').innerText === 'alice'").await;
    page.say("/join garden").await;
    page.in_room("garden").await;
    page.unread("lobby", "").await;

    bob.say("lobby", "anyone here?").await;
    page.unread("lobby", "1").await;
    bob.say("lobby", "@alice, you?").await;
    page.unread("lobby", "@1 2").await;
    page.until("the count in the title", "document.title.startsWith('(2) ')").await;

    // The same user's other page counts along, and reading on one is reading on both.
    let code =
        page.eval("fetch('/api/link-codes', { method: 'POST' }).then((it) => it.json()).then(({ url }) => url)").await;
    let other = browser.open(code.as_str().expect("a link has a URL")).await;
    other.click("button", "Sign in").await;
    other.shows_message("you?").await;
    page.unread("lobby", "").await;
    page.until("the count to be gone from the title", "!document.title.startsWith('(')").await;

    // What is marked unread there is unread here.
    other.say("/join garden").await;
    other.in_room("garden").await;
    bob.say("lobby", "third").await;
    page.unread("lobby", "1").await;
    other.unread("lobby", "1").await;
    page.go_to("lobby").await;
    page.shows("1 new since").await;
    other.unread("lobby", "").await;
    browser.has_no_errors();
}

#[tokio::test]
async fn lines_lists_and_code_are_shown_as_they_were_typed() {
    let Some(browser) = Browser::start().await else { return };
    let server = Server::start().await;
    let bob = Person::take(&server, "bob").await;
    let page = browser.open(server.url()).await;
    page.connected().await;
    let shell = Shell::new(&server);
    let mut carol = Terminal::chat(&shell, &["--name", "carol"], 100, 40);
    carol.shows("● connected").await;

    let code = "def f(x):\n    if x:\n        return 1\n\n    return 2";
    bob.say("lobby", code).await;
    page.shows_message("        return 1").await;
    let shown = page.bodies().await.concat();
    let said = |text: &str| text.lines().filter(|line| !line.is_empty()).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(said(&shown), said(code));
    for line in said(code) {
        carol.shows(&line).await;
    }

    bob.say("lobby", "3. agreed\n4. done\n\n1) one\n\n   more\n2) two\n\n   7. seven\n\ntext\n\n0. zero").await;
    page.shows_message("zero").await;
    let starts =
        page.eval("JSON.stringify([...document.querySelectorAll('.body ol')].map((list) => list.start))").await;
    assert_eq!(starts, "[3,1,7,0]");
    carol.shows("3. agreed").await;
    carol.shows("7. seven").await;
    browser.has_no_errors();
}

#[tokio::test]
async fn a_name_that_one_chooses_never_stands_alone() {
    let Some(browser) = Browser::start().await else { return };
    let server = Server::start().await;
    let bob = Person::take(&server, "bob").await;
    // Somebody else's name, the other way round, and nothing at all.
    for (wish, shown) in [("alice", "alice"), ("\u{202e}ecila", "ecila"), ("\u{202e}", "bob")] {
        bob.patch("/api/users/me", json!({ "display_name": wish })).await.is(200);
        let page = browser.open(server.url()).await;
        page.connected().await;
        let (mut socket, _) = Socket::hello(&server, &bob).await;
        bob.say("lobby", shown).await;
        page.shows_message(shown).await;
        socket.send(json!({ "type": "UserTyping", "room": "lobby" })).await.unwrap();
        let alone = shown == "bob";
        let typing = if alone { "bob is typing…".to_owned() } else { format!("{shown} (@bob) is typing…") };
        page.until(&typing, &format!("document.querySelector('#typing-text').textContent === {}", json!(typing))).await;
        let handle = if alone { "" } else { "@bob" };
        for (place, name, beside) in [
            ("a message", ".message:last-child .head .name", ".message:last-child .head .handle"),
            ("the people", "[data-user=bob] .person-name bdi", "[data-user=bob] .person-name .handle"),
        ] {
            let seen = format!(
                "[{name:?}, {beside:?}].map((one) => document.querySelector(one)?.textContent.trim() ?? '').join(' ') === {}",
                json!(format!("{shown} {handle}"))
            );
            page.until(place, &seen).await;
        }
        let initials = "document.querySelector('[data-user=bob] .avatar').textContent.length";
        assert!(page.eval(initials).await.as_u64().unwrap() > 0, "an avatar without a letter");
        page.close().await;
    }
    browser.has_no_errors();
}
