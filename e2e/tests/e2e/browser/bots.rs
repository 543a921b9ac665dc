//! Bots are made in the page and in the terminal, and each sees those of the other.

use chat_e2e::{Browser, Page, Server, Shell, Terminal, terminal::key};

/// Opens the dialog with the user's bots from their settings.
async fn open(page: &Page) {
    page.press("Escape").await;
    page.click("button", "Settings").await;
    page.click("button", "Your bots").await;
    page.until(
        "the dialog",
        "document.querySelector('dialog[data-name=bots] .help[role=status]')?.innerText !== 'Asking the server…'",
    )
    .await;
}

#[tokio::test]
async fn a_bot_is_made_in_one_client_listed_in_the_other_and_answers_in_both() {
    let Some(browser) = Browser::start().await else { return };
    let server = Server::start().await;
    let page = browser.open(server.url()).await;
    page.take_name("alice").await;
    // Her terminal is another device of hers.
    let linked = "fetch('/api/link-codes', { method: 'POST' }).then((answer) => answer.json()).then(({ url }) => url)";
    let link = page.eval(linked).await.as_str().expect("a link").to_owned();
    let (alices, bots) = (Shell::new(&server), Shell::new(&server));
    let mut alice = Terminal::chat(&alices, &["--link", &link], 140, 40);
    alice.shows("● connected").await;

    open(&page).await;
    page.shows("You have no bots yet.").await;
    page.write("echo").await;
    page.click("button", "Make a bot").await;
    let shown = "document.querySelector('dialog[data-name=bots] .url')?.innerText";
    page.until("a token", &format!("{shown}?.startsWith('cht_')")).await;
    let token = page.eval(shown).await.as_str().expect("a token").to_owned();
    page.until("the bot", "document.querySelector('dialog .devices li')?.innerText.includes('echo')").await;
    assert_eq!(page.overflows().await, [""; 0], "bots");
    page.press("Escape").await;
    bots.chat_where(&[("CHAT_TOKEN", &token)], &["send", "I am **echo**"]).await.ok();
    page.shows_message("I am echo").await;
    page.until("that it is a bot", "document.querySelector('.message .head .tag')?.innerText === 'bot'").await;
    page.until("that it is a bot", "document.querySelector('[data-user=echo]')?.innerText.includes('bot')").await;
    alice.shows("I am echo").await;

    alice.enter("/bot add clock");
    alice.shows("signs in clock").await;
    alice.press(key::ESCAPE);
    alice.shows_no("signs in clock").await;
    alice.enter("/bots");
    alice.until("both", |screen| screen.contains("▸ echo") && screen.contains("  clock")).await;
    alice.press("x");
    alice.shows("echo has ended").await;
    open(&page).await;
    let names = "[...document.querySelectorAll('dialog .device-name bdi')].map((name) => name.innerText).join()";
    page.until("the other's bot alone", &format!("{names} === 'clock'")).await;
    page.click("button", "End clock").await;
    page.shows("You have no bots yet.").await;
    page.press("Escape").await;
    page.say("/bot add later").await;
    page.until("the name", "document.querySelector('#field-bot-name')?.value === 'later'").await;
    page.click("button", "Make a bot").await;
    page.until("the bot", &format!("{names} === 'later'")).await;
    page.press("Escape").await;
    page.say("/bot end later").await;
    page.shows("later has ended: its token is invalid now.").await;
    open(&page).await;
    page.shows("You have no bots yet.").await;
    let refused = bots.chat_where(&[("CHAT_TOKEN", &token)], &["send", "still here"]).await;
    assert_eq!(refused.code, Some(4), "{refused:?}");
    browser.has_no_errors();
}
