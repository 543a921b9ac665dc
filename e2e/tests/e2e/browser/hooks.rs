//! A hook is made in the page, given another address, and ended there.

use chat_e2e::{Browser, Page, Server};

/// The address that the dialog shows, unless it is this one.
async fn address(page: &Page, before: &str) -> String {
    let shown = "document.querySelector('dialog[data-name=hooks] .url')?.innerText";
    page.until("an address", &format!("![undefined, '{before}'].includes({shown})")).await;
    page.eval(shown).await.as_str().expect("text").to_owned()
}

async fn post(url: &str, text: &'static str) -> u16 {
    chat_testing::http().post(url).body(text).send().await.expect("an answer").status().as_u16()
}

#[tokio::test]
async fn a_program_posts_to_the_address_that_the_dialog_shows() {
    let Some(browser) = Browser::start().await else { return };
    let server = Server::start().await;
    let page = browser.open(server.url()).await;
    page.connected().await;
    page.say("/nick alice").await;
    page.say("/join ops").await;
    page.in_room("ops").await;
    page.say("/hook alerts").await;
    page.until("the name", "document.querySelector('#field-hook-name')?.value === 'alerts'").await;
    page.click("button", "Make a hook").await;
    let first = address(&page, "").await;
    assert!(first.starts_with(&format!("{}/hooks/", server.url())), "{first}");
    assert_eq!(page.overflows().await, [""; 0], "a hook");
    assert_eq!(post(&first, "the **disk** is full").await, 200);

    page.click("button", "New address for alerts").await;
    let second = address(&page, &first).await;
    assert_eq!((post(&first, "lost").await, post(&second, "`db-1` is back").await), (404, 200));
    page.click("button", "End alerts").await;
    page.until("no hook", "document.querySelector('dialog [role=list]').children.length === 0").await;
    page.shows("No program posts here yet.").await;
    assert_eq!(post(&second, "too late").await, 404);
    page.press("Escape").await;
    page.shows_message("the disk is full").await;
    page.shows_message("db-1 is back").await;
    browser.has_no_errors();
}
