//! Files in the page: those of others are shown and got, own ones are sent.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use chat_e2e::{Browser, Page, Person, Server};
use serde_json::{Value, json};

/// A picture of three by two pixels.
const PNG: &str = "iVBORw0KGgoAAAANSUhEUgAAAAMAAAACCAIAAAASFvFNAAAAHElEQVR42mNgYNiiwbAlgGELA0PUFo2oLQFRWwAzwgY3xw1iWAAAAABJRU5ErkJggg==";

#[tokio::test]
async fn files_of_others_are_shown_and_got_and_nothing_in_them_runs() {
    let Some(browser) = Browser::start().await else { return };
    let server = Server::start().await;
    let bob = Person::take(&server, "bob").await;
    let page = browser.open(server.url()).await;
    page.take_name("alice").await;
    let picture = bob.upload("sky.png", BASE64_STANDARD.decode(PNG).unwrap()).await;
    let other = bob.upload("not a picture.png", "<script>harm()</script>").await;
    let report = bob.upload("report.pdf", "%PDF-1.4 report").await;
    bob.say_with("lobby", "look", &[&picture, &other, &report]).await;
    bob.say_with("lobby", "", &[&bob.upload("ground.png", BASE64_STANDARD.decode(PNG).unwrap()).await]).await;

    page.until("the picture", "document.querySelector('.picture img[alt=\"sky.png\"]')?.naturalWidth === 3").await;
    let names = "[...document.querySelectorAll('a.file bdi')].map((name) => name.innerText).join()";
    page.until("the other files", &format!("{names} === 'not a picture.png,report.pdf'")).await;
    let got = "fetch([...document.querySelectorAll('a.file')].at(-1).href).then((file) => file.text())";
    assert_eq!(page.eval(got).await, "%PDF-1.4 report");

    page.click_on(".picture").await;
    page.until("the viewer", "document.querySelector('.viewer-picture')?.naturalWidth === 3").await;
    page.shows("sky.png · 85 bytes").await;
    page.press("ArrowRight").await;
    page.shows("ground.png · 85 bytes").await;
    page.press("Escape").await;
    page.until("the room", "!document.querySelector('dialog')").await;
    assert_eq!(page.unnamed().await, [""; 0]);
    browser.has_no_errors();
}

/// Attaches files by dropping them: `[name, bytes as a JavaScript expression]`.
async fn drop_files(page: &Page, files: &[[&str; 2]]) {
    drop_files_on(page, "#timeline", files).await;
    page.until("the files", "document.querySelector('#staged li')").await;
}

/// The same over a part of the page.
async fn drop_files_on(page: &Page, part: &str, files: &[[&str; 2]]) {
    let files: String = files
        .iter()
        .map(|[name, bytes]| {
            format!(
                "data.items.add(new File([{bytes}], {}, {{ type: /png$/.test({0}) ? 'image/png' : '' }}));",
                json!(name)
            )
        })
        .collect();
    let event = "new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true })";
    page.eval(&format!(
        "(() => {{ const data = new DataTransfer(); {files} document.querySelector('{part}').dispatchEvent({event}) }})()"
    ))
    .await;
}

/// The newest message of the lobby, with the files of it as bytes.
async fn newest(person: &Person) -> (Value, Vec<Vec<u8>>) {
    let message = person.messages("lobby").await.pop().expect("there is one");
    let mut files = Vec::new();
    for file in message["attachments"].as_array().expect("a list") {
        let path = format!("/api/uploads/{}/x", file["id"].as_str().expect("an id"));
        let answer = person.request(reqwest::Method::GET, &path).send().await.expect("the server answers");
        files.push(answer.bytes().await.expect("the whole file").to_vec());
    }
    (message, files)
}

/// A picture of noise, which no compression makes small.
const NOISE: &str = "await new Promise((done) => { const canvas = document.createElement('canvas'); canvas.width = 900; canvas.height = 600; \
    const context = canvas.getContext('2d'); const image = context.createImageData(900, 600); \
    for (let at = 0; at < image.data.length; at += 4) { image.data.set([at * 7919 % 251, at * 104729 % 241, at * 31 % 239, 255], at); } \
    context.putImageData(image, 0, 0); canvas.toBlob(done, 'image/png'); })";

#[tokio::test]
async fn what_the_page_sends_others_get_byte_for_byte_with_a_preview_of_pictures() {
    let Some(browser) = Browser::start().await else { return };
    let server = Server::start().await;
    let bob = Person::take(&server, "bob").await;
    let page = browser.open(server.url()).await;
    page.take_name("alice").await;
    page.eval(&format!("(async () => {{ window.noise = {NOISE}; }})()")).await;
    drop_files(&page, &[["noise.png", "window.noise"], ["größe ☂.txt", "'some notes'"], ["away.txt", "'x'"]]).await;
    page.shows("Remove from pictures where and with what they were taken").await;
    page.click("button", "Remove away.txt").await;
    page.to_box().await;
    page.insert("two files").await;
    page.press("Enter").await;
    page.message_is("two files", "stored").await;
    page.until("the preview", "((picture) => picture.src.includes('/api/uploads/') && picture.naturalWidth > 0 && picture.naturalWidth <= 720)(document.querySelector('.picture img'))").await;
    // Its place is that of the picture, and was before it came.
    assert_eq!(
        page.eval(
            "['width', 'height'].map((side) => document.querySelector('.picture img').getAttribute(side)).join()"
        )
        .await,
        "360,240"
    );

    let (message, files) = newest(&bob).await;
    let [picture, notes] = [&message["attachments"][0], &message["attachments"][1]];
    assert_eq!(
        (&picture["name"], &picture["width"], &picture["height"]),
        (&json!("noise.png"), &json!(900), &json!(600))
    );
    assert_eq!((&notes["name"], &*files[1]), (&json!("größe ☂.txt"), &b"some notes"[..]));
    let sent = page.eval("window.noise.arrayBuffer().then((bytes) => btoa([...new Uint8Array(bytes)].map((one) => String.fromCharCode(one)).join('')))").await;
    assert!(BASE64_STANDARD.encode(&files[0]) == sent.as_str().unwrap(), "the picture is another");
    let preview =
        bob.request(reqwest::Method::GET, &format!("/api/uploads/{}/x", picture["preview"].as_str().unwrap()));
    let preview = preview.send().await.expect("the server answers");
    assert!(["image/webp", "image/jpeg"].contains(&preview.headers()["content-type"].to_str().unwrap()));
    assert!(preview.bytes().await.unwrap().len() <= 65_536);
    browser.has_no_errors();
}

/// Bytes in which each place can be told from the others.
const LARGE: &str = "Uint8Array.from({ length: 6000000 }, (_, at) => at * 7919 % 251)";

#[tokio::test]
async fn an_upload_that_is_cut_goes_on_where_it_was() {
    let Some(browser) = Browser::start().await else { return };
    let mut server = Server::start().await;
    let page = browser.open(server.url()).await;
    page.take_name("alice").await;
    drop_files(&page, &[["large.bin", LARGE]]).await;
    page.upload_rate(1_000_000).await;
    page.to_box().await;
    page.insert("a large one").await;
    page.press("Enter").await;
    page.until("half of it", "document.querySelector('.delivery progress')?.value >= 40").await;
    server.kill().await;
    page.offline().await;
    page.upload_rate(100_000_000).await;
    server.restart().await;
    // Unless it has come back by itself already.
    page.eval("document.querySelector('#status-now:not([hidden])')?.click()").await;
    page.message_is("a large one", "stored").await;

    let (_, files) = newest(&Person::take(&server, "bob").await).await;
    assert!(
        files[0].len() == 6_000_000
            && (0..6_000_000_u64).zip(&files[0]).all(|(at, byte)| at * 7919 % 251 == u64::from(*byte))
    );
    let begun = "performance.getEntriesByType('resource').filter(({ name }) => name.endsWith('/api/uploads')).length";
    assert_eq!(page.eval(begun).await, 1, "it did not begin again");
}

#[tokio::test]
async fn a_file_waits_in_the_outbox_and_outlives_a_reload_without_the_server() {
    let Some(browser) = Browser::start().await else { return };
    let mut server = Server::start().await;
    let page = browser.open(server.url()).await;
    page.take_name("alice").await;
    page.until("the worker", "navigator.serviceWorker.controller !== null").await;
    server.kill().await;
    page.offline().await;
    drop_files(&page, &[["notes.txt", "'some notes'"]]).await;
    page.to_box().await;
    page.press("Enter").await;
    page.until("it waits", "document.querySelector('[data-status=queued] .file-name')?.innerText === 'notes.txt'")
        .await;
    page.say("and what was said after it").await;
    page.message_is("said after it", "queued").await;
    page.reload().await;
    page.offline().await;
    page.until(
        "it waits still",
        "document.querySelector('[data-status=queued] .file-name')?.innerText === 'notes.txt'",
    )
    .await;
    server.restart().await;
    // Unless it has come back by itself already.
    page.eval("document.querySelector('#status-now:not([hidden])')?.click()").await;
    page.message_is("said after it", "stored").await;

    let bob = Person::take(&server, "bob").await;
    assert_eq!(bob.bodies("lobby").await, ["", "and what was said after it"]);
    page.until("the link", "document.querySelector('a.file bdi')?.innerText === 'notes.txt'").await;
    let kept = "new Promise((done) => { indexedDB.open('chat').onsuccess = ({ target }) => \
        target.result.transaction('kept').objectStore('kept').getAllKeys().onsuccess = ({ target }) => \
        done(!target.result.some((key) => key.startsWith('files:'))) })";
    page.until(
        "nothing left on the device",
        &format!("(window.left ??= {{}}, {kept}.then((none) => window.left.none = none), window.left.none)"),
    )
    .await;
}

#[tokio::test]
async fn files_dropped_on_a_thread_go_with_the_reply() {
    let Some(browser) = Browser::start().await else { return };
    let server = Server::start().await;
    let bob = Person::take(&server, "bob").await;
    let page = browser.open(server.url()).await;
    page.take_name("alice").await;
    bob.say("lobby", "what does the log say?").await;
    page.on_message("what does the log say?", "t").await;
    page.until("the thread", "document.activeElement.id === 'thread-input'").await;
    page.eval(&format!("(async () => {{ window.noise = {NOISE}; }})()")).await;
    let files = [["noise.png", "window.noise"], ["out.log", "'disk full'"], ["away.txt", "'x'"]];
    drop_files_on(&page, "#thread-messages", &files).await;
    page.until("the files", "document.querySelectorAll('#thread-staged li').length === 3").await;
    assert_eq!(page.eval("document.querySelector('#staged').hidden").await, true, "none is in the room's box");
    page.until("the question", "!document.querySelector('#thread-metadata-row').hidden").await;
    assert_eq!(page.overflows().await, [""; 0], "files in a thread");
    assert_eq!(page.unnamed().await, [""; 0]);
    page.click("button", "Remove away.txt").await;
    page.until("the focus", "document.activeElement.id === 'thread-input'").await;
    page.insert("this").await;
    page.press("Enter").await;
    let stored = |count: usize| {
        let rows = "[...document.querySelectorAll('#thread-messages .message')]";
        format!("{rows}.length === {count} && {rows}.every((row) => row.dataset.status === 'stored')")
    };
    page.until("the reply", &stored(2)).await;
    page.until("no more files", "document.querySelector('#thread-staged').hidden").await;
    let (message, bytes) = newest(&bob).await;
    let first = bob.messages("lobby").await.remove(0);
    assert_eq!((&message["body"], &message["thread"]), (&json!("this"), &first["id"]));
    assert_eq!((message["attachments"].as_array().unwrap().len(), &*bytes[1]), (2, &b"disk full"[..]));
    // A file alone is a reply, too; those of the room's box stay there.
    drop_files(&page, &[["later.txt", "'later'"]]).await;
    page.click_on("#thread-input").await;
    drop_files_on(&page, "#thread-input", &[["alone.txt", "'alone'"]]).await;
    page.until("the file", "document.querySelector('#thread-staged li')").await;
    page.click("button", "Send the reply").await;
    page.until("the reply", &stored(3)).await;
    let (message, bytes) = newest(&bob).await;
    assert_eq!((&message["body"], &message["thread"], &*bytes[0]), (&json!(""), &first["id"], &b"alone"[..]));
    assert_eq!(page.eval("document.querySelector('#staged').innerText.includes('later.txt')").await, true);
    browser.has_no_errors();
}
