//! One connection from `Hello` to its end: what is sent and when.

use std::time::{Duration, Instant};

use chat_protocol::{Command, ErrorCode};

use super::{Connection, LAST_WRITE, Request, ending::Ending, link::Link, liveness::Liveness};
use crate::{Update, outbox::Refusal, outbox::Wait, store::Change};

/// A server answers `Hello` with `Welcome` within this time; anything slower is given up.
const WELCOME_TIMEOUT: Duration = Duration::from_secs(30);
/// How long a program that ends waits for what is on the way.
const LAST_MOMENT: Duration = Duration::from_secs(2);
/// Bytes of a frame that every server takes, unless it says otherwise.
const FRAME_BYTES: usize = 65_536;

/// What is known of one connection.
#[derive(Debug)]
pub(super) struct Session {
    pub(super) link: Link,
    pub(super) liveness: Liveness,
    /// The server named the rooms: from here on commands are taken.
    pub(super) welcomed: bool,
    /// Everything that was missed is here.
    pub(super) live: bool,
    /// An event came, or an acknowledgement: a network that lets through a little at a time is got through, if one does
    /// not wait longer and longer.
    pub(super) got_on: bool,
    /// The server is about to stop, and wants us back after this time.
    pub(super) draining: Option<Duration>,
    /// Bytes that a frame to the server may have.
    pub(super) frame_bytes: usize,
    /// Missed events since the program was last notified how many are left.
    pub(super) untold: u64,
    since: Instant,
    /// The program ends; not later than this.
    close_by: Option<Instant>,
    /// What was written before the program wanted to end is in the outbox.
    saved: bool,
}

impl Connection {
    /// Talks until the connection ends. Also says whether it went well: then the next failure is a first one.
    pub(super) async fn run_session(&mut self, link: Link) -> (Ending, bool) {
        let mut session = Session::new(link, Instant::now());
        let (epoch, cursors) = self.cursors.hello();
        let hello = Command::Hello { client: self.account.client.clone(), cursors, epoch, blocks: self.options.blocks };
        session.link.command(&hello);
        let ending = loop {
            if let Some(ending) = self.keep_up(&mut session, Instant::now()) {
                break ending;
            }
            let wake = self.wake_at(&session);
            let is_clear = self.updates.is_clear();
            tokio::select! {
                frame = session.link.next(is_clear) => {
                    if let Err(ending) = self.receive(&mut session, frame) {
                        break ending;
                    }
                }
                request = self.requests.recv() => self.handle_request(&mut session, request),
                // What comes while the program does not listen waits in the socket, so silence says nothing.
                () = self.updates.drained() => session.liveness.paused(Instant::now()),
                (room, page) = self.pages.next(), if session.welcomed => self.show_page(room, page),
                () = tokio::time::sleep_until(wake.into()) => {}
            }
        };
        if ending == Ending::Closed {
            session.link.close().await;
        }
        (ending, session.live || session.got_on)
    }

    /// Does what is due; gives the end when it has come.
    fn keep_up(&mut self, session: &mut Session, now: Instant) -> Option<Ending> {
        if !self.updates.is_clear() {
            session.liveness.paused(now);
        }
        let unwelcome = !session.welcomed && now >= session.since + WELCOME_TIMEOUT;
        if unwelcome || session.liveness.is_dead(now) {
            return Some(Ending::lost("the server does not answer"));
        }
        if let Some(number) = session.liveness.ping_if_due(now) {
            session.link.ping(number);
        }
        if session.welcomed {
            self.send_messages(session, now);
            self.upload_files();
            for command in self.activity.due(now) {
                session.link.command(&command);
            }
        }
        let done = |close_by| now >= close_by || (session.saved && self.outbox.is_idle(now));
        session.close_by.is_some_and(done).then_some(Ending::Closed)
    }

    /// Has the file say of what waits that it may have been sent, before it is: after that, an edit or a deletion goes to
    /// the server, also from the next process.
    fn mark(&mut self) {
        let Some((back, upto)) = self.back.upgrade().and_then(|back| Some((back, self.outbox.begin_marking()?))) else {
            return;
        };
        self.store.change_then(Change::Tried, move |written| {
            if let Err(error) = written {
                // A message that waits for a broken disk helps nobody.
                tracing::warn!(%error, "the outbox cannot say what may have been sent");
            }
            // After the end nobody takes it.
            let _ = back.send(Request::Tried { upto });
        });
    }

    fn send_messages(&mut self, session: &mut Session, now: Instant) {
        self.mark();
        for entry in self.outbox.next(now) {
            match serde_json::to_string(&entry.command(self.outbox.recipient(entry.room))) {
                Ok(text) if text.len() <= session.frame_bytes => {
                    session.link.send(text);
                    if entry.is_message() {
                        self.activity.sent(entry.room);
                    }
                    self.updates.push(Update::Outbox(entry));
                }
                // The server would hang up for such a frame, each time that it is sent.
                _ => {
                    let detail = "the message is too long for this server: send it in parts".to_owned();
                    let wait = Wait { until: now, behind: None };
                    let refusal = self.outbox.refused(entry.id, ErrorCode::TooLarge, detail, wait);
                    self.tell_refusal(refusal);
                }
            }
        }
    }

    pub(super) fn tell_refusal(&mut self, refusal: Option<Refusal>) {
        match refusal {
            Some(Refusal::Later(entry)) => self.updates.push(Update::Outbox(entry)),
            Some(Refusal::Failed(entry)) => {
                if !entry.action.has_text() {
                    self.outbox.forget(entry.id);
                    self.store.change(Change::Unqueue { id: entry.id });
                } else if let crate::Delivery::Failed { code, detail } = &entry.state {
                    let failure = Some((*code, detail.clone()));
                    self.store.change(Change::Failure { id: entry.id, failure });
                }
                self.updates.push(Update::Outbox(entry));
            }
            None => {}
        }
    }

    fn handle_request(&mut self, session: &mut Session, request: Option<Request>) {
        let now = Instant::now();
        match request {
            Some(Request::Reconnect) => {
                session.liveness.doubt(now);
                session.link.expect_news();
                session.link.ping(session.liveness.ping(now));
            }
            Some(Request::Close(done)) => {
                self.closing = Some(done);
                session.close_by = Some(now + LAST_MOMENT);
                self.await_disk(now);
            }
            Some(Request::Saved) => session.saved = true,
            Some(request) => self.apply(request, Some(&mut session.link)),
            None => session.close_by = Some(now),
        }
    }

    /// What was just written is sent before the end, if the disk takes it in time.
    fn await_disk(&self, now: Instant) {
        let Some(back) = self.back.upgrade() else { return };
        self.store.wait_until(now + LAST_WRITE);
        self.store.flushed(move || {
            // The connection may have ended before.
            let _ = back.send(Request::Saved);
        });
    }

    fn wake_at(&self, session: &Session) -> Instant {
        let mut wake = session.liveness.wake_at();
        let mut not_after = |at: Option<Instant>| wake = at.map_or(wake, |at| at.min(wake));
        not_after(session.close_by);
        if session.welcomed {
            not_after(self.outbox.wake_at());
            not_after(self.activity.wake_at());
        } else {
            not_after(Some(session.since + WELCOME_TIMEOUT));
        }
        wake
    }
}

impl Session {
    fn new(link: Link, now: Instant) -> Self {
        Self {
            link,
            liveness: Liveness::new(now),
            welcomed: false,
            live: false,
            got_on: false,
            draining: None,
            frame_bytes: FRAME_BYTES,
            untold: 0,
            since: now,
            close_by: None,
            saved: false,
        }
    }
}
