//! Invites and sign-in links are made in the page, and read by a camera.

use chat_e2e::{Browser, Page, Server};

/// What a camera reads from the QR code on the page.
async fn scanned(page: &Page) -> String {
    page.until("the QR code", "document.querySelector('dialog .qr path')").await;
    // As it is drawn: whether the middle of each of its modules is dark.
    let drawn = page
        .eval(
            "(() => { const svg = document.querySelector('.qr'); const side = svg.viewBox.baseVal.width; \
             const [path, point] = [svg.querySelector('path'), svg.createSVGPoint()]; \
             const dark = (x, y) => { point.x = x + 0.5; point.y = y + 0.5; return path.isPointInFill(point) }; \
             const line = [...Array(side).keys()]; return line.map((y) => line.map((x) => dark(x, y))) })()",
        )
        .await;
    let rows: Vec<Vec<bool>> = serde_json::from_value(drawn).expect("rows of modules");
    // A camera sees a module as several pixels.
    const PIXELS: usize = 4;
    let side = rows.len() * PIXELS;
    let shade = |x: usize, y: usize| if rows[y / PIXELS][x / PIXELS] { 0 } else { 255 };
    let mut picture = rqrr::PreparedImage::prepare_from_greyscale(side, side, shade);
    let grids = picture.detect_grids();
    assert_eq!(grids.len(), 1, "one QR code is found");
    grids[0].decode().expect("it can be read").1
}

#[tokio::test]
async fn a_link_made_in_the_page_lets_a_second_browser_in() {
    let Some(browser) = Browser::start().await else { return };
    let server = Server::with(&[]).arg("--registration").arg("invite").arg("--member-invites").start().await;
    let code = server.admin(&["invite"]).await.ok().to_owned();
    let page = browser.open(&format!("{}/#invite={}", server.url(), code.trim())).await;
    let join = async |page: &Page, name: &str| {
        page.click_on("#field-new-name").await;
        page.write(name).await;
        page.click("button", "Join").await;
        page.connected().await;
    };
    join(&page, "alice").await;
    page.click_on("#open-directory").await;
    page.until("the rooms", "document.querySelector('dialog .directory-room')").await;
    page.click("DisclosureTriangle", "Make a room").await;
    page.click_on("#field-room-name").await;
    page.write("plans").await;
    page.click_on("#field-room-private").await;
    page.click("button", "Make it").await;
    page.in_room("plans").await;
    page.say("for friends").await;

    page.say("/invite").await;
    page.until("they join it", "document.querySelector('#field-invite-room').checked").await;
    page.click("button", "Make a link").await;
    let link = scanned(&page).await;
    page.until("the same in letters", &format!("document.querySelector('dialog .url').innerText === '{link}'")).await;
    page.shows("1 use left").await;
    assert_eq!(page.overflows().await, [""; 0], "the invite");

    let guest = browser.open(&link).await;
    join(&guest, "bob").await;
    guest.go_to("plans").await;
    guest.shows_message("for friends").await;
    page.press("Escape").await;
    page.shows("bob").await;
    // It was good for one.
    page.say("/invite").await;
    page.until("the dialog", "document.querySelector('dialog[data-name=invites]')").await;
    page.until("no invite", "document.querySelector('dialog [role=list]').children.length === 0").await;
    browser.has_no_errors();
}

#[tokio::test]
async fn a_sign_in_link_is_scanned_by_another_device() {
    let Some(browser) = Browser::start().await else { return };
    let server = Server::start().await;
    let page = browser.open(server.url()).await;
    page.connected().await;
    page.say("/link").await;
    let link = scanned(&page).await;
    let phone = browser.open(&link).await;
    phone.click("button", "Sign in").await;
    phone.connected().await;
    assert_eq!(phone.me().await, page.me().await);
    browser.has_no_errors();
}
