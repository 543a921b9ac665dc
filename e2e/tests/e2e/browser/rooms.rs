//! A room in which nothing was said yet, and what is easy to do with what is said in one.

use chat_e2e::{Browser, Person, Server};
use serde_json::json;

#[tokio::test]
async fn an_empty_room_says_what_to_do() {
    let Some(browser) = Browser::start().await else { return };
    let server = Server::start().await;
    let bob = Person::take(&server, "bob").await;
    bob.post("/api/rooms", json!({ "name": "garden", "topic": "what grows" })).await.is(201);
    let page = browser.open(&format!("{}/rooms/garden", server.url())).await;
    page.click("button", "Join").await;
    page.in_room("garden").await;
    for words in
        ["Welcome to #garden", "what grows", "Nobody else of 2 members is online now.", "Say hello", "Change the topic"]
    {
        page.until(
            words,
            &format!("document.querySelector('#empty:not([hidden])')?.innerText.includes({})", json!(words)),
        )
        .await;
    }
    page.click_on("#empty .empty-action:last-child").await;
    page.shows(&format!("{}/rooms/garden", server.url())).await;
    page.shows("Anyone who can open the address can join").await;
    page.press("Escape").await;
    page.until("the end of it", "!document.querySelector('dialog')").await;
    page.click_on("#empty .empty-action:first-child").await;
    page.until("the box", "document.activeElement.id === 'composer-input'").await;
    page.insert("the first tomato").await;
    page.press("Enter").await;
    page.message_is("the first tomato", "stored").await;
    page.until("no more of it", "document.querySelector('#empty').hidden").await;
    browser.has_no_errors();
}

#[tokio::test]
async fn code_can_be_copied_and_shows_that_it_goes_on() {
    let Some(browser) = Browser::start().await else { return };
    let server = Server::start().await;
    let bob = Person::take(&server, "bob").await;
    bob.say("lobby", &format!("look:\n```\nlet long = \"{}\";\nend\n```", "x".repeat(400))).await;
    let page = browser.open(server.url()).await;
    page.shows_message("look").await;
    page.until(
        "code that is cut",
        "document.querySelector('.body pre').scrollWidth > document.querySelector('.body pre').clientWidth",
    )
    .await;
    // Two shadows, and what lies over them at the ends.
    page.until(
        "its shadows",
        "getComputedStyle(document.querySelector('.body pre')).backgroundImage.match(/gradient/g).length === 4",
    )
    .await;
    page.eval("navigator.clipboard.writeText = (text) => ((window.copied = text), Promise.resolve())").await;
    page.click("button", "Copy this code").await;
    page.until(
        "all of it",
        "copied.startsWith('let long = ') && copied.trimEnd().endsWith('end') && copied.length > 400",
    )
    .await;
    browser.has_no_errors();
}

#[tokio::test]
async fn messages_keep_room_beside_a_phones_keyboard() {
    let Some(browser) = Browser::start().await else { return };
    let server = Server::start().await;
    let bob = Person::take(&server, "bob").await;
    for number in 0..30 {
        bob.say("lobby", &format!("message {number}")).await;
    }
    let page = browser.open(server.url()).await;
    page.shows_message("message 29").await;
    // On its side; then with the keyboard open, on its side and upright.
    for (width, height) in [(844, 390), (844, 200), (667, 160), (390, 300)] {
        page.phone(width, height).await;
        page.until("the new size", &format!("innerHeight === {height}")).await;
        page.eval("document.querySelector('#composer-input').focus()").await;
        page.until(
            &format!("messages on half of {width}x{height}"),
            "document.querySelector('#timeline').clientHeight >= innerHeight / 2",
        )
        .await;
        page.until("the box", "document.querySelector('#composer').getBoundingClientRect().bottom <= innerHeight")
            .await;
        assert_eq!(page.overflows().await, [""; 0], "{width}x{height}");
    }
    browser.has_no_errors();
}
