//! At every width, whatever others call themselves and their rooms: nothing is wider than its pane, what is cut ends in an
//! ellipsis, and badges stay in sight.

use chat_e2e::{Browser, Page, Person, Server};
use serde_json::json;

/// From the narrowest phone to a desktop, with the widths at which the layout changes.
const WIDTHS: &[u32] = &[320, 390, 639, 640, 899, 900, 1024, 1440];

/// Names as long as the rules allow, in wide letters, without a place to break.
const LONG_ROOM: &str = "WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW";
const LONG_NAME: &str = "MMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMM";

async fn fits(page: &Page, what: &str) {
    for &width in WIDTHS {
        page.resize(width, 800).await;
        page.until("the new size", &format!("innerWidth === {width}")).await;
        assert_eq!(page.overflows().await, [""; 0], "{what} at {width}");
    }
    page.resize(1440, 800).await;
}

#[tokio::test]
async fn nothing_is_wider_than_its_pane() {
    let Some(browser) = Browser::start().await else { return };
    let server = Server::start().await;
    let long = Person::take(&server, LONG_NAME).await;
    long.patch("/api/users/me", json!({ "display_name": "W".repeat(64) })).await.is(200);
    let page = browser.open(server.url()).await;
    page.connected().await;
    let guest = page.me().await;
    let rooms = [LONG_ROOM.to_owned(), "room-of-22-characters-x".to_owned(), "日本".repeat(12), "b".to_owned()];
    for room in &rooms {
        long.post("/api/rooms", json!({ "name": room, "topic": "T".repeat(200) })).await.is(201);
        let join =
            format!("fetch('/api/rooms/' + encodeURIComponent({}) + '/members/me', {{ method: 'PUT' }})", json!(room));
        page.eval(&format!("{join}.then((answer) => answer.ok)")).await;
        page.until(room, &format!("document.querySelector('#room-list [data-room={}]')", json!(room))).await;
    }
    long.patch("/api/rooms/lobby", json!({ "topic": "t".repeat(200) })).await.is(200);
    for room in &rooms {
        for _ in 0..3 {
            long.say(room, &format!("@{guest} {}", "x".repeat(300))).await;
        }
        page.unread(room, "@3").await;
    }
    let bodies = [
        "x".repeat(3_000),
        format!("https://example.org/{}", "path".repeat(200)),
        format!("@{LONG_NAME} @{guest} `{}`", "code".repeat(200)),
        format!("```\n{}\n```", "code".repeat(200)),
        format!("- {0}\n  - {0}\n\n> > {0}\n\n1. **{0}** *{0}*", "w".repeat(200)),
    ];
    for body in &bodies {
        long.say("lobby", body).await;
    }
    long.say("lobby", "the end").await;
    page.shows_message("the end").await;
    fits(&page, "the page").await;
    page.eval("document.documentElement.dataset.density = 'compact'").await;
    fits(&page, "compact messages").await;
    page.eval("delete document.documentElement.dataset.density").await;

    page.resize(WIDTHS[0], 800).await;
    let height = "document.querySelector('#composer-input').clientHeight";
    let of_lobby = page.eval(height).await;
    page.resize(1440, 800).await;
    page.go_to(LONG_ROOM).await;
    fits(&page, "the room with the long name").await;
    page.resize(WIDTHS[0], 800).await;
    assert_eq!(page.eval(height).await, of_lobby, "the empty box is one line tall");
    page.resize(1440, 800).await;
    page.insert("/").await;
    page.until("the completions", "!document.querySelector('#completions').hidden").await;
    fits(&page, "the completions").await;
    page.press("Backspace").await;
    page.insert("@").await;
    page.until("the people", "!document.querySelector('#completions').hidden").await;
    fits(&page, "the completions of people").await;
    page.press("Backspace").await;

    for (button, there) in
        [("open-directory", "li"), ("settings", "form"), ("find", "li"), ("name-chip", "form"), ("topic", "form")]
    {
        page.eval(&format!("document.querySelector('#{button}').click()")).await;
        page.until(button, &format!("document.querySelector('dialog {there}')")).await;
        fits(&page, button).await;
        page.press("Escape").await;
        page.until("the end of it", "!document.querySelector('dialog')").await;
    }
    for (command, there) in [("/link", ".code"), ("/help", "dl"), ("/rooms", "[data-room]")] {
        page.say(command).await;
        page.until(command, &format!("document.querySelector('dialog {there}')")).await;
        fits(&page, command).await;
        page.press("Escape").await;
        page.until("the end of it", "!document.querySelector('dialog')").await;
    }
    for (width, button) in [(390, "open-rooms"), (390, "open-people"), (700, "open-people")] {
        page.resize(width, 800).await;
        page.click_on(&format!("#{button}")).await;
        page.until("the drawer", "document.querySelector('#app').dataset.drawer").await;
        assert_eq!(page.overflows().await, [""; 0], "{button} at {width}");
        page.press("Escape").await;
        page.until("the end of it", "!document.querySelector('#app').dataset.drawer").await;
    }
    browser.has_no_errors();
}
