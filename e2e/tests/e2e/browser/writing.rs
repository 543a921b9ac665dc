//! The message box and the palette: what is typed goes where it is meant to.

use chat_e2e::{Browser, Page, Person, Server};
use serde_json::json;

async fn talking(browser: &Browser, server: &Server) -> (Page, Person) {
    let bob = Person::take(server, "bob").await;
    bob.say("lobby", "hello").await;
    let page = browser.open(server.url()).await;
    page.shows_message("hello").await;
    page.connected().await;
    (page, bob)
}

/// What stands in the message box.
async fn boxed(page: &Page) -> String {
    chat_e2e::text(&page.eval("document.querySelector('#composer-input').value").await)
}

async fn box_is(page: &Page, text: &str) {
    page.until(text, &format!("document.querySelector('#composer-input').value === {}", json!(text))).await;
}

#[tokio::test]
async fn no_key_of_a_word_that_is_being_composed_is_the_pages() {
    let Some(browser) = Browser::start().await else { return };
    let server = Server::start().await;
    let (page, _) = talking(&browser, &server).await;
    // Every key that means something somewhere, as the input method's: with the flag, or with the code alone.
    let taken = "(() => { const at = document.activeElement; const keys = ['Enter', 'Tab', 'ArrowUp', 'ArrowDown', 'y', 'u', 'F1', 'F8']; \
        return keys.flatMap((key) => [{ isComposing: true }, { keyCode: 229 }].filter((how) => \
          !at.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...how }))).map(() => key)) })()";
    page.to_box().await;
    page.write("@b").await;
    page.until("the completions", "!document.querySelector('#completions').hidden").await;
    assert_eq!(page.eval(taken).await, json!([]), "with completions");
    page.press("Escape").await;
    assert_eq!(page.eval(taken).await, json!([]), "in the box");
    assert_eq!(boxed(&page).await, "@b");
    page.press("Escape").await;
    page.until("a message", "document.activeElement.matches('.message')").await;
    assert_eq!(page.eval(taken).await, json!([]), "on a message");
    page.press("Control+k").await;
    page.until("the palette", "document.activeElement.getAttribute('role') === 'combobox'").await;
    assert_eq!(page.eval(taken).await, json!([]), "in the palette");
    page.until("the palette to stay", "document.querySelector('dialog[open] .palette-input')").await;
    page.shows_messages(&["hello"]).await;
    browser.has_no_errors();
}

#[tokio::test]
async fn what_is_typed_anywhere_goes_into_the_box() {
    let Some(browser) = Browser::start().await else { return };
    let mut server = Server::start().await;
    let (page, _) = talking(&browser, &server).await;
    page.write("at once").await;
    box_is(&page, "at once").await;
    for (place, words) in [("#open-people", "?x"), ("#timeline", "?x"), (".message", "x"), ("#room-list button", "?x")]
    {
        page.eval(&format!("document.querySelector('{place}').focus()")).await;
        page.write(words).await;
    }
    box_is(&page, "at once?x?xx?x").await;
    page.eval("document.activeElement.blur()").await;
    page.write("!").await;
    box_is(&page, "at once?x?xx?x!").await;
    page.press("Control+a").await;
    page.press("Backspace").await;

    // A queued message is dropped: its button is gone, and one writes on.
    server.kill().await;
    page.offline().await;
    page.say("not that").await;
    page.message_is("not that", "queued").await;
    page.click("button", "Drop").await;
    page.until("it to go", "!document.querySelector('#messages').innerText.includes('not that')").await;
    page.write("but this").await;
    box_is(&page, "but this").await;
    browser.has_no_errors();
}

#[tokio::test]
async fn enter_sends_what_is_written_out() {
    let Some(browser) = Browser::start().await else { return };
    let server = Server::start().await;
    let (page, _) = talking(&browser, &server).await;
    for body in ["thanks @bob", "mail me @", "we are in #lobby", "number #"] {
        page.write(body).await;
        page.until("the completions", "!document.querySelector('#completions').hidden").await;
        page.press("Enter").await;
        page.shows_message(body).await;
    }
    // A half-written name is completed, and undo takes that back.
    page.write("thanks @bo").await;
    page.until("the completions", "!document.querySelector('#completions').hidden").await;
    page.press("Enter").await;
    box_is(&page, "thanks @bob ").await;
    page.eval("document.execCommand('undo')").await;
    box_is(&page, "thanks @bo").await;
    page.press("Control+a").await;
    page.press("Backspace").await;
    page.click_on("#people [data-user=bob] button").await;
    page.click("menuitem", "Mention in the room").await;
    box_is(&page, "@bob ").await;
    page.eval("document.execCommand('undo')").await;
    box_is(&page, "").await;
    browser.has_no_errors();
}

#[tokio::test]
async fn what_looks_like_code_is_offered_a_fence() {
    let Some(browser) = Browser::start().await else { return };
    let server = Server::start().await;
    let (page, _) = talking(&browser, &server).await;
    let code = "fn main() {\n    println!(\"*\");\n}";
    let is_offered = "document.querySelector('#as-code').checkVisibility()";
    page.to_box().await;
    page.insert("Dear all,\nthe build is green.").await;
    box_is(&page, "Dear all,\nthe build is green.").await;
    assert_eq!(page.eval(is_offered).await, false, "prose is prose");
    page.press("Control+a").await;
    page.insert(code).await;
    page.until("the offer", is_offered).await;
    page.click_on("#as-code").await;
    box_is(&page, &format!("```\n{code}\n```")).await;
    page.until("the offer to go", &format!("!{is_offered}")).await;
    page.eval("document.execCommand('undo')").await;
    box_is(&page, code).await;
    page.press("Alt+c").await;
    box_is(&page, &format!("```\n{code}\n```")).await;
    page.press("Enter").await;
    page.until("the block", &format!("document.querySelector('#messages pre')?.innerText === {}", json!(code))).await;
    page.until("an empty box", &format!("document.querySelector('#composer-input').value === '' && !{is_offered}"))
        .await;
    browser.has_no_errors();
}

#[tokio::test]
async fn a_refused_command_makes_way_for_the_next() {
    let Some(browser) = Browser::start().await else { return };
    let server = Server::start().await;
    let (page, _) = talking(&browser, &server).await;
    for (refused, why) in
        [("/nonsense", "Unknown command /nonsense"), ("/a/path", "write two"), ("/", "Unknown command /")]
    {
        page.write(refused).await;
        page.press("Enter").await;
        page.until(why, &format!("document.querySelector('#composer-hint').innerText.includes('{why}')")).await;
        assert_eq!(boxed(&page).await, refused, "it stays to be mended");
    }
    page.write("/join #ops").await;
    page.press("Enter").await;
    page.in_room("ops").await;
    page.go_to("lobby").await;
    page.shows_messages(&["hello"]).await;
    browser.has_no_errors();
}

#[tokio::test]
async fn the_palette_lists_and_finds_what_is_meant() {
    let Some(browser) = Browser::start().await else { return };
    let server = Server::start().await;
    let (page, bob) = talking(&browser, &server).await;
    bob.post("/api/rooms", json!({ "name": "offline" })).await.is(201);
    page.say("/join offline").await;
    page.in_room("offline").await;
    page.press("Control+k").await;
    page.until("the palette", "document.activeElement.getAttribute('role') === 'combobox'").await;
    let labels = "[...document.querySelectorAll('#palette-list .palette-label')].map((one) => one.innerText)";
    page.until("rooms and commands", &format!("(({labels}).includes('#lobby') && ({labels}).includes('/join'))")).await;
    page.write("he").await;
    page.until("what begins so", &format!("({labels})[0] === '/help'")).await;
    assert_eq!(page.eval(&format!("({labels}).filter((label) => /offline|alice|lobby/.test(label))")).await, json!([]));
    // The browser gets none of the page's keys.
    let stopped = "!document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key: 'k', ctrlKey: true, bubbles: true, cancelable: true }))";
    assert_eq!(page.eval(stopped).await, true);
    browser.has_no_errors();
}

#[tokio::test]
async fn leaving_is_asked_about() {
    let Some(browser) = Browser::start().await else { return };
    let server = Server::start().await;
    let (page, _) = talking(&browser, &server).await;
    page.say("/join garden").await;
    page.in_room("garden").await;
    page.click("button", "More about this room").await;
    page.click("menuitem", "Leave this room").await;
    page.click("button", "Stay").await;
    page.in_room("garden").await;
    page.click("button", "More about this room").await;
    page.click("menuitem", "Leave this room").await;
    page.click("button", "Leave").await;
    page.in_room("lobby").await;
    page.shows("You left #garden.").await;
    browser.has_no_errors();
}

#[tokio::test]
async fn files_that_are_dropped_or_pasted_are_attached_and_can_be_removed() {
    let Some(browser) = Browser::start().await else { return };
    let server = Server::start().await;
    let (page, _) = talking(&browser, &server).await;
    for event in [
        "new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true })",
        "new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true })",
    ] {
        page.eval(&format!(
            "(() => {{ const data = new DataTransfer(); data.items.add(new File(['x'], 'x.png', {{ type: 'image/png' }})); \
               document.querySelector('#toasts').replaceChildren(); document.querySelector('#timeline').dispatchEvent({event}) }})()"
        ))
        .await;
        page.until("the file", "document.querySelector('#staged bdi')?.innerText === 'x.png'").await;
        page.click("button", "Remove x.png").await;
        page.until("no file", "document.querySelector('#staged').hidden").await;
    }
    browser.has_no_errors();
}

#[tokio::test]
async fn up_there_a_way_down_is_seen() {
    let Some(browser) = Browser::start().await else { return };
    let server = Server::start().await;
    let (page, bob) = talking(&browser, &server).await;
    for number in 1..=60 {
        bob.say("lobby", &format!("line {number}")).await;
    }
    page.shows_message("line 60").await;
    page.until("no pill at the end", "document.querySelector('#pill').hidden").await;
    page.eval("document.querySelector('#timeline').scrollTop -= 400").await;
    page.click("button", "Newest messages").await;
    page.until("no pill at the end", "document.querySelector('#pill').hidden").await;
    browser.has_no_errors();
}

#[tokio::test]
async fn nothing_is_read_aloud_while_nothing_changes() {
    let Some(browser) = Browser::start().await else { return };
    let server = Server::start().await;
    let (page, bob) = talking(&browser, &server).await;
    page.eval(
        "window.aloud = []; for (const region of document.querySelectorAll('[role=status], [role=alert], [aria-live]:not([aria-live=off])')) \
           new MutationObserver(() => window.aloud.push(`${region.id}: ${region.innerText}`)).observe(region, { childList: true, subtree: true, characterData: true })",
    )
    .await;
    // Each measures how far the server is, and gets another answer than before.
    for latency in [40, 80, 120] {
        let before = page.eval("document.querySelector('#status-next').innerText").await;
        page.slow(latency).await;
        page.until(
            "another latency",
            &format!(
                "(dispatchEvent(new Event('online')), document.querySelector('#status-next').innerText !== {before})"
            ),
        )
        .await;
        page.to_box().await;
    }
    page.insert(&"a long message ".repeat(900)).await;
    page.until("its length", "document.querySelector('#composer-hint').innerText.includes('bytes')").await;
    page.write("er").await;
    bob.patch("/api/users/me", json!({ "display_name": "Bob" })).await.is(200);
    page.until("the name", "document.querySelector('#people').innerText.includes('Bob')").await;
    assert_eq!(page.eval("window.aloud").await, json!([]));
    browser.has_no_errors();
}
