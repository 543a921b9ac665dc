//! A client that keeps to the rules for clients, reads only when told to, and holds the server to its promises.

use std::{
    collections::{BTreeMap, HashMap},
    time::Duration,
};

use chat_protocol::{Command, Cursor, Epoch, ErrorCode, Event, MessageId, Received, ResetReason, Room, RoomId, Viewer};
use futures_util::{SinkExt as _, StreamExt as _};
use tokio::time::timeout;
use tokio_tungstenite::{WebSocketStream, tungstenite::Message as Frame};

use crate::{
    held::Held,
    line::{Left, Line},
    outbox::Outbox,
    plan::Cut,
    setting::Person,
};

/// How long anything may take before a promise counts as broken.
const DEADLINE: Duration = Duration::from_secs(20);
/// What has not come by then was not on its way any more.
const ARRIVED: Duration = Duration::from_millis(5);
/// Messages on their way at once.
const WINDOW: usize = 16;

/// The connection is gone.
#[derive(Debug)]
pub(crate) struct Lost;

/// What a message or a command was answered with.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Answer {
    Stored { id: MessageId, room: RoomId, seq: u64 },
    Refused { id: MessageId, code: ErrorCode },
}

/// How a connection began.
#[derive(Debug)]
pub(crate) struct Greeting {
    pub(crate) cursors: HashMap<RoomId, Cursor>,
    pub(crate) epoch: Option<Epoch>,
    pub(crate) rooms: Vec<Room>,
    pub(crate) followed_threads: Vec<MessageId>,
    pub(crate) resets: HashMap<RoomId, ResetReason>,
    pub(crate) live: bool,
}

/// A read position as it was told.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Marker {
    pub(crate) room: RoomId,
    pub(crate) seq: u64,
    pub(crate) unread: u64,
    pub(crate) mentions: u64,
    /// The last event of the room that had come by then.
    pub(crate) after: u64,
}

/// One device of someone.
pub(crate) struct Device {
    pub(crate) person: Person,
    pub(crate) rooms: BTreeMap<RoomId, Held>,
    /// Its rooms as every client has them: as they were told, and what events made of them.
    pub(crate) views: BTreeMap<RoomId, Room>,
    pub(crate) outbox: Outbox,
    /// The history that the cursors belong to.
    pub(crate) epoch: Option<Epoch>,
    pub(crate) socket: Option<Socket>,
    /// Not yet looked at.
    pub(crate) answers: Vec<Answer>,
    pub(crate) greeting: Option<Greeting>,
    pub(crate) marker: Option<Event>,
    /// Not yet looked at.
    pub(crate) markers: Vec<Marker>,
    /// The server is about to end, whatever it says; or the connection, because the device was signed out.
    pub(crate) server_ends: bool,
    /// Someone was renamed since the connection began: what comes may have been on its way before that.
    pub(crate) names_changed: bool,
    /// `Draining` came, and which close code.
    pub(crate) told: (bool, Option<u16>),
}

pub(crate) struct Socket {
    stream: WebSocketStream<Line>,
    left: Left,
}

impl Device {
    pub(crate) fn new(person: Person) -> Self {
        Self {
            person,
            rooms: BTreeMap::new(),
            views: BTreeMap::new(),
            outbox: Outbox::default(),
            epoch: None,
            socket: None,
            answers: Vec::new(),
            greeting: None,
            marker: None,
            markers: Vec::new(),
            server_ends: false,
            names_changed: false,
            told: (false, None),
        }
    }

    pub(crate) fn is_connected(&self) -> bool {
        self.socket.is_some()
    }

    /// Whether everything missed has come since the last `Hello`.
    pub(crate) fn is_live(&self) -> bool {
        self.greeting.as_ref().is_some_and(|greeting| greeting.live)
    }

    /// Whether the line is whole and stays so.
    pub(crate) fn is_sound(&self) -> bool {
        self.socket.as_ref().is_some_and(|socket| !socket.left.is_limited())
    }

    pub(crate) fn cut_later(&self, cut: Cut) {
        if let Some(socket) = &self.socket {
            socket.left.cut(cut);
        }
    }

    /// Connects, says where it stands, and reads to `Live`.
    pub(crate) async fn connect(&mut self, server: &str, narrow: bool, cut: Option<Cut>) -> Result<(), Lost> {
        let left = Left::default();
        if let Some(cut) = cut {
            left.cut(cut);
        }
        self.person.client = self.person.client.at(server);
        let upgrade = self.person.client.upgrade();
        let line = Line::open(upgrade.address(), narrow, left.clone()).await.expect("the server listens");
        let stream = match upgrade.over(line).await {
            Ok(stream) => stream,
            Err(_) if cut.is_some() => return Err(Lost),
            Err(other) => panic!("the server takes no connection: {other}"),
        };
        self.socket = Some(Socket { stream, left });
        (self.server_ends, self.names_changed, self.told, self.marker) = (false, false, (false, None), None);
        let cursors: HashMap<_, _> = self.rooms.iter().map(|(room, held)| (*room, held.cursor())).collect();
        let epoch = self.epoch;
        self.greeting = Some(Greeting {
            cursors: cursors.clone(),
            epoch,
            rooms: vec![],
            followed_threads: vec![],
            resets: HashMap::new(),
            live: false,
        });
        self.send(&Command::Hello { client: "model/1.0".to_owned(), cursors, epoch, blocks: false }).await?;
        while !self.is_live() {
            self.next().await?;
        }
        Ok(())
    }

    /// Lets go of the line; gives it to the one who keeps it open.
    pub(crate) fn go(&mut self) -> Option<WebSocketStream<Line>> {
        self.outbox.lost();
        self.socket.take().map(|socket| socket.stream)
    }

    pub(crate) async fn send(&mut self, command: &Command) -> Result<(), Lost> {
        let Some(socket) = &mut self.socket else { return Err(Lost) };
        let sent = socket.stream.send(Frame::text(serde_json::to_string(command).unwrap()));
        match timeout(DEADLINE, sent).await.expect("promise 5: the server reads") {
            Ok(()) => Ok(()),
            Err(_) => Err(self.lose()),
        }
    }

    /// Sends what was not sent on this connection, as far as nothing must be waited for; reads nothing.
    pub(crate) async fn hurry(&mut self) -> Result<(), Lost> {
        if self.outbox.wait().is_some() {
            return Ok(());
        }
        self.send_next(usize::MAX).await
    }

    /// Sends all that waits, and waits until it is answered.
    pub(crate) async fn flush(&mut self) -> Result<(), Lost> {
        loop {
            while self.outbox.is_under_way() {
                self.next().await?;
            }
            if self.outbox.is_empty() {
                return Ok(());
            }
            if let Some(wait) = self.outbox.wait() {
                tokio::time::sleep(wait).await;
            }
            self.send_next(WINDOW).await?;
        }
    }

    async fn send_next(&mut self, most: usize) -> Result<(), Lost> {
        for command in self.outbox.send(most) {
            self.send(&command).await?;
        }
        Ok(())
    }

    /// Reads until the logs held reach so far, of these rooms and no others.
    pub(crate) async fn catch_up(&mut self, to: &BTreeMap<RoomId, u64>) -> Result<(), Lost> {
        let reached = |rooms: &BTreeMap<RoomId, Held>| {
            rooms.keys().eq(to.keys()) && to.iter().all(|(room, last)| rooms[room].cursor().seq >= *last)
        };
        while !reached(&self.rooms) {
            self.next().await?;
        }
        Ok(())
    }

    /// Reads until its rooms are as they should be.
    pub(crate) async fn settle(&mut self, is_right: impl Fn(&Room) -> bool) -> Result<(), Lost> {
        while !self.views.values().all(&is_right) {
            self.next().await?;
        }
        Ok(())
    }

    /// Who looks at its rooms.
    pub(crate) fn viewer(&self) -> Viewer {
        Viewer { id: self.person.id, ignored: vec![] }
    }

    /// Reads what there still is of a connection that ends.
    pub(crate) async fn read_to_end(&mut self) {
        while self.next().await.is_ok() {}
    }

    /// Reads what had come from a server that was killed. It died within this process: its end may stay open.
    pub(crate) async fn read_rest(&mut self) {
        while let Ok(Ok(_)) = timeout(ARRIVED, self.next()).await {}
        self.go();
    }

    /// The next event, taken as a client takes it.
    pub(crate) async fn next(&mut self) -> Result<Event, Lost> {
        loop {
            let Some(socket) = &mut self.socket else { return Err(Lost) };
            let frame = timeout(DEADLINE, socket.stream.next()).await;
            let frame = frame.unwrap_or_else(|_| {
                let held: Vec<_> = self.rooms.iter().map(|(room, held)| (room, held.cursor())).collect();
                panic!("promise 2, 4 or 5: what is awaited never comes; {held:?} {:?} {:?}", self.outbox, self.views)
            });
            match frame {
                Some(Ok(Frame::Text(text))) => {
                    let Received::Known(event) = Received::parse(&text).unwrap() else { panic!("unknown: {text}") };
                    self.take(&event).await;
                    return Ok(*event);
                }
                Some(Ok(Frame::Close(frame))) => self.told.1 = frame.map(|frame| frame.code.into()),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return Err(self.lose()),
            }
        }
    }

    fn lose(&mut self) -> Lost {
        let cut = self.socket.take().is_none_or(|socket| socket.left.is_limited());
        assert!(cut || self.server_ends, "promise 5: nobody closes an open connection, but {:?} did", self.told.1);
        self.outbox.lost();
        Lost
    }
}
