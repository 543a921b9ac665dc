//! For programs that answer: what happened in their rooms, going on where the last run ended.

use std::{
    collections::{HashMap, VecDeque},
    fs, io,
    path::PathBuf,
    time::Duration,
};

use chat_protocol::{Cursor, Epoch, Event, LogEntry, Room, RoomId, RoomKind};
use serde::{Deserialize, Serialize};

use crate::{Account, ApiError, Client, Delivery, Error, Options, Status, Update, Updates, files};

/// Events between two writes of the position, where they come without a pause.
const SAVE_EVERY: u32 = 100;
/// Events of one page of a log.
const PAGE: u32 = 1000;
/// Between two attempts to read a log.
const PAUSE: Duration = Duration::from_secs(1);

/// A client for a bot. It gives what happens in the bot's rooms, event after event, and keeps in a file which ones the bot
/// is done with. So a bot that was stopped, or crashed, goes on with the next one, and may get some a second time: with
/// [`Client::answer`] and [`Client::send_once`] it answers each once all the same.
///
/// The first start begins with what happens from then on. A direct room that someone began while the bot was away is given
/// from its first message.
#[derive(Debug)]
pub struct Bot {
    client: Client,
    updates: Updates,
    file: PathBuf,
    position: Position,
    /// Changes of the position that the file does not have.
    unsaved: u32,
    /// The bot's rooms, as the server described them when it came into them or connected last.
    rooms: HashMap<RoomId, Room>,
    /// Direct rooms that began while the bot was away, to be read from their start.
    unread: VecDeque<Unread>,
    /// What came and was not given yet.
    waiting: VecDeque<LogEntry>,
    /// What was given last. The bot is done with it when it asks for more.
    given: Option<(RoomId, Cursor)>,
}

/// The events that a bot is done with.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Position {
    epoch: Option<Epoch>,
    rooms: HashMap<RoomId, Cursor>,
}

/// The part of a room's log that is to be read.
#[derive(Debug, Clone, Copy)]
struct Unread {
    room: RoomId,
    after: u64,
    upto: u64,
}

impl Bot {
    /// Connects, and goes on after what the file says. There need not be one yet.
    ///
    /// # Errors
    /// When the file cannot be read, and for the reasons of [`Client::start`].
    pub fn start(account: Account, file: impl Into<PathBuf>) -> Result<Self, Error> {
        let file = file.into();
        let position = match fs::read(&file) {
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(|error| Error::file(&file, error.into()))?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Position::default(),
            Err(error) => return Err(Error::file(&file, error)),
        };
        let since = position.epoch.map(|epoch| (epoch, position.rooms.clone()));
        let (client, updates) = Client::start(account, Options { pages: false, since, ..Options::default() })?;
        let (rooms, unread, waiting) = (HashMap::new(), VecDeque::new(), VecDeque::new());
        Ok(Self { client, updates, file, position, unsaved: 0, rooms, unread, waiting, given: None })
    }

    /// The handle to send with.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// A room that the bot is in.
    pub fn room(&self, room: RoomId) -> Option<&Room> {
        self.rooms.get(&room)
    }

    /// The next event, which the bot is done with when it asks again; `None` when the client is closed. Connections come
    /// and go meanwhile, and what the server refuses of what the bot sent is logged and dropped.
    ///
    /// What is awaited here may be dropped, as in a `select!`: nothing is lost by that.
    ///
    /// # Errors
    /// When the file cannot be written, or the session has ended: then the bot is to sign in again.
    pub async fn next(&mut self) -> Result<Option<LogEntry>, Error> {
        if let Some((room, cursor)) = self.given.take() {
            self.position.rooms.insert(room, cursor);
            self.unsaved += 1;
        }
        loop {
            if let Some(entry) = self.waiting.pop_front() {
                self.given = Some((entry.room, entry.cursor()));
                return Ok(Some(entry));
            }
            if let Some(unread) = self.unread.front().copied() {
                self.read(unread).await;
                continue;
            }
            if self.unsaved >= SAVE_EVERY {
                self.save()?;
            }
            let update = match self.updates.try_next() {
                Some(update) => Some(update),
                None => {
                    self.save()?;
                    self.updates.next().await
                }
            };
            let Some(update) = update else { return Ok(None) };
            self.take(update)?;
        }
    }

    /// Sends what can be sent within a moment, and ends. What the outbox still has is sent by the next run.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub async fn close(mut self) -> Result<(), Error> {
        let saved = self.save();
        self.client.close().await;
        saved
    }

    fn take(&mut self, update: Update) -> Result<(), Error> {
        match update {
            Update::Event(Event::Welcome { epoch, rooms, .. }) => self.welcome(epoch, rooms),
            Update::Event(Event::RoomAdded { room }) => {
                let begins = Cursor { seq: room.last_seq, at: room.last_at };
                self.position.rooms.entry(room.id).or_insert(begins);
                self.rooms.insert(room.id, room);
            }
            Update::Event(Event::RoomRemoved { room_id, .. }) => {
                self.position.rooms.remove(&room_id);
                self.rooms.remove(&room_id);
            }
            Update::Event(Event::Reset { room, last_seq, at, .. }) => {
                self.position.rooms.insert(room, Cursor { seq: last_seq, at });
            }
            Update::Event(Event::Logged(entry)) => {
                self.waiting.push_back(entry);
                return Ok(());
            }
            Update::Outbox(entry) => {
                if let Delivery::Failed { detail, .. } = &entry.state {
                    tracing::warn!(id = %entry.id, detail, "the server does not take this");
                    self.client.forget(entry.id);
                }
                return Ok(());
            }
            Update::Status(Status::SignedOut { detail }) => return Err(Error::SignedOut(detail)),
            _ => return Ok(()),
        }
        self.unsaved += 1;
        Ok(())
    }

    /// The rooms of the bot: new ones begin where they are, and what was said to the bot alone at its start.
    fn welcome(&mut self, epoch: Epoch, rooms: Vec<Room>) {
        if self.position.epoch != Some(epoch) {
            // Another history, as after a restored backup.
            self.position = Position { epoch: Some(epoch), rooms: HashMap::new() };
        }
        self.rooms = rooms.into_iter().map(|room| (room.id, room)).collect();
        self.position.rooms.retain(|room, _| self.rooms.contains_key(room));
        self.unread.clear();
        for room in self.rooms.values() {
            let begun = self.given.is_some_and(|(given, _)| given == room.id)
                || self.waiting.iter().any(|entry| entry.room == room.id)
                || self.position.rooms.contains_key(&room.id);
            if begun {
                continue;
            }
            if room.kind == RoomKind::Direct && room.last_seq > 0 {
                // It has no position before the bot has seen some of it.
                self.unread.push_back(Unread { room: room.id, after: 0, upto: room.last_seq });
            } else {
                self.position.rooms.insert(room.id, Cursor { seq: room.last_seq, at: room.last_at });
            }
        }
    }

    /// Reads a page of what was said before the bot was there. Later events come by themselves.
    async fn read(&mut self, Unread { room, after, upto }: Unread) {
        let page = self.client.api().events(room, after, PAGE).await;
        let last = match page {
            Ok(page) => {
                let last = page.events.last().map(|entry| entry.seq);
                self.waiting.extend(page.events.into_iter().filter(|entry| entry.seq <= upto));
                last
            }
            Err(ApiError::Refused(problem, _)) if !problem.code.is_wait() => {
                tracing::warn!(%room, detail = problem.detail, "the log cannot be read");
                None
            }
            Err(error) => {
                tracing::debug!(%error, "the log is read later");
                tokio::time::sleep(PAUSE).await;
                return;
            }
        };
        self.unread.pop_front();
        if let Some(after) = last.filter(|last| *last < upto) {
            self.unread.push_front(Unread { room, after, upto });
        }
    }

    fn save(&mut self) -> Result<(), Error> {
        if self.unsaved == 0 {
            return Ok(());
        }
        let text = serde_json::to_vec(&self.position).map_err(|error| Error::file(&self.file, error.into()))?;
        files::replace(&self.file, &text).map_err(|error| Error::file(&self.file, error))?;
        self.unsaved = 0;
        Ok(())
    }
}
