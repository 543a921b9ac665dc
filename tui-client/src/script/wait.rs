//! `chat-tui wait`: until someone says something, for scripts.

use std::{
    collections::{HashMap, HashSet},
    io,
    time::Duration,
};

use chat_client::{Account, Api, ApiError, Client, Options, Update};
use chat_protocol::{
    Cursor, Epoch, Event, LogEntry, LogEvent, Message, MessageId, ResetReason, Room, RoomId, RoomKind, UserId,
};
use jiff::tz::TimeZone;
use regex::Regex;

use super::{human, json, line::Line, room};
use crate::{
    program::{
        args::Who,
        failure::{Failure, Kind, print_notice},
        output,
        retry::{Retries, TransientFailure},
    },
    sign_in,
};

/// Events of one page of a log.
const PAGE: u32 = 1000;

/// What is waited for: a message of someone else that has all of this.
#[derive(Debug, Default)]
pub(crate) struct Wanted {
    /// Its text matches.
    pub(crate) matches: Option<Regex>,
    /// It mentions the user, or is said to them in a direct room.
    pub(crate) mention: bool,
    /// It came after this message, in the same room.
    pub(crate) after: Option<MessageId>,
}

/// Waits for a message, and prints it: as a line, or as the JSON of its event.
///
/// # Errors
/// When the time is up before such a message comes, and for what keeps the server from being asked.
pub(crate) async fn wait(
    who: Who,
    room: Option<&str>,
    wanted: Wanted,
    timeout: Option<Duration>,
    json: bool,
) -> Result<(), Failure> {
    let found = find(who, room, wanted);
    let (entry, place) = match timeout {
        None => found.await?,
        Some(timeout) => match tokio::time::timeout(timeout, found).await {
            Ok(found) => found?,
            Err(_) => {
                let message = format!("no such message came within {} s", timeout.as_secs());
                return Err(Failure::new(Kind::Failed, message));
            }
        },
    };
    let line = match &entry.event {
        LogEvent::Message { message } if !json => human::message(message, &format!(" {place}"), &TimeZone::system()),
        _ => json::line(&entry).map_err(|error| Failure::new(Kind::Failed, format!("cannot write: {error}")))?,
    };
    match output::print(line + "\n").await {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::new(Kind::Failed, format!("cannot write: {error}")))
        }
        // It came, also if nobody reads what it says.
        _ => Ok(()),
    }
}

/// The message that was waited for, and what its room is called.
async fn find(who: Who, room: Option<&str>, wanted: Wanted) -> Result<(LogEntry, String), Failure> {
    let mut retries = Retries::to_start();
    let account = sign_in::for_script(who, &mut retries).await?.account;
    let api =
        Api::new(&account.server, Some(account.token()), account.insecure, &account.client).map_err(Failure::local)?;
    let begin = begin(&api, &account, room, wanted.after, &mut retries).await?;
    let mut watch = Watch { me: account.user.id, wanted, api, only: None, rooms: HashMap::new(), at: HashMap::new() };
    let mut options = Options::transient();
    if let Some((room, seq)) = begin {
        let id = room.id;
        watch.only = Some(id);
        watch.know(room);
        let (found, epoch, cursor) = watch.read(id, seq, Retries::to_start()).await?;
        if let Some(entry) = found {
            return Ok(watch.named(entry));
        }
        options.since = Some((epoch, HashMap::from([(id, cursor)])));
    }
    watch.follow(account, options).await
}

/// The only room that counts, and the position in it after which to begin. `None` for all rooms, from now on.
async fn begin(
    api: &Api,
    account: &Account,
    room: Option<&str>,
    after: Option<MessageId>,
    retries: &mut Retries,
) -> Result<Option<(Room, u64)>, Failure> {
    let ask = async || -> Result<Option<(Room, u64)>, ApiError> {
        Ok(match (after, room) {
            (Some(id), _) => {
                let message = api.message(id).await?;
                Some((api.room(message.room).await?, message.seq))
            }
            (None, Some(name)) => {
                let room = room::find(api, name).await?;
                let seq = room.last_seq;
                Some((room, seq))
            }
            (None, None) => None,
        })
    };
    loop {
        match ask().await.map_err(TransientFailure::of) {
            Ok(Some((room, seq))) => {
                room::check_joined(&room, &room::shown_name(&room, account.user.id))?;
                return Ok(Some((room, seq)));
            }
            Ok(None) => return Ok(None),
            Err(Ok(failure)) => retries.wait(failure).await?,
            Err(Err(error)) => return Err(error.into()),
        }
    }
}

/// Looks at what happens.
struct Watch {
    me: UserId,
    wanted: Wanted,
    api: Api,
    /// The only room that counts.
    only: Option<RoomId>,
    /// The user's rooms: what they are called, and which are direct.
    rooms: HashMap<RoomId, (String, bool)>,
    /// Up to where each was looked at.
    at: HashMap<RoomId, u64>,
}

impl Watch {
    fn know(&mut self, room: Room) {
        self.at.entry(room.id).or_insert(room.last_seq);
        self.rooms.insert(room.id, (room::shown_name(&room, self.me), room.kind == RoomKind::Direct));
    }

    async fn follow(&mut self, account: Account, options: Options) -> Result<(LogEntry, String), Failure> {
        let (client, mut updates) = Client::start(account, options).map_err(Failure::local)?;
        let mut line = Line::default();
        let mut ignored = HashSet::new();
        while let Some(update) = updates.next().await {
            match update {
                Update::Event(Event::Welcome { rooms, ignored: now_ignored, .. }) => {
                    rooms.into_iter().for_each(|room| self.know(room));
                    ignored = now_ignored.into_iter().collect();
                }
                Update::Event(Event::RoomAdded { room }) => self.know(room),
                Update::Event(Event::RoomRemoved { room_id, .. }) if self.only == Some(room_id) => {
                    let message = format!("you are no longer in {}", self.name(room_id));
                    return Err(Failure::new(Kind::Refused, message));
                }
                Update::Event(Event::Reset { room, last_seq, why, .. }) if why != ResetReason::TooFar => {
                    print_notice(&format!(
                        "the server's history was replaced; going on after event {last_seq} of {}",
                        self.name(room)
                    ));
                    self.at.insert(room, last_seq);
                }
                Update::Event(Event::Reset { room, .. }) if self.only.is_none_or(|only| only == room) => {
                    let begin = self.at.get(&room).copied().unwrap_or(0);
                    if let (Some(entry), ..) = self.read(room, begin, Retries::endless()).await? {
                        client.close().await;
                        return Ok(self.named(entry));
                    }
                }
                Update::Event(Event::Logged(entry)) if self.looks(&entry) && !ignored.contains(&author(&entry)) => {
                    client.close().await;
                    return Ok(self.named(entry));
                }
                Update::Status(status) => line.changed(&status)?,
                _ => {}
            }
        }
        Err(Failure::new(Kind::Failed, "the connection was closed"))
    }

    /// Reads a room's log from a position on, up to what is waited for or to its end; and where that is.
    async fn read(
        &mut self,
        room: RoomId,
        begin: u64,
        mut retries: Retries,
    ) -> Result<(Option<LogEntry>, Epoch, Cursor), Failure> {
        let mut at = begin;
        loop {
            let page = match self.api.events(room, at, PAGE).await.map_err(TransientFailure::of) {
                Ok(page) => page,
                Err(Ok(failure)) => {
                    retries.wait(failure).await?;
                    continue;
                }
                Err(Err(error)) => return Err(error.into()),
            };
            at = page.events.last().map_or(at, |entry| entry.seq);
            let cursor = Cursor { seq: page.last_seq, at: page.last_at };
            self.at.insert(room, at);
            let found = page.events.into_iter().find(|entry| self.fits(entry));
            if found.is_some() || !page.has_more {
                return Ok((found, page.epoch, cursor));
            }
        }
    }

    /// Whether this is waited for, where it has not been looked at.
    fn looks(&mut self, entry: &LogEntry) -> bool {
        let at = self.at.entry(entry.room).or_default();
        let is_new = entry.seq > *at;
        *at = entry.seq.max(*at);
        is_new && self.fits(entry)
    }

    fn fits(&self, entry: &LogEntry) -> bool {
        let LogEvent::Message { message } = &entry.event else { return false };
        self.only.is_none_or(|only| only == entry.room) && self.is_wanted(message)
    }

    fn is_wanted(&self, message: &Message) -> bool {
        let is_direct = || self.rooms.get(&message.room).is_some_and(|(_, direct)| *direct);
        message.author.id != self.me
            && !message.deleted
            && self.wanted.matches.as_ref().is_none_or(|matches| matches.is_match(&message.body))
            && (!self.wanted.mention || message.mentions(self.me) || is_direct())
    }

    fn name(&self, room: RoomId) -> String {
        self.rooms.get(&room).map_or_else(|| room.to_string(), |(name, _)| name.clone())
    }

    fn named(&self, entry: LogEntry) -> (LogEntry, String) {
        let name = self.name(entry.room);
        (entry, name)
    }
}

fn author(entry: &LogEntry) -> UserId {
    entry.event.user().id
}
