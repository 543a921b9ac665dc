//! A webhook is made in the page, says there how it goes, and is ended there.

use chat_e2e::{Browser, Server, text};
use chat_testing::{Receiver, Reply};

#[tokio::test]
async fn what_is_said_is_sent_to_the_address_that_was_given_and_the_dialog_says_how_it_goes() {
    let Some(browser) = Browser::start().await else { return };
    let server = Server::unlimited().arg("--allow-private-webhooks").start().await;
    let mut receiver = Receiver::start().await;
    receiver.reply([Reply::Status(204), Reply::Status(503)]);
    let page = browser.open(server.url()).await;
    page.connected().await;
    page.say("/nick alice").await;
    page.say("/join ops").await;
    page.in_room("ops").await;
    let url = receiver.url("/chat");
    page.say(&format!("/webhook add {url}")).await;
    page.until("the address", &format!("document.querySelector('#field-webhook-url')?.value === '{url}'")).await;
    page.shows("Nothing is sent from here yet.").await;
    page.eval("document.querySelector('#field-webhook-events-5').click()").await;
    page.click("button", "Make a webhook").await;
    page.until("a secret", "document.querySelector('dialog[data-name=webhooks] .url')?.innerText.startsWith('whsec_')")
        .await;
    page.until("one webhook", "document.querySelectorAll('dialog [role=list] li').length === 1").await;
    page.shows("Messages, Changes of the room").await;
    page.shows("Nothing was sent yet.").await;
    assert_eq!(page.overflows().await, [""; 0], "a webhook");
    page.press("Escape").await;

    page.say("the **disk** is full").await;
    assert_eq!(receiver.next().await.said(), "the **disk** is full");
    page.say("/topic disks").await;
    let received = receiver.next().await;
    assert_eq!(text(&received.event()["type"]), "RoomUpdated");
    page.say("/webhook").await;
    // It may be on its way to say so.
    page.until("how it goes", "document.querySelector('dialog [role=list]')?.innerText.includes('made ')").await;
    page.click("button", &format!("End {url}")).await;
    page.shows("Nothing is sent from here yet.").await;
    page.press("Escape").await;
    page.say(&format!("/webhook add {url}")).await;
    page.click("button", "Make a webhook").await;
    page.until("a secret", "document.querySelector('dialog[data-name=webhooks] .url')?.innerText.startsWith('whsec_')")
        .await;
    page.press("Escape").await;
    page.say(&format!("/webhook end {url}")).await;
    page.shows("It sends nothing any more.").await;
    browser.has_no_errors();
}
