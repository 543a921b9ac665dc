//! What is done in a terminal is seen in the page, and the other way round.

use chat_e2e::{Browser, Server, Shell, Terminal, terminal::key};

#[tokio::test]
async fn each_change_of_a_conversation_crosses_from_the_terminal_to_the_page_and_back() {
    let Some(browser) = Browser::start().await else { return };
    let server = Server::start().await;
    let page = browser.open(server.url()).await;
    page.take_name("alice").await;
    let shell = Shell::new(&server);
    let mut bob = Terminal::chat(&shell, &["--name", "bob"], 100, 30);
    bob.shows("● connected").await;

    // A private room of the terminal, with the page's user in it.
    bob.enter("/private plans");
    bob.shows("⌂plans").await;
    bob.enter("/add @alice");
    page.go_to("plans").await;
    page.say("the bild is green").await;
    bob.shows("the bild is green").await;

    // The page edits; the terminal reacts, answers in the thread and pins.
    page.to_box().await;
    page.press("ArrowUp").await;
    page.until("the editor", "document.activeElement.matches('.editor textarea')").await;
    page.write(", really").await;
    page.press("Enter").await;
    bob.shows("the bild is green, really (edited)").await;
    bob.press(key::ESCAPE);
    bob.shows("SELECT").await;
    bob.press("+");
    bob.shows("react with").await;
    bob.enter("tada");
    page.until("the reaction", "document.querySelector('.message .chip')?.innerText.includes('🎉')").await;
    page.click_on(".message .chip").await;
    bob.shows("🎉 2").await;
    bob.press("p");
    page.shows("pinned").await;
    bob.press("t");
    bob.shows("⏎ thread of alice").await;
    bob.enter("well done");
    page.until("the count of replies", "document.querySelector('.thread-link')?.innerText.includes('1')").await;
    bob.press("\x1b[15~");
    bob.shows_no("⏎ thread of alice").await;

    // The terminal's moderator mutes the page's user, and ends it; what is deleted is gone in both.
    bob.enter("/mute @alice 1h");
    page.until("no box", "document.querySelector('#composer-input').disabled").await;
    bob.enter("/unmute @alice");
    page.until("the box", "!document.querySelector('#composer-input').disabled").await;
    bob.enter("the password is hunter2");
    page.shows_message("the password is hunter2").await;
    bob.press(key::ESCAPE);
    bob.shows("SELECT").await;
    bob.press("Gdd");
    page.shows_no("hunter2").await;
    bob.shows_no("hunter2").await;
    page.say("/topic all about it").await;
    bob.shows("all about it").await;
    bob.enter("/rename launch");
    page.in_room("launch").await;
    browser.has_no_errors();
}
