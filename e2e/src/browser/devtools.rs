//! The browser's debugging socket: questions with their answers, and what it tells unasked. It knows no page and no chat.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::{
    sync::{mpsc, oneshot},
    task::JoinHandle,
};
use tokio_tungstenite::{connect_async, tungstenite::Message};

use crate::within;

/// Called by whatever should never run or happen on a page: a smuggled script, a violated policy.
pub(super) const ALARM: &str = "harm";

/// Those who wait for the answer to a question, by its number.
type Waiting = Arc<Mutex<HashMap<u64, Caller>>>;

/// Who waits for an answer from a page, or from the browser itself.
struct Caller {
    session: Option<String>,
    answer: oneshot::Sender<Value>,
}

/// A connection to the browser.
pub(super) struct DevTools {
    out: mpsc::UnboundedSender<Message>,
    waiting: Waiting,
    asked: AtomicU64,
    errors: Arc<Mutex<Vec<String>>>,
    talking: JoinHandle<()>,
}

impl DevTools {
    /// Connects to `ws://…/devtools/browser/…`.
    pub(super) async fn open(address: &str) -> Arc<Self> {
        let (mut socket, _) =
            within("the browser's socket", connect_async(address)).await.expect("the browser takes a connection");
        let (out, mut outgoing) = mpsc::unbounded_channel();
        let (waiting, errors) = (Waiting::default(), Arc::<Mutex<Vec<String>>>::default());
        let (answers, noticed, answering) = (Arc::clone(&waiting), Arc::clone(&errors), out.clone());
        let talking = tokio::spawn(async move {
            loop {
                let incoming = tokio::select! {
                    Some(frame) = outgoing.recv() => {
                        if socket.send(frame).await.is_err() { break }
                        continue;
                    }
                    incoming = socket.next() => incoming,
                };
                let Some(Ok(frame)) = incoming else { break };
                let Message::Text(frame) = frame else { continue };
                let frame: Value = serde_json::from_str(&frame).expect("the browser speaks JSON");
                match frame["id"].as_u64() {
                    Some(id) => {
                        if let Some(asker) = lock(&answers).remove(&id) {
                            // Who asked may have given up.
                            _ = asker.answer.send(frame);
                        }
                    }
                    None if frame["method"] == "Inspector.targetCrashed" => {
                        let crashed = frame["sessionId"].as_str();
                        lock(&answers).retain(|_, asker| asker.session.as_deref() != crashed);
                    }
                    None => {
                        lock(&noticed).extend(error_in(&frame));
                        if let Some(answer) = unasked_answer(&frame) {
                            _ = answering.send(answer);
                        }
                    }
                }
            }
            // Nobody will answer any more.
            lock(&answers).clear();
        });
        Arc::new(Self { out, waiting, asked: AtomicU64::new(1), errors, talking })
    }

    /// Asks, of a page's session or of the browser itself.
    pub(super) async fn try_call(&self, session: Option<&str>, method: &str, params: Value) -> Result<Value, String> {
        let id = self.asked.fetch_add(1, Ordering::Relaxed);
        let mut question = json!({ "id": id, "method": method, "params": params });
        if let Some(session) = session {
            question["sessionId"] = session.into();
        }
        let (asker, answer) = oneshot::channel();
        lock(&self.waiting).insert(id, Caller { session: session.map(str::to_owned), answer: asker });
        let gone = |_| format!("{method}: the page is gone");
        self.out.send(Message::text(question.to_string())).map_err(|_| gone(()))?;
        let answer = answer.await.map_err(|_| gone(()))?;
        match answer.get("error") {
            Some(error) => Err(format!("{method}: {}", error["message"])),
            None => Ok(answer["result"].clone()),
        }
    }

    /// The same, where a refusal is a mistake of the test's.
    pub(super) async fn call(&self, session: Option<&str>, method: &str, params: Value) -> Value {
        let asking = self.try_call(session, method, params);
        within(method, asking).await.unwrap_or_else(|error| panic!("the browser refuses {error}"))
    }

    /// What went wrong on pages up to now.
    pub(super) fn errors(&self) -> Vec<String> {
        lock(&self.errors).clone()
    }
}

impl Drop for DevTools {
    fn drop(&mut self) {
        self.talking.abort();
    }
}

/// What the browser tells that should never happen, in words.
fn error_in(event: &Value) -> Option<String> {
    let params = &event["params"];
    match event["method"].as_str()? {
        "Runtime.bindingCalled" if params["name"] == ALARM => Some(format!("harm: {}", params["payload"])),
        "Runtime.exceptionThrown" => {
            let details = &params["exceptionDetails"];
            Some(format!("exception: {} {}", details["text"], details["exception"]["description"]))
        }
        "Runtime.consoleAPICalled" if params["type"] == "error" || params["type"] == "assert" => {
            Some(format!("console: {}", params["args"]))
        }
        // What the network does not give is part of the scenes: the server is killed in some.
        "Log.entryAdded" if params["entry"]["level"] == "error" && params["entry"]["source"] != "network" => {
            Some(format!("log: {}", params["entry"]))
        }
        "Audits.issueAdded" if params["issue"]["code"] == "ContentSecurityPolicyIssue" => {
            Some(format!("policy: {}", params["issue"]["details"]))
        }
        "Page.javascriptDialogOpening" => Some(format!("dialog: {}", params["message"])),
        _ => None,
    }
}

/// A dialog of the browser's own would hold up its page for ever.
fn unasked_answer(event: &Value) -> Option<Message> {
    (event["method"] == "Page.javascriptDialogOpening").then(|| {
        let answer = json!({ "id": 0, "sessionId": event["sessionId"], "method": "Page.handleJavaScriptDialog",
            "params": { "accept": false } });
        Message::text(answer.to_string())
    })
}

fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
