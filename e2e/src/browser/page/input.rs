//! What a person does on a page: clicking, turning the wheel, pressing keys.

use serde_json::{Value, json};
use tokio::time::Instant;

use super::{super::keys, HEIGHT, Page, WIDTH};
use crate::DEADLINE;

impl Page {
    /// Clicks what has this role and is called so, as a screen reader would find it; waits until it is there.
    pub async fn click(&self, role: &str, name: &str) {
        let what = format!("a {role} called {name}");
        self.click_what(&what, async || {
            let root = self.try_call("DOM.getDocument", json!({ "depth": 0 })).await?;
            let query = json!({ "nodeId": root["root"]["nodeId"], "role": role, "accessibleName": name });
            let found = self.try_call("Accessibility.queryAXTree", query).await?;
            let nodes = found["nodes"].as_array().cloned().unwrap_or_default();
            let shown = nodes.into_iter().find(|node| node["ignored"] != true).ok_or("there is none")?;
            Ok(json!({ "backendNodeId": shown["backendDOMNodeId"] }))
        })
        .await;
    }

    /// Clicks what a selector finds; waits until it is there.
    pub async fn click_on(&self, selector: &str) {
        self.click_what(selector, async || {
            let query = json!({ "expression": format!("document.querySelector({})", json!(selector)) });
            let found = self.try_call("Runtime.evaluate", query).await?;
            let object = found["result"]["objectId"].as_str().ok_or("there is none")?;
            Ok(json!({ "objectId": object }))
        })
        .await;
    }

    async fn click_what(&self, what: &str, find: impl AsyncFn() -> Result<Value, String>) {
        let until = Instant::now() + DEADLINE;
        let mut before = None;
        loop {
            let spot = async {
                let node = find().await?;
                self.try_call("DOM.scrollIntoViewIfNeeded", node.clone()).await?;
                let quads = self.try_call("DOM.getContentQuads", node).await?;
                middle(&quads["quads"][0]).ok_or_else(|| "it takes no place".to_owned())
            };
            match spot.await {
                // What still moves would be elsewhere when the click comes.
                Ok((x, y)) if before == Some((x, y)) => return self.click_at(x, y).await,
                Ok(now) if Instant::now() < until => {
                    before = Some(now);
                    self.until("a frame", "true").await;
                }
                Ok(_) => self.fail(&format!("cannot click {what}: it moves all the time")).await,
                Err(error) if Instant::now() > until => self.fail(&format!("cannot click {what}: {error}")).await,
                // Something may have changed with the next frame.
                Err(_) => self.until("a frame", "true").await,
            }
        }
    }

    async fn click_at(&self, x: f64, y: f64) {
        for (r#type, buttons) in [("mouseMoved", 0), ("mousePressed", 1), ("mouseReleased", 0)] {
            let button = if r#type == "mouseMoved" { "none" } else { "left" };
            let event =
                json!({ "type": r#type, "x": x, "y": y, "button": button, "buttons": buttons, "clickCount": 1 });
            self.call("Input.dispatchMouseEvent", event).await;
        }
    }

    /// Taps with a finger on what a selector finds.
    pub async fn tap(&self, selector: &str) {
        let (x, y) = self.middle_of(selector).await;
        self.touch("touchStart", &[(x, y)]).await;
        self.touch("touchEnd", &[]).await;
    }

    /// Puts a finger on what a selector finds, and leaves it there until `seen`.
    pub async fn hold_until(&self, selector: &str, what: &str, seen: &str) {
        let (x, y) = self.middle_of(selector).await;
        self.touch("touchStart", &[(x, y)]).await;
        self.until(what, seen).await;
        self.touch("touchEnd", &[]).await;
    }

    async fn middle_of(&self, selector: &str) -> (f64, f64) {
        let found = format!("document.querySelector({})", json!(selector));
        self.until(selector, &found).await;
        let spot = self
            .eval(&format!(
                "(() => {{ const one = {found}; one.scrollIntoView({{ block: 'nearest' }}); \
                   const box = one.getBoundingClientRect(); return [box.x + box.width / 2, box.y + box.height / 2] }})()"
            ))
            .await;
        (spot[0].as_f64().expect("a place"), spot[1].as_f64().expect("a place"))
    }

    async fn touch(&self, r#type: &str, fingers: &[(f64, f64)]) {
        let points: Vec<_> = fingers.iter().map(|(x, y)| json!({ "x": x, "y": y })).collect();
        self.call("Input.dispatchTouchEvent", json!({ "type": r#type, "touchPoints": points })).await;
    }

    /// Turns the mouse wheel over the middle of the page: down, or up where `pixels` is negative.
    pub async fn wheel(&self, pixels: i32) {
        let (x, y) = (WIDTH / 2, HEIGHT / 2);
        let event = json!({ "type": "mouseWheel", "x": x, "y": y, "deltaX": 0, "deltaY": pixels });
        self.call("Input.dispatchMouseEvent", event).await;
    }

    /// Presses a key: `Enter`, `a`, `Control+k`.
    pub async fn press(&self, combination: &str) {
        for event in keys::press(combination) {
            self.call("Input.dispatchKeyEvent", event).await;
        }
    }

    /// Types a text, key by key, into what has the focus.
    pub async fn write(&self, words: &str) {
        for letter in words.chars() {
            self.press(letter.encode_utf8(&mut [0; 4])).await;
        }
    }

    /// Puts a text into what has the focus, at once.
    pub async fn insert(&self, words: &str) {
        self.call("Input.insertText", json!({ "text": words })).await;
    }
}

/// The middle of a shape of four corners.
fn middle(quad: &Value) -> Option<(f64, f64)> {
    let corners: Vec<f64> = quad.as_array()?.iter().filter_map(Value::as_f64).collect();
    let mean = |from: usize| corners.iter().skip(from).step_by(2).sum::<f64>() / 4.0;
    (corners.len() == 8).then(|| (mean(0), mean(1)))
}
