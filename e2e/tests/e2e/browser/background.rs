//! A page that nobody looks at: the browser holds its timers back, and what matters must not wait for them.

use chat_e2e::{Browser, Person, Server};

/// Timers of a page in the background ring once a minute, which is never within a test. It says of itself that it is
/// hidden until `inFront()` is called, and keeps the notifications that it shows.
const BACKGROUND: &str = "
    const timer = window.setTimeout;
    let hidden = true;
    window.setTimeout = (ring, ms, ...rest) => hidden && ms >= 400 ? 0 : timer(ring, ms, ...rest);
    Object.defineProperty(document, 'visibilityState', { get: () => hidden ? 'hidden' : 'visible' });
    document.hasFocus = () => !hidden;
    window.inFront = () => { hidden = false; document.dispatchEvent(new Event('visibilitychange')); };
    window.notified = [];
    window.Notification = class { static permission = 'granted'; constructor(title) { window.notified.push(title); } close() {} };
";

#[tokio::test]
async fn a_hidden_page_tells_of_a_mention_at_once() {
    let Some(browser) = Browser::start().await else { return };
    let server = Server::start().await;
    let bob = Person::take(&server, "bob").await;
    let page = browser.visitor().await.blank().await;
    page.inject(BACKGROUND).await;
    page.go(server.url()).await;
    page.connected().await;
    let me = page.me().await;
    bob.say("lobby", &format!("@{me} are you there?")).await;
    page.until("the notification", "window.notified.join() === 'bob in #lobby'").await;
    page.until("the count in the title", "document.title.startsWith('(1)')").await;
    browser.has_no_errors();
}

#[tokio::test]
async fn a_page_that_comes_to_the_front_waits_for_no_timer() {
    let Some(browser) = Browser::start().await else { return };
    let mut server = Server::start().await;
    let page = browser.visitor().await.blank().await;
    page.inject(BACKGROUND).await;
    page.go(server.url()).await;
    page.connected().await;
    server.kill().await;
    page.offline().await;
    server.restart().await;
    page.eval("window.inFront()").await;
    page.connected().await;
    browser.has_no_errors();
}
