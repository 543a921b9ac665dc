//! What is being written to one connection: batches taken from its session, when the socket accepts bytes.
//!
//! Nothing is queued here for a slow reader. A batch is bounded; what comes after it stays with the session until the
//! batch is written.

use std::{
    collections::VecDeque,
    io::{ErrorKind, IoSlice},
    sync::Arc,
};

use bytes::{Buf, Bytes};
use tokio::{net::TcpStream, time::Instant};

use super::{super::frame, Connection};
use crate::{
    hub::SharedEvent,
    session::{self, Ending, Session},
};

/// Frames of one batch: what one system call takes comfortably.
const BATCH_FRAMES: usize = 64;
/// Bytes of one batch from which on nothing is added.
const BATCH_BYTES: usize = 256 * 1024;

/// Frames taken and not yet written; the first may be written in part.
#[derive(Default)]
pub(super) struct Batch {
    frames: VecDeque<Bytes>,
    bytes: usize,
}

impl Batch {
    fn push(&mut self, frame: Bytes) {
        self.bytes += frame.len();
        self.frames.push_back(frame);
    }

    fn room(&self) -> usize {
        if self.bytes < BATCH_BYTES { BATCH_FRAMES.saturating_sub(self.frames.len()) } else { 0 }
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

/// Buffers that a flusher uses for one connection after the other, so that an idle connection has none.
#[derive(Default)]
pub(super) struct Scratch {
    pub(super) batch: Batch,
    pub(super) events: Vec<Arc<SharedEvent>>,
}

/// Takes a session's events as frames.
struct Frames<'a> {
    batch: &'a mut Batch,
    session: &'a Session,
    blocks: bool,
}

impl session::Batch for Frames<'_> {
    fn room(&self) -> usize {
        self.batch.room()
    }

    fn push(&mut self, event: &Arc<SharedEvent>) {
        self.batch.push(frame::of(event, self.session.chat(), self.blocks).clone());
    }
}

/// The writing side of a connection.
#[derive(Default)]
pub(super) struct Writer {
    /// What the socket did not accept.
    unwritten: Batch,
    /// Since when the socket has accepted nothing.
    blocked_since: Option<Instant>,
    /// When it last accepted something again.
    unblocked_at: Option<Instant>,
    /// Nothing is added any more.
    closed: bool,
    broken: bool,
}

impl Writer {
    /// Takes and writes batches until nothing waits or the socket is full.
    pub(super) fn flush(&mut self, connection: &Arc<Connection>, scratch: &mut Scratch) {
        if self.blocked_since.is_some() || self.broken {
            return;
        }
        std::mem::swap(&mut scratch.batch, &mut self.unwritten);
        loop {
            self.gather(connection, scratch);
            // What comes after it was full is taken in the next round; what is put in meanwhile wakes the flusher again.
            let was_full = scratch.batch.room() == 0;
            match scratch.batch.write(&connection.stream) {
                Ok(()) if was_full || !scratch.batch.frames.is_empty() => {}
                Ok(()) => {
                    if self.closed {
                        connection.end_writing();
                    }
                    break;
                }
                Err(failure) if failure.kind() == ErrorKind::WouldBlock => {
                    std::mem::swap(&mut scratch.batch, &mut self.unwritten);
                    self.wait(connection);
                    break;
                }
                Err(_) => {
                    scratch.batch = Batch::default();
                    self.broken = true;
                    connection.session.end(Ending::Gone);
                    break;
                }
            }
        }
    }

    /// Takes what waits: the session's events, then other frames.
    fn gather(&mut self, connection: &Arc<Connection>, scratch: &mut Scratch) {
        if self.closed || scratch.batch.room() == 0 {
            return;
        }
        let session = &connection.session;
        let (other_frames, closing) = connection.take_frames();
        let mut frames = Frames { batch: &mut scratch.batch, session, blocks: session.wants_blocks() };
        if session.take(&mut scratch.events, &mut frames) {
            connection.set_drained();
        }
        other_frames.into_iter().for_each(|frame| scratch.batch.push(frame));
        self.closed = closing;
    }

    /// Comes back when the socket accepts bytes again.
    fn wait(&mut self, connection: &Arc<Connection>) {
        self.blocked_since = Some(Instant::now());
        let connection = Arc::clone(connection);
        tokio::spawn(async move {
            // An error shows at the next write.
            let _ = connection.stream.writable().await;
            connection.set_writable();
        });
    }

    /// The socket accepts bytes again.
    pub(super) fn set_writable(&mut self) {
        self.blocked_since = None;
        self.unblocked_at = Some(Instant::now());
    }

    /// Since when the socket has accepted nothing although bytes wait, and when it last did after being full.
    pub(super) fn stalled(&self) -> (Option<Instant>, Option<Instant>) {
        (self.blocked_since, self.unblocked_at)
    }
}
