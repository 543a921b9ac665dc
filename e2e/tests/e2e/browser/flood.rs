//! A thousand messages at once, in front of someone who just reads.

use std::collections::BTreeSet;

use chat_e2e::{Browser, Page, Person, Server, Socket, within};
use serde_json::json;
use uuid::Uuid;

/// How many.
const FLOOD: usize = 1_000;
/// Rows that the page keeps at least.
const WINDOW: usize = 240;
/// A turn of the wheel to the top of all that is loaded, in pixels.
const UP: i32 = -30_000;

#[tokio::test]
async fn a_thousand_messages_arrive_in_order() {
    let Some(browser) = Browser::start().await else { return };
    let server = Server::start().await;
    let page = browser.open(server.url()).await;
    page.connected().await;
    let bob = Person::take(&server, "bob").await;
    let (mut socket, welcome) = Socket::hello(&server, &bob).await;
    let lobby = &welcome["rooms"][0]["id"];
    for number in 1..=FLOOD {
        let id = Uuid::now_v7();
        socket
            .send(json!({ "type": "Message", "id": id, "room": lobby, "body": format!("{number} of a flood") }))
            .await
            .unwrap();
    }
    within("the last acknowledgement", async {
        let mut acknowledged = 0;
        while acknowledged < FLOOD {
            acknowledged += usize::from(socket.next().await.unwrap()["type"] == "Ack");
        }
    })
    .await;

    // A reader who follows comes to the end with it, and what is there has no hole: the page takes a flood in over
    // several frames, and keeps a window of it.
    let rows = "[...document.querySelectorAll('#messages > [data-id] .body')]";
    let end = format!("{rows}.length >= {WINDOW} && {rows}.at(-1).innerText.startsWith('{FLOOD} ')");
    page.until("the end of the flood", &end).await;
    let mut seen = BTreeSet::new();
    let shown = run(&page).await;
    assert_eq!(shown.last(), Some(&FLOOD));
    seen.extend(shown);
    page.say("answered in between").await;
    page.message_is("answered in between", "stored").await;

    // Nor has what was before it.
    while !seen.contains(&1) {
        let oldest = *seen.first().expect("something is shown");
        page.wheel(UP).await;
        let older = format!("parseInt(document.querySelector('#messages > [data-id] .body').innerText) < {oldest}");
        page.until(&format!("what was before {oldest}"), &older).await;
        seen.extend(run(&page).await);
    }
    assert_eq!(seen.len(), FLOOD);
    browser.has_no_errors();
}

/// The numbers that are shown, which follow on each other.
async fn run(page: &Page) -> Vec<usize> {
    // A page that takes in a flood draws it over several frames.
    let complete = "[...document.querySelectorAll('#messages > [data-id] .body')].map((body) => parseInt(body.innerText)) \
                 .filter(Number.isFinite).every((number, at, all) => at === 0 || number === all[at - 1] + 1)";
    page.until("messages without a hole", complete).await;
    let bodies = page.bodies().await;
    let numbers: Vec<usize> = bodies.iter().filter_map(|body| body.split(' ').next()?.parse().ok()).collect();
    assert!(numbers.is_sorted(), "{numbers:?}");
    numbers
}
