//! What the server says, one frame after the other.

use std::time::{Duration, Instant};

use chat_protocol::{Command, Cursor, Event, LogEntry, MessageId, Received, RoomId, Timestamp, api::MessagesPage};
use serde::Deserialize;
use tokio_tungstenite::tungstenite::{Error, Message};

use super::{
    Connection,
    ending::{Ending, believed},
    session::Session,
};
use crate::{Status, Update, cursors::Step, outbox::Wait, store::Change};

/// After a refusal with a wait that names no time.
const DEFAULT_WAIT: Duration = Duration::from_secs(1);
/// While catching up, the program is notified after that many events how many are left.
const TELL_EVERY: u64 = 50;

impl Connection {
    /// Takes a frame, or what came instead of one.
    pub(super) fn receive(
        &mut self,
        session: &mut Session,
        frame: Option<Result<Message, Error>>,
    ) -> Result<(), Ending> {
        let ended = |ending: Ending| Err(ending.after_draining(session.draining));
        let frame = match frame {
            Some(Ok(Message::Close(frame))) => return ended(Ending::of_close(frame.as_ref())),
            Some(Ok(frame)) => frame,
            Some(Err(error)) => return ended(Ending::of_error(error)),
            None => return ended(Ending::of_close(None)),
        };
        let now = Instant::now();
        session.liveness.heard(now, session.link.brings_news());
        match frame {
            Message::Text(text) => self.read_text(session, text.as_str()),
            Message::Pong(number) => {
                let number = <[u8; 8]>::try_from(number.as_ref()).map(u64::from_be_bytes);
                if let Some(round_trip) = number.ok().and_then(|number| session.liveness.pong(number, now)) {
                    self.updates.status(Status::Connected { round_trip: Some(round_trip) });
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn read_text(&mut self, session: &mut Session, text: &str) -> Result<(), Ending> {
        match Received::parse(text) {
            Ok(Received::Known(event)) => self.take_event(session, *event),
            Ok(Received::UnknownLogged { room, seq, at }) => self.take_logged(session, room, seq, at, None),
            Ok(Received::Unknown) => Ok(()),
            Err(error) => {
                tracing::error!(%error, "the server sent what cannot be read");
                // If it is logged, its place in the log must not be missed for ever.
                match serde_json::from_str(text) {
                    Ok(Position { room, seq, at }) => self.take_logged(session, room, seq, at, None),
                    Err(_) => Ok(()),
                }
            }
        }
    }

    fn take_event(&mut self, session: &mut Session, event: Event) -> Result<(), Ending> {
        if let Some(&LogEntry { room, seq, at, .. }) = event.logged() {
            return self.take_logged(session, room, seq, at, Some(event));
        }
        match &event {
            Event::Welcome { user, epoch, rooms, limits, ignored, .. } => {
                self.cursors.ignore(ignored.clone());
                self.limit(session, limits);
                self.welcome(session, user, *epoch, rooms);
                self.updates.push(Update::Event(event));
                self.settle_recipients();
                self.tell_progress();
                return Ok(());
            }
            Event::Live {} => {
                session.live = true;
                self.updates.push(Update::Event(event));
                self.updates.status(Status::Connected { round_trip: None });
                session.link.ping(session.liveness.ping(Instant::now()));
                return Ok(());
            }
            Event::RoomAdded { room } => {
                let afresh = self.cursors.added(room);
                if let Some(epoch) = self.cursors.epoch() {
                    self.store.change(Change::RoomAdded { epoch, room: room.clone() });
                }
                if afresh && self.options.pages {
                    self.pages.want(room.id);
                }
                self.updates.push(Update::Event(event));
                self.settle_recipients();
                return Ok(());
            }
            Event::RoomRemoved { room_id, .. } => {
                self.cursors.removed(*room_id);
                self.activity.left(*room_id);
                self.pages.forget(*room_id);
                self.store.change(Change::RoomRemoved { room: *room_id });
            }
            Event::Reset { room, last_seq, at, .. } => self.reset(*room, Cursor { seq: *last_seq, at: *at }),
            Event::ReadMarker { room, seq, .. } => {
                if let Some(changed) = self.cursors.changed_by(*room, &event) {
                    self.store.change(Change::Room { room: changed });
                }
                if self.activity.confirmed(*room, *seq) {
                    self.store.change(Change::Read { room: *room, wanted: None });
                }
            }
            Event::RoomSettings { room, .. } => {
                if let Some(changed) = self.cursors.changed_by(*room, &event) {
                    self.store.change(Change::Room { room: changed });
                }
            }
            Event::Ignored { users } => self.cursors.ignore(users.clone()),
            Event::UserUpdated { user } if user.id == self.me.id => self.know_me(user),
            Event::Draining { retry_after_ms } => {
                session.draining = Some(believed(Duration::from_millis(*retry_after_ms)));
            }
            Event::Ack { id, room, seq } => {
                session.got_on = true;
                self.settle_acknowledged(*id, *room);
                self.sent(*id, *seq);
                return Ok(());
            }
            Event::Error { .. } => {
                self.refused(session, event);
                return Ok(());
            }
            Event::Pong { .. } => return Ok(()),
            _ => {}
        }
        self.updates.push(Update::Event(event));
        Ok(())
    }

    fn take_logged(
        &mut self,
        session: &mut Session,
        room: RoomId,
        seq: u64,
        at: Timestamp,
        event: Option<Event>,
    ) -> Result<(), Ending> {
        let changed = match self.cursors.logged(room, seq, at, event.as_ref()) {
            Step::Next(changed) => changed,
            Step::Known => {
                tracing::debug!(%room, seq, repeated = self.cursors.repeated(), "an event came again");
                return Ok(());
            }
            Step::Gap { expected } => {
                tracing::error!(%room, seq, expected, "an event is missing: connecting again from what is known");
                return Err(Ending::Gap);
            }
            Step::Foreign => {
                tracing::warn!(%room, seq, "an event of a room that the user is not in");
                return Ok(());
            }
        };
        let message = event.as_ref().and_then(Event::message);
        let mine = message.filter(|message| message.author.id == self.me.id).map(|message| message.id);
        if let Some(entry) = event.as_ref().and_then(Event::logged) {
            self.pages.logged(entry);
        }
        if let Some(epoch) = self.cursors.epoch() {
            let event = event.as_ref().and_then(Event::logged).map(|entry| Box::new(entry.event.clone()));
            self.store.change(Change::Logged { epoch, room, seq, at, changed, event });
        }
        if let Some(event) = event {
            self.updates.push(Update::Event(event));
        }
        if let Some(id) = mine {
            self.sent(id, seq);
        }
        session.got_on = true;
        session.untold += 1;
        if !session.live && session.untold >= TELL_EVERY {
            session.untold = 0;
            self.tell_progress();
        }
        Ok(())
    }

    fn reset(&mut self, room: RoomId, cursor: Cursor) {
        tracing::info!(%room, seq = cursor.seq, "the server set the room's cursor");
        self.cursors.reset(room, cursor);
        if let Some(epoch) = self.cursors.epoch() {
            self.store.change(Change::Reset { epoch, room, cursor });
        }
        if self.options.pages {
            self.pages.want(room);
        }
    }

    fn sent(&mut self, id: MessageId, seq: u64) {
        if let Some(entry) = self.outbox.sent(id, seq) {
            self.store.change(Change::Unqueue { id });
            if !entry.files.is_empty() {
                self.drop_files(id);
            }
            self.updates.push(Update::Outbox(entry));
        }
    }

    fn refused(&mut self, session: &mut Session, error: Event) {
        let Event::Error { id, code, detail, retry_after_ms, after, .. } = error else { return };
        let until =
            Instant::now() + retry_after_ms.map_or(DEFAULT_WAIT, |millis| believed(Duration::from_millis(millis)));
        if let Some(id) = id {
            // One that is behind a message that we do not have would wait for ever.
            if let Some(stranger) = after.filter(|after| !self.outbox.has(*after)) {
                session.link.command(&Command::Forget { id: stranger });
            }
            let refusal = self.outbox.refused(id, code, detail, Wait { until, behind: after });
            self.tell_refusal(refusal);
        } else if code.is_wait() {
            self.activity.again(until);
        } else {
            self.updates.push(Update::Refused { code, detail });
        }
    }

    /// The newest messages of a room came.
    pub(super) fn show_page(&mut self, room: RoomId, page: MessagesPage) {
        let Some(epoch) = self.cursors.epoch() else { return };
        self.store.change(Change::Page { epoch, room, messages: page.messages.clone() });
        let MessagesPage { messages, has_more_before, .. } = page;
        self.updates.push(Update::Page { room, messages, has_more_before });
    }
}

/// What makes a frame a logged event, whatever else is wrong with it.
#[derive(Deserialize)]
struct Position {
    room: RoomId,
    seq: u64,
    at: Timestamp,
}
