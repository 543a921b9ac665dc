//! Who a page is: one guest a browser whatever the browser refuses, and never somebody else.

use chat_e2e::{Browser, Page, Person, Server, tampering::TamperingLine, text};
use serde_json::json;

/// What browsers refuse to a page, each as a script that runs before the page's own.
const REFUSALS: &[(&str, &str)] = &[
    ("nothing", ""),
    (
        "locks are refused",
        "navigator.locks.request = navigator.locks.query = async () => { throw new DOMException('no', 'SecurityError') }",
    ),
    ("there are no locks", "Object.defineProperty(navigator, 'locks', { value: undefined })"),
    (
        "storage is refused",
        "for (const store of ['localStorage', 'indexedDB']) \
        Object.defineProperty(window, store, { get() { throw new DOMException('no', 'SecurityError') } })",
    ),
    ("cookies are blocked", "Object.defineProperty(navigator, 'cookieEnabled', { value: false })"),
];

#[tokio::test]
async fn a_page_never_makes_more_than_one_guest_by_itself() {
    let Some(browser) = Browser::start().await else { return };
    for cookies in [true, false] {
        let server = Server::start().await;
        let bob = Person::take(&server, "bob").await;
        let line = TamperingLine::without_cookies(&server).await;
        let url = if cookies { server.url() } else { line.url() };
        let mut before = users(&bob).await;
        for (what, script) in REFUSALS {
            let page = browser.visitor().await.blank().await;
            page.inject(script).await;
            page.go(url).await;
            for visit in ["the first visit", "a reload"] {
                if cookies && *what != "cookies are blocked" {
                    page.connected().await;
                } else {
                    page.shows("Allow cookies for this site").await;
                }
                let made = users(&bob).await - before;
                assert!(made <= 1, "{made} guests at {visit}, cookies {cookies}, {what}");
                page.reload().await;
            }
            page.close().await;
            before = users(&bob).await;
        }
    }
    browser.has_no_errors();
}

#[tokio::test]
async fn a_lost_answer_makes_no_second_guest() {
    let Some(browser) = Browser::start().await else { return };
    let server = Server::start().await;
    let bob = Person::take(&server, "bob").await;
    // The server makes a guest, and the page gets no answer; the cookie may have come all the same.
    for (cookie, credentials) in [("lost", "omit"), ("kept", "same-origin")] {
        let before = users(&bob).await;
        let page = browser.visitor().await.blank().await;
        page.inject(&format!(
            "const send = fetch; window.fetch = async (path, how) => {{ \
               if (path !== '/api/users' || sessionStorage.lost) return send(path, how); \
               sessionStorage.lost = 'yes'; await send(path, {{ ...how, credentials: '{credentials}' }}); \
               throw new TypeError('Failed to fetch') }}"
        ))
        .await;
        page.go(server.url()).await;
        for visit in ["the first visit", "a reload"] {
            match cookie {
                "kept" => page.connected().await,
                _ => page.shows("its answer did not arrive").await,
            }
            assert_eq!(users(&bob).await, before + 1, "{visit}, the cookie was {cookie}");
            page.reload().await;
        }
        if cookie == "lost" {
            page.click("DisclosureTriangleGrouped", "I am new here").await;
            page.click("button", "Continue as a guest").await;
            page.connected().await;
            page.reload().await;
            page.connected().await;
            assert_eq!(users(&bob).await, before + 2, "one that was asked for");
        }
        page.close().await;
    }
    browser.has_no_errors();
}

#[tokio::test]
async fn a_guest_is_made_again_when_one_asks_for_it() {
    let Some(browser) = Browser::start().await else { return };
    let server = Server::start().await;
    let bob = Person::take(&server, "bob").await;
    let line = TamperingLine::without_cookies(&server).await;
    let page = browser.open(line.url()).await;
    page.shows("Allow cookies for this site").await;
    let before = users(&bob).await;
    page.click("DisclosureTriangleGrouped", "I am new here").await;
    page.click("button", "Continue as a guest").await;
    page.until("the answer", "document.querySelector('dialog') && !document.querySelector('dialog button[disabled]')")
        .await;
    page.shows("Allow cookies for this site").await;
    assert!(users(&bob).await <= before + 1);
    browser.has_no_errors();
}

#[tokio::test]
async fn a_sign_in_in_another_tab_never_makes_this_one_act_as_somebody_else() {
    let Some(browser) = Browser::start().await else { return };
    let server = Server::start().await;
    let (alice, bob) = (Person::take(&server, "alice").await, Person::take(&server, "bob").await);
    alice.post("/api/rooms", json!({ "name": "of-alice" })).await.is(201);
    // With and without a way for the tabs to tell each other.
    for has_channel in [true, false] {
        let visitor = browser.visitor().await;
        let (first, second) = (visitor.blank().await, visitor.blank().await);
        if !has_channel {
            first.inject("delete window.BroadcastChannel").await;
        }
        enter(&first, &alice).await;
        assert_eq!(first.me().await, "alice");
        enter(&second, &bob).await;
        if !has_channel {
            // It does not know yet, and acts.
            first.say("/topic by alice, for sure").await;
        }
        first.shows("Another tab of this browser signed in as bob").await;
        first.click("button", "Go on as bob").await;
        first.connected().await;
        assert_eq!(first.me().await, "bob");
        first.shows_no("of-alice").await;
        first.say("as bob").await;
        first.message_is("as bob", "stored").await;
        let room = bob.get("/api/rooms/lobby").await.is(200);
        assert_eq!(room["topic"], "");
        let said = bob.messages("lobby").await;
        assert_eq!(said.last().unwrap()["author"]["name"], "bob");
        first.close().await;
        second.close().await;
    }
    browser.has_no_errors();
}

#[tokio::test]
async fn why_the_server_refuses_a_first_visit_is_shown() {
    let Some(browser) = Browser::start().await else { return };
    let server = Server::start().await;
    let page = browser.visitor().await.blank().await;
    page.inject(
        "const real = window.fetch; \
         const refusal = { code: 'forbidden', detail: 'only pages of this server may do this; see --origin for others' }; \
         window.fetch = async (path, init) => path === '/api/users' ? new Response(JSON.stringify(refusal), { status: 403 }) : real(path, init)",
    )
    .await;
    page.go(server.url()).await;
    page.shows("Only pages of this server may do this").await;
    browser.has_no_errors();
}

#[tokio::test]
async fn a_first_visit_that_must_wait_long_can_sign_in_meanwhile() {
    let Some(browser) = Browser::start().await else { return };
    // One each three hours.
    let server = Server::with(&["registrations=1:0.0001"]).start().await;
    let first = browser.open(server.url()).await;
    first.connected().await;
    let page = browser.open(server.url()).await;
    page.shows("Too many new users came from your address. Try again in 3 hours").await;
    page.shows("Name and password").await;
    page.click("DisclosureTriangleGrouped", "I am new here").await;
    page.click("button", "Continue as a guest").await;
    page.shows("faster than the server").await;
    browser.has_no_errors();
}

/// Signs a page in by a link of that person's.
async fn enter(page: &Page, person: &Person) {
    let link = text(&person.post("/api/link-codes", json!({})).await.is(201)["url"]);
    page.go(&link).await;
    page.click("button", "Sign in").await;
    page.connected().await;
}

async fn users(bob: &Person) -> usize {
    bob.get("/api/users").await.is(200).names().len()
}
