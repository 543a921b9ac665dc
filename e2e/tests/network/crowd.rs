//! People who talk through a faulty network, and one bare reader; in the end all have the server's log.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use chat_client::{Accounts, Client, Credential, Options, ServerUrl, SignIn, sign_in};
use chat_e2e::{
    Person, Server,
    proxy::{Fault, Proxy, Tally},
    text,
};
use serde_json::Value;
use tempfile::TempDir;
use tokio::{
    sync::{mpsc, watch},
    task::JoinSet,
};

use crate::{
    follower::{self, Followed},
    reader,
    scale::patiently,
};

/// Where all of it happens.
pub(crate) const ROOM: &str = "lobby";
const PEOPLE: usize = 4;
/// Between two nudges.
const NUDGES: Duration = Duration::from_millis(500);
/// What is added to messages, so that they are of many lengths.
const FILLER: &str = "the quick brown fox jumps over the lazy dog ";

/// All of them, before anything goes wrong.
pub(crate) struct Crowd {
    server: Server,
    proxy: Proxy,
    accounts: Accounts,
    _folder: TempDir,
}

/// What came of it.
pub(crate) struct Outcome {
    pub(crate) proxy: Proxy,
    /// Whose connections are to stay.
    _still_there: (Server, Vec<Client>),
}

impl Crowd {
    pub(crate) async fn gather() -> Self {
        let server = Server::start().await;
        let proxy = Proxy::to(&server).await;
        let folder = tempfile::tempdir().unwrap();
        let accounts = Accounts::open(folder.path().to_owned()).unwrap();
        Self { server, proxy, accounts, _folder: folder }
    }

    /// So many messages are said through lines with this fault. `nudge` is done with the clients once a fault has come.
    pub(crate) async fn talk(self, messages: usize, fault: Fault, times: usize, nudge: fn(&Client)) -> Outcome {
        let begun = Instant::now();
        let (each, seed) = (messages / PEOPLE, 0x5eed);
        let bare = Person::take(&self.server, "bare-reader").await;
        let mut signed_in = Vec::new();
        for number in 0..PEOPLE {
            signed_in.push(self.sign_in(&format!("person-{number}")).await);
        }
        self.proxy.inflict(fault.clone(), times, seed);

        let (goal, last) = watch::channel(None);
        let (sent, mut arrived) = mpsc::unbounded_channel();
        let bare_reader = tokio::spawn(reader::read(self.proxy.url().to_owned(), Arc::new(bare), last.clone()));
        let lobby = signed_in[0].1;
        let (mut clients, mut followers) = (Vec::new(), JoinSet::new());
        for (number, (account, _)) in signed_in.into_iter().enumerate() {
            let (client, updates) = Client::start(account, Options::default()).unwrap();
            followers.spawn(follower::follow(client.clone(), updates, sent.clone(), last.clone()));
            let talking = client.clone();
            tokio::task::spawn_blocking(move || {
                for n in 0..each {
                    let length = (n * 7 + number * 13) % 400;
                    let filler: String = FILLER.chars().cycle().take(length).collect();
                    talking.send(lobby, &format!("{n} {}", filler.trim()), None).unwrap();
                }
            });
            clients.push(client);
        }
        let nudged = tokio::spawn(nudge_after_faults(self.proxy.watch(), clients.clone(), nudge));
        for count in 0..each * PEOPLE {
            patiently(&format!("message {count} to be acknowledged"), arrived.recv()).await.expect("they follow");
        }
        let judge = Person::take(&self.server, "judge").await;
        let log = judge.log(ROOM).await;
        goal.send_replace(log.last().and_then(|event| event["seq"].as_u64()));
        assert_everything_once(&log, each);
        let mut all = patiently("all followers' last event", followers.join_all()).await;
        all.push(patiently("the bare reader's last event", bare_reader).await.unwrap());
        nudged.abort();
        for (number, followed) in all.iter().enumerate() {
            assert_same(number, followed, &log);
        }
        report(&fault, each * PEOPLE, begun, &self.proxy, &all);
        Outcome { proxy: self.proxy, _still_there: (self.server, clients) }
    }

    async fn sign_in(&self, name: &str) -> (chat_client::Account, chat_protocol::RoomId) {
        let wish = SignIn {
            server: ServerUrl::parse(self.proxy.url()).unwrap(),
            name: Some(name.to_owned()),
            credential: Credential::None,
            invite: None,
            insecure: false,
            client: "e2e/1".to_owned(),
        };
        let account = sign_in(&self.accounts, wish).await.unwrap();
        let api = chat_client::Api::new(&account.server, Some(account.token()), false, "e2e/1").unwrap();
        (account, api.room(chat_protocol::LOBBY).await.unwrap().id)
    }
}

/// Each message of each person once, in the order in which they were written.
fn assert_everything_once(log: &[Value], each: usize) {
    for (place, event) in log.iter().enumerate() {
        assert_eq!(event["seq"], place + 1, "the log has no holes");
    }
    for number in 0..PEOPLE {
        let name = format!("person-{number}");
        let own = log.iter().filter(|event| event["message"]["author"]["name"] == *name);
        let numbers: Vec<usize> =
            own.map(|event| text(&event["message"]["body"]).split(' ').next().unwrap().parse().unwrap()).collect();
        assert_eq!(numbers, (0..each).collect::<Vec<_>>(), "what {name} said");
    }
}

fn assert_same(number: usize, followed: &Followed, log: &[Value]) {
    let wanted = &log[usize::try_from(followed.after).unwrap()..];
    let first = followed.events.iter().zip(wanted).find(|(seen, stored)| seen != stored);
    assert_eq!(first, None, "log {number} differs");
    assert_eq!(followed.events.len(), wanted.len(), "log {number} is longer or shorter");
}

/// After a fault, again and again: as long as anything is heard, there is no reason to doubt.
async fn nudge_after_faults(mut tally: watch::Receiver<Tally>, clients: Vec<Client>, nudge: fn(&Client)) {
    if tally.wait_for(|tally| tally.faults > 0).await.is_ok() {
        loop {
            clients.iter().for_each(nudge);
            tokio::time::sleep(NUDGES).await;
        }
    }
}

fn report(fault: &Fault, messages: usize, begun: Instant, proxy: &Proxy, all: &[Followed]) {
    let (reconnects, resets): (usize, usize) =
        all.iter().fold((0, 0), |sum, followed| (sum.0 + followed.reconnects, sum.1 + followed.resets));
    println!(
        "{fault:?}: {messages} messages in {:.1} s, {} faulty lines, {reconnects} reconnects, {resets} resets",
        begun.elapsed().as_secs_f64(),
        proxy.tally().faults,
    );
}
