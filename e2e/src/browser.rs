//! A real browser without a window: people open the page in it, click, type, and are shown things.
//!
//! It is driven over its own debugging socket, so that nothing but the browser itself has to be installed. One process
//! serves all people of a test: each [`Visitor`] has cookies and storage of its own, as on a machine of its own.

mod devtools;
mod keys;
mod page;

use std::{
    io::{BufRead as _, BufReader},
    os::unix::process::CommandExt as _,
    process::{Child, ChildStderr, Command, Stdio},
    sync::Arc,
    thread,
};

use rustix::process::{Pid, Signal, kill_process_group};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::sync::oneshot;

use self::devtools::DevTools;
pub use self::page::{ColorScheme, Page};
use crate::{require, text, within};

/// What the browser writes to standard error before the address of its debugging socket.
const LISTENING: &str = "DevTools listening on ";
/// No window, no network of its own, nothing that slows down a page because another is in front of it.
const OPTIONS: &[&str] = &[
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--disable-breakpad",
    "--disable-sync",
    "--disable-extensions",
    "--disable-component-update",
    "--disable-background-networking",
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding",
    "--no-first-run",
    "--no-default-browser-check",
    "--no-proxy-server",
    "--hide-scrollbars",
    "--lang=en-GB",
    "--remote-debugging-port=0",
];

/// A script for [`Page::inject`]: the page believes that nobody looks at it, and keeps the titles of the notifications that it
/// shows in `notified`.
pub const HIDDEN: &str = "
    Object.defineProperty(document, 'visibilityState', { get: () => 'hidden' });
    document.hasFocus = () => false;
    window.notified = [];
    window.Notification = class { static permission = 'granted'; constructor(title) { window.notified.push(title); } close() {} };
";

/// A browser process. It ends, with all its pages, when this is dropped.
pub struct Browser {
    devtools: Arc<DevTools>,
    process: Child,
    _profile: TempDir,
}

/// Someone at a browser of their own: other cookies, other storage than everyone else's.
pub struct Visitor {
    devtools: Arc<DevTools>,
    context: String,
}

impl Browser {
    /// Starts the browser; `None` to skip the test where no browser is installed.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn start() -> Option<Self> {
        let program = require::chromium()?;
        let profile = tempfile::tempdir().expect("a temporary folder");
        let mut process = Command::new(program)
            .args(OPTIONS)
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .env("HOME", profile.path())
            .env("TZ", "UTC")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            // Of many processes: all of them end together.
            .process_group(0)
            .spawn()
            .expect("the browser can be started");
        let stderr = process.stderr.take().expect("it was piped");
        let address = within("the browser's start", address(stderr)).await;
        Some(Self { devtools: DevTools::open(&address).await, process, _profile: profile })
    }

    /// Someone who was never here before.
    pub async fn visitor(&self) -> Visitor {
        let made = self.devtools.call(None, "Target.createBrowserContext", json!({})).await;
        Visitor { devtools: Arc::clone(&self.devtools), context: text(&made["browserContextId"]) }
    }

    /// Opens the address as someone who was never here before.
    pub async fn open(&self, url: &str) -> Page {
        self.visitor().await.open(url).await
    }

    /// Asserts that up to now nothing went wrong on any page: no exception, no violated policy, no dialog of the
    /// browser's own, no call of `harm()`, which every page has and which nothing but a smuggled script calls.
    ///
    /// # Panics
    /// When something did.
    pub fn has_no_errors(&self) {
        let errors = self.devtools.errors();
        assert!(errors.is_empty(), "something went wrong on a page:\n{}", errors.join("\n"));
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        if let Some(group) = Pid::from_raw(self.process.id().cast_signed()) {
            // It may have crashed before.
            _ = kill_process_group(group, Signal::KILL);
        }
        _ = self.process.wait();
    }
}

impl Visitor {
    /// Opens the address in a new page.
    pub async fn open(&self, url: &str) -> Page {
        let page = self.blank().await;
        page.go(url).await;
        page
    }

    /// A new page with nothing in it yet.
    pub async fn blank(&self) -> Page {
        // In a window of its own: a page behind another is hidden, and hidden pages read nothing.
        let wanted = json!({ "url": "about:blank", "browserContextId": self.context, "newWindow": true });
        let target = self.devtools.call(None, "Target.createTarget", wanted).await;
        Page::attach(Arc::clone(&self.devtools), text(&target["targetId"])).await
    }

    /// The value of each cookie that it has from anyone.
    pub async fn cookies(&self) -> Vec<Value> {
        let jar = self.devtools.call(None, "Storage.getCookies", json!({ "browserContextId": self.context })).await;
        jar["cookies"].as_array().cloned().unwrap_or_default()
    }
}

/// Where the browser can be talked to. The rest of what it writes is read and dropped, so that it never waits.
async fn address(stderr: ChildStderr) -> String {
    let (found, address) = oneshot::channel();
    thread::spawn(move || {
        let mut found = Some(found);
        let mut before = String::new();
        for line in BufReader::new(stderr).lines().map_while(Result::ok) {
            if let Some(address) = line.strip_prefix(LISTENING)
                && let Some(found) = found.take()
            {
                _ = found.send(Ok(address.to_owned()));
            } else if found.is_some() {
                before.push_str(&line);
                before.push('\n');
            }
        }
        if let Some(found) = found {
            _ = found.send(Err(before));
        }
    });
    address.await.expect("the reader always answers").unwrap_or_else(|wrote| panic!("the browser ended:\n{wrote}"))
}
