//! Signing in where the server makes no guests: by a link, a password, an invite; and being signed out again.

use chat_e2e::{Browser, Person, Server, text};
use serde_json::json;

#[tokio::test]
async fn a_link_from_the_terminal() {
    let Some(browser) = Browser::start().await else { return };
    let server = Server::start().await;
    let alice = Person::take(&server, "alice").await;
    alice.say("lobby", "from the terminal").await;
    let link = async || text(&alice.post("/api/link-codes", json!({})).await.is(201)["url"]);

    // Nobody becomes someone else without a question, nor leaves the code in the address.
    let first = link().await;
    let page = browser.open(&first).await;
    page.shows("Use the sign-in link from your other device?").await;
    assert_eq!(page.eval("location.hash").await, "");
    page.click("button", "Sign in").await;
    page.connected().await;
    assert_eq!(page.me().await, "alice");
    page.say("and from the page").await;
    page.message_is("and from the page", "stored").await;
    assert_eq!(alice.messages("lobby").await[1]["author"]["name"], "alice");

    // It worked once. Who is a guest by then stays one.
    let other = browser.visitor().await;
    let page = other.open(&first).await;
    page.click("button", "Sign in").await;
    page.shows("The sign-in link did not work").await;
    page.close().await;

    // No is no.
    let page = browser.open(&link().await).await;
    page.click("button", "Not now").await;
    page.connected().await;
    assert_ne!(page.me().await, "alice");
    browser.has_no_errors();
}

#[tokio::test]
async fn a_link_that_is_refused_for_now_says_why() {
    let Some(browser) = Browser::start().await else { return };
    let server = Server::start().await;
    let alice = Person::take(&server, "alice").await;
    let link = text(&alice.post("/api/link-codes", json!({})).await.is(201)["url"]);
    let page = browser.visitor().await.blank().await;
    page.inject(
        "const real = window.fetch; \
         const refusal = { code: 'rate_limited', detail: 'too many sign-ins: wait a minute' }; \
         window.fetch = async (path, init) => path === '/api/sessions' && init?.method === 'POST' \
           ? new Response(JSON.stringify(refusal), { status: 429 }) : real(path, init)",
    )
    .await;
    page.go(&link).await;
    page.click("button", "Sign in").await;
    page.shows("Too many sign-ins: wait a minute").await;
    page.shows_no("already used").await;
    browser.has_no_errors();
}

#[tokio::test]
async fn a_server_that_takes_nobody_new() {
    let Some(browser) = Browser::start().await else { return };
    let folder = tempfile::tempdir().unwrap();
    let mut open = Server::with(&[]).data(folder.path()).start().await;
    let alice = Person::take(&open, "alice").await;
    alice.patch("/api/users/me", json!({ "password": "correct horse" })).await.is(200);
    alice.say("lobby", "for members only").await;
    open.terminate().await;

    let server = Server::with(&[]).data(folder.path()).arg("--registration").arg("closed").start().await;
    let page = browser.open(server.url()).await;
    page.shows("This server accepts no new users.").await;
    page.shows_no("for members only").await;
    assert_eq!(page.unnamed().await, [""; 0]);
    assert_eq!(page.low_contrast_texts().await, [""; 0]);
    page.press("Escape").await;
    page.click("textbox", "Name").await;
    page.write("alice").await;
    page.press("Tab").await;
    page.write("wrong horse").await;
    page.press("Enter").await;
    page.until("the refusal", "document.querySelector('dialog [role=alert]').innerText !== ''").await;
    page.press("Control+a").await;
    page.write("correct horse").await;
    page.press("Enter").await;
    page.shows_message("for members only").await;
    page.connected().await;
    assert_eq!(page.me().await, "alice");
    browser.has_no_errors();
}

#[tokio::test]
async fn an_invite_link_asks_for_a_name_and_lets_one_in() {
    let Some(browser) = Browser::start().await else { return };
    for registration in ["invite", "open"] {
        let server = Server::with(&[]).arg("--registration").arg(registration).start().await;
        let code = server.admin(&["invite"]).await.ok().to_owned();
        let page = browser.open(&format!("{}/#invite={}", server.url(), code.trim())).await;
        page.shows("You are invited").await;
        page.click_on("#field-new-name").await;
        page.write("alice").await;
        page.click("button", "Join").await;
        page.connected().await;
        assert_eq!(page.me().await, "alice", "{registration}");
        // The code stays neither in the address nor in the history.
        assert_eq!(page.eval("location.hash").await, "");
    }
    browser.has_no_errors();
}

#[tokio::test]
async fn an_invite_lets_one_in() {
    let Some(browser) = Browser::start().await else { return };
    let server = Server::with(&[]).arg("--registration").arg("invite").start().await;
    let code = server.admin(&["invite"]).await.ok().to_owned();
    let page = browser.open(server.url()).await;
    page.click("DisclosureTriangleGrouped", "I have an invite").await;
    page.shows_no("Give a").await;
    page.click("textbox", "Name you would like").await;
    page.write("bob").await;
    page.press("Tab").await;
    page.write("no-such-code").await;
    page.press("Enter").await;
    page.until(
        "the refusal",
        "[...document.querySelectorAll('dialog [role=alert]')].some((one) => one.innerText !== '')",
    )
    .await;
    page.press("Control+a").await;
    page.insert(&code).await;
    page.press("Enter").await;
    page.connected().await;
    assert_eq!(page.me().await, "bob");
    browser.has_no_errors();
}

#[tokio::test]
async fn a_lost_device_is_signed_out_from_another() {
    let Some(browser) = Browser::start().await else { return };
    let server = Server::start().await;
    let alice = Person::take(&server, "alice").await;
    alice.say("lobby", "nobody else should read this").await;
    let enter = async || {
        let link = text(&alice.post("/api/link-codes", json!({})).await.is(201)["url"]);
        let page = browser.open(&link).await;
        page.click("button", "Sign in").await;
        page.shows_message("nobody else should read this").await;
        page.connected().await;
        page
    };
    let (lost, mine) = (enter().await, enter().await);
    lost.to_box().await;
    lost.write("half a secret").await;

    mine.click("button", "Settings").await;
    mine.click("button", "Your devices").await;
    mine.shows("this one").await;
    mine.until("all three", "document.querySelectorAll('dialog [aria-label=Devices] li').length === 3").await;
    mine.click("button", "Sign out Chrome on Linux").await;

    lost.shows("This device was signed out.").await;
    lost.shows_no("nobody else should read this").await;
    lost.reload().await;
    lost.shows_no("nobody else should read this").await;
    lost.shows_no("half a secret").await;
    mine.press("Escape").await;
    mine.say("still me").await;
    mine.message_is("still me", "stored").await;
    browser.has_no_errors();
}
