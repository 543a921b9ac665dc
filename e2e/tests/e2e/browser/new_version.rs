//! The server is replaced by one with another page while people have the old one open.

use std::{fs, path::Path};

use chat_e2e::{Browser, Page, Server, browser::Visitor};
use tempfile::TempDir;

/// How long a line may be, in milliseconds.
const LATENCY: u32 = 200;
/// What makes a debug build serve another folder than the one it was built beside.
const SOURCES: &str = "CHAT_PAGE_SOURCES";
const READY: &str = "A new version is ready";
/// The list of keys, as the older page calls it.
const OLDER: &str = "Keys of an older page";

#[tokio::test]
async fn an_open_page_goes_on_after_an_upgrade_and_says_so() {
    let Some(browser) = Browser::start().await else { return };
    let Older { mut server, page, visitor: _visitor, sources: _sources } = Older::open(&browser).await;
    page.to_box().await;
    page.write("half a thought").await;

    server.kill().await;
    page.offline().await;
    server.restart().await;
    page.eval("document.querySelector('#status-now:not([hidden])')?.click()").await;
    page.connected().await;
    page.shows(READY).await;
    // A dialog that was never opened is still this page's own.
    page.press("F1").await;
    page.shows(OLDER).await;
    page.press("Escape").await;

    // Over a long line too, old and new parts never meet.
    page.slow(LATENCY).await;
    page.click("button", "Reload").await;
    page.until("another page", &format!("!document.body.innerText.includes({READY:?})")).await;
    page.connected().await;
    page.shows_messages(&["before"]).await;
    page.until("the draft", "document.querySelector('#composer-input').value === 'half a thought'").await;
    page.press("F1").await;
    page.shows("Keys and commands").await;
    page.shows_no(OLDER).await;
    page.shows_no(READY).await;
    browser.has_no_errors();
}

#[tokio::test]
async fn a_kept_page_that_meets_a_newer_server_says_so() {
    let Some(browser) = Browser::start().await else { return };
    let Older { mut server, page, visitor: _visitor, sources: _sources } = Older::open(&browser).await;
    server.kill().await;
    page.clear_cache().await;
    page.reload().await;
    page.shows_messages(&["before"]).await;
    page.offline().await;
    page.press("F1").await;
    page.shows(OLDER).await;
    page.press("Escape").await;
    page.shows_no(READY).await;

    server.restart().await;
    page.eval("document.querySelector('#status-now:not([hidden])')?.click()").await;
    page.connected().await;
    page.shows(READY).await;
    browser.has_no_errors();
}

/// A server with an older page, which somebody has open and has written in. Its next start has the page of today.
struct Older {
    server: Server,
    page: Page,
    visitor: Visitor,
    /// What the server reads until it is started again.
    sources: TempDir,
}

impl Older {
    async fn open(browser: &Browser) -> Self {
        let sources = older_page();
        let folder = sources.path().to_str().expect("a path in letters");
        let server = Server::unlimited().at_first(SOURCES, folder).start().await;
        let visitor = browser.visitor().await;
        let page = visitor.open(server.url()).await;
        page.say("before").await;
        page.message_is("before", "stored").await;
        page.until("the worker", "navigator.serviceWorker.controller !== null").await;
        Self { server, page, visitor, sources }
    }
}

/// The page with a name that only its own modules know.
fn older_page() -> TempDir {
    let folder = tempfile::tempdir().expect("the page can be copied");
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../static"), folder.path());
    let change = |path: &str, from: &str, to: &str| {
        let path = folder.path().join(path);
        let text = fs::read_to_string(&path).expect("the page can be copied");
        assert!(text.contains(from), "{} does not say {from}", path.display());
        fs::write(path, text.replace(from, to)).expect("the page can be copied");
    };
    change("js/views/dialogs.js", "openHelp", "openOlderHelp");
    change("js/views/dialogs/help.js", "openHelp", "openOlderHelp");
    change("js/views/dialogs/help.js", "title: \"Keys and commands\"", &format!("title: \"{OLDER}\""));
    folder
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("the page can be copied");
    for entry in from.read_dir().expect("the page can be copied") {
        let entry = entry.expect("the page can be copied");
        let to = to.join(entry.file_name());
        if entry.file_type().expect("the page can be copied").is_dir() {
            copy(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).expect("the page can be copied");
        }
    }
}
