//! What moderators and administrators do in the page, and what those see whom it concerns.

use chat_e2e::{Browser, Page, Person, Server};

/// Two members of the room `garden`; the first one made it.
async fn gardeners(browser: &Browser, server: &Server) -> (Page, Page) {
    let (alice, bob) = (browser.open(server.url()).await, browser.open(server.url()).await);
    for (page, name) in [(&alice, "alice"), (&bob, "bob")] {
        page.take_name(name).await;
        page.say("/join garden").await;
        page.in_room("garden").await;
    }
    alice.person_is("bob", "online").await;
    (alice, bob)
}

/// Waits until a dialog is there, or until it is gone.
async fn dialog(page: &Page, name: &str, open: bool) {
    let there = format!("(document.querySelector('dialog[data-name={name}]') !== null) === {open}");
    page.until(&format!("the dialog {name} to be {}", if open { "open" } else { "closed" }), &there).await;
}

/// Chooses from a list of a dialog.
async fn choose(page: &Page, list: &str, value: &str) {
    page.until(list, &format!("document.querySelector('#field-{list} option[value=\"{value}\"]')")).await;
    page.eval(&format!(
        "(() => {{ const list = document.querySelector('#field-{list}'); list.value = '{value}'; \
         list.dispatchEvent(new Event('change', {{ bubbles: true }})) }})()"
    ))
    .await;
}

#[tokio::test]
async fn who_is_removed_or_banned_hears_by_whom_and_why() {
    let Some(browser) = Browser::start().await else { return };
    let server = Server::start().await;
    let (alice, bob) = gardeners(&browser, &server).await;
    bob.until("who moderates", "document.querySelector('#people [data-user=alice]').innerText.includes('mod')").await;
    alice.say("/kick @bob enough for today").await;
    bob.in_room("lobby").await;
    bob.shows("alice removed you from #garden: enough for today").await;
    alice.shows("alice removed bob: enough for today").await;
    // Who was removed may come back, who was banned may not.
    bob.say("/join garden").await;
    bob.in_room("garden").await;

    alice.in_room_menu("Members and moderation").await;
    alice.shows("@alice · moderator").await;
    alice.click("button", "Moderate bob").await;
    alice.click("menuitem", "Ban…").await;
    alice.click_on("#field-reason").await;
    alice.write("advertisements").await;
    alice.click("button", "Do it").await;
    bob.in_room("lobby").await;
    bob.shows("alice banned you from #garden: advertisements").await;
    alice.shows("alice banned bob until").await;
    bob.say("/join garden").await;
    bob.until("the refusal", "document.querySelector('#composer-hint').innerText.includes('banned')").await;

    // Whom the list does not have any more is named.
    alice.in_room_menu("Members and moderation").await;
    alice.click_on("#field-moderate-user").await;
    alice.write("bob").await;
    alice.press("Enter").await;
    alice.click("button", "Do it").await;
    alice.shows("alice unbanned bob").await;
    bob.press("Enter").await;
    bob.in_room("garden").await;
    browser.has_no_errors();
}

#[tokio::test]
async fn a_report_reaches_those_who_moderate_and_the_audit_says_what_they_did() {
    let Some(browser) = Browser::start().await else { return };
    let server = Server::start().await;
    let bob = Person::take(&server, "bob").await;
    let (alice, carol) = (browser.open(server.url()).await, browser.open(server.url()).await);
    alice.take_name("alice").await;
    carol.take_name("carol").await;
    bob.say("lobby", "cheap watches").await;
    server.admin(&["user", "role", "alice", "admin"]).await.ok();
    alice.reload().await;
    alice.connected().await;

    carol.on_message("cheap watches", "!").await;
    carol.until("the reason", "document.activeElement.id === 'field-reason'").await;
    carol.write("advertisement").await;
    carol.press("Enter").await;
    carol.shows("The moderators will see it.").await;
    carol.say("/reports").await;
    carol.shows("No reports wait for you.").await;

    alice.say("/reports").await;
    let report = "document.querySelector('dialog[data-name=reports] .pin')";
    for words in ["carol", "advertisement", "bob", "cheap watches"] {
        alice.until(words, &format!("{report}.innerText.includes('{words}')")).await;
    }
    alice.click("button", "Go there").await;
    dialog(&alice, "reports", false).await;
    alice.on_message("cheap watches", "d").await;
    carol.until("the tombstone", "document.querySelector('#messages .gone')").await;
    alice.say("/reports").await;
    alice.click("button", "Settled").await;
    alice.until("the end of it", &format!("{report} === null")).await;
    alice.press("Escape").await;

    // And the one who wrote it.
    alice.person_is("bob", "offline").await;
    alice.click_on("#people [data-user=bob] button").await;
    alice.click("menuitem", "Role on the server…").await;
    choose(&alice, "change", "disable").await;
    alice.click("button", "Do it").await;
    alice.shows("bob can no longer sign in.").await;
    bob.get("/api/users/me").await.is(401);

    alice.say("/audit").await;
    let audit = "document.querySelector('dialog[data-name=audit]').innerText";
    for deed in ["alice disabled bob", "alice closed a report in #lobby", "alice deleted a message of bob in #lobby"] {
        alice.until(deed, &format!("{audit}.includes('{deed}')")).await;
    }
    assert_eq!(alice.overflows().await, [""; 0], "the audit");
    browser.has_no_errors();
}

#[tokio::test]
async fn a_room_is_deleted_once_its_name_was_written() {
    let Some(browser) = Browser::start().await else { return };
    let server = Server::start().await;
    let (alice, bob) = gardeners(&browser, &server).await;
    bob.say("the first tomato").await;
    bob.message_is("the first tomato", "stored").await;
    bob.say("/delete-room").await;
    bob.click("button", "Delete…").await;
    bob.click_on("#field-room-name").await;
    bob.write("garden").await;
    bob.press("Enter").await;
    bob.until("the refusal", "document.querySelector('dialog .refusal').innerText !== ''").await;
    bob.press("Escape").await;

    alice.in_room_menu("Delete the room…").await;
    alice.click("button", "Delete…").await;
    alice.click_on("#field-room-name").await;
    alice.write("lobby").await;
    alice.press("Enter").await;
    alice.shows("That is not the room's name.").await;
    alice.press("Control+a").await;
    alice.write("garden").await;
    alice.press("Enter").await;
    for page in [&alice, &bob] {
        page.in_room("lobby").await;
        page.until("no such room", "!document.querySelector('#room-list [data-room=garden]')").await;
    }
    bob.shows("alice deleted #garden.").await;
    Person::take(&server, "carol").await.get("/api/rooms/garden").await.is(404);
    browser.has_no_errors();
}

#[tokio::test]
async fn in_slow_mode_a_message_waits_for_its_turn() {
    let Some(browser) = Browser::start().await else { return };
    let server = Server::start().await;
    let (alice, bob) = gardeners(&browser, &server).await;
    alice.in_room_menu("Name and slow mode").await;
    choose(&alice, "slow", "3600").await;
    alice.click("button", "Save").await;
    bob.shows("alice turned on slow mode: one message every").await;
    bob.say("one").await;
    bob.message_is("one", "stored").await;
    let hint = "document.querySelector('#composer-hint').innerText";
    bob.until("the wait", &format!("{hint}.startsWith('Slow mode: your next message goes in')")).await;
    bob.say("two").await;
    bob.message_is("two", "waiting").await;
    bob.shows("slow mode: it goes when your time has come").await;
    // Moderators need not wait.
    for body in ["three", "four"] {
        alice.say(body).await;
        alice.message_is(body, "stored").await;
    }
    assert_eq!(alice.eval(hint).await, "");
    alice.say("/slow 0").await;
    bob.message_is("two", "stored").await;
    bob.until("no wait", &format!("{hint} === ''")).await;
    alice.shows_messages(&["one", "three", "four", "two"]).await;
    browser.has_no_errors();
}
