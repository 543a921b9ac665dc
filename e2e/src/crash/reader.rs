//! One who reads: goes on from the last event seen whenever the connection breaks, and keeps what came.

use std::sync::Arc;

use chat_testing::SocketError;
use serde_json::Value;
use tokio::sync::{oneshot, watch};

use super::{
    place::{Place, hello},
    writer::connect,
};
use crate::{Person, Socket, within};

/// What one reader saw.
#[derive(Debug, Clone, Default)]
pub struct Reading {
    /// The place after which it began.
    pub after: u64,
    /// The events in the order they came in.
    pub events: Vec<Value>,
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
) -> Result<(), SocketError> {
    socket.send(hello("e2e-reader/1", place.as_ref())).await?;
    let welcome = within("Welcome", socket.next()).await?;
    let place = place.get_or_insert_with(|| {
        let place = Place::begin(&welcome);
        reading.after = place.seq();
        place
    });
    if let Some(begun) = begun.take() {
        // Who waited for it may have failed meanwhile.
        _ = begun.send(());
    }
    loop {
        if goal.borrow_and_update().is_some_and(|last| place.seq() >= last) {
            return Ok(());
        }
        let frame = tokio::select! {
            frame = socket.next() => frame?,
            _ = goal.changed() => continue,
        };
        if place.advance(&frame) {
            reading.events.push(frame);
        }
    }
}
