//! What is the user's own: password, colour, devices, how close messages stand, the name that a guest was given.

use chat_e2e::{Browser, Server};

#[tokio::test]
async fn each_thing_of_ones_own_has_its_place() {
    let Some(browser) = Browser::start().await else { return };
    let server = Server::start().await;
    let visitor = browser.visitor().await;
    let page = visitor.open(server.url()).await;
    page.connected().await;
    let closed = "!document.querySelector('dialog')";

    page.say("/password").await;
    page.shows("8 characters or more").await;
    page.shows_no("Notifications").await;
    page.press("Escape").await;
    page.until("the end of it", closed).await;

    // Nothing that brings up a phone's keyboard has the focus by itself.
    page.click("button", "Settings").await;
    page.until("the settings", "document.querySelector('dialog .swatches')").await;
    assert_eq!(page.eval("document.activeElement.matches('input, textarea, [aria-label=Close]')").await, false);
    page.click("radio", "Colour 4").await;
    page.click("button", "Save").await;
    page.shows("Saved.").await;
    page.click("checkbox", "Compact messages").await;
    page.click("button", "Your devices").await;
    page.until("this device, first", "document.querySelector('.devices li .tag').innerText === 'this one'").await;
    page.until("its name", "/ on /.test(document.querySelector('.devices li').innerText)").await;
    page.press("Escape").await;
    page.until("the end of it", closed).await;

    page.click("button", "Keep this name for now").await;
    page.until("the chip to be away", "document.querySelector('#name-chip-row').hidden").await;
    page.reload().await;
    page.connected().await;
    assert_eq!(page.eval("document.querySelector('#name-chip-row').hidden").await, true);
    assert_eq!(page.eval("document.documentElement.dataset.density").await, "compact");
    let own = "getComputedStyle(document.documentElement).getPropertyValue('--user-3').includes";
    let saved = format!("fetch('/api/users/me').then((answer) => answer.json()).then(({{ color }}) => {own}(color))");
    page.eval(&format!("{saved}.then((same) => {{ if (!same) throw new Error('another colour') }})")).await;
    browser.has_no_errors();
}

#[tokio::test]
async fn the_menu_of_a_room_works_by_keyboard() {
    let Some(browser) = Browser::start().await else { return };
    let server = Server::start().await;
    let page = browser.open(server.url()).await;
    page.connected().await;
    page.eval("document.querySelector('#room-more').focus()").await;
    page.press("Enter").await;
    page.until("the menu", "document.activeElement.innerText === 'Set a topic'").await;
    page.press("ArrowDown").await;
    page.until("the next", "document.activeElement.innerText.startsWith('Pinned messages')").await;
    page.press("Escape").await;
    page.until("the button again", "document.activeElement.id === 'room-more'").await;
    page.until("no menu", "!document.querySelector('[role=menu]')").await;
    // Nobody leaves the lobby.
    page.press("Enter").await;
    page.until("the menu", "document.activeElement.innerText === 'Set a topic'").await;
    assert_eq!(page.eval("document.querySelector('[role=menu]').innerText.includes('Leave')").await, false);
    browser.has_no_errors();
}
