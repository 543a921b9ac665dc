//! On a phone the timeline is the page; rooms and people are drawers.

use chat_e2e::{Browser, Person, Server};

#[tokio::test]
async fn a_phone_is_enough() {
    let Some(browser) = Browser::start().await else { return };
    let server = Server::start().await;
    let bob = Person::take(&server, "bob").await;
    bob.post("/api/rooms", serde_json::json!({ "name": "garden" })).await.is(201);
    let visitor = browser.visitor().await;
    for (width, height) in [(390, 844), (320, 640)] {
        let page = visitor.blank().await;
        page.phone(width, height).await;
        page.go(server.url()).await;
        page.connected().await;
        let fits = async |what: &str| {
            assert_eq!(page.overflows().await, [""; 0], "{what} at {width}");
        };
        fits("the page").await;
        page.until(
            "the rooms to be away",
            "document.querySelector('#open-rooms').getAttribute('aria-expanded') === 'false'",
        )
        .await;

        let body = format!("from a phone of {width}");
        page.to_box().await;
        page.insert("two lines").await;
        page.press("Enter").await;
        page.insert(&body).await;
        page.tap("#send").await;
        page.message_is(&body, "stored").await;
        page.shows_message(&format!("two lines\n{body}")).await;
        page.message_is(&body, "stored").await;
        page.insert(&"a long message that needs several lines ".repeat(12)).await;
        page.until("a taller box", "document.querySelector('#composer-input').clientHeight > 80").await;
        page.until("a third at most", "document.querySelector('#composer').clientHeight < innerHeight / 2").await;
        fits("a long message").await;
        page.press("Control+a").await;
        page.press("Backspace").await;

        // The rooms' drawer: opened, a room joined in it, and closed by that.
        page.click("button", "Rooms").await;
        page.until("the drawer", &shown("rooms")).await;
        fits("the rooms").await;
        page.click("button", "Find, join or make rooms").await;
        fits("all rooms").await;
        let (words, inside) = if width == 390 { ("Join #garden", "garden") } else { ("Open #garden", "garden") };
        page.click("button", words).await;
        page.in_room(inside).await;
        page.until("the drawer to be away", &format!("!({})", shown("rooms"))).await;

        page.click_on("#open-people").await;
        page.until("the people", &shown("people")).await;
        fits("the people").await;
        page.press("Escape").await;
        page.until("the people to be away", &format!("!({})", shown("people"))).await;
        page.click("button", "Rooms").await;
        page.until("the drawer again", &shown("rooms")).await;
        page.click("button", "Settings").await;
        page.shows("Notifications").await;
        fits("the settings").await;
        page.close().await;
    }
    browser.has_no_errors();
}

#[tokio::test]
async fn what_can_be_done_with_a_message_is_done_with_a_finger() {
    let Some(browser) = Browser::start().await else { return };
    let server = Server::start().await;
    let bob = Person::take(&server, "bob").await;
    for body in ["first", "second", "third"] {
        bob.say("lobby", body).await;
    }
    let page = browser.visitor().await.blank().await;
    page.phone(390, 844).await;
    page.inject("navigator.clipboard.writeText = async (text) => { window.copied = text }").await;
    page.go(server.url()).await;
    page.shows_message("third").await;
    page.connected().await;

    page.tap("#messages .message:nth-last-child(2) .body").await;
    page.until("the tools", "document.querySelector('.message:nth-last-child(2) .tools')").await;
    assert_eq!(page.overflows().await, [""; 0], "the tools");
    page.tap(".tools [aria-haspopup=menu]").await;
    page.until("the menu", "document.querySelector('[role=menu]')").await;
    assert_eq!(page.overflows().await, [""; 0], "the menu");
    page.click("menuitem", "Copy message").await;
    page.until("the copy", "window.copied === 'second'").await;
    // Holding the finger opens the menu at once, and a tap elsewhere closes it.
    let menu = "document.querySelector('[role=menu]:popover-open')";
    let last = "#messages > :nth-last-child(1 of .message) .body";
    page.hold_until(last, "the menu", menu).await;
    page.until("it stays when the finger is lifted", &format!("{menu}.popover === 'auto'")).await;
    assert_eq!(page.overflows().await, [""; 0], "the menu with emojis");
    page.tap("#room-title").await;
    page.until("no menu", &format!("!{menu}")).await;
    // Its emojis are a tap away.
    page.hold_until(last, "the menu", menu).await;
    page.until("it stays", &format!("{menu}.popover === 'auto'")).await;
    page.tap(".menu-emojis [aria-label='React with 🎉']").await;
    page.until("the reaction", "document.querySelector('.message .chip[data-emoji=\"🎉\"]')").await;
    page.until("no menu", &format!("!{menu}")).await;
    page.hold_until(last, "the menu", menu).await;
    page.until("it stays", &format!("{menu}.popover === 'auto'")).await;
    page.click("menuitem", "Mark unread from here").await;
    page.shows("1 new since").await;
    browser.has_no_errors();
}

/// Where the keyboard of a phone would come up.
const IN_FIELD: &str = "document.activeElement.matches('input, textarea')";

#[tokio::test]
async fn no_dialog_brings_up_a_phones_keyboard_by_itself() {
    let Some(browser) = Browser::start().await else { return };
    let server = Server::start().await;
    let page = browser.visitor().await.blank().await;
    page.phone(390, 844).await;
    page.go(server.url()).await;
    page.connected().await;
    for command in ["/nick", "/password", "/rooms", "/topic", "/link", "/help"] {
        page.to_box().await;
        page.insert(command).await;
        page.tap("#send").await;
        page.until(command, "document.querySelector('dialog[open]')").await;
        page.until("the focus in it", "document.querySelector('dialog').contains(document.activeElement)").await;
        assert_eq!(page.eval(IN_FIELD).await, false, "{command}");
        page.press("Escape").await;
        page.until("no dialog", "!document.querySelector('dialog')").await;
    }
    page.eval("fetch('/api/sessions/current', { method: 'DELETE' })").await;
    page.until("the sign-in dialog", "document.querySelector('dialog[data-name=sign-in]')").await;
    page.until("the focus in it", "document.querySelector('dialog').contains(document.activeElement)").await;
    assert_eq!(page.eval(IN_FIELD).await, false, "signing in");
    browser.has_no_errors();
}

/// Whether a pane is on screen and can be touched.
fn shown(pane: &str) -> String {
    format!(
        "(() => {{ const pane = document.querySelector('#{pane}'); const box = pane.getBoundingClientRect(); \
         return !pane.inert && box.width > 0 && pane.checkVisibility({{ visibilityProperty: true }}) && \
           pane.contains(document.elementFromPoint(box.left + box.width / 2, box.top + 20)) }})()"
    )
}
