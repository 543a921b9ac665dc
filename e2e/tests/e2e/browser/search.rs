//! What was said is found in the page: while one types, by filters, by the day; Back leads to the results again.

use chat_e2e::{Browser, Page, Person, Server, Shell, browser::ColorScheme};
use serde_json::json;

/// More hits than come with one page.
const MANY: usize = 40;

/// Opens the search and writes into it.
async fn search(page: &Page, q: &str) {
    page.press("Control+f").await;
    page.until("the search", "document.activeElement.matches('.search-input')").await;
    page.insert(q).await;
}

/// Waits until these are the texts of the hits, the newest first.
async fn finds(page: &Page, bodies: &[&str]) {
    let hits = "JSON.stringify([...document.querySelectorAll('.hits:not([data-stale]) .hit-body')].map((hit) => hit.textContent))";
    page.until(&format!("the hits {bodies:?}"), &format!("{hits} === {}", json!(json!(bodies).to_string()))).await;
}

#[tokio::test]
async fn what_a_terminal_said_is_found_and_opened_and_back_leads_to_the_results() {
    let Some(browser) = Browser::start().await else { return };
    let server = Server::start().await;
    let page = browser.open(server.url()).await;
    page.take_name("alice").await;
    let shell = Shell::new(&server);
    shell.chat(&["send", "--name", "bob", "--room", "lobby", "🙂 the disk is full"]).await.ok();
    shell.chat(&["send", "--name", "bob", "--room", "lobby", "which disk?"]).await.ok();
    page.shows_message("which disk?").await;

    search(&page, "dis").await;
    finds(&page, &["which disk?", "🙂 the disk is full"]).await;
    // The marks count letters, of which the emoji is one.
    page.until("the mark", "[...document.querySelectorAll('.hit mark')].every((mark) => mark.textContent === 'dis')")
        .await;
    page.write("k is").await;
    finds(&page, &["🙂 the disk is full"]).await;
    page.press("Enter").await;
    page.until("the message", "document.querySelector('[data-linked] .body')?.innerText.includes('disk is full')")
        .await;
    page.until("its address", "/^.rooms.lobby.[0-9]+$/.test(location.pathname)").await;
    page.eval("history.back()").await;
    finds(&page, &["🙂 the disk is full"]).await;
    page.until("the chosen one", "document.querySelector('.hit[aria-selected=true]')").await;
    page.press("Escape").await;
    page.until("the room", "!document.querySelector('dialog') && location.pathname === '/rooms/lobby'").await;

    // The other way round.
    page.say("it was the *second* disk").await;
    page.message_is("it was the second disk", "stored").await;
    let found = shell.chat(&["search", "--name", "bob", "second disk"]).await.ok().to_owned();
    assert!(found.contains("alice: it was the *second* disk"), "{found}");
    browser.has_no_errors();
}

#[tokio::test]
async fn filters_are_completed_and_a_wrong_one_is_named() {
    let Some(browser) = Browser::start().await else { return };
    let server = Server::start().await;
    let bob = Person::take(&server, "bob").await;
    bob.say("lobby", "see https://example.org/disk").await;
    let page = browser.open(server.url()).await;
    page.take_name("alice").await;
    page.say("my disk").await;
    page.message_is("my disk", "stored").await;
    page.say("/search disk").await;
    finds(&page, &["my disk", "see https://example.org/disk"]).await;
    page.write(" from:bo").await;
    page.until("the name", "document.querySelector('#search-completions li')?.innerText.includes('from:bob')").await;
    page.press("Enter").await;
    finds(&page, &["see https://example.org/disk"]).await;
    assert_eq!(page.eval("document.querySelector('.search-input').value").await, "disk from:bob ");
    page.press("Control+a").await;
    page.insert("disk").await;
    page.click("button", "Links").await;
    finds(&page, &["see https://example.org/disk"]).await;
    page.until("the chip", "document.querySelector('[data-filter=\"has:link\"]').ariaPressed === 'true'").await;
    page.write("in:#nowhere").await;
    let refusal = "document.querySelector('dialog .refusal').innerText === 'in:#nowhere: there is no such room.'";
    page.until("the refusal", refusal).await;
    assert_eq!(page.eval("document.querySelector('.search-input').ariaInvalid").await, "true");
    assert_eq!(page.unnamed().await, [""; 0]);
    for scheme in [ColorScheme::Light, ColorScheme::Dark] {
        page.color_scheme(scheme).await;
        assert_eq!(page.low_contrast_texts().await, [""; 0], "{scheme:?}");
    }
}

#[tokio::test]
async fn further_hits_come_with_scrolling_and_a_room_that_one_is_not_in_is_joined() {
    let Some(browser) = Browser::start().await else { return };
    let server = Server::unlimited().start().await;
    let bob = Person::take(&server, "bob").await;
    bob.create_room("ops").await;
    for number in 1..=MANY {
        bob.say("ops", &format!("disk {number}")).await;
    }
    let page = browser.open(server.url()).await;
    page.connected().await;
    page.phone(390, 844).await;
    page.click_on("#open-search").await;
    page.click_on(".search-input").await;
    page.write("disk").await;
    page.until("the newest", "document.querySelector('.hit-body')?.textContent === 'disk 40'").await;
    page.until("the room's name", "document.querySelector('.hit-room').textContent === '#ops'").await;
    let all = "document.querySelectorAll('.hit').length === 40";
    page.until("the oldest", &format!("(document.querySelector('.hit:last-child').scrollIntoView(), {all})")).await;
    assert_eq!(page.overflows().await, [""; 0]);
    page.click_on(".hit:last-child").await;
    page.shows("Join #ops?").await;
    page.click("button", "Join").await;
    page.until("the message", "document.querySelector('[data-linked] .body')?.innerText === 'disk 1'").await;
    browser.has_no_errors();
}

#[tokio::test]
async fn offline_the_search_says_so_and_asks_when_the_server_is_back() {
    let Some(browser) = Browser::start().await else { return };
    let mut server = Server::start().await;
    Person::take(&server, "bob").await.say("lobby", "the disk is full").await;
    let page = browser.open(server.url()).await;
    page.connected().await;
    search(&page, "").await;
    server.kill().await;
    page.offline().await;
    page.write("disk").await;
    page.shows("You are offline.").await;
    server.restart().await;
    finds(&page, &["the disk is full"]).await;
}

#[tokio::test]
async fn a_room_is_opened_at_the_first_message_of_a_day() {
    let Some(browser) = Browser::start().await else { return };
    let server = Server::unlimited().start().await;
    let bob = Person::take(&server, "bob").await;
    for number in 1..=120 {
        bob.say("lobby", &format!("message {number}")).await;
    }
    let page = browser.open(server.url()).await;
    page.shows_message("message 120").await;
    search(&page, "").await;
    page.eval("document.querySelector('#search-day').value = new Date().toISOString().slice(0, 10)").await;
    page.click("button", "Go").await;
    page.until("the first message", "document.querySelector('[data-linked] .body')?.innerText === 'message 1'").await;
    search(&page, "").await;
    page.eval("document.querySelector('#search-day').max = ''").await;
    page.eval("document.querySelector('#search-day').value = '2999-01-01'").await;
    page.click("button", "Go").await;
    page.shows("Nothing was said there on that day or later.").await;
    browser.has_no_errors();
}
