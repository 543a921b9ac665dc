//! Whatever a user does, and whatever is cut off meanwhile: the server ends with what a plain model says, and so does the
//! cache.

use std::{
    collections::{BTreeMap, HashSet},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use chat_client::{
    Account, Accounts, Action, Client, Credential, Delivery, Options, ServerUrl, SignIn, Status, Update, sign_in,
};
use chat_protocol::{ErrorCode, LOBBY, Message, MessageId, RoomId, Timestamp, emoji::Emoji, testing::body};
use chat_testing::{Person, TestServer, within};
use proptest::prelude::*;
use tempfile::TempDir;
use tokio::task::JoinHandle;

use crate::cutter::Cutter;

/// The emojis that are used.
const EMOJIS: [&str; 2] = ["👍", "🎉"];

/// Something that happens. A message is named by its place among those that are not deleted. A reaction or a pin is put
/// there, or taken back where it is: one that changes nothing would leave no id on the server, and be done again whenever it
/// is sent again.
#[derive(Debug, Clone)]
enum Step {
    Say,
    Reply(usize),
    Edit(usize),
    Delete(usize),
    React {
        message: usize,
        emoji: usize,
    },
    Pin(usize),
    /// Someone else says something.
    Bob,
    /// The connection breaks.
    Cut,
    /// What the server says is lost from now on, until the connection breaks.
    Mute,
    /// The program ends without a word, and starts again.
    Restart,
    /// Everything so far reaches the server.
    Settle,
}

fn step() -> impl Strategy<Value = Step> {
    let message = 0..8_usize;
    prop_oneof![
        4 => Just(Step::Say),
        1 => message.clone().prop_map(Step::Reply),
        3 => message.clone().prop_map(Step::Edit),
        2 => message.clone().prop_map(Step::Delete),
        3 => (message.clone(), 0..EMOJIS.len()).prop_map(|(message, emoji)| Step::React { message, emoji }),
        2 => message.prop_map(Step::Pin),
        1 => Just(Step::Bob),
        2 => Just(Step::Cut),
        2 => Just(Step::Mute),
        2 => Just(Step::Restart),
        2 => Just(Step::Settle),
    ]
}

/// What a message is, as its author sees it.
#[derive(Debug, Clone, Default, PartialEq)]
struct Said {
    body: String,
    reply_to: Option<MessageId>,
    reactions: HashSet<String>,
    pinned: bool,
}

/// A command that the server refused, and why.
type Refused = (Action, ErrorCode, String);

/// Alice's program, and what she knows that she did.
struct Alice {
    account: Account,
    /// Gone while the program starts again.
    client: Option<Client>,
    reader: JoinHandle<()>,
    failed: Arc<Mutex<Vec<Refused>>>,
    lobby: RoomId,
    model: BTreeMap<MessageId, Option<Said>>,
    _folder: TempDir,
}

/// Starts the program: what it is told is read, and it comes back at once when it is cut off.
fn start(account: &Account, failed: &Arc<Mutex<Vec<Refused>>>) -> (Client, JoinHandle<()>) {
    let (client, mut updates) = Client::start(account.clone(), Options::default()).unwrap();
    let failed = Arc::clone(failed);
    let handle = client.clone();
    let reader = tokio::spawn(async move {
        while let Some(update) = updates.next().await {
            match update {
                Update::Outbox(entry) => {
                    if let Delivery::Failed { code, detail } = entry.state {
                        failed.lock().unwrap_or_else(PoisonError::into_inner).push((entry.action, code, detail));
                    }
                }
                Update::Status(Status::Offline { .. }) => handle.reconnect(),
                _ => {}
            }
        }
    });
    (client, reader)
}

impl Alice {
    async fn come(url: &str, lobby: RoomId) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let request = SignIn {
            server: ServerUrl::parse(url).unwrap(),
            name: Some("alice".to_owned()),
            credential: Credential::None,
            invite: None,
            insecure: false,
            client: "test/1".to_owned(),
        };
        let account = sign_in(&Accounts::open(folder.path().to_owned()).unwrap(), request).await.unwrap();
        let failed = Arc::default();
        let (client, reader) = start(&account, &failed);
        Self { account, client: Some(client), reader, failed, lobby, model: BTreeMap::new(), _folder: folder }
    }

    /// One of her messages that are not deleted.
    fn pick(&mut self, place: usize) -> Option<(MessageId, &mut Said)> {
        let mut left: Vec<_> = self.model.iter_mut().filter_map(|(id, said)| Some((*id, said.as_mut()?))).collect();
        let len = left.len();
        (len > 0).then(|| left.swap_remove(place % len))
    }

    fn say(&mut self, n: usize, reply_to: Option<MessageId>) {
        let said = Said { body: format!("text {n}"), reply_to, ..Said::default() };
        let id = self.client().send(self.lobby, &said.body, reply_to).unwrap();
        self.model.insert(id, Some(said));
    }

    /// Does what a step says, as the `n`th.
    async fn take(&mut self, n: usize, step: &Step, bob: &Person, cutter: &Cutter) {
        let (client, lobby) = (self.client().clone(), self.lobby);
        match *step {
            Step::Say => self.say(n, None),
            Step::Reply(message) => {
                if let Some((id, _)) = self.pick(message) {
                    self.say(n, Some(id));
                }
            }
            Step::Edit(message) => {
                if let Some((id, said)) = self.pick(message) {
                    said.body = format!("text {n}, changed");
                    client.edit(lobby, id, body(&said.body));
                }
            }
            Step::Delete(message) => {
                let Some((id, _)) = self.pick(message) else { return };
                if self.model.values().flatten().any(|said| said.reply_to == Some(id)) {
                    // A reply to what was never sent would be refused.
                    self.settle(cutter).await;
                }
                client.delete(lobby, id);
                self.model.insert(id, None);
            }
            Step::React { message, emoji } => {
                if let Some((id, said)) = self.pick(message) {
                    let name = EMOJIS[emoji].to_owned();
                    let on = !said.reactions.remove(&name);
                    if on {
                        said.reactions.insert(name);
                    }
                    client.react(lobby, id, Emoji::parse(EMOJIS[emoji]).unwrap(), on);
                }
            }
            Step::Pin(message) => {
                if let Some((id, said)) = self.pick(message) {
                    said.pinned = !said.pinned;
                    client.pin(lobby, id, said.pinned);
                }
            }
            Step::Bob => _ = bob.say(LOBBY, &format!("bob {n}")).await.is(201),
            Step::Cut => cutter.cut(),
            Step::Mute => cutter.mute(),
            Step::Restart => {
                drop(client);
                self.restart().await;
            }
            Step::Settle => self.settle(cutter).await,
        }
    }

    fn client(&self) -> &Client {
        self.client.as_ref().unwrap()
    }

    async fn restart(&mut self) {
        self.client = None;
        self.reader.abort();
        _ = (&mut self.reader).await;
        // The program ends with its last handle.
        let lock = self.account.file().with_file_name("slot-0.lock");
        let free = tokio::task::spawn_blocking(move || std::fs::File::open(lock)?.lock());
        within("the program is gone", free).await.unwrap().unwrap();
        let (client, reader) = start(&self.account, &self.failed);
        (self.client, self.reader) = (Some(client), reader);
    }

    /// Waits until nothing is left to send.
    async fn settle(&mut self, cutter: &Cutter) {
        cutter.cut();
        self.client().reconnect();
        let empty = async {
            while !self.client().cached().outbox.is_empty() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        within("an empty outbox", empty).await;
    }
}

/// What the server has, as Bob sees it.
async fn check(alice: &Alice, bob: &Person) {
    assert_eq!(*alice.failed.lock().unwrap_or_else(PoisonError::into_inner), [], "what was refused");
    let page = bob.get("/api/messages?room=lobby&limit=200").await.is(200);
    let stored: Vec<Message> = serde_json::from_value(page.json["messages"].clone()).unwrap();
    let pins: Vec<Message> = bob.get("/api/rooms/lobby/pins").await.is(200).read();
    let me = alice.account.user.id;
    let mine = stored.iter().filter(|message| message.author.id == me && !message.deleted).map(|message| {
        let said = Said {
            body: message.body.clone(),
            reply_to: message.reply_to,
            reactions: message.reactions.iter().map(|reaction| reaction.emoji.clone()).collect(),
            pinned: pins.iter().any(|pinned| pinned.id == message.id),
        };
        (message.id, said)
    });
    let wanted = alice.model.iter().filter_map(|(id, said)| Some((*id, said.clone()?)));
    assert_eq!(mine.collect::<Vec<_>>(), wanted.collect::<Vec<_>>(), "in the order in which it was written, and once");
    let tombstones: Vec<_> = stored.iter().filter(|message| message.deleted).collect();
    assert!(tombstones.iter().all(|gone| gone.body.is_empty() && alice.model.get(&gone.id) == Some(&None)));

    let last = bob.room(LOBBY).await.last_seq;
    let (client, lobby) = (alice.client().clone(), alice.lobby);
    let same = async {
        loop {
            let seq = client.cached().cursors.get(&lobby).map(|cursor| cursor.seq);
            let cached = client.cached_messages(lobby);
            if seq == Some(last) && cached.len() == stored.len() {
                return cached;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    let cached = within("the cache is as far as the server", same).await;
    assert_eq!(without_last_replies(cached), without_last_replies(stored));
}

/// Messages without when a thread was replied to last: to a client that is up to where it has counted, also after what it
/// counted there was deleted.
fn without_last_replies(mut messages: Vec<Message>) -> Vec<Message> {
    for replies in messages.iter_mut().filter_map(|message| message.replies.as_mut()) {
        (replies.last_seq, replies.last_at) = (0, Timestamp::default());
    }
    messages
}

async fn live(steps: &[Step]) {
    let server = TestServer::with(|options| options.limits.messages = None).await;
    let bob = server.register("bob").await;
    let cutter = Cutter::before(server.url("").trim_start_matches("http://").parse().unwrap()).await;
    let mut alice = Alice::come(&cutter.url, bob.room(LOBBY).await.id).await;
    for (n, step) in steps.iter().enumerate() {
        alice.take(n, step, &bob, &cutter).await;
    }
    alice.settle(&cutter).await;
    check(&alice, &bob).await;
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, max_shrink_iters: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_done_and_cut_off_the_server_and_the_cache_end_alike(
        steps in prop::collection::vec(step(), 1..40)
    ) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        runtime.block_on(live(&steps));
    }
}
