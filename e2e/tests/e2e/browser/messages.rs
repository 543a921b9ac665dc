//! What can be done with messages in the page: edit, delete, react, reply, pin; seen by others, and waiting while offline.

use chat_e2e::{Browser, Person, Server, text};
use serde_json::{Value, json};

/// A message of a person, by what it says.
async fn message(person: &Person, body: &str) -> Value {
    let all = person.messages("lobby").await;
    all.into_iter().find(|message| text(&message["body"]) == body).unwrap_or_else(|| panic!("no message says {body}"))
}

#[tokio::test]
async fn a_message_is_edited_where_it_stands() {
    let Some(browser) = Browser::start().await else { return };
    let server = Server::start().await;
    let bob = Person::take(&server, "bob").await;
    let (page, other) = (browser.open(server.url()).await, browser.open(server.url()).await);
    page.connected().await;
    other.connected().await;
    page.say("helo").await;
    page.message_is("helo", "stored").await;

    // Up in the empty box edits the last own message.
    page.to_box().await;
    page.press("ArrowUp").await;
    page.until("the editor", "document.activeElement.matches('.editor textarea')").await;
    page.write(" world").await;
    page.press("Enter").await;
    for seen in [&page, &other] {
        seen.shows_message("helo world").await;
        seen.shows("edited").await;
    }
    assert_eq!(bob.bodies("lobby").await, ["helo world"]);

    // Esc leaves it as it was.
    page.press("ArrowUp").await;
    page.until("the editor", "document.activeElement.matches('.editor textarea')").await;
    page.write(" and more").await;
    page.press("Escape").await;
    page.until("no editor", "!document.querySelector('.editor')").await;
    assert_eq!(bob.bodies("lobby").await, ["helo world"]);
    browser.has_no_errors();
}

#[tokio::test]
async fn a_deleted_message_can_be_kept_for_a_moment_and_then_is_gone() {
    let Some(browser) = Browser::start().await else { return };
    let server = Server::start().await;
    let bob = Person::take(&server, "bob").await;
    let (page, other) = (browser.open(server.url()).await, browser.open(server.url()).await);
    page.connected().await;
    other.connected().await;
    page.say("hunter2").await;
    page.message_is("hunter2", "stored").await;
    other.shows_message("hunter2").await;

    page.on_message("hunter2", "d").await;
    page.shows("Undo").await;
    page.click("button", "Undo").await;
    page.shows_message("hunter2").await;

    page.on_message("hunter2", "d").await;
    page.shows("Undo").await;
    for seen in [&page, &other] {
        seen.shows("This message was deleted.").await;
        seen.shows_no("hunter2").await;
    }
    assert_eq!(bob.bodies("lobby").await, [""]);
    // What the page keeps for its next visit has it no more.
    let kept = "new Promise((done) => { const asked = indexedDB.open('chat'); asked.onsuccess = () => { \
                const all = asked.result.transaction('kept').objectStore('kept').getAll(); \
                all.onsuccess = () => { asked.result.close(); done(JSON.stringify(all.result).includes('hunter2')); }; }; })";
    other.until("the kept pages without it", &format!("{kept}.then((found) => !found)")).await;
    browser.has_no_errors();
}

#[tokio::test]
async fn reactions_are_chips_with_names() {
    let Some(browser) = Browser::start().await else { return };
    let server = Server::start().await;
    let bob = Person::take(&server, "bob").await;
    bob.say("lobby", "ship it?").await;
    let page = browser.open(server.url()).await;
    page.connected().await;
    let id = text(&message(&bob, "ship it?").await["id"]);
    bob.put(&format!("/api/messages/{id}/reactions/%F0%9F%91%8D")).await.is(204);
    page.until("the chip", "document.querySelector('.chip[data-emoji=\"👍\"]').title === 'bob'").await;

    // Joining a reaction, and taking it back.
    page.click_on(".chip[data-emoji='👍']").await;
    page.until("two", "document.querySelector('.chip[data-emoji=\"👍\"]').title === 'you and bob'").await;
    page.until("it is pressed", "document.querySelector('.chip').ariaPressed === 'true'").await;
    // One's own, found by its name.
    page.on_message("ship it?", "+").await;
    page.until("the picker", "document.activeElement.matches('.picker-field')").await;
    page.write("rocket").await;
    page.press("Enter").await;
    page.until(
        "the rocket",
        "document.querySelector('.message:not([data-pending]) .chip[data-emoji=\"🚀\"]') !== null",
    )
    .await;
    let reactions = message(&bob, "ship it?").await["reactions"].clone();
    let told: Vec<_> =
        reactions.as_array().expect("a list").iter().map(|one| (text(&one["emoji"]), one["count"].as_u64())).collect();
    assert_eq!(told, [("👍".to_owned(), Some(2)), ("🚀".to_owned(), Some(1))]);
    page.click_on(".chip[data-emoji='👍']").await;
    page.until("one", "document.querySelector('.chip[data-emoji=\"👍\"]').title === 'bob'").await;
    browser.has_no_errors();
}

#[tokio::test]
async fn a_reply_says_what_it_answers_and_its_thread_opens_beside() {
    let Some(browser) = Browser::start().await else { return };
    let server = Server::start().await;
    let bob = Person::take(&server, "bob").await;
    bob.say("lobby", "where do we meet?").await;
    let page = browser.open(server.url()).await;
    page.connected().await;

    page.on_message("where do we meet?", "r").await;
    page.shows("Reply to bob").await;
    page.say("at the harbour").await;
    page.message_is("at the harbour", "stored").await;
    page.until("no reply is begun", "document.querySelector('#reply-row').hidden").await;
    page.until("what it answers", "document.querySelector('.quote').innerText.includes('where do we meet?')").await;
    page.shows("1 reply").await;

    page.click_on(".thread-link").await;
    page.until("the thread", "document.activeElement.id === 'thread-input'").await;
    page.write("by the third pier").await;
    page.press("Enter").await;
    page.shows("2 replies").await;
    let first = text(&message(&bob, "where do we meet?").await["id"]);
    for body in ["at the harbour", "by the third pier"] {
        assert_eq!(text(&message(&bob, body).await["thread"]), first, "{body}");
    }
    // What others answer stands in it, too.
    bob.post("/api/messages", json!({ "room": "lobby", "body": "fine", "reply_to": first })).await.is(201);
    page.until(
        "the answer",
        "document.querySelector('#thread-messages > .message:last-child').innerText.includes('fine')",
    )
    .await;
    assert_eq!(page.overflows().await, [""; 0], "the thread");
    page.press("Escape").await;
    page.until("no thread", "document.querySelector('#thread').hidden").await;
    browser.has_no_errors();
}

#[tokio::test]
async fn a_pinned_message_is_one_key_away() {
    let Some(browser) = Browser::start().await else { return };
    let server = Server::start().await;
    let bob = Person::take(&server, "bob").await;
    bob.say("lobby", "the checklist").await;
    let page = browser.open(server.url()).await;
    page.connected().await;
    let me = page.me().await;
    page.on_message("the checklist", "p").await;
    page.shows(&format!("{me} pinned a message")).await;
    page.press("Alt+p").await;
    page.until("the list", "document.querySelector('dialog .pin').innerText.includes('the checklist')").await;
    page.click("button", "Unpin").await;
    page.shows(&format!("{me} unpinned a message")).await;
    assert_eq!(bob.get("/api/rooms/lobby/pins").await.json, json!([]));
    browser.has_no_errors();
}

#[tokio::test]
async fn what_is_done_offline_goes_out_once_and_in_order() {
    let Some(browser) = Browser::start().await else { return };
    let mut server = Server::start().await;
    let bob = Person::take(&server, "bob").await;
    bob.say("lobby", "a question").await;
    let page = browser.open(server.url()).await;
    page.connected().await;
    page.say("an answr").await;
    page.message_is("an answr", "stored").await;
    page.until("the worker", "navigator.serviceWorker.controller !== null").await;

    server.kill().await;
    page.offline().await;
    page.to_box().await;
    page.press("ArrowUp").await;
    page.until("the editor", "document.activeElement.matches('.editor textarea')").await;
    page.press("Control+a").await;
    page.write("an answer").await;
    page.press("Enter").await;
    page.on_message("a question", "+").await;
    page.until("the picker", "document.activeElement.matches('.picker-field')").await;
    page.write("eyes").await;
    page.press("Enter").await;
    page.on_message("a question", "r").await;
    page.say("a relpy").await;
    page.shows("3 queued").await;

    // It outlives the page.
    page.reload().await;
    page.offline().await;
    page.shows("3 queued").await;
    page.shows_message("an answer").await;
    server.restart().await;
    page.eval("document.querySelector('#status-now:not([hidden])')?.click()").await;
    page.connected().await;
    page.shows_no("queued").await;
    let bob = bob.at(&server);
    assert_eq!(bob.bodies("lobby").await, ["a question", "an answer", "a relpy"]);
    let question = message(&bob, "a question").await;
    assert_eq!(question["reactions"][0]["count"], 1, "{question}");
    assert_eq!(message(&bob, "a relpy").await["reply_to"], question["id"]);
    let log = bob.log("lobby").await;
    let kinds: Vec<_> = log.iter().map(|event| text(&event["type"])).filter(|kind| kind != "UserJoined").collect();
    assert_eq!(kinds, ["Message", "Message", "MessageEdited", "ReactionAdded", "Message"], "each once, in its order");
    browser.has_no_errors();
}
