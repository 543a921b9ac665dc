//! Threads in the page: who follows one is notified of its replies.

use chat_e2e::{Browser, Person, Server, browser::HIDDEN, text};
use serde_json::json;

#[tokio::test]
async fn replies_in_a_followed_thread_notify_until_it_is_left() {
    let Some(browser) = Browser::start().await else { return };
    let server = Server::start().await;
    let bob = Person::take(&server, "bob").await;
    let page = browser.visitor().await.blank().await;
    page.inject(HIDDEN).await;
    page.go(server.url()).await;
    page.connected().await;
    let reply = async |to: &str, body: &str| {
        bob.post("/api/messages", json!({ "room": "lobby", "body": body, "reply_to": to })).await.is(201);
        page.shows_message(body).await;
    };
    let notified = async |times: usize| {
        page.until(&format!("{times} notifications"), &format!("window.notified.length === {times}")).await;
    };
    let follow = "document.querySelector('#follow-thread').ariaPressed";

    // Who began a thread follows it from its first reply on.
    page.say("who is on call?").await;
    page.message_is("who is on call?", "stored").await;
    let own = text(&bob.messages("lobby").await[0]["id"]);
    reply(&own, "I am").await;
    notified(1).await;
    page.until(
        "no mention",
        "document.title.startsWith('(1)') && !document.querySelector('.badge:not([hidden])')?.innerText.includes('@')",
    )
    .await;

    page.click_on(".thread-link").await;
    page.until("it is followed", &format!("{follow} === 'true'")).await;
    page.click("button", "Follow").await;
    page.until("it is left", &format!("{follow} === 'false'")).await;
    page.press("Escape").await;
    reply(&own, "until noon").await;

    // Another one, by its menu's key.
    bob.say("lobby", "lunch?").await;
    page.on_message("lunch?", "f").await;
    page.shows("Replies in this thread notify you.").await;
    let other = text(&bob.messages("lobby").await.last().expect("it was said")["id"]);
    reply(&other, "at one").await;
    notified(2).await;
    assert_eq!(page.eval("window.notified.join()").await, "bob in #lobby,bob in #lobby");
    browser.has_no_errors();
}

#[tokio::test]
async fn a_thread_is_one_row_where_one_wants_it_so() {
    let Some(browser) = Browser::start().await else { return };
    let server = Server::start().await;
    let bob = Person::take(&server, "bob").await;
    bob.say("lobby", "lunch?").await;
    let first = text(&bob.messages("lobby").await[0]["id"]);
    let reply = async |body: &str| {
        bob.post("/api/messages", json!({ "room": "lobby", "body": body, "reply_to": first })).await.is(201);
    };
    reply("at one").await;
    bob.say("lobby", "by the way").await;
    reply("at two").await;
    let page = browser.open(server.url()).await;
    page.connected().await;
    page.shows_messages(&["lunch?", "at one", "by the way", "at two"]).await;
    page.click("button", "Settings").await;
    page.click("checkbox", "One row for each thread").await;
    page.press("Escape").await;
    page.shows_messages(&["lunch?", "by the way", "at two"]).await;
    reply("at three").await;
    page.shows_messages(&["lunch?", "by the way", "at three"]).await;
    let last = "document.querySelector('#messages > .message:last-child')";
    page.until("what it began with", &format!("{last}.querySelector('.quote-words').innerText === 'lunch?'")).await;
    page.until("how many", &format!("{last}.querySelector('.thread-link').innerText.includes('3 replies')")).await;
    // This device remembers it.
    page.reload().await;
    page.connected().await;
    page.shows_messages(&["lunch?", "by the way", "at three"]).await;
    page.click_on("#messages > .message:last-child .thread-link").await;
    page.until("the thread", "document.querySelectorAll('#thread-messages > .message').length === 4").await;
    browser.has_no_errors();
}
