//! What stands behind a message: who reacted, its earlier texts, and what the server refused of it.

use chat_e2e::{Browser, Person, Server, text};

#[tokio::test]
async fn all_who_reacted_are_listed() {
    let Some(browser) = Browser::start().await else { return };
    let server = Server::start().await;
    let bob = Person::take(&server, "bob").await;
    bob.say("lobby", "ship it?").await;
    let id = text(&bob.messages("lobby").await[0]["id"]);
    // More than a chip names.
    for number in 0..25 {
        let person = Person::take(&server, &format!("person-{number}")).await;
        person.put(&format!("/api/messages/{id}/reactions/%F0%9F%91%8D")).await.is(204);
    }
    bob.put(&format!("/api/messages/{id}/reactions/%F0%9F%8E%89")).await.is(204);
    let page = browser.open(server.url()).await;
    page.connected().await;
    page.until("the chip", "document.querySelector('.chip').title.endsWith('and 5 others')").await;
    page.on_message("ship it?", "w").await;
    let names = |emoji: &str| {
        format!(
            "[...document.querySelectorAll('.reaction-list > [data-emoji=\"{emoji}\"] .reaction-names > li')]\
             .map((one) => one.innerText).sort().join()"
        )
    };
    let mut all: Vec<_> = (0..25).map(|number| format!("person-{number}")).collect();
    all.sort();
    page.until("all of them", &format!("{} === '{}'", names("👍"), all.join(","))).await;
    page.until("the one", &format!("{} === 'bob'", names("🎉"))).await;
    assert_eq!(page.overflows().await, [""; 0], "the list");
    browser.has_no_errors();
}

#[tokio::test]
async fn earlier_texts_are_shown_to_their_author_only() {
    let Some(browser) = Browser::start().await else { return };
    let server = Server::start().await;
    let (page, other) = (browser.open(server.url()).await, browser.open(server.url()).await);
    page.connected().await;
    other.connected().await;
    page.say("helo").await;
    page.message_is("helo", "stored").await;
    page.press("ArrowUp").await;
    page.until("the editor", "document.activeElement.matches('.editor textarea')").await;
    page.write(" world").await;
    page.press("Enter").await;
    page.until("it is edited", "document.querySelector('.message:not([data-pending]) .edited')").await;
    page.on_message("helo world", "h").await;
    let texts = "[...document.querySelectorAll('dialog .pin .body')].map((one) => one.innerText).join()";
    page.until("both texts", &format!("{texts} === 'helo,helo world'")).await;
    other.shows_message("helo world").await;
    other.on_message("helo world", "Shift+F10").await;
    other.until("the menu", "document.querySelector('[role=menu]')").await;
    other.shows("Copy message").await;
    other.shows_no("Earlier texts").await;
    browser.has_no_errors();
}

#[tokio::test]
async fn the_status_bar_leads_to_a_refused_edit() {
    let Some(browser) = Browser::start().await else { return };
    let server = Server::start().await;
    let bob = Person::take(&server, "bob").await;
    let page = browser.open(server.url()).await;
    page.connected().await;
    page.say("a short one").await;
    page.message_is("a short one", "stored").await;
    page.press("ArrowUp").await;
    page.until("the editor", "document.activeElement.matches('.editor textarea')").await;
    page.insert(&"far too long ".repeat(2_000)).await;
    page.press("Enter").await;
    page.shows("1 change not made").await;
    page.shows("edit not sent").await;
    // It is not even among the messages that are loaded.
    for number in 0..150 {
        bob.say("lobby", &format!("later {number}")).await;
    }
    page.shows_message("later 149").await;
    page.reload().await;
    page.connected().await;
    page.shows_message("later 149").await;
    page.click("button", "1 change not made").await;
    page.until("the message", "document.querySelector('[data-linked]').innerText.includes('a short one')").await;
    page.click("button", "Drop").await;
    page.shows_no("not made").await;
    browser.has_no_errors();
}
