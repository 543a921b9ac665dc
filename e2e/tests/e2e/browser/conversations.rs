//! Private rooms, direct rooms and moderation in the page.

use chat_e2e::{Browser, Page, Person, Server};
/// Makes a private room by the directory.
async fn make_private(page: &Page, name: &str) {
    page.click_on("#open-directory").await;
    // What comes above it moves it.
    page.until("the rooms", "document.querySelector('dialog .directory-room')").await;
    page.click("DisclosureTriangle", "Make a room").await;
    page.click_on("#field-room-name").await;
    page.write(name).await;
    page.click_on("#field-room-private").await;
    page.click("button", "Make it").await;
    page.in_room(name).await;
}

#[tokio::test]
async fn a_private_room_is_seen_by_those_who_are_added() {
    let Some(browser) = Browser::start().await else { return };
    let server = Server::start().await;
    let (alice, bob) = (browser.open(server.url()).await, browser.open(server.url()).await);
    alice.take_name("alice").await;
    bob.take_name("bob").await;
    make_private(&alice, "plans").await;
    alice.until("the lock", "document.querySelector('#room-list [data-kind=private] .icon')").await;
    alice.say("for us alone").await;
    alice.message_is("for us alone", "stored").await;
    let carol = Person::take(&server, "carol").await;
    assert_eq!(carol.get("/api/rooms").await.names(), ["lobby"], "nobody else sees it");

    alice.in_room_menu("Add people").await;
    alice.shows("can read all that was ever said").await;
    alice.click_on("#field-people").await;
    alice.write("bob").await;
    alice.press("Enter").await;
    alice.shows("bob was added by alice").await;
    bob.go_to("plans").await;
    bob.shows_message("for us alone").await;
    // Its address names it by its id: another room may have the same name.
    let address = bob.eval("location.pathname.split('/')[2].length").await;
    assert_eq!(address, 36);
    bob.reload().await;
    bob.shows_message("for us alone").await;
    browser.has_no_errors();
}

#[tokio::test]
async fn a_direct_room_is_told_of_with_its_first_message() {
    let Some(browser) = Browser::start().await else { return };
    let server = Server::start().await;
    let (alice, bob) = (browser.open(server.url()).await, browser.open(server.url()).await);
    alice.take_name("alice").await;
    bob.take_name("bob").await;
    alice.person_is("bob", "online").await;
    alice.click_on("#people [data-user=bob] button").await;
    alice.click("menuitem", "Write to them directly").await;
    alice.until("the room", "document.querySelector('#room-title').innerText === '@bob'").await;
    bob.until("no room of it", "!document.querySelector('#room-list [data-kind=direct]')").await;
    alice.say("did you see this?").await;
    alice.message_is("did you see this?", "stored").await;
    let badge = "document.querySelector('#room-list [data-kind=direct] .badge')?.innerText";
    bob.until("the mention", &format!("{badge} === '@1'")).await;
    bob.click_on("#room-list [data-kind=direct] button").await;
    bob.shows_message("did you see this?").await;
    bob.say("yes").await;
    alice.shows_message("yes").await;
    // By a command it is the same room.
    alice.go_to("lobby").await;
    alice.say("/msg @bob good").await;
    bob.shows_message("good").await;
    let rooms = alice.eval("document.querySelectorAll('#room-list [data-kind=direct]').length").await;
    assert_eq!(rooms, 1);
    browser.has_no_errors();
}

#[tokio::test]
async fn who_is_muted_is_told_and_what_is_archived_is_read_only() {
    let Some(browser) = Browser::start().await else { return };
    let server = Server::start().await;
    let (alice, bob) = (browser.open(server.url()).await, browser.open(server.url()).await);
    alice.take_name("alice").await;
    bob.take_name("bob").await;
    make_private(&alice, "plans").await;
    alice.say("/add @bob").await;
    bob.go_to("plans").await;
    alice.person_is("bob", "online").await;

    alice.say("/mute @bob 1h too loud").await;
    alice.shows("alice muted bob until").await;
    bob.shows("A moderator has muted you here until").await;
    bob.until("no box", "document.querySelector('#composer-input').disabled").await;
    alice.in_room_menu("Members and moderation").await;
    alice.click("button", "Moderate bob").await;
    alice.click("menuitem", "Unmute").await;
    alice.click("button", "Do it").await;
    bob.until("the box", "!document.querySelector('#composer-input').disabled").await;

    // What is archived can be read.
    alice.in_room_menu("Archive the room").await;
    bob.shows("This room is archived").await;
    alice.in_room_menu("Reopen the room").await;
    bob.until("the box", "!document.querySelector('#composer-input').disabled").await;
    browser.has_no_errors();
}
