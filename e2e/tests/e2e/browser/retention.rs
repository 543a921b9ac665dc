//! How long the messages of a room are kept: set in the page and in a terminal, and told in both.

use chat_e2e::{Browser, Server, Shell, Terminal};

#[tokio::test]
async fn an_administrator_sets_it_in_one_client_and_a_member_reads_it_in_the_other() {
    let Some(browser) = Browser::start().await else { return };
    let server = Server::start().await;
    let page = browser.open(server.url()).await;
    page.take_name("alice").await;
    server.admin(&["user", "role", "alice", "admin"]).await.ok();
    page.reload().await;
    page.connected().await;
    let bobs = Shell::new(&server);
    let mut bob = Terminal::chat(&bobs, &["--name", "bob"], 140, 40);
    bob.shows("● connected").await;
    bob.enter("/retention");
    bob.shows("messages are kept for ever, as everywhere on this server").await;
    // Only an administrator sets it.
    bob.enter("/retention 7d");
    bob.shows("only an administrator of the server may do this").await;

    page.in_room_menu("How long messages are kept").await;
    page.shows("Messages are kept for ever, as everywhere on this server.").await;
    page.until("the list", "document.querySelector('#field-retention')").await;
    assert_eq!(page.overflows().await, [""; 0], "retention");
    page.eval("document.querySelector('#field-retention').value = '90 d'").await;
    page.click("checkbox", "Pinned messages stay").await;
    page.click("button", "Save").await;
    page.shows("alice set messages to be deleted after 90 days").await;
    page.shows("messages kept for 90 days").await;
    bob.shows("alice set messages to be deleted after 90 days, set pinned messages to stay").await;
    bob.enter("/retention");
    bob.shows("messages are deleted 90 days after they were sent; pinned ones stay").await;

    page.say("/retention").await;
    page.shows("Messages are deleted 90 days after they were sent. Pinned ones stay.").await;
    page.until("the box", "document.querySelector('#field-retention-pinned')?.checked").await;
    page.press("Escape").await;

    // And the other way round.
    server.admin(&["user", "role", "bob", "admin"]).await.ok();
    bob.enter("/retention off");
    bob.shows("bob set messages to be kept for ever").await;
    page.shows("bob set messages to be kept for ever").await;
    page.say("/retention").await;
    page.shows("Messages are kept for ever.").await;
    page.until("what is chosen", "document.querySelector('#field-retention')?.value === 'for-ever'").await;
    page.press("Escape").await;
    page.say("/retention default").await;
    bob.shows("alice set messages to be kept as long as the server keeps them").await;
    browser.has_no_errors();
}
