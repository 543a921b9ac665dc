//! One WebSocket as its session sees it: where what is to be written waits, and whom to wake for it.
//!
//! Locks are taken in the order writer, then session, then frames.

pub(super) mod flusher;
mod writer;

use std::sync::{Arc, Weak};

use bytes::Bytes;
use parking_lot::Mutex;
use socket2::SockRef;
use tokio::{net::TcpStream, sync::Notify, time::Instant};

use self::{
    flusher::Flusher,
    writer::{Scratch, Writer},
};
use super::frame;
use crate::{
    chat::{Caller, Origin},
    hub::SharedEvent,
    session::{Ending, Session, Transport},
    web::App,
};

/// Bytes of frames that wait at most, before a connection that takes none of them is closed.
const MOST: usize = 1024 * 1024;
/// Bytes of frames that wait before nothing more is read.
const CONGESTED: usize = 64 * 1024;

pub(super) struct Connection {
    pub(super) session: Arc<Session>,
    pub(super) stream: Arc<TcpStream>,
    /// Only the flusher holds it for long.
    writer: Mutex<Writer>,
    frames: Mutex<Frames>,
    /// Not kept alive from here: it may hold this connection.
    flusher: Weak<Flusher>,
    /// Notified when answers or frames that made the connection congested were taken.
    drained: Notify,
}

/// Whole frames that are no events: what the library writes. They go out after the answers that wait.
#[derive(Default)]
struct Frames {
    waiting: Vec<Bytes>,
    bytes: usize,
    /// After those that wait now, nothing is written.
    closing: bool,
}

impl Connection {
    pub(super) fn new(
        app: &App,
        caller: &Caller,
        origin: Origin,
        stream: Arc<TcpStream>,
        flusher: impl FnOnce(&Session) -> Weak<Flusher>,
    ) -> Arc<Self> {
        Arc::new_cyclic(|this: &Weak<Self>| {
            let session = Session::new(app.chat.clone(), app.memory.clone(), caller, origin, this.clone());
            Self {
                flusher: flusher(&session),
                session,
                stream,
                writer: Mutex::default(),
                frames: Mutex::default(),
                drained: Notify::new(),
            }
        })
    }

    /// Writes whole frames, in order.
    pub(super) fn put(&self, bytes: Bytes) {
        let overloaded = {
            let mut frames = self.frames.lock();
            if frames.closing {
                return;
            }
            frames.bytes += bytes.len();
            frames.waiting.push(bytes);
            frames.bytes > MOST
        };
        if overloaded {
            self.session.end(Ending::Overloaded);
        }
        self.session.wake();
    }

    /// Takes the frames that wait, and whether nothing is written after them. To be called before the session's answers are
    /// taken, and written after them: what the session said before a frame was put in goes before it.
    fn take_frames(&self) -> (Vec<Bytes>, bool) {
        let mut frames = self.frames.lock();
        if frames.bytes > CONGESTED {
            self.drained.notify_one();
        }
        frames.bytes = 0;
        (std::mem::take(&mut frames.waiting), frames.closing)
    }

    /// Writes what already waits, and nothing after it.
    pub(super) fn finish(&self) {
        // First the session: a reader that finds the frames closing finds all its answers.
        self.session.finish();
        self.frames.lock().closing = true;
        self.session.wake();
    }

    /// Whether so much waits that nothing more should be read.
    pub(super) fn is_congested(&self) -> bool {
        self.session.is_congested() || self.frames.lock().bytes > CONGESTED
    }

    /// Waits until what waited was taken. For one task.
    pub(super) async fn drained(&self) {
        self.drained.notified().await;
    }

    fn set_drained(&self) {
        self.drained.notify_one();
    }

    /// Writes all that waits and that the socket accepts.
    fn flush(self: &Arc<Self>, scratch: &mut Scratch) {
        self.session.clear_wake();
        self.writer.lock().flush(self, scratch);
    }

    /// The socket accepts bytes again.
    fn set_writable(&self) {
        self.writer.lock().set_writable();
        self.session.wake();
    }

    /// Tells the client that nothing more comes, so that it can end its side. A failure means that it is gone.
    fn end_writing(&self) {
        _ = SockRef::from(&*self.stream).shutdown(std::net::Shutdown::Write);
    }

    /// Since when the socket has accepted nothing although bytes wait, and when it last did after being full.
    pub(super) fn stalled(&self) -> (Option<Instant>, Option<Instant>) {
        self.writer.lock().stalled()
    }
}

impl Transport for Connection {
    fn wake(self: Arc<Self>) {
        if let Some(flusher) = self.flusher.upgrade() {
            flusher.add(self);
        }
    }

    fn size(&self, event: &SharedEvent) -> usize {
        frame::of(event, self.session.chat(), self.session.wants_blocks()).len()
    }
}
