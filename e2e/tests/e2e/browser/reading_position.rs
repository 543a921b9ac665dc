//! Where a reader stands in a long room, and where what they write stands.

use chat_e2e::{Browser, Page, Person, Server};

/// More messages than the page may hold of a room at once.
const MANY: usize = 400;
/// The number of the oldest message on the page.
const OLDEST: &str = "Number(document.querySelector('#messages > [data-id] .body').innerText.split(/\\s/)[1])";
/// The first message that is wholly on screen.
const READ: &str = "(() => { const top = document.querySelector('#timeline').getBoundingClientRect().top; \
    return [...document.querySelectorAll('#messages .body')].find((one) => one.getBoundingClientRect().top >= top).innerText })()";

/// The last message is on screen.
const LAST_IN_SIGHT: &str =
    "[...document.querySelectorAll('#messages .body')].at(-1).getBoundingClientRect().bottom <= innerHeight";

async fn talk(server: &Server) -> Person {
    let bob = Person::take(server, "bob").await;
    for number in 1..=MANY {
        bob.say("lobby", &format!("message {number}")).await;
    }
    bob
}

/// Scrolls up until the live end is no longer loaded.
async fn far_up(page: &Page) {
    page.shows_message("message 400").await;
    page.connected().await;
    let gone = format!(
        "(document.querySelector('#timeline').scrollTop = 100, \
          !document.querySelector('#messages').innerText.includes('message 400') && {OLDEST} < 100)"
    );
    page.until("the end to be cut", &gone).await;
}

#[tokio::test]
async fn a_message_written_offline_far_up_is_seen_and_outlives_a_reload() {
    let Some(browser) = Browser::start().await else { return };
    let mut server = Server::start().await;
    talk(&server).await;
    let page = browser.open(server.url()).await;
    far_up(&page).await;
    page.until("the worker", "navigator.serviceWorker.controller !== null").await;
    server.kill().await;
    page.offline().await;
    page.say("from far up").await;
    page.message_is("from far up", "queued").await;
    page.until("it to be in sight", LAST_IN_SIGHT).await;
    page.reload().await;
    page.offline().await;
    page.message_is("from far up", "queued").await;
    page.until("it to be in sight again", LAST_IN_SIGHT).await;
    let kept = "[...document.querySelectorAll('#messages .body')].some((one) => /^message \\d+$/.test(one.innerText))";
    page.until("what was read before", kept).await;
    server.restart().await;
    page.eval("document.querySelector('#status-now:not([hidden])')?.click()").await;
    page.message_is("from far up", "stored").await;
    page.shows_message("message 400").await;
    browser.has_no_errors();
}

#[tokio::test]
async fn coming_back_to_a_room_is_coming_back_to_where_one_read() {
    let Some(browser) = Browser::start().await else { return };
    let server = Server::start().await;
    talk(&server).await;
    let page = browser.open(server.url()).await;
    page.shows_message("message 400").await;
    page.say("/join garden").await;
    page.in_room("garden").await;
    page.go_to("lobby").await;
    page.shows_message("message 400").await;
    page.until("a page more", &format!("(document.querySelector('#timeline').scrollTop = 600, {OLDEST} < 320)")).await;
    page.eval("document.querySelector('#timeline').scrollTop = 1200").await;
    let idle = "(window.idle = document.querySelector('#timeline').hasAttribute('aria-busy') ? 0 : (window.idle ?? 0) + 1) > 20";
    page.until("no page to be on its way", idle).await;
    let (read, oldest) = (page.eval(READ).await, page.eval(OLDEST).await);
    // Also when one only passes through, before it is drawn.
    page.eval("for (const room of ['garden', 'lobby', 'garden']) document.querySelector(`[data-room=${room}] button`).click()").await;
    page.in_room("garden").await;
    page.go_to("lobby").await;
    page.until("the place", &format!("{READ} === {read}")).await;
    assert_eq!(page.eval(OLDEST).await, oldest, "nothing was loaded on the way");
    browser.has_no_errors();
}

#[tokio::test]
async fn a_fast_clock_makes_no_tomorrow() {
    let Some(browser) = Browser::start().await else { return };
    let server = Server::start().await;
    Person::take(&server, "bob").await.say("lobby", "hello").await;
    let page = browser.visitor().await.blank().await;
    page.inject(
        "const now = Date.now; const RealDate = Date; const day = 86400000; \
         window.Date = class extends RealDate { constructor(...when) { when.length ? super(...when) : super(now() + day) } static now() { return now() + day } }; \
         const { send } = WebSocket.prototype; \
         WebSocket.prototype.send = function (frame) { if (!frame.includes('from tomorrow')) send.call(this, frame) }",
    )
    .await;
    page.go(server.url()).await;
    page.shows_message("hello").await;
    page.say("from tomorrow").await;
    page.message_is("from tomorrow", "sending").await;
    let days = page.eval("[...document.querySelectorAll('#messages .day')].map((day) => day.innerText)").await;
    assert_eq!(days, serde_json::json!(["Today"]));
    browser.has_no_errors();
}
