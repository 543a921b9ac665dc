//! A printed page: everything that is loaded of the conversation, over the whole width.

use chat_e2e::{Browser, Person, Server};

const MESSAGES: usize = 60;

#[tokio::test]
async fn paper_shows_the_whole_conversation() {
    let Some(browser) = Browser::start().await else { return };
    let server = Server::start().await;
    let bob = Person::take(&server, "bob").await;
    for number in 0..MESSAGES {
        bob.say("lobby", &format!("message {number}\nwith a second line")).await;
    }
    let page = browser.open(server.url()).await;
    page.connected().await;
    page.shows_message(&format!("message {}", MESSAGES - 1)).await;
    page.until("all that is loaded", "document.querySelectorAll('.message').length >= 50").await;
    page.print_media(true).await;
    let hidden = page.eval(
        "(() => { const rows = [...document.querySelectorAll('.message .body')]; const scroller = document.querySelector('#timeline'); \
         return { cut: ['html', 'body', '.app', '.room-view', '.timeline'].filter((name) => { const one = document.querySelector(name); \
             return one.scrollHeight > one.clientHeight + 1 && getComputedStyle(one).overflowY !== 'visible' }), \
           narrow: scroller.getBoundingClientRect().width < innerWidth * 0.9, \
           out: rows.filter((row) => !row.checkVisibility() || row.getBoundingClientRect().bottom > document.querySelector('.app').getBoundingClientRect().bottom + 1).length, \
           controls: [...document.querySelectorAll('button, textarea, aside, nav')].filter((one) => one.checkVisibility()).map((one) => one.id) } })()",
    );
    let hidden = hidden.await;
    assert_eq!(hidden, serde_json::json!({ "cut": [], "narrow": false, "out": 0, "controls": [] }));
    browser.has_no_errors();
}
