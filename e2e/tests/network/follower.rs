//! A program on `chat-client` that keeps a room's log as it is told.

use std::{collections::HashSet, time::Duration};

use chat_client::{Client, Delivery, Status, Update, Updates};
use chat_protocol::{Event, RoomId};
use serde_json::Value;
use tokio::sync::{mpsc, watch};

use crate::crowd::ROOM;

/// Before a page of the log is asked for again.
const PAUSE: Duration = Duration::from_millis(200);
/// Events of a page.
const PAGE: u32 = 1000;

/// What one client has got.
#[derive(Debug, Default)]
pub(crate) struct Followed {
    /// The place after which it began.
    pub(crate) after: u64,
    /// All events after that.
    pub(crate) events: Vec<Value>,
    pub(crate) reconnects: usize,
    pub(crate) resets: usize,
}

impl Followed {
    pub(crate) fn last(&self) -> u64 {
        self.after + self.events.len() as u64
    }

    /// Takes the next event; any other is a mistake.
    pub(crate) fn push(&mut self, seq: u64, event: Value) {
        assert_eq!(seq, self.last() + 1, "events come once each, in order: {event}");
        self.events.push(event);
    }
}

/// Follows until the goal. Tells of each message of its own that was acknowledged.
pub(crate) async fn follow(
    client: Client,
    mut updates: Updates,
    sent: mpsc::UnboundedSender<()>,
    mut goal: watch::Receiver<Option<u64>>,
) -> Followed {
    let (mut followed, mut room, mut acknowledged) = (Followed::default(), None, HashSet::new());
    loop {
        if goal.borrow_and_update().is_some_and(|last| followed.last() >= last) {
            return followed;
        }
        let update = tokio::select! {
            update = updates.next() => update.expect("the client goes on"),
            _ = goal.changed() => continue,
        };
        match update {
            Update::Event(Event::Welcome { rooms, .. }) if room.is_none() => {
                let lobby = rooms.iter().find(|room| room.name == ROOM).expect("everybody is in the lobby");
                (room, followed.after) = (Some(lobby.id), lobby.last_seq);
            }
            Update::Event(Event::Reset { room, last_seq, .. }) => {
                followed.resets += 1;
                page_up_to(&client, room, last_seq, &mut followed).await;
            }
            Update::Event(event) => {
                if let Some(entry) = event.logged() {
                    followed.push(entry.seq, serde_json::to_value(&event).expect("an event is JSON"));
                }
            }
            Update::Outbox(entry) => match entry.state {
                Delivery::Sent { .. } => {
                    assert!(acknowledged.insert(entry.id), "acknowledged twice: {entry:?}");
                    sent.send(()).expect("someone counts them");
                }
                Delivery::Failed { .. } => panic!("nothing is wrong with {entry:?}"),
                _ => {}
            },
            Update::Status(Status::Offline { .. }) => followed.reconnects += 1,
            Update::Status(Status::SignedOut { detail }) => panic!("signed out: {detail}"),
            _ => {}
        }
    }
}

/// What a `Reset` asks for: the rest comes from the log, over the same network.
async fn page_up_to(client: &Client, room: RoomId, last_seq: u64, followed: &mut Followed) {
    while followed.last() < last_seq {
        match client.api().events(room, followed.last(), PAGE).await {
            Ok(page) => {
                for event in page.events {
                    if event.seq <= last_seq {
                        followed.push(event.seq, serde_json::to_value(&event).expect("an event is JSON"));
                    }
                }
            }
            Err(_) => tokio::time::sleep(PAUSE).await,
        }
    }
}
