//! Without a mouse: everything is reached by keys, and one always sees where one is.

use chat_e2e::{Browser, Page, Person, Server};
use serde_json::json;

/// More stops than the page has.
const MANY: usize = 60;

#[tokio::test]
async fn a_visit_without_a_mouse() {
    let Some(browser) = Browser::start().await else { return };
    let server = Server::start().await;
    let bob = Person::take(&server, "bob").await;
    for room in ["garden", "kitchen"] {
        bob.post("/api/rooms", json!({ "name": room })).await.is(201);
    }
    let page = browser.open(server.url()).await;
    page.connected().await;

    // Anyone who comes can write at once; the page's first stop leads back there.
    page.until("the box", "document.activeElement.id === 'composer-input'").await;
    page.eval("document.querySelector('.skip').focus()").await;
    assert_eq!(page.focus().await, "Skip to the message box");
    page.press("Enter").await;
    assert_eq!(page.focus().await, "composer-input");
    page.write("no mouse").await;
    page.press("Enter").await;
    page.message_is("no mouse", "stored").await;

    // A room by command, another one by the palette.
    page.write("/join garden").await;
    page.press("Enter").await;
    page.in_room("garden").await;
    palette(&page, "rooms").await;
    page.until("the rooms", "document.activeElement.type === 'search'").await;
    page.write("kitch").await;
    page.shows_no("#garden — ").await;
    page.until(
        "the kitchen alone",
        "[...document.querySelectorAll('dialog [data-room]')].map((room) => room.dataset.room).join() === 'kitchen'",
    )
    .await;
    to(&page, "Join #kitchen").await;
    page.press("Enter").await;
    page.in_room("kitchen").await;
    palette(&page, "#gard").await;
    page.in_room("garden").await;
    assert_eq!(page.focus().await, "composer-input");

    // Where something is unread.
    bob.say("kitchen", "tea is ready").await;
    page.unread("kitchen", "1").await;
    page.press("Alt+a").await;
    page.in_room("kitchen").await;
    page.shows_message("tea is ready").await;
    page.unread("kitchen", "").await;
    page.press("Alt+ArrowUp").await;
    page.in_room("garden").await;
    page.press("Alt+ArrowDown").await;
    page.in_room("kitchen").await;

    // Among the messages, and back.
    page.press("Escape").await;
    page.until("the message", "document.activeElement.dataset.id !== undefined").await;
    page.focus().await;
    page.press("u").await;
    page.shows("1 new since").await;
    page.press("Escape").await;
    assert_eq!(page.focus().await, "composer-input");

    // Help, and out of it.
    page.press("F1").await;
    page.shows("next unread room, mentions first").await;
    page.press("Escape").await;
    page.until("the end of help", "!document.querySelector('dialog')").await;
    assert_eq!(page.focus().await, "composer-input");
    browser.has_no_errors();
}

#[tokio::test]
async fn every_stop_is_seen() {
    let Some(browser) = Browser::start().await else { return };
    let server = Server::start().await;
    let bob = Person::take(&server, "bob").await;
    bob.say("lobby", "hello").await;
    let page = browser.open(server.url()).await;
    page.shows_message("hello").await;
    page.until("the box", "document.activeElement.id === 'composer-input'").await;
    // From the page's beginning.
    page.eval("document.querySelector('.skip').focus()").await;
    let mut stops: Vec<String> = Vec::new();
    loop {
        page.press("Tab").await;
        if stops.len() > 3 && page.eval("document.activeElement === document.body").await == true {
            break;
        }
        let stop = page.focus().await;
        if stops.contains(&stop) {
            break;
        }
        stops.push(stop);
        assert!(stops.len() < MANY, "{stops:?}");
    }
    for stop in [
        "find",
        "open-directory",
        "settings",
        "topic",
        "room-more",
        "open-people",
        "name-chip",
        "timeline",
        "composer-input",
        "send",
    ] {
        assert!(stops.iter().any(|one| one == stop), "the keyboard never comes to {stop}: {stops:?}");
    }
    // And back the same way.
    page.press("Shift+Tab").await;
    page.focus().await;
    browser.has_no_errors();
}

/// Opens the palette, and takes the first thing that is found.
async fn palette(page: &Page, words: &str) {
    page.press("Control+k").await;
    page.until("the palette", "document.activeElement.getAttribute('role') === 'combobox'").await;
    page.write(words).await;
    page.press("Enter").await;
}

/// Tabs on to what is called so.
async fn to(page: &Page, name: &str) {
    for _ in 0..MANY {
        page.press("Tab").await;
        if page.focus().await == name {
            return;
        }
    }
    panic!("the keyboard never comes to {name}");
}
