//! One who reads: goes on from the last event seen whenever the connection breaks, and keeps what came.

use std::sync::Arc;

use serde_json::{Value, json};
use tokio::sync::{oneshot, watch};
use tokio_tungstenite::tungstenite::Error;

use super::{ROOM, seq, writer::connect};
use crate::{Person, Socket, within};

/// What one reader saw.
#[derive(Debug, Clone, Default)]
pub struct Reading {
    /// The place after which it began.
    pub after: u64,
    /// The events in the order they came in.
    pub events: Vec<Value>,
}

/// Where a reader is.
struct Place {
    epoch: Value,
    room: Value,
    seq: Value,
    at: Value,
}

/// Reads until the event whose place is the goal, once that is known. Tells when it has begun.
pub(super) async fn read(
    url: Arc<str>,
    person: Person,
    begun: oneshot::Sender<()>,
    mut goal: watch::Receiver<Option<u64>>,
) -> Reading {
    let mut reading = Reading::default();
    let mut place = None;
    let mut begun = Some(begun);
    loop {
        let mut socket = connect(&url, &person).await;
        if follow(&mut socket, &mut place, &mut reading, &mut begun, &mut goal).await.is_ok() {
            return reading;
        }
    }
}

async fn follow(
    socket: &mut Socket,
    place: &mut Option<Place>,
    reading: &mut Reading,
    begun: &mut Option<oneshot::Sender<()>>,
    goal: &mut watch::Receiver<Option<u64>>,
) -> Result<(), Error> {
    let mut hello = json!({ "type": "Hello", "client": "e2e-reader/1" });
    if let Some(Place { epoch, room, seq, at }) = &place {
        let room = room.as_str().expect("a room's id is text");
        hello["epoch"] = epoch.clone();
        hello["cursors"] = json!({ room: { "seq": seq, "at": at } });
    }
    socket.send(hello).await?;
    let welcome = within("Welcome", socket.next()).await?;
    let place = place.get_or_insert_with(|| begin(&welcome, reading));
    if let Some(begun) = begun.take() {
        // Who waited for it may have failed meanwhile.
        _ = begun.send(());
    }
    loop {
        if goal.borrow_and_update().is_some_and(|last| place.seq.as_u64() >= Some(last)) {
            return Ok(());
        }
        let frame = tokio::select! {
            frame = socket.next() => frame?,
            _ = goal.changed() => continue,
        };
        assert_ne!(frame["type"], "Reset", "nothing happened that changes history: {frame}");
        if seq(&frame).is_some() && frame["room"] == place.room {
            place.seq = frame["seq"].clone();
            place.at = frame["at"].clone();
            reading.events.push(frame);
        }
    }
}

fn begin(welcome: &Value, reading: &mut Reading) -> Place {
    let rooms = welcome["rooms"].as_array().expect("Welcome names the rooms");
    let lobby = rooms.iter().find(|room| room["name"] == ROOM).expect("everybody is in the lobby");
    reading.after = lobby["last_seq"].as_u64().expect("a room has a length");
    Place {
        epoch: welcome["epoch"].clone(),
        room: lobby["id"].clone(),
        seq: lobby["last_seq"].clone(),
        at: lobby["last_at"].clone(),
    }
}
