//! One WebSocket as a client has it. Its fields mirror what the client was told; every frame of a failed test is shown.

mod command;
mod expect;
mod frames;
mod promises;
mod transcript;

use std::collections::{HashMap, VecDeque};

use chat_protocol::{Cursor, Event, Room, RoomId};
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;

use self::transcript::Transcript;
use crate::Welcome;

/// One open WebSocket.
pub struct Connection {
    /// From `Welcome`, kept up to date by `RoomAdded` and `RoomRemoved`.
    pub rooms: Vec<Room>,
    /// The last logged event of each room, as a client gives it back in `Hello`.
    pub cursors: HashMap<RoomId, Cursor>,
    /// The last text frame as it came: for what types do not tell apart.
    pub last_text: String,
    welcome: Option<Welcome>,
    /// Whether `Live` has come.
    live: bool,
    socket: WebSocketStream<TcpStream>,
    /// Came while the answer to a command was waited for, and not yet looked at.
    passed: VecDeque<Event>,
    transcript: Transcript,
    /// `Ping`s that were sent.
    pings: u64,
}

impl Connection {
    pub(crate) fn new(socket: WebSocketStream<TcpStream>) -> Self {
        Self {
            rooms: Vec::new(),
            cursors: HashMap::new(),
            last_text: String::new(),
            welcome: None,
            live: false,
            socket,
            passed: VecDeque::new(),
            transcript: Transcript::default(),
            pings: 0,
        }
    }

    /// What it was told at first.
    #[track_caller]
    pub fn welcome(&self) -> &Welcome {
        self.welcome.as_ref().expect("welcomed")
    }

    /// A room by name, as it was told.
    #[track_caller]
    pub fn room(&self, name: &str) -> &Room {
        let room = self.rooms.iter().find(|room| room.name == name);
        room.unwrap_or_else(|| panic!("not told of #{name}; rooms: {:?}", self.rooms))
    }

    /// The lobby's id.
    #[track_caller]
    pub fn lobby(&self) -> RoomId {
        self.room("lobby").id
    }

    /// Keeps what a client keeps, and holds the server to its promises.
    fn keep(&mut self, event: &Event) {
        if let Err(broken) = promises::advance(&mut self.cursors, self.live, event) {
            panic!("{broken}{}", self.transcript);
        }
        match event {
            Event::Welcome { rooms, .. } => {
                self.rooms.clone_from(rooms);
                self.welcome = Welcome::of(event);
            }
            Event::Live {} => self.live = true,
            Event::RoomAdded { room } => self.rooms.push(room.clone()),
            Event::RoomRemoved { room_id, .. } => self.rooms.retain(|room| room.id != *room_id),
            _ => {}
        }
    }
}
