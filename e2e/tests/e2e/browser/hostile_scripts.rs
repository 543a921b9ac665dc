//! A long list of scripts in disguise, everywhere a text can stand: none of them runs, and nothing is fetched for them.

use chat_e2e::{Browser, Page, Person, Server, hostile::ORDERS};
use futures_util::future::join_all;
use serde_json::json;

/// One a line. Each calls `harm()`, or fetches something, where it is more than text.
const SCRIPTS: &str = include_str!("../../../fixtures/xss.txt");
/// Characters of a display name.
const NAME: usize = 64;
/// Messages on one screen and a little more: older ones leave the page again.
const SCREEN: usize = 40;

#[tokio::test]
async fn in_messages_topics_and_names() {
    let Some(browser) = Browser::start().await else { return };
    let server = Server::start().await;
    let mallory = Person::take(&server, "mallory").await;
    let page = browser.open(server.url()).await;
    page.connected().await;
    let scripts: Vec<&str> = SCRIPTS.lines().chain(ORDERS.iter().copied()).collect();
    for (number, scripts) in scripts.chunks(SCREEN).enumerate() {
        join_all(scripts.iter().map(async |script| mallory.say("lobby", &format!("{script} .")).await)).await;
        for script in scripts.iter().step_by(5) {
            mallory.patch("/api/rooms/lobby", json!({ "topic": script })).await.is(200);
            let name: String = script.chars().take(NAME).collect();
            mallory.patch("/api/users/me", json!({ "display_name": name })).await.is(200);
        }
        for strings in naughty_strings::BLNS.chunks(60).skip(number * 2).take(2) {
            mallory.say("lobby", &strings.join("\n\n")).await;
        }
        mallory.say("lobby", &format!("screen {number}")).await;
        page.shows_message(&format!("screen {number}")).await;
        only_text(&page).await;
    }
    page.reload().await;
    page.connected().await;
    only_text(&page).await;
    page.say("still here").await;
    page.message_is("still here", "stored").await;
    browser.has_no_errors();
}

#[tokio::test]
async fn in_what_one_types_and_the_address() {
    let Some(browser) = Browser::start().await else { return };
    let server = Server::start().await;
    let mallory = Person::take(&server, "mallory").await;
    for (number, script) in SCRIPTS.lines().enumerate().step_by(8) {
        mallory.post("/api/rooms", json!({ "name": format!("room{number}"), "topic": script })).await.is(201);
    }
    // One's own words are text too: searched for, thrown in as the lines of a file, sent.
    let page = browser.open(server.url()).await;
    page.connected().await;
    page.press("Control+k").await;
    page.click("combobox", "Go to a room, a person or a command").await;
    for script in SCRIPTS.lines().step_by(8) {
        page.press("Control+a").await;
        page.insert(script).await;
    }
    page.press("Escape").await;
    page.to_box().await;
    page.insert(SCRIPTS).await;
    page.press("Enter").await;
    page.shows_message("harm(128)").await;
    for script in
        ["/join <img src=x onerror=harm(1)>", "/topic <img src=x onerror=harm(2)>", "/<img src=x onerror=harm(3)>"]
    {
        page.say(script).await;
    }
    only_text(&page).await;
    for address in [
        "/#link=<img/src=x/onerror=harm(4)>",
        "/#javascript:harm(5)",
        "/?next=\"><script>harm(6)</script>",
        "/#room=%3Cscript%3Eharm(7)%3C/script%3E",
    ] {
        let page = browser.open(&format!("{}{address}", server.url())).await;
        page.until("the page", "document.querySelector('#status') !== null").await;
        only_text(&page).await;
    }
    browser.has_no_errors();
}

/// Nothing that could run is there, and nothing was fetched from elsewhere, not even tried.
async fn only_text(page: &Page) {
    let foreign = page.eval(
        r#"[...document.body.querySelectorAll('*')].filter((one) =>
           /^(SCRIPT|IFRAME|OBJECT|EMBED|STYLE|LINK|META|BASE|IMG|VIDEO|AUDIO|SOURCE|MATH|FRAME|TEMPLATE|MARQUEE)$/i.test(one.tagName) ||
           [...one.attributes].some(({ name, value }) => /^on|^srcdoc$|^formaction$/.test(name) || /^\s*(javascript|data|vbscript):/i.test(value)))
         .filter((one) => !one.matches('script[src^="/assets/"][src$="/js/main.js"], img[src^="/icons/"]'))
         .map((one) => one.outerHTML.slice(0, 200))"#,
    );
    assert_eq!(foreign.await, json!([]));
    let fetched = page.eval(
        "performance.getEntriesByType('resource').map(({ name }) => name).filter((name) => new URL(name).host !== location.host)",
    );
    assert_eq!(fetched.await, json!([]));
}
