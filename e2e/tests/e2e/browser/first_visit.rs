//! Someone comes for the first time: a name is made, and a better one chosen.

use chat_e2e::{Browser, Person, Server};
use serde_json::json;

/// How long a line may be, in milliseconds.
const LATENCY: u32 = 300;

#[tokio::test]
async fn a_stranger_is_let_in_and_chooses_a_name() {
    let Some(browser) = Browser::start().await else { return };
    let server = Server::start().await;
    let page = browser.open(server.url()).await;
    page.connected().await;
    page.shows("Say hello").await;
    let guest = page.me().await;
    page.shows(&format!("You are {guest}")).await;

    let other = browser.open(server.url()).await;
    other.say("who is there?").await;
    page.shows_message("who is there?").await;
    other.person_is(&guest, "online").await;

    page.click_on("#name-chip").await;
    page.click("textbox", "Name").await;
    page.write("alice").await;
    page.click("button", "Take this name").await;
    page.shows_no("choose your name").await;
    assert_eq!(page.me().await, "alice");
    other.person_is("alice", "online").await;
    other.until("the old name to be gone", &format!("!document.querySelector('#people [data-user={guest}]')")).await;
    browser.has_no_errors();
}

#[tokio::test]
async fn only_a_first_visit_asks_ahead_and_nothing_is_asked_twice() {
    let Some(browser) = Browser::start().await else { return };
    let server = Server::start().await;
    Person::take(&server, "bob").await.say("lobby", "hello").await;
    let page = browser.open(server.url()).await;
    page.shows_messages(&["hello"]).await;
    page.connected().await;
    let asked = "performance.getEntriesByType('resource').map(({ name }) => new URL(name)) \
        .filter(({ pathname }) => /^.api.(users|messages)$/.test(pathname)).map(({ pathname, search }) => pathname + search)";
    assert_eq!(page.eval(asked).await, json!(["/api/users", "/api/messages?room=lobby&limit=50&blocks=true"]));
    page.until("it to be kept", "localStorage.getItem('chat:visited')").await;
    page.reload().await;
    page.shows_messages(&["hello"]).await;
    page.connected().await;
    // What was kept may not have been on disk yet: then the page asks, but not ahead, and for its room by id.
    let ahead = page.eval(&format!("({asked}).filter((path) => path.includes('room=lobby'))")).await;
    assert_eq!(ahead, json!([]));
    let twice = page.eval(&format!("({asked}).filter((path, at, all) => all.indexOf(path) !== at)")).await;
    assert_eq!(twice, json!([]));
    browser.has_no_errors();
}

#[tokio::test]
async fn two_first_pages_make_one_guest() {
    let Some(browser) = Browser::start().await else { return };
    let server = Server::start().await;
    let visitor = browser.visitor().await;
    let (one, two) = (visitor.blank().await, visitor.blank().await);
    // Slow enough that neither has its answer when the other asks.
    tokio::join!(one.slow(LATENCY), two.slow(LATENCY));
    tokio::join!(one.go(server.url()), two.go(server.url()));
    one.connected().await;
    two.connected().await;
    assert_eq!(one.me().await, two.me().await);
    let users = Person::take(&server, "bob").await.get("/api/users").await.is(200);
    assert_eq!(users.names().len(), 2, "bob and one guest: {users:?}");

    let cookies = visitor.cookies().await;
    assert_eq!(cookies.len(), 1, "{cookies:?}");
    assert_eq!(cookies[0]["httpOnly"], true);
    assert_eq!(cookies[0]["sameSite"], "Strict");

    // What one of them reads and writes, the other knows.
    one.say("from the first").await;
    two.shows_messages(&["from the first"]).await;
    two.say("from the second").await;
    one.shows_messages(&["from the first", "from the second"]).await;
    one.reload().await;
    one.shows_messages(&["from the first", "from the second"]).await;
    assert_eq!(one.me().await, two.me().await);
    browser.has_no_errors();
}
