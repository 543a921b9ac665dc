//! Many who only listen. They stay together: all connected, all sent away, all back.

use std::sync::Arc;

use serde_json::Value;
use tokio::{
    sync::{mpsc, watch},
    task::JoinSet,
};

use super::{
    Pace,
    place::{Place, hello},
    writer::connect,
};
use crate::{Person, Server, within};

/// Connections of one user: as many as a server allows without being told otherwise.
const CONNECTIONS: usize = 20;

/// So many connections, each read all the time.
pub struct Crowd {
    members: JoinSet<u64>,
    size: usize,
    live: mpsc::UnboundedReceiver<()>,
    parted: mpsc::UnboundedReceiver<Parting>,
    stage: watch::Sender<Stage>,
}

/// How a connection ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parting {
    /// When to come back, where `Draining` said so.
    pub retry_after_ms: Option<u64>,
    /// The close code, where one came.
    pub code: Option<u16>,
}

/// What the crowd may do.
#[derive(Debug, Clone, Copy)]
enum Stage {
    /// Stay until sent away.
    Listen,
    /// Come back.
    Return,
    /// End at this place of the log.
    End(u64),
}

/// One of them.
struct Member {
    url: Arc<str>,
    person: Person,
    pace: Pace,
    place: Option<Place>,
    live: mpsc::UnboundedSender<()>,
    stage: watch::Receiver<Stage>,
}

impl Crowd {
    /// Connects so many; each message that each of them reads is told to the pace. All are live then.
    ///
    /// # Panics
    /// When the server does not take them.
    pub async fn gather(server: &Server, size: usize, pace: &Pace) -> Self {
        let url: Arc<str> = server.url().into();
        let (alive, live) = mpsc::unbounded_channel();
        let (leave, parted) = mpsc::unbounded_channel();
        let (stage, stages) = watch::channel(Stage::Listen);
        let mut people = Vec::new();
        for number in 0..size.div_ceil(CONNECTIONS) {
            people.push(Person::take(server, &format!("listener-{number}")).await);
        }
        let mut members = JoinSet::new();
        for number in 0..size {
            let member = Member {
                url: Arc::clone(&url),
                person: people[number / CONNECTIONS].clone(),
                pace: pace.clone(),
                place: None,
                live: alive.clone(),
                stage: stages.clone(),
            };
            members.spawn(member.live(leave.clone()));
        }
        let mut crowd = Self { members, size, live, parted, stage };
        crowd.all_live().await;
        crowd
    }

    /// Waits until every connection has ended, and says how.
    ///
    /// # Panics
    /// When one does not end.
    pub async fn parted(&mut self) -> Vec<Parting> {
        let mut partings = Vec::with_capacity(self.size);
        while partings.len() < self.size {
            partings.push(within("a connection's end", self.parted.recv()).await.expect("members live on"));
        }
        partings
    }

    /// Brings everybody back, all at once, and waits until all are live again.
    ///
    /// # Panics
    /// When one does not get that far.
    pub async fn come_back(&mut self) {
        self.stage.send_replace(Stage::Return);
        self.all_live().await;
    }

    /// Waits until everybody has read the log to this place, each event once and none left out.
    ///
    /// # Panics
    /// When somebody has not.
    pub async fn end(mut self, last: u64) {
        self.stage.send_replace(Stage::End(last));
        while let Some(reached) = within("the last event of each", self.members.join_next()).await {
            assert_eq!(reached.expect("a member's own failure was told above"), last);
        }
    }

    async fn all_live(&mut self) {
        for _ in 0..self.size {
            within("a live connection", self.live.recv()).await.expect("members live on");
        }
    }
}

impl Member {
    async fn live(mut self, parted: mpsc::UnboundedSender<Parting>) -> u64 {
        let parting = self.visit().await.expect_err("there is no end to read to yet");
        // Who waited for it may have failed meanwhile.
        _ = parted.send(parting);
        let back = self.stage.wait_for(|stage| !matches!(stage, Stage::Listen)).await.map(|_| ());
        back.expect("the crowd is led to its end");
        self.visit().await.unwrap_or_else(|parting| panic!("sent away again: {parting:?}"))
    }

    /// One connection: reads to the end, if there is one, or until it is sent away.
    async fn visit(&mut self) -> Result<u64, Parting> {
        let mut socket = connect(&self.url, &self.person).await;
        let mut parting = Parting { retry_after_ms: None, code: None };
        if socket.send(hello("e2e-listener/1", self.place.as_ref())).await.is_err() {
            return Err(parting);
        }
        loop {
            if let (Stage::End(last), Some(place)) = (*self.stage.borrow_and_update(), &self.place)
                && place.seq() >= last
            {
                return Ok(place.seq());
            }
            let frame = tokio::select! {
                frame = socket.next() => frame,
                changed = self.stage.changed() => {
                    changed.expect("the crowd is led to its end");
                    continue;
                }
            };
            match frame {
                Ok(frame) => self.take(&frame, &mut parting),
                Err(_) => return Err(Parting { code: socket.close_code(), ..parting }),
            }
        }
    }

    fn take(&mut self, frame: &Value, parting: &mut Parting) {
        let place = match (&mut self.place, frame["type"].as_str()) {
            (None, Some("Welcome")) => {
                self.place = Some(Place::begin(frame));
                return;
            }
            (_, Some("Live")) => {
                // Who waited for it may have failed meanwhile.
                _ = self.live.send(());
                return;
            }
            (_, Some("Draining")) => {
                parting.retry_after_ms = frame["retry_after_ms"].as_u64();
                return;
            }
            (None, _) => panic!("not Welcome: {frame}"),
            (Some(place), _) => place,
        };
        let before = place.seq();
        if place.advance(frame) {
            assert_eq!(place.seq(), before + 1, "a gap");
            if frame["type"] == "Message" {
                self.pace.read();
            }
        }
    }
}
