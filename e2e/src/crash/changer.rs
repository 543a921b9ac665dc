//! One who changes what they wrote: writes a text, has it edited, reacts, and deletes it in half of the cases; all of it
//! ahead of the answers, and after a broken connection what is unanswered again.

use std::{collections::BTreeSet, path::Path, sync::Arc, time::Duration};

use chat_testing::SocketError;
use serde_json::{Value, json};
use tokio::{sync::watch, task::JoinSet};
use uuid::Uuid;

use super::{place::hello, writer::connect};
use crate::{DEADLINE, Person, Server, Socket, within};

/// The room in which all of it happens: readers of the other one compare every event.
const ROOM: &str = "changes";
/// How each text begins that is deleted, so that it is found among other bytes.
const SECRET: &str = "hunter-";
/// How long until the files are looked at again: a file has no event to wait for.
const AGAIN: Duration = Duration::from_millis(20);

/// A command, and what became of it.
#[derive(Debug, Clone)]
pub struct Given {
    /// As it was sent.
    pub command: Value,
    /// How often.
    pub sent: usize,
    /// At which place it was acknowledged.
    pub seq: u64,
}

/// What those who change did, and what is there in the end.
#[derive(Debug, Clone)]
pub struct Changes {
    /// Everything that was asked for, each once.
    pub given: Vec<Given>,
    /// The room's log.
    pub log: Vec<Value>,
}

/// What is acknowledged so far.
#[derive(Debug, Default)]
struct Progress {
    commands: usize,
    /// The numbers of texts whose deletion is acknowledged.
    deleted: BTreeSet<u64>,
}

/// Those who will change what they wrote: users, and members of their room.
pub struct Invited {
    judge: Person,
    people: Vec<Person>,
    url: Arc<str>,
}

impl Invited {
    /// Has them begin.
    pub fn begin(self) -> Changers {
        let count = self.people.len();
        let (stop, stopped) = watch::channel(false);
        let (told, progress) = watch::channel(Progress::default());
        let mut changers = JoinSet::new();
        for (person, first) in self.people.into_iter().zip(0_u64..) {
            let changer = Changer { person, waiting: vec![], done: vec![], told: told.clone() };
            changers.spawn(changer.go_on(Arc::clone(&self.url), (first..).step_by(count), stopped.clone()));
        }
        Changers { judge: self.judge, changers, progress, stop }
    }
}

/// Those who change what they wrote.
pub struct Changers {
    judge: Person,
    changers: JoinSet<Vec<Given>>,
    progress: watch::Receiver<Progress>,
    stop: watch::Sender<bool>,
}

impl Changers {
    /// Makes so many of them users.
    ///
    /// # Panics
    /// When the server refuses one.
    pub async fn invite(server: &Server, count: usize) -> Invited {
        let judge = Person::take(server, "judge-of-changes").await;
        judge.create_room(ROOM).await;
        let mut people = Vec::new();
        for number in 0..count {
            let person = Person::take(server, &format!("changer-{number}")).await;
            person.join(ROOM).await;
            people.push(person);
        }
        Invited { judge, people, url: server.url().into() }
    }

    /// Waits until so many commands are acknowledged.
    ///
    /// # Panics
    /// When they are not.
    pub async fn acknowledged(&mut self, due: usize) {
        let reached = self.progress.wait_for(|progress| progress.commands >= due);
        within("acknowledged changes", reached).await.expect("the changers go on");
    }

    /// The texts whose deletion is acknowledged by now.
    pub fn deleted(&self) -> BTreeSet<u64> {
        self.progress.borrow().deleted.clone()
    }

    /// Waits until none of these texts is in any file of the folder.
    ///
    /// # Panics
    /// When one stays.
    pub async fn gone(&self, data: &Path, deleted: &BTreeSet<u64>) {
        let left = || -> BTreeSet<u64> { secrets(data).intersection(deleted).copied().collect() };
        let gone = async {
            while !left().is_empty() {
                tokio::time::sleep(AGAIN).await;
            }
        };
        let gone = tokio::time::timeout(DEADLINE, gone).await;
        assert!(gone.is_ok(), "deleted and acknowledged, and still in a file: {:?}", left());
    }

    /// Waits until everyone has ended what they were at, by a server that runs.
    ///
    /// # Panics
    /// When it does not come to that.
    pub async fn end(self) -> Changes {
        self.stop.send_replace(true);
        let given = within("the changers' end", self.changers.join_all()).await.concat();
        Changes { given, log: self.judge.log(ROOM).await }
    }
}

struct Changer {
    person: Person,
    /// Commands about one text without an answer, in order.
    waiting: Vec<Given>,
    done: Vec<Given>,
    told: watch::Sender<Progress>,
}

impl Changer {
    /// Changes one text after the other until told to stop; the last one to its end.
    async fn go_on(
        mut self,
        url: Arc<str>,
        numbers: impl Iterator<Item = u64>,
        stopped: watch::Receiver<bool>,
    ) -> Vec<Given> {
        let mut numbers = numbers.take_while(|_| !*stopped.borrow());
        loop {
            let mut socket = connect(&url, &self.person).await;
            // A broken connection is made again.
            if self.change(&mut socket, &mut numbers).await.is_ok() {
                return self.done;
            }
        }
    }

    async fn change(
        &mut self,
        socket: &mut Socket,
        numbers: &mut impl Iterator<Item = u64>,
    ) -> Result<(), SocketError> {
        socket.send(hello("e2e-changer/1", None)).await?;
        loop {
            self.send_waiting(socket).await?;
            match numbers.next() {
                Some(number) => self.waiting = commands(number),
                None => return Ok(()),
            }
        }
    }

    /// Sends what has no answer, all of it ahead of the answers.
    async fn send_waiting(&mut self, socket: &mut Socket) -> Result<(), SocketError> {
        for given in &mut self.waiting {
            socket.send(&given.command).await?;
            given.sent += 1;
        }
        while let Some(next) = self.waiting.first() {
            let frame = within("an answer", socket.next()).await?;
            if frame["id"] == next.command["id"] {
                let seq = frame["seq"].as_u64().unwrap_or_else(|| panic!("{frame} to {next:?}"));
                self.note(seq);
            }
        }
        Ok(())
    }

    /// The first of those that wait was acknowledged.
    fn note(&mut self, seq: u64) {
        let given = Given { seq, ..self.waiting.remove(0) };
        let deleted = given.command["number"].as_u64().filter(|_| given.command["type"] == "DeleteMessage");
        self.told.send_modify(|progress| {
            progress.commands += 1;
            progress.deleted.extend(deleted);
        });
        self.done.push(given);
    }
}

/// What is done to one text. (`number` is a field that the server does not know.)
fn commands(number: u64) -> Vec<Given> {
    let message = Uuid::now_v7();
    let deletes = (number / 2).is_multiple_of(2);
    let text = |what| if deletes { format!("{SECRET}{number} {what}") } else { format!("text {number} {what}") };
    let about = |kind: &str, mut fields: Value| {
        (fields["type"], fields["message_id"]) = (json!(kind), json!(message));
        (fields["id"], fields["number"]) = (json!(Uuid::now_v7()), json!(number));
        fields
    };
    let mut commands = vec![
        json!({ "type": "Message", "id": message, "room": ROOM, "body": text("at first") }),
        about("React", json!({ "emoji": "👍", "on": true })),
        about("EditMessage", json!({ "body": text("edited") })),
        about("React", json!({ "emoji": "👍", "on": false })),
        about("React", json!({ "emoji": "🎉", "on": true })),
    ];
    if deletes {
        commands.push(about("DeleteMessage", json!({})));
    }
    commands.into_iter().map(|command| Given { command, sent: 0, seq: 0 }).collect()
}

/// The numbers of the texts to be deleted that stand in the files of a folder.
fn secrets(data: &Path) -> BTreeSet<u64> {
    let files = std::fs::read_dir(data).expect("the folder is there").map(|file| file.expect("it can be read").path());
    let numbers = files.filter(|path| path.is_file()).flat_map(|path| {
        let bytes = std::fs::read(path).expect("a file can be read");
        let text = String::from_utf8_lossy(&bytes);
        let after = text.match_indices(SECRET).map(|(at, _)| &text[at + SECRET.len()..]);
        let number =
            |rest: &str| rest.split(|c: char| !c.is_ascii_digit()).next().and_then(|digits| digits.parse().ok());
        after.filter_map(number).collect::<Vec<u64>>()
    });
    numbers.collect()
}
