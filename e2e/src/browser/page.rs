//! A page in the browser, whatever it shows: going somewhere, asking it something, waiting for something.

mod accessibility;
mod chat;
mod input;

use std::sync::Arc;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::{Value, json};
use tokio::{task::yield_now, time::timeout};

pub use self::accessibility::ColorScheme;
use super::devtools::{ALARM, DevTools};
use crate::{DEADLINE, text, within};

/// How often a page is loaded again before that is given up. An Escape stops the loading of a page, also one that
/// Chromium hears of after the reload was asked for.
const RELOADS: u32 = 3;
/// The size of a page unless a test changes it, in CSS pixels.
const WIDTH: u32 = 1280;
const HEIGHT: u32 = 800;

/// One page, in front of someone who looks at it.
pub struct Page {
    devtools: Arc<DevTools>,
    session: String,
    target: String,
}

impl Page {
    pub(super) async fn attach(devtools: Arc<DevTools>, target: String) -> Self {
        let wanted = json!({ "targetId": target, "flatten": true });
        let session = text(&devtools.call(None, "Target.attachToTarget", wanted).await["sessionId"]);
        let page = Self { devtools, session, target };
        for domain in ["Page", "Inspector", "Runtime", "Log", "Audits", "DOM", "Accessibility"] {
            page.call(&format!("{domain}.enable"), json!({})).await;
        }
        page.call("Emulation.setFocusEmulationEnabled", json!({ "enabled": true })).await;
        page.call("Runtime.addBinding", json!({ "name": ALARM })).await;
        let tell = format!(
            "addEventListener('securitypolicyviolation', (event) => \
             {ALARM}(`policy ${{event.violatedDirective}} ${{event.blockedURI}} ${{event.sample}}`))"
        );
        page.call("Page.addScriptToEvaluateOnNewDocument", json!({ "source": tell })).await;
        page.color_scheme(ColorScheme::Light).await;
        page.resize(WIDTH, HEIGHT).await;
        page
    }

    /// Runs a script before the page's own, on everything that is opened from now on.
    pub async fn inject(&self, script: &str) {
        self.call("Page.addScriptToEvaluateOnNewDocument", json!({ "source": script })).await;
    }

    /// Goes to an address.
    pub async fn go(&self, url: &str) {
        let gone = self.call("Page.navigate", json!({ "url": url })).await;
        assert!(gone.get("errorText").is_none(), "{url} cannot be opened: {gone}");
        self.until("the page to be there", "document.readyState === 'complete'").await;
    }

    /// Loads it again.
    pub async fn reload(&self) {
        // Only the page that is there now has this.
        self.eval("window.before = true").await;
        for _ in 0..RELOADS {
            self.call("Page.reload", json!({})).await;
            let there = self.watch("!window.before && document.readyState === 'complete'");
            if timeout(DEADLINE / RELOADS, there).await.is_ok() {
                return;
            }
        }
        self.fail("waited in vain for the page to be there again").await;
    }

    /// The page's process dies; the page closes.
    pub async fn crash(self) {
        let dying = self.try_call("Page.crash", json!({}));
        _ = within("the page's end", dying).await.expect_err("it does not live to answer");
        self.close().await;
    }

    /// Closes it.
    pub async fn close(self) {
        self.devtools.call(None, "Target.closeTarget", json!({ "targetId": self.target })).await;
    }

    /// Another size of the window, in CSS pixels.
    pub async fn resize(&self, width: u32, height: u32) {
        self.metrics(width, height, false).await;
    }

    /// A phone: of this size, with a finger instead of a mouse.
    pub async fn phone(&self, width: u32, height: u32) {
        self.metrics(width, height, true).await;
        self.call("Emulation.setTouchEmulationEnabled", json!({ "enabled": true })).await;
    }

    async fn metrics(&self, width: u32, height: u32, mobile: bool) {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": mobile });
        self.call("Emulation.setDeviceMetricsOverride", size).await;
    }

    /// A long line: every request takes at least this many milliseconds.
    pub async fn slow(&self, latency: u32) {
        self.call("Network.enable", json!({})).await;
        let line = json!({ "offline": false, "latency": latency, "downloadThroughput": -1, "uploadThroughput": -1 });
        self.call("Network.emulateNetworkConditions", line).await;
    }

    /// A line that sends at most so many bytes per second.
    pub async fn upload_rate(&self, bytes: u32) {
        self.call("Network.enable", json!({})).await;
        let line = json!({ "offline": false, "latency": 0, "downloadThroughput": -1, "uploadThroughput": bytes });
        self.call("Network.emulateNetworkConditions", line).await;
    }

    /// The browser keeps no copies of its own any more, only what the page's worker keeps.
    pub async fn clear_cache(&self) {
        self.call("Network.enable", json!({})).await;
        self.call("Network.clearBrowserCache", json!({})).await;
    }

    /// What an expression gives, on the page as it is now.
    ///
    /// # Panics
    /// When it throws.
    pub async fn eval(&self, expression: &str) -> Value {
        match self.try_eval(expression).await {
            Ok(value) => value,
            Err(error) => self.fail(&format!("cannot evaluate {expression}: {error}")).await,
        }
    }

    /// Waits until an expression is true. It is tried with every frame that is drawn.
    ///
    /// # Panics
    /// When it never is.
    pub async fn until(&self, what: &str, expression: &str) {
        if timeout(DEADLINE, self.watch(expression)).await.is_err() {
            self.fail(&format!("waited in vain for {what}")).await;
        }
    }

    /// Returns once an expression is true.
    async fn watch(&self, expression: &str) {
        let watch = format!(
            "new Promise((done) => {{ const look = () => {{ \
               let seen = false; try {{ seen = Boolean({expression}) }} catch {{ /* not there yet */ }} \
               if (seen) done(true); else requestAnimationFrame(look); }}; requestAnimationFrame(look); }})"
        );
        // A page that is just being left forgets the question.
        while self.try_eval(&watch).await != Ok(Value::Bool(true)) {
            yield_now().await;
        }
    }

    /// Waits until the page shows a text, anywhere.
    pub async fn shows(&self, words: &str) {
        self.until(words, &format!("document.body.innerText.includes({})", json!(words))).await;
    }

    /// Waits until the page shows a text nowhere.
    pub async fn shows_no(&self, words: &str) {
        self.until(&format!("the end of {words}"), &format!("!document.body.innerText.includes({})", json!(words)))
            .await;
    }

    /// Asks the browser about this page.
    async fn call(&self, method: &str, params: Value) -> Value {
        self.devtools.call(Some(&self.session), method, params).await
    }

    async fn try_call(&self, method: &str, params: Value) -> Result<Value, String> {
        self.devtools.try_call(Some(&self.session), method, params).await
    }

    async fn try_eval(&self, expression: &str) -> Result<Value, String> {
        let question = json!({ "expression": expression, "awaitPromise": true, "returnByValue": true });
        let answer = self.try_call("Runtime.evaluate", question).await?;
        match answer.get("exceptionDetails") {
            Some(details) => Err(details["exception"]["description"].to_string()),
            None => Ok(answer["result"]["value"].clone()),
        }
    }

    /// Gives up, saying what the page shows instead.
    async fn fail(&self, why: &str) -> ! {
        let shown = timeout(DEADLINE, self.try_eval("document.body.innerText")).await;
        let shown = shown.map_or_else(|_| "nothing: it does not answer".to_owned(), |shown| format!("{shown:?}"));
        let picture = self.picture().await.unwrap_or_else(|error| error);
        let errors = self.devtools.errors().join("\n");
        panic!("{why}\nthe page shows: {}\npicture: {picture}\ntroubles: {errors}", shown.replace("\\n", "\n"));
    }

    /// Keeps a picture of the page, and says where.
    async fn picture(&self) -> Result<String, String> {
        let taken = timeout(DEADLINE, self.try_call("Page.captureScreenshot", json!({}))).await;
        let taken = taken.map_err(|_| "none: it is not drawn")??;
        let bytes = BASE64_STANDARD.decode(text(&taken["data"])).map_err(|error| error.to_string())?;
        let path = std::env::temp_dir().join(format!("chat-page-{}.png", self.target));
        std::fs::write(&path, bytes).map_err(|error| error.to_string())?;
        Ok(path.display().to_string())
    }
}
