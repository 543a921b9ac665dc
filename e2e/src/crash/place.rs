//! Where a reader is in a room's log, and how it goes on from there.

use serde_json::{Value, json};

use super::{ROOM, seq};

/// The last event that a reader has.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    epoch: Value,
    room: Value,
    seq: u64,
    at: Value,
}

impl Place {
    /// The room's end, as `Welcome` tells it.
    pub(crate) fn begin(welcome: &Value) -> Self {
        let lobby = lobby(welcome);
        Self {
            epoch: welcome["epoch"].clone(),
            room: lobby["id"].clone(),
            seq: lobby["last_seq"].as_u64().expect("a room has a length"),
            at: lobby["last_at"].clone(),
        }
    }

    pub(crate) fn seq(&self) -> u64 {
        self.seq
    }

    /// Moves on, if the frame is the room's next event.
    ///
    /// # Panics
    /// When the room's history is said to have changed.
    pub(crate) fn advance(&mut self, frame: &Value) -> bool {
        assert_ne!(frame["type"], "Reset", "nothing happened that changes history: {frame}");
        let Some(seq) = seq(frame).filter(|_| frame["room"] == self.room) else { return false };
        self.seq = seq;
        self.at = frame["at"].clone();
        true
    }
}

/// How to say hello: without a place at the end, else after it.
pub(crate) fn hello(client: &str, place: Option<&Place>) -> Value {
    let mut hello = json!({ "type": "Hello", "client": client });
    if let Some(Place { epoch, room, seq, at }) = place {
        let room = room.as_str().expect("a room's id is text");
        hello["epoch"] = epoch.clone();
        hello["cursors"] = json!({ room: { "seq": seq, "at": at } });
    }
    hello
}

/// The room in which all of it happens.
pub(crate) fn lobby(welcome: &Value) -> &Value {
    let rooms = welcome["rooms"].as_array().expect("Welcome names the rooms");
    rooms.iter().find(|room| room["name"] == ROOM).expect("everybody is in the lobby")
}
