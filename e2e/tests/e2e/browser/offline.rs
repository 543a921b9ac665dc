//! The server dies while people write: nothing that they wrote is lost, doubled or out of order.

use chat_e2e::{
    Browser, Person, Server,
    impostor::{self, Answers, Impostor},
};

#[tokio::test]
async fn typing_on_while_the_server_is_dead() {
    let Some(browser) = Browser::start().await else { return };
    let mut server = Server::start().await;
    let (alice, bob) = (browser.visitor().await, browser.open(server.url()).await);
    let page = alice.open(server.url()).await;
    page.say("before").await;
    bob.shows_messages(&["before"]).await;
    // From now on the page opens without the server.
    page.until("the worker", "navigator.serviceWorker.controller !== null").await;

    server.kill().await;
    page.offline().await;
    bob.offline().await;
    page.say("first while offline").await;
    page.say("second while offline").await;
    page.message_is("second while offline", "queued").await;
    page.shows("2 queued").await;
    page.shows("retry in").await;
    page.click("button", "now").await;
    page.offline().await;
    page.to_box().await;
    page.write("half a thought").await;

    // What waits outlives a reload, also one without a server, and a crash.
    page.reload().await;
    page.offline().await;
    page.shows_messages(&["before", "first while offline", "second while offline"]).await;
    page.shows("2 queued").await;
    page.say(", now complete").await;
    page.shows("3 queued").await;
    page.message_is("half a thought, now complete", "queued").await;
    page.crash().await;
    let page = alice.open(server.url()).await;
    page.shows("3 queued").await;
    bob.say("bob, offline too").await;
    bob.message_is("offline too", "queued").await;

    server.restart().await;
    for one in [&page, &bob] {
        // Unless it has come back by itself already.
        one.eval("document.querySelector('#status-now:not([hidden])')?.click()").await;
    }
    page.connected().await;
    bob.connected().await;
    page.message_is("now complete", "stored").await;
    bob.message_is("offline too", "stored").await;
    page.shows_no("queued").await;
    let stored = Person::take(&server, "carol").await.bodies("lobby").await;
    let alices: Vec<_> = stored.iter().filter(|body| !body.contains("bob")).collect();
    assert_eq!(alices, ["before", "first while offline", "second while offline", "half a thought, now complete"]);
    assert_eq!(stored.len(), 5, "{stored:?}");
    let shown: Vec<_> = stored.iter().map(String::as_str).collect();
    page.shows_messages(&shown).await;
    bob.shows_messages(&shown).await;
    browser.has_no_errors();
}

#[tokio::test]
async fn missed_messages_are_there_after_coming_back() {
    let Some(browser) = Browser::start().await else { return };
    let mut server = Server::start().await;
    let page = browser.open(server.url()).await;
    let bob = Person::take(&server, "bob").await;
    bob.say("lobby", "before").await;
    page.shows_messages(&["before"]).await;
    server.kill().await;
    page.offline().await;
    server.restart().await;
    // Whether it comes back by itself before or after these, it shows them.
    let missed: Vec<_> = (1..=30).map(|number| format!("missed {number}")).collect();
    for body in &missed {
        bob.say("lobby", body).await;
    }
    let all: Vec<_> = ["before"].into_iter().chain(missed.iter().map(String::as_str)).collect();
    page.connected().await;
    page.shows_messages(&all).await;
    browser.has_no_errors();
}

#[tokio::test]
async fn what_the_disk_does_not_take_says_so() {
    let Some(browser) = Browser::start().await else { return };
    // A disk that is full, and a browser that has none for the page.
    for refusal in [
        "IDBObjectStore.prototype.put = () => { throw new DOMException('full', 'QuotaExceededError') }",
        "for (const store of ['localStorage', 'indexedDB']) \
           Object.defineProperty(window, store, { get() { throw new DOMException('no', 'SecurityError') } })",
    ] {
        let mut server = Server::start().await;
        let page = browser.visitor().await.blank().await;
        page.inject(refusal).await;
        page.go(server.url()).await;
        page.connected().await;
        server.kill().await;
        page.offline().await;
        page.say("nowhere but here").await;
        page.message_is("nowhere", "queued").await;
        page.shows("not saved on this device: keep this page open").await;
        server.restart().await;
        page.eval("document.querySelector('#status-now:not([hidden])')?.click()").await;
        page.message_is("nowhere", "stored").await;
        page.shows_no("not saved on this device").await;
        page.close().await;
    }
    browser.has_no_errors();
}

/// What answers in the place of a server that is down.
const IN_ITS_PLACE: &[(&str, Answers)] = &[
    ("a proxy's 502", |_| impostor::http("502 Bad Gateway", "text/html", "<h1>Bad Gateway</h1>")),
    ("a proxy's 503", |_| impostor::http("503 Service Unavailable", "text/html", "<h1>Unavailable</h1>")),
    ("a proxy's 504", |_| impostor::http("504 Gateway Timeout", "text/plain", "timeout")),
    ("a proxy's 404", |_| impostor::http("404 Not Found", "text/html", "<h1>Not Found</h1>")),
    ("a page that says it is fine", |_| impostor::http("200 OK", "text/html; charset=utf-8", "<h1>Back soon</h1>")),
    ("nonsense", |_| "nonsense".to_owned()),
];

#[tokio::test]
async fn the_kept_page_is_shown_whatever_answers_for_a_dead_server() {
    let Some(browser) = Browser::start().await else { return };
    let mut server = Server::start().await;
    let page = browser.open(server.url()).await;
    page.say("before").await;
    page.message_is("before", "stored").await;
    page.until("the worker", "navigator.serviceWorker.controller !== null").await;
    let address = server.url().trim_start_matches("http://").to_owned();
    server.kill().await;
    for (what, answers) in IN_ITS_PLACE {
        let _proxy = Impostor::at(&address, *answers).await;
        page.reload().await;
        page.until(what, "document.querySelector('#messages')?.innerText.includes('before')").await;
        page.offline().await;
        page.until("nobody to be signed out", "!document.querySelector('dialog')").await;
    }
    server.restart().await;
    page.reload().await;
    page.connected().await;
    page.shows_messages(&["before"]).await;
    browser.has_no_errors();
}
