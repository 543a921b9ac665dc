//! The client against the real server: two people talk while it comes and goes.

use chat_client::{
    Account, Accounts, Client, Credential, Delivery, Options, Page, ServerUrl, SignIn, Status, Update, sign_in,
};
use chat_protocol::{Event, LOBBY, RoomId, api::UserPatch};
use chat_testing::{TestServer, own_loopback};
use tempfile::TempDir;

use crate::scene::Watched;

/// A server that can be stopped and started again at the same address.
struct House {
    server: TestServer,
    url: ServerUrl,
}

impl House {
    async fn open(limits: &[&str]) -> Self {
        Self::of(
            TestServer::with(|options| {
                options.host = own_loopback();
                limits.iter().for_each(|limit| options.limits.set(limit).unwrap());
            })
            .await,
        )
    }

    fn of(server: TestServer) -> Self {
        Self { url: ServerUrl::parse(&server.url("")).unwrap(), server }
    }

    async fn close(mut self) -> impl AsyncFnOnce() -> Self {
        self.server.stop().await;
        let (_, paused) = self.server.pause();
        async || Self::of(paused.resume_there().await)
    }

    /// Someone at a machine of their own.
    async fn guest(&self, name: &str) -> Person {
        let machine = tempfile::tempdir().unwrap();
        let accounts = Accounts::open(machine.path().to_owned()).unwrap();
        let account = self.sign_in(&accounts, Some(name), Credential::None).await;
        let (client, updates) = Client::start(account, Options::default()).unwrap();
        let mut told = Watched { updates, status: None };
        let lobby = told
            .until(|update| match update {
                Update::Event(Event::Welcome { rooms, .. }) => rooms.into_iter().find(|room| room.name == LOBBY),
                _ => None,
            })
            .await;
        told.connected().await;
        Person { client, told, lobby: lobby.id, machine }
    }

    async fn sign_in(&self, accounts: &Accounts, name: Option<&str>, credential: Credential) -> Account {
        let request = SignIn {
            server: self.url.clone(),
            name: name.map(str::to_owned),
            credential,
            invite: None,
            insecure: false,
            client: "test/1".to_owned(),
        };
        sign_in(accounts, request).await.unwrap()
    }
}

struct Person {
    client: Client,
    told: Watched,
    lobby: RoomId,
    machine: TempDir,
}

impl Person {
    fn say(&self, words: &str) {
        self.client.send(self.lobby, words, None).unwrap();
    }

    async fn hears(&mut self) -> String {
        self.told.message().await.1
    }

    fn accounts(&self) -> Accounts {
        Accounts::open(self.machine.path().to_owned()).unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_people_talk() {
    let house = House::open(&[]).await;
    let (mut alice, mut bob) = (house.guest("alice").await, house.guest("bob").await);
    alice.say("hello");
    assert_eq!(bob.hears().await, "hello");
    bob.say("hello yourself");
    assert_eq!(alice.hears().await, "hello");
    assert_eq!(alice.hears().await, "hello yourself");

    alice.client.focus(vec![alice.lobby]);
    alice.told.until(|update| matches!(update, Update::Event(Event::Members { .. })).then_some(())).await;
    bob.client.typing(bob.lobby);
    alice.told.until(|update| matches!(update, Update::Event(Event::UserTyping { .. })).then_some(())).await;
    alice.client.read(alice.lobby, u64::MAX);
    let unread = alice
        .told
        .until(|update| match update {
            Update::Event(Event::ReadMarker { unread, .. }) => Some(unread),
            _ => None,
        })
        .await;
    assert_eq!(unread, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_said_while_the_server_is_away_is_there_once_and_in_order() {
    // A limit that is met all the time.
    let house = House::open(&["messages=3:40"]).await;
    let mut alice = house.guest("alice").await;
    let mut bob = house.guest("bob").await;
    let start = house.close().await;
    alice.told.offline().await;
    let said: Vec<String> = (0..30).map(|number| format!("word {number}")).collect();
    said.iter().for_each(|words| alice.say(words));
    let house = start().await;
    alice.client.reconnect();
    let mut heard = Vec::new();
    while heard.len() < said.len() {
        heard.push(bob.hears().await);
    }
    assert_eq!(heard, said);

    let start = house.close().await;
    bob.told.offline().await;
    alice.say("and one");
    let _house = start().await;
    bob.client.reconnect();
    alice.client.reconnect();
    assert_eq!(bob.hears().await, "and one");
    assert_eq!(alice.client.api().messages(LOBBY, Page::Newest, 200).await.unwrap().messages.len(), 31);
    let mut stored = 0;
    while stored < 31 {
        stored += u64::from(matches!(alice.told.outbox().await.state, Delivery::Sent { .. }));
    }
    assert_eq!(alice.client.cached().outbox, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_device_is_signed_in_by_a_link_and_out_by_the_first() {
    let house = House::open(&[]).await;
    let alice = house.guest("alice").await;
    let link = alice.client.api().link_code().await.unwrap();
    let machine = tempfile::tempdir().unwrap();
    let accounts = Accounts::open(machine.path().to_owned()).unwrap();
    let account = house.sign_in(&accounts, None, Credential::Link(link.url)).await;
    assert_eq!(account.user.id, alice.client.account().user.id);
    let (client, updates) = Client::start(account, Options::default()).unwrap();
    let mut told = Watched { updates, status: None };
    told.connected().await;
    let sessions = alice.client.api().sessions().await.unwrap();
    let other = sessions.iter().find(|session| !session.current).unwrap();
    alice.client.api().end_session(Some(other.id)).await.unwrap();
    told.until(|update| matches!(update, Update::Status(Status::SignedOut { .. })).then_some(())).await;
    drop(client);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_name_is_known_to_the_next_start() {
    let house = House::open(&[]).await;
    let mut alice = house.guest("alice").await;
    let patch = UserPatch { name: Some("alicia".to_owned()), ..UserPatch::default() };
    alice.client.api().update_me(&patch).await.unwrap();
    let (accounts, url) = (alice.accounts(), house.url.clone());
    let start = house.close().await;
    alice.told.offline().await;
    let house = start().await;
    alice.client.reconnect();
    alice.told.connected().await;
    alice.client.close().await;
    while alice.told.updates.next().await.is_some() {}
    house.sign_in(&accounts, None, Credential::None).await;
    assert_eq!(accounts.last_name(&url).as_deref(), Some("alicia"));
    assert!(accounts.token(&url, "Alicia").is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn rooms_are_made_joined_and_left() {
    let house = House::open(&[]).await;
    let (alice, mut bob) = (house.guest("alice").await, house.guest("bob").await);
    let ops = alice.client.api().create_room("ops", Some("who is on call")).await.unwrap();
    alice.client.send(ops.id, "before bob", None).unwrap();
    bob.client.api().join("#ops").await.unwrap();
    let page = bob
        .told
        .until(|update| match update {
            Update::Page { room, messages, .. } if room == ops.id => Some(messages),
            _ => None,
        })
        .await;
    assert!(page.len() <= 1, "what was said before is on the page or still on the way");
    alice.client.send(ops.id, "after bob", None).unwrap();
    while bob.hears().await != "after bob" {}
    assert_eq!(bob.client.api().rooms("", true).await.unwrap().len(), 2);
    assert_eq!(bob.client.api().members("ops", false).await.unwrap().len(), 2);
    assert_eq!(alice.client.api().set_topic("ops", "nobody").await.unwrap().topic, "nobody");
    bob.client.api().leave(ops.id).await.unwrap();
    bob.told.until(|update| matches!(update, Update::Event(Event::RoomRemoved { .. })).then_some(())).await;
    assert_eq!(bob.client.api().room("nowhere").await.unwrap_err().code(), Some(chat_protocol::ErrorCode::NotFound));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_follower_sees_what_was_said_since() {
    let house = House::open(&[]).await;
    let (alice, mut bob) = (house.guest("alice").await, house.guest("bob").await);
    for words in ["one", "two", "three"] {
        alice.say(words);
        bob.hears().await;
    }
    let log = bob.client.api().events(bob.lobby, 0, 1000).await.unwrap();
    let one = log.events.iter().find(|entry| entry.event.message().is_some_and(|message| message.body == "one"));
    let cursor = one.unwrap().cursor();
    let account = bob.client.account().clone();
    let since = Some((log.epoch, [(bob.lobby, cursor)].into()));
    let (_client, updates) = Client::start(account, Options { since, ..Options::transient() }).unwrap();
    let mut told = Watched { updates, status: None };
    assert_eq!(told.message().await.1, "two");
    assert_eq!(told.message().await.1, "three");
}
