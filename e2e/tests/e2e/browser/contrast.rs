//! Light and dark: every text stands out from its ground, and all that can be used has a name.

use chat_e2e::{Browser, Page, Person, Server, browser::ColorScheme, text};
use serde_json::json;

/// What is on screen can be read, light and dark, and what can be used in it has a name.
async fn readable(page: &Page, view: &str) {
    for scheme in [ColorScheme::Light, ColorScheme::Dark] {
        page.color_scheme(scheme).await;
        let scheme = if scheme == ColorScheme::Dark { "dark" } else { "light" };
        page.until("the colours", &format!("matchMedia('(prefers-color-scheme: {scheme})').matches")).await;
        let faint = page.low_contrast_texts().await;
        assert!(faint.is_empty(), "{view}, {scheme:?}: {faint:#?}");
    }
    let unnamed = page.unnamed().await;
    assert!(unnamed.is_empty(), "{view}: {unnamed:#?}");
    assert_eq!(page.overflows().await, [""; 0], "{view}");
}

#[tokio::test]
async fn every_view_can_be_read_and_named() {
    let Some(browser) = Browser::start().await else { return };
    let mut server = Server::start().await;
    for name in ["bob", "carol", "dave", "erin", "frank", "grace", "heidi", "ivan"] {
        let person = Person::take(&server, name).await;
        person
            .say("lobby", &format!("**{name}** says `code` and [a link](https://example.invalid) to @bob\n> quoted"))
            .await;
        person.patch("/api/rooms/lobby", json!({ "topic": format!("{name}'s topic") })).await;
    }
    let page = browser.open(server.url()).await;
    page.connected().await;
    page.shows_message("ivan says").await;
    let guest = page.me().await;
    Person::take(&server, "judy").await.say("lobby", &format!("a mention of @{guest}")).await;
    page.shows_message("a mention of").await;
    let check = async |view: &str| readable(&page, view).await;
    check("the page").await;
    for (keys, opened) in [("Control+k", "combobox"), ("F1", "dl")] {
        page.press(keys).await;
        page.until(opened, &format!("document.querySelector('dialog {opened}, dialog [role={opened}]')")).await;
        check(keys).await;
        page.press("Escape").await;
        page.until("the end of it", "!document.querySelector('dialog')").await;
    }
    for (button, words) in [
        ("settings", "Notifications"),
        ("open-directory", "Make a room"),
        ("name-chip", "Take this name"),
        ("topic", "Everyone in the room sees it"),
    ] {
        page.click_on(&format!("#{button}")).await;
        page.shows(words).await;
        check(button).await;
        page.press("Escape").await;
        page.until("the end of it", "!document.querySelector('dialog')").await;
    }
    // What stands at and around a message.
    let menus = "document.querySelector('[popover]:popover-open')";
    page.eval("[...document.querySelectorAll('#messages > .message')].at(-1).focus()").await;
    for (key, view) in [("Shift+F10", "the menu of a message"), ("+", "the emojis")] {
        page.press(key).await;
        page.until(view, &format!("{menus} !== null")).await;
        check(view).await;
        if key == "+" {
            page.write("tada").await;
            page.press("Enter").await;
            page.until("the reaction", "document.querySelector('.message:not([data-pending]) .chip')").await;
            check("a reaction").await;
        } else {
            page.press("Escape").await;
            page.until("the end of it", &format!("{menus} === null")).await;
        }
    }
    page.press("p").await;
    page.shows("pinned a message").await;
    page.press("r").await;
    page.shows("Reply to judy").await;
    check("a reply begun").await;
    page.say("an answer").await;
    page.shows("1 reply").await;
    page.click_on(".thread-link").await;
    page.until("the thread", "document.querySelectorAll('#thread-messages > .message').length === 2").await;
    check("a thread").await;
    page.press("Escape").await;
    page.to_box().await;
    page.press("ArrowUp").await;
    page.until("the editor", "document.activeElement.matches('.editor textarea')").await;
    check("an editor").await;
    page.press("Escape").await;
    page.press("Alt+p").await;
    page.until("the pins", "document.querySelector('dialog .pin')").await;
    check("what is pinned").await;
    page.press("Escape").await;
    page.until("the end of it", "!document.querySelector('dialog')").await;
    for command in ["/status", "/notify"] {
        page.say(command).await;
        page.until(command, "document.querySelector('dialog')").await;
        check(command).await;
        page.press("Escape").await;
        page.until("the end of it", "!document.querySelector('dialog')").await;
    }
    server.kill().await;
    page.offline().await;
    page.say("not yet").await;
    page.message_is("not yet", "queued").await;
    check("offline").await;
    browser.has_no_errors();
}

#[tokio::test]
async fn every_dialog_of_moderators_and_administrators_can_be_read_and_named() {
    let Some(browser) = Browser::start().await else { return };
    let server = Server::start().await;
    let page = browser.open(server.url()).await;
    page.take_name("alice").await;
    server.admin(&["user", "role", "alice", "admin"]).await.ok();
    page.reload().await;
    page.connected().await;
    page.say("/join garden").await;
    page.in_room("garden").await;
    let bob = Person::take(&server, "bob").await;
    bob.join("garden").await;
    let message = text(&bob.say("garden", "helo").await["id"]);
    bob.patch(&format!("/api/messages/{message}"), json!({ "body": "hello" })).await.is(200);
    bob.put(&format!("/api/messages/{message}/reactions/👍")).await.is(204);
    let carol = Person::take(&server, "carol").await;
    carol.join("garden").await;
    carol.post(&format!("/api/messages/{message}/report"), json!({ "reason": "too short" })).await.is(204);
    page.shows_message("hello").await;
    page.shows("edited").await;

    let close = async || {
        page.press("Escape").await;
        page.until("the end of it", "!document.querySelector('dialog')").await;
    };
    // Each with what it shows once the server has answered.
    let commands = [
        ("/add", "One or more, with spaces between them."),
        ("/audit", "The operator changed the role of alice"),
        ("/ban", "Moderate"),
        ("/delete-room", "All that was ever said in it goes"),
        ("/invite", "Make a link"),
        ("/link", "Copy link"),
        ("/msg", "They hear of it with the first message."),
        ("/password", "password"),
        ("/reports", "too short"),
        ("/slow", "Time between two messages of a member"),
    ];
    for (command, words) in commands {
        page.say(command).await;
        page.until(command, &format!("document.querySelector('dialog')?.innerText.includes('{words}')")).await;
        match command {
            "/invite" => {
                page.click("button", "Make a link").await;
                page.shows("1 use left").await;
            }
            "/delete-room" => {
                readable(&page, command).await;
                page.click("button", "Delete…").await;
                page.shows("Delete for ever").await;
            }
            "/ban" => {
                readable(&page, command).await;
                page.click("button", "Moderate bob").await;
                readable(&page, "what can be done to a member").await;
                page.click("menuitem", "Mute…").await;
                page.shows("For how long").await;
            }
            _ => {}
        }
        readable(&page, command).await;
        close().await;
    }
    for (key, words) in [("w", "bob"), ("h", "as it is now"), ("!", "The moderators of the room")] {
        page.on_message("hello", key).await;
        page.until(words, &format!("document.querySelector('dialog')?.innerText.includes('{words}')")).await;
        readable(&page, words).await;
        close().await;
    }
    page.click_on("#people [data-user=bob] button").await;
    page.click("menuitem", "Role on the server…").await;
    page.shows("Also of a user who is not listed here.").await;
    readable(&page, "a user of the server").await;
    close().await;
    page.click_on("#room-more").await;
    page.until("the menu", "document.querySelector('[role=menu]')").await;
    readable(&page, "the room's menu").await;
    browser.has_no_errors();
}
