//! Long rooms: older pages load above without moving what is read, newer messages wait below until one wants them.

use chat_e2e::{Browser, Page, Person, Server};
use serde_json::json;

/// Messages in the room: more than the page may hold at once.
const MANY: usize = 400;
/// The most that it may hold.
const MOST_KEPT: u64 = 300;
/// A part of a pixel is not seen to move.
const STILL: f64 = 0.6;

#[tokio::test]
async fn reading_back_to_the_beginning() {
    let Some(browser) = Browser::start().await else { return };
    let server = Server::start().await;
    let bob = Person::take(&server, "bob").await;
    for number in 1..=MANY {
        // Of different heights, as people write.
        bob.say("lobby", &format!("message {number}{}", "\nand on".repeat(number % 4))).await;
    }
    let page = browser.open(server.url()).await;
    page.shows_message("message 400").await;
    let mut oldest = oldest(&page).await;
    assert!(oldest > 300, "the newest page comes first, not {oldest}");

    while oldest > 1 {
        let (anchor, top) = anchor_near_the_beginning(&page).await;
        page.until("older messages", &format!("Number({OLDEST}) < {oldest}")).await;
        let now = top_of(&page, &anchor).await;
        assert!((now - top).abs() < STILL, "the message read at {top} went to {now} as those before {oldest} came");
        oldest = self::oldest(&page).await;
        let rows = page.eval("document.querySelectorAll('#messages > [data-id]').length").await;
        assert!(rows.as_u64() <= Some(MOST_KEPT), "{rows} messages are kept");
    }
    page.eval("document.querySelector('#timeline').scrollTop = 0").await;
    page.shows("This is where the room begins.").await;

    // Far from the end, what is new waits; the pill leads there.
    bob.say("lobby", "the newest").await;
    page.click_on("#pill:not([hidden])").await;
    page.shows_message("the newest").await;
    page.until("the end", AT_END).await;
    page.until("the pill to go", "document.querySelector('#pill').hidden").await;
    browser.has_no_errors();
}

#[tokio::test]
async fn what_is_new_is_marked_and_moves_nothing() {
    let Some(browser) = Browser::start().await else { return };
    let server = Server::start().await;
    let bob = Person::take(&server, "bob").await;
    // Tall enough that the page of them ends far from its beginning, where the next one would be loaded.
    for number in 1..=60 {
        bob.say("lobby", &format!("old {number}\nin two lines")).await;
    }
    let page = browser.open(server.url()).await;
    page.shows_message("old 60").await;
    page.until("one page of them", "document.querySelectorAll('#messages .message').length === 50").await;

    // One who reads further up is not pulled down.
    page.eval("document.querySelector('#timeline').scrollTop -= 500").await;
    let (anchor, top) = anchor_here(&page).await;
    bob.say("lobby", "new 1").await;
    bob.say("lobby", "new 2").await;
    page.until("the count", "document.querySelector('#pill').innerText.trim() === '2 new messages'").await;
    let now = top_of(&page, &anchor).await;
    assert!((now - top).abs() < STILL, "the message read at {top} went to {now} as new ones came");
    page.click("button", "2 new messages").await;
    page.until("the end", AT_END).await;
    page.until("the pill to go", "document.querySelector('#pill').hidden").await;

    // One who reads elsewhere finds a line above what is new, and reading takes the count away.
    page.say("/join garden").await;
    page.in_room("garden").await;
    for number in 1..=3 {
        bob.say("lobby", &format!("meanwhile {number}")).await;
    }
    page.unread("lobby", "3").await;
    page.go_to("lobby").await;
    page.shows("3 new since").await;
    let order = "(() => { const rows = [...document.querySelectorAll('#messages > *')].map((row) => row.innerText); \
      const line = rows.findIndex((row) => row.startsWith('3 new since')); \
      return rows.findIndex((row) => row.includes('new 2')) < line && line < rows.findIndex((row) => row.includes('meanwhile 1')) })()";
    page.until("the line above what is new", order).await;
    page.unread("lobby", "").await;
    page.reload().await;
    page.shows_message("meanwhile 3").await;
    page.connected().await;
    page.unread("lobby", "").await;
    page.shows_no("new since").await;
    browser.has_no_errors();
}

/// The number of the oldest message on the page.
const OLDEST: &str = "document.querySelector('#messages > [data-id] .body').innerText.split(/\\s/)[1]";
/// Whether the page stands at its live end.
const AT_END: &str = "(({ scrollTop, scrollHeight, clientHeight }) => scrollHeight - scrollTop - clientHeight < 2)(document.querySelector('#timeline'))";

async fn oldest(page: &Page) -> u64 {
    page.eval(&format!("Number({OLDEST})")).await.as_u64().expect("messages are numbered")
}

/// Scrolls near the beginning of what is there, and gives the message that is read then and where it stands.
async fn anchor_near_the_beginning(page: &Page) -> (String, f64) {
    anchor_after(page, "document.querySelector('#timeline').scrollTop = 200;").await
}

async fn anchor_here(page: &Page) -> (String, f64) {
    anchor_after(page, "").await
}

/// The first text that is completely on screen, and where it stands. In one go, so that nothing can come between scrolling and measuring.
async fn anchor_after(page: &Page, before: &str) -> (String, f64) {
    let measure = format!(
        "(() => {{ {before} const top = document.querySelector('#timeline').getBoundingClientRect().top; \
         const text = [...document.querySelectorAll('#messages .body')].find((one) => one.getBoundingClientRect().top >= top); \
         return [text.closest('[data-id]').dataset.id, text.getBoundingClientRect().top] }})()"
    );
    let found = page.eval(&measure).await;
    (chat_e2e::text(&found[0]), found[1].as_f64().expect("a place"))
}

async fn top_of(page: &Page, id: &str) -> f64 {
    let place = format!("document.querySelector('[data-id={}] .body').getBoundingClientRect().top", json!(id));
    page.eval(&place).await.as_f64().expect("the message that is read stays")
}
