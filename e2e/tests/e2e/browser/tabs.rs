//! Several tabs of one browser: they share a disk and a user, and do not get in each other's way.

use chat_e2e::{Browser, Person, Server, browser::HIDDEN};

#[tokio::test]
async fn the_drafts_of_two_tabs_are_both_kept() {
    let Some(browser) = Browser::start().await else { return };
    let server = Server::start().await;
    let visitor = browser.visitor().await;
    let (one, two) = (visitor.open(server.url()).await, visitor.open(server.url()).await);
    one.say("/join garden").await;
    one.in_room("garden").await;
    one.to_box().await;
    one.write("half a flower").await;
    two.connected().await;
    two.to_box().await;
    two.write("half a greeting").await;
    // Each knows of the other's by the time that they are left.
    two.until("the other's", "document.querySelector('[data-room=garden] .pencil:not([hidden])')").await;
    one.until("the other's", "document.querySelector('[data-room=lobby] .pencil:not([hidden])')").await;
    one.close().await;
    two.close().await;
    let page = visitor.open(server.url()).await;
    for (room, draft) in [("garden", "half a flower"), ("lobby", "half a greeting")] {
        page.go_to(room).await;
        page.until(draft, &format!("document.querySelector('#composer-input').value === '{draft}'")).await;
    }
    browser.has_no_errors();
}

#[tokio::test]
async fn what_waits_in_a_closed_tab_is_sent_by_another() {
    let Some(browser) = Browser::start().await else { return };
    let mut server = Server::start().await;
    let visitor = browser.visitor().await;
    let other = visitor.open(server.url()).await;
    other.connected().await;
    let page = visitor.open(server.url()).await;
    page.connected().await;
    server.kill().await;
    page.offline().await;
    page.say("from a tab that closes").await;
    page.message_is("closes", "queued").await;
    page.close().await;
    other.message_is("closes", "queued").await;
    server.restart().await;
    other.eval("document.querySelector('#status-now:not([hidden])')?.click()").await;
    other.message_is("closes", "stored").await;
    assert_eq!(Person::take(&server, "bob").await.bodies("lobby").await, ["from a tab that closes"]);
    browser.has_no_errors();
}

#[tokio::test]
async fn what_is_read_in_one_tab_is_not_told_by_another() {
    let Some(browser) = Browser::start().await else { return };
    let server = Server::start().await;
    let bob = Person::take(&server, "bob").await;
    let visitor = browser.visitor().await;
    let hidden = visitor.blank().await;
    hidden.inject(HIDDEN).await;
    hidden.go(server.url()).await;
    hidden.connected().await;
    let me = hidden.me().await;
    let front = visitor.open(server.url()).await;
    front.connected().await;
    bob.say("lobby", &format!("@{me} read at once")).await;
    front.shows_message("read at once").await;
    hidden.until("the title", "document.title.includes('#lobby')").await;
    front.say("/join garden").await;
    front.in_room("garden").await;
    bob.say("lobby", &format!("@{me} read by nobody")).await;
    hidden.until("a notification", "window.notified.length > 0").await;
    assert_eq!(hidden.eval("window.notified.length").await, 1);
    browser.has_no_errors();
}
