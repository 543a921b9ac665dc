//! Rooms and messages have addresses: they can be sent, opened, reloaded, and gone back from.

use chat_e2e::{Browser, Page, Person, Server};
use serde_json::json;

/// More than one page of them, so that the place in the middle has to be asked for.
const MESSAGES: usize = 130;

async fn at(page: &Page, path: &str) {
    page.until(&format!("the address {path}"), &format!("location.pathname + location.hash === {}", json!(path))).await;
}

async fn back(page: &Page) {
    page.eval("history.back()").await;
}

#[tokio::test]
async fn the_address_is_the_room_and_back_goes_back() {
    let Some(browser) = Browser::start().await else { return };
    let server = Server::start().await;
    let bob = Person::take(&server, "bob").await;
    for room in ["garden", "日本"] {
        bob.post("/api/rooms", json!({ "name": room, "topic": "what grows" })).await.is(201);
    }
    let page = browser.open(server.url()).await;
    page.connected().await;
    at(&page, "/rooms/lobby").await;

    // Who is not in a room is asked; who joins is there.
    page.go(&format!("{}/rooms/garden", server.url())).await;
    page.shows("Join #garden?").await;
    page.click("button", "Join").await;
    page.in_room("garden").await;
    at(&page, "/rooms/garden").await;
    page.reload().await;
    page.connected().await;
    page.in_room("garden").await;

    page.go_to("lobby").await;
    at(&page, "/rooms/lobby").await;
    back(&page).await;
    page.in_room("garden").await;
    at(&page, "/rooms/garden").await;

    // What lies over the room goes first.
    for (keys, open) in [("Control+k", "document.querySelector('dialog')"), ("F1", "document.querySelector('dialog')")]
    {
        page.press(keys).await;
        page.until(keys, &format!("{open} && history.state?.covered")).await;
        back(&page).await;
        page.until("the end of it", "!document.querySelector('dialog') && !history.state?.covered").await;
        page.in_room("garden").await;
    }
    page.resize(390, 800).await;
    for button in ["open-rooms", "open-people"] {
        page.click_on(&format!("#{button}")).await;
        page.until(button, "document.querySelector('#app').dataset.drawer && history.state?.covered").await;
        back(&page).await;
        page.until("the end of it", "!document.querySelector('#app').dataset.drawer && !history.state?.covered").await;
        page.in_room("garden").await;
    }
    // Closed by hand, it leaves nothing behind that Back would have to take.
    page.click_on("#open-rooms").await;
    page.until("the drawer", "history.state?.covered").await;
    page.press("Escape").await;
    page.until("no trace of it", "!history.state?.covered").await;
    // From the drawer to a room is one step.
    page.click_on("#open-rooms").await;
    page.until("the drawer", "history.state?.covered").await;
    page.go_to("lobby").await;
    at(&page, "/rooms/lobby").await;
    back(&page).await;
    page.in_room("garden").await;
    page.until("no drawer", "!document.querySelector('#app').dataset.drawer").await;

    // A room that is not there, by any name.
    page.resize(1280, 800).await;
    for name in ["nowhere", "%E6%97%A5", "..%2Fapi"] {
        page.go(&format!("{}/rooms/{name}", server.url())).await;
        page.shows("No such room").await;
        page.click("button", "Close").await;
        page.until("the end of it", "!document.querySelector('dialog')").await;
        at(&page, "/rooms/garden").await;
    }
    // The form of earlier versions, and a name that has to be encoded.
    page.go(&format!("{}/#garden", server.url())).await;
    page.in_room("garden").await;
    at(&page, "/rooms/garden").await;
    page.go(&format!("{}/rooms/%E6%97%A5%E6%9C%AC", server.url())).await;
    page.shows("Join #日本?").await;
    page.click("button", "Join").await;
    page.in_room("日本").await;
    at(&page, "/rooms/%E6%97%A5%E6%9C%AC").await;
    browser.has_no_errors();
}

#[tokio::test]
async fn an_address_leads_to_a_message() {
    let Some(browser) = Browser::start().await else { return };
    let server = Server::start().await;
    let bob = Person::take(&server, "bob").await;
    let mut places = Vec::new();
    for number in 0..MESSAGES {
        let answer = bob.say("lobby", &format!("message {number}")).await;
        places.push(answer["seq"].as_u64().expect("a message has a place"));
    }
    let visitor = browser.visitor().await;
    let page = visitor.open(server.url()).await;
    page.connected().await;
    for number in [20, MESSAGES - 1, 0] {
        let place = places[number];
        page.go(&format!("{}/rooms/lobby/{place}", server.url())).await;
        let seen = format!(
            "(() => {{ const row = document.querySelector('.message[data-linked]'); const box = row.getBoundingClientRect(); \
             const view = document.querySelector('#timeline').getBoundingClientRect(); \
             return row.innerText.includes('message {number}') && box.top >= view.top && box.bottom <= view.bottom }})()"
        );
        page.until(&format!("message {number} in sight"), &seen).await;
        at(&page, &format!("/rooms/lobby/{place}")).await;
    }
    // Going to the newest leaves the place.
    page.eval("document.querySelector('#pill').click()").await;
    at(&page, "/rooms/lobby").await;
    browser.has_no_errors();
}

#[tokio::test]
async fn a_link_to_a_message_opens_in_place_and_back_leads_back() {
    let Some(browser) = Browser::start().await else { return };
    let server = Server::start().await;
    let bob = Person::take(&server, "bob").await;
    let first = bob.post_message("lobby", "the first").await;
    for number in 0..MESSAGES {
        bob.say("lobby", &format!("message {number}")).await;
    }
    bob.say("lobby", &format!("see {}/rooms/lobby/{first}", server.url())).await;
    let page = browser.open(server.url()).await;
    page.connected().await;
    page.shows_message("see http").await;
    at(&page, "/rooms/lobby").await;
    page.eval("window.stays = true").await;
    page.click_on("#messages > .message:last-child a").await;
    let there = "document.querySelector('.message[data-linked]')?.innerText.includes('the first')";
    page.until("the linked message", there).await;
    at(&page, &format!("/rooms/lobby/{first}")).await;
    back(&page).await;
    at(&page, "/rooms/lobby").await;
    page.shows_message("see http").await;
    page.eval("history.forward()").await;
    page.until("the linked message again", there).await;
    at(&page, &format!("/rooms/lobby/{first}")).await;
    assert_eq!(page.eval("window.stays").await, true, "the page was not loaded again");
    browser.has_no_errors();
}

#[tokio::test]
async fn a_room_opens_at_its_address_without_the_server() {
    let Some(browser) = Browser::start().await else { return };
    let mut server = Server::start().await;
    let bob = Person::take(&server, "bob").await;
    bob.post("/api/rooms", json!({ "name": "garden" })).await.is(201);
    bob.say("garden", "tomatoes").await;
    let page = browser.open(server.url()).await;
    page.connected().await;
    page.eval("fetch('/api/rooms/garden/members/me', { method: 'PUT' }).then((answer) => answer.ok)").await;
    page.until("the room", "document.querySelector('#room-list [data-room=garden]')").await;
    page.go_to("garden").await;
    page.shows_message("tomatoes").await;
    page.until("the worker", "navigator.serviceWorker.controller").await;
    server.kill().await;
    page.offline().await;
    page.reload().await;
    page.in_room("garden").await;
    page.shows_message("tomatoes").await;
    at(&page, "/rooms/garden").await;
    browser.has_no_errors();
}

#[tokio::test]
async fn a_room_in_a_message_leads_there() {
    let Some(browser) = Browser::start().await else { return };
    let server = Server::start().await;
    let bob = Person::take(&server, "bob").await;
    let page = browser.open(server.url()).await;
    page.connected().await;
    bob.post("/api/rooms", json!({ "name": "ops" })).await.is(201);
    bob.say("lobby", "come to #ops").await;
    page.shows_message("come to #ops").await;
    page.eval("window.stays = true").await;
    page.click_on("#messages a.room-link").await;
    page.click("button", "Join").await;
    page.in_room("ops").await;
    // A member is there at once.
    page.go_to("lobby").await;
    page.click_on("#messages a.room-link").await;
    page.in_room("ops").await;
    assert_eq!(page.eval("window.stays").await, true, "the page was not loaded again");
    browser.has_no_errors();
}
