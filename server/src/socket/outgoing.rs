//! What is being written to one connection: batches taken from where it waits, when the socket accepts bytes.
//!
//! Nothing is queued here for a slow reader. A batch is bounded; what comes after it stays in the rooms, or in the
//! log, until the batch is written.

use std::{
    collections::{HashSet, VecDeque},
    io::{ErrorKind, IoSlice},
    sync::Arc,
};

use bytes::{Buf, Bytes};
use chat_protocol::{ErrorCode, Event, RoomId};
use tokio::{net::TcpStream, time::Instant};
use tracing::{Instrument, warn};

use super::{closing::Close, connection::Connection};
use crate::{
    hub::{EventFrame, Frame, Subscription, Taken},
    memory::PAGE,
};

/// Frames of one batch: what one system call takes comfortably.
const BATCH_FRAMES: usize = 64;
/// Bytes of one batch from which on nothing is added.
const BATCH_BYTES: usize = 256 * 1024;

/// What a desk carries from connection to connection, so that an idle connection holds no room for batches.
#[derive(Default)]
pub(super) struct Tray {
    batch: Batch,
    events: Vec<Arc<EventFrame>>,
}

/// Frames taken and not yet written; the first may be written in part.
#[derive(Default)]
struct Batch {
    frames: VecDeque<Bytes>,
    bytes: usize,
}

impl Batch {
    fn push(&mut self, frame: Bytes) {
        self.bytes += frame.len();
        self.frames.push_back(frame);
    }

    fn has_room(&self) -> bool {
        self.frames.len() < BATCH_FRAMES && self.bytes < BATCH_BYTES
    }

    /// Writes what one system call takes.
    fn write(&mut self, stream: &TcpStream) -> std::io::Result<()> {
        let mut written = match self.frames.front() {
            None => return Ok(()),
            Some(only) if self.frames.len() == 1 => stream.try_write(only)?,
            Some(_) => {
                let mut slices = [IoSlice::new(&[]); BATCH_FRAMES];
                let count = self.frames.len().min(BATCH_FRAMES);
                for (slice, frame) in slices.iter_mut().zip(&self.frames) {
                    *slice = IoSlice::new(frame);
                }
                stream.try_write_vectored(&slices[..count])?
            }
        };
        self.bytes -= written;
        while let Some(first) = self.frames.front_mut() {
            if written < first.len() {
                first.advance(written);
                break;
            }
            written -= first.len();
            self.frames.pop_front();
        }
        Ok(())
    }
}

/// What is taken of an inbox after the events.
struct Rest {
    /// Rooms whose people must be listed anew.
    stale: HashSet<RoomId>,
    /// Whether anything of the moment waits.
    ephemeral: bool,
}

/// The writing side of a connection.
#[derive(Default)]
pub(super) struct Outgoing {
    /// Whether the client wants parsed bodies.
    pub(super) blocks: bool,
    /// What the socket did not accept.
    unwritten: Batch,
    /// Subscriptions that may have something new.
    waiting: VecDeque<Arc<Subscription>>,
    /// Subscriptions that memory does not reach back to; read one after the other.
    behind: VecDeque<Arc<Subscription>>,
    /// The one of them that is being read.
    fetching: Option<Arc<Subscription>>,
    /// Read for it, not yet taken.
    piece: VecDeque<Bytes>,
    /// Told once all of these are reached.
    pub(super) live_at: Option<Vec<(Arc<Subscription>, u64)>>,
    /// Since when the socket has accepted nothing.
    pub(super) blocked_since: Option<Instant>,
    /// When it last accepted something again.
    pub(super) unblocked_at: Option<Instant>,
    /// Nothing is added any more.
    closed: bool,
    broken: bool,
}

impl Outgoing {
    /// Takes and writes batches until nothing waits or the socket is full.
    pub(super) fn flush(&mut self, connection: &Arc<Connection>, tray: &mut Tray) {
        if self.blocked_since.is_some() || self.broken {
            return;
        }
        std::mem::swap(&mut tray.batch, &mut self.unwritten);
        loop {
            self.gather(connection, tray);
            // What comes after it was full is taken in the next round; what is put in meanwhile marks the connection.
            let was_full = !tray.batch.has_room();
            match tray.batch.write(&connection.stream) {
                Ok(()) if was_full || !tray.batch.frames.is_empty() => {}
                Ok(()) => {
                    if self.closed {
                        connection.end_writing();
                    }
                    break;
                }
                Err(failure) if failure.kind() == ErrorKind::WouldBlock => {
                    std::mem::swap(&mut tray.batch, &mut self.unwritten);
                    self.wait(connection);
                    break;
                }
                Err(_) => {
                    tray.batch = Batch::default();
                    self.broken = true;
                    connection.close(Close::Gone);
                    break;
                }
            }
        }
    }

    /// Comes back when the socket accepts bytes again.
    fn wait(&mut self, connection: &Arc<Connection>) {
        self.blocked_since = Some(Instant::now());
        let connection = Arc::clone(connection);
        tokio::spawn(async move {
            // An error shows at the next write.
            let _ = connection.stream.writable().await;
            let mut outgoing = connection.outgoing.lock();
            outgoing.blocked_since = None;
            outgoing.unblocked_at = Some(Instant::now());
            drop(outgoing);
            connection.mark();
        });
    }

    /// Takes what waits, most important first: answers, events from the cursors on, then what is of the moment.
    fn gather(&mut self, connection: &Arc<Connection>, tray: &mut Tray) {
        if self.closed || !tray.batch.has_room() {
            return;
        }
        let Some(Rest { stale, ephemeral }) = self.take_inbox(connection, &mut tray.batch) else { return };
        self.take_piece(&mut tray.batch);
        self.take_events(tray);
        self.fetch(connection);
        self.tell_live(&mut tray.batch);
        if self.is_up_to_date() {
            while ephemeral && tray.batch.has_room() {
                let Some(frame) = connection.inbox.lock().ephemeral.pop_front() else { break };
                tray.batch.push(frame);
            }
            list_anew(connection, stale);
        } else if !stale.is_empty() {
            connection.inbox.lock().stale.extend(stale);
        }
    }

    fn is_up_to_date(&self) -> bool {
        self.waiting.is_empty() && self.behind.is_empty() && self.fetching.is_none()
    }
    /// Takes what goes before events; `None` once nothing is added any more.
    fn take_inbox(&mut self, connection: &Connection, batch: &mut Batch) -> Option<Rest> {
        let mut inbox = connection.inbox.lock();
        if inbox.is_congested() {
            connection.drained.notify_one();
        }
        inbox.control_bytes = 0;
        for frames in inbox.control.drain(..) {
            batch.push(frames);
        }
        if inbox.closing {
            self.closed = true;
            return None;
        }
        for (_, frame) in inbox.latest.drain() {
            batch.push(frame);
        }
        self.waiting.extend(inbox.marks.drain(..));
        if let Some(piece) = inbox.piece.take() {
            self.piece = piece.into();
            if self.piece.is_empty() {
                self.fetching = None;
            }
        }
        Some(Rest { stale: std::mem::take(&mut inbox.stale), ephemeral: !inbox.ephemeral.is_empty() })
    }

    /// Takes from the piece of log that was read, then lets the subscription look into memory again.
    fn take_piece(&mut self, batch: &mut Batch) {
        let Some(subscription) = self.fetching.clone() else { return };
        if self.piece.is_empty() {
            return;
        }
        while batch.has_room() {
            let Some(frame) = self.piece.pop_front() else { break };
            if !subscription.has_ended() {
                batch.push(frame);
                subscription.advance(subscription.cursor() + 1);
            }
        }
        if self.piece.is_empty() {
            self.fetching = None;
            self.waiting.push_back(subscription);
        }
    }

    fn take_events(&mut self, tray: &mut Tray) {
        while tray.batch.has_room() {
            let Some(subscription) = self.waiting.pop_front() else { break };
            subscription.unmark();
            if subscription.has_ended() || self.is_fetching(&subscription) {
                continue;
            }
            let room = BATCH_FRAMES - tray.batch.frames.len();
            let taken = subscription.room.after(subscription.cursor(), room, &mut tray.events);
            if !tray.events.is_empty() {
                failpoint!("before-delivery");
            }
            for event in tray.events.drain(..) {
                tray.batch.push(event.frame(self.blocks).clone().into_bytes());
                subscription.advance(subscription.cursor() + 1);
            }
            if self.blocks {
                subscription.room.trim();
            }
            match taken {
                Taken::All => {}
                Taken::Some => self.waiting.push_front(subscription),
                Taken::Stored => {
                    if !self.behind.iter().any(|other| Arc::ptr_eq(other, &subscription)) {
                        self.behind.push_back(subscription);
                    }
                }
            }
        }
    }

    fn is_fetching(&self, subscription: &Arc<Subscription>) -> bool {
        self.fetching.as_ref().is_some_and(|other| Arc::ptr_eq(other, subscription))
    }

    /// Has the next piece of log read for a room that memory no longer reaches back to.
    fn fetch(&mut self, connection: &Arc<Connection>) {
        if self.fetching.is_some() {
            return;
        }
        let Some(subscription) = self.behind.pop_front() else { return };
        self.fetching = Some(Arc::clone(&subscription));
        let (connection, blocks) = (Arc::clone(connection), self.blocks);
        let fetch = async move {
            let room = connection.memory.reserve(connection.address, PAGE).await;
            match connection
                .chat
                .read_log(&connection.caller(), subscription.room.id, subscription.cursor(), blocks)
                .await
            {
                Ok(piece) if follows(&piece, subscription.cursor()) => {
                    let frames = room.hold_all(piece.into_iter().map(|(_, frame)| frame.into_bytes()).collect());
                    connection.inbox.lock().piece = Some(frames);
                    connection.mark();
                }
                Ok(_) => {
                    warn!(room = %subscription.room.id, after = subscription.cursor(), "the log has a gap");
                    connection.close(Close::Internal);
                }
                // The user was a member when this began; that they are none any more is being told.
                Err(failure) if failure.code == ErrorCode::NotFound => {
                    connection.inbox.lock().piece = Some(Vec::new());
                    connection.mark();
                }
                Err(failure) => {
                    warn!(%failure, "the log cannot be read");
                    connection.close(Close::Internal);
                }
            }
        };
        tokio::spawn(fetch.in_current_span());
    }

    fn tell_live(&mut self, batch: &mut Batch) {
        let reached = self.live_at.as_ref().is_some_and(|rooms| {
            rooms.iter().all(|(subscription, last)| subscription.cursor() >= *last || subscription.has_ended())
        });
        if reached {
            self.live_at = None;
            batch.push(Frame::of(&Event::Live {}).into_bytes());
        }
    }
}

/// Whether these are the very next events.
fn follows(events: &[(u64, Frame)], cursor: u64) -> bool {
    !events.is_empty() && events.iter().zip(cursor + 1..).all(|((seq, _), wanted)| *seq == wanted)
}

/// Sends the people of rooms anew whose changes were dropped.
fn list_anew(connection: &Arc<Connection>, rooms: HashSet<RoomId>) {
    for room in rooms {
        let connection = Arc::clone(connection);
        tokio::spawn(async move {
            // A room that is gone has nobody to list.
            if let Ok(event) = connection.chat.members_event(&connection.caller(), room).await {
                connection.tell(&event);
            }
        });
    }
}
