//! `chat-tui tail`: what happens in a room, line by line, without gaps and nothing twice.

use std::{collections::HashMap, future, io};

use chat_client::{Client, Options, Update};
use chat_protocol::{Cursor, Event, LOBBY, LogEntry, ResetReason, Room};
use jiff::tz::TimeZone;

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

/// Events of one page of the log.
const PAGE: u32 = 1000;

/// Follows a room until it is stopped, or nobody reads on.
///
/// # Errors
/// When the server refuses, or a page of the log cannot be had.
pub(crate) async fn tail(who: Who, room: Option<&str>, json: bool, since: Option<u64>) -> Result<(), Failure> {
    let mut retries = Retries::to_start();
    let account = sign_in::for_script(who, &mut retries).await?.account;
    let stopped = stopped();
    let api = chat_client::Api::new(&account.server, Some(account.token()), account.insecure, &account.client)
        .map_err(Failure::local)?;
    let room = loop {
        match room::find(&api, room.unwrap_or(LOBBY)).await.map_err(TransientFailure::of) {
            Ok(room) => break room,
            Err(Ok(failure)) if failure.is_asked() => retries.wait(failure).await?,
            Err(Ok(failure)) => return Err(failure.into()),
            Err(Err(error)) => return Err(error.into()),
        }
    };
    let name = room::shown_name(&room, account.user.id);
    room::check_joined(&room, &name)?;
    let out = Format { json, zone: TimeZone::system() };
    let mut follower = Follower { out, api, at: since.unwrap_or(room.last_seq), room, name, line: Line::default() };
    tokio::select! {
        result = follower.follow(account) => match result {
            Err(Stop::Closed) => Ok(()),
            Err(Stop::Failed(failure)) => Err(failure),
            Ok(()) => Ok(()),
        },
        () = stopped => Ok(()),
        () = closed() => Ok(()),
    }
}

enum Stop {
    /// Nobody reads on.
    Closed,
    /// It cannot go on.
    Failed(Failure),
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::Closed,
            _ => Self::Failed(Failure::new(Kind::Failed, format!("cannot write: {error}"))),
        }
    }
}

struct Follower {
    out: Format,
    api: chat_client::Api,
    room: Room,
    /// What it is called.
    name: String,
    /// The last event that was printed, or after which to begin.
    at: u64,
    line: Line,
}

impl Follower {
    async fn follow(&mut self, account: chat_client::Account) -> Result<(), Stop> {
        self.check_position().await?;
        let since = Some(self.page(Retries::to_start()).await?);
        let options = Options { since, ..Options::transient() };
        let (client, mut updates) = Client::start(account, options).map_err(Failure::local)?;
        while let Some(update) = updates.next().await {
            match update {
                Update::Event(event @ Event::Reset { room, last_seq, why, .. }) if room == self.room.id => {
                    if why == ResetReason::TooFar {
                        self.page(Retries::endless()).await?;
                    } else {
                        print_notice(&format!("the server's history was replaced; going on after event {last_seq}"));
                        self.reset(&event, last_seq).await?;
                    }
                }
                Update::Event(Event::RoomRemoved { room_id, .. }) if room_id == self.room.id => {
                    let left = format!("you are no longer in {}", self.name);
                    return Err(Failure::new(Kind::Refused, left).into());
                }
                Update::Event(Event::Logged(entry)) => self.print(&[entry]).await?,
                Update::Status(status) => self.line.changed(&status)?,
                _ => {}
            }
        }
        client.close().await;
        Ok(())
    }

    /// A position that the room has not reached belongs to another history, as after a restored backup: it goes on from
    /// the end, and says so as the server does on the socket.
    async fn check_position(&mut self) -> Result<(), Stop> {
        let last_seq = self.room.last_seq;
        if self.at <= last_seq {
            return Ok(());
        }
        let at = self.at;
        print_notice(&format!("position {at} is past the end of {}; going on after event {last_seq}", self.name));
        self.reset(&Event::Reset { room: self.room.id, last_seq, at: None, why: ResetReason::Ahead }, last_seq).await
    }

    /// Goes on from another position; programs that read the events get a `Reset`.
    async fn reset(&mut self, event: &Event, last_seq: u64) -> Result<(), Stop> {
        self.at = last_seq;
        if self.out.json {
            output::print(json::line(event).map_err(io::Error::from)? + "\n").await?;
        }
        Ok(())
    }

    /// Prints the log up to its end; gives back where to go on from.
    async fn page(
        &mut self,
        mut retries: Retries,
    ) -> Result<(chat_protocol::Epoch, HashMap<chat_protocol::RoomId, Cursor>), Stop> {
        loop {
            let page = match self.api.events(self.room.id, self.at, PAGE).await.map_err(TransientFailure::of) {
                Ok(page) => page,
                Err(Ok(failure)) => {
                    retries.wait(failure).await?;
                    continue;
                }
                Err(Err(error)) => return Err(Failure::from(error).into()),
            };
            self.print(&page.events).await?;
            if !page.has_more {
                self.at = self.at.max(page.last_seq);
                let cursor = Cursor { seq: page.last_seq, at: page.last_at };
                return Ok((page.epoch, HashMap::from([(self.room.id, cursor)])));
            }
        }
    }

    /// Prints the events of the room's log that were not printed before.
    async fn print(&mut self, entries: &[LogEntry]) -> Result<(), Stop> {
        let mut lines = String::new();
        for entry in entries {
            if entry.room == self.room.id && entry.seq > self.at {
                self.at = entry.seq;
                lines.push_str(&self.out.line(entry)?);
            }
        }
        if !lines.is_empty() {
            output::print(lines).await?;
        }
        Ok(())
    }
}

struct Format {
    json: bool,
    zone: TimeZone,
}

impl Format {
    fn line(&self, entry: &LogEntry) -> io::Result<String> {
        let mut line = if self.json { json::line(entry)? } else { human::line(entry, &self.zone) };
        line.push('\n');
        Ok(line)
    }
}

/// Listens for Ctrl-C and SIGTERM from the moment that this returns: what is printed after that is followed by an end
/// with 0. A signal that comes earlier ends the program as ever.
#[cfg(unix)]
fn stopped() -> impl Future<Output = ()> {
    use tokio::signal::unix::{SignalKind, signal};
    let signals = (signal(SignalKind::interrupt()), signal(SignalKind::terminate()));
    async move {
        // Where one cannot be listened for, it ends the program by itself.
        let (Ok(mut interrupt), Ok(mut terminate)) = signals else { return future::pending().await };
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    }
}

/// Waits until nobody reads the output any more, which shows at once and not only at the next event. What cannot be
/// closed by a reader, as a file, is never.
#[cfg(unix)]
async fn closed() {
    use rustix::event::{PollFd, PollFlags, poll};
    let (report, gone) = tokio::sync::oneshot::channel();
    // A thread of its own: the poll has no end where the reader stays. It asks for nothing but an error or a hang-up.
    let watch = move || {
        let output = io::stdout();
        loop {
            match poll(&mut [PollFd::new(&output, PollFlags::empty())], None) {
                Err(rustix::io::Errno::INTR) => {}
                Ok(_) => {
                    // Where nobody waits for it any more, tail has ended.
                    _ = report.send(());
                    break;
                }
                Err(_) => break,
            }
        }
    };
    let watched = std::thread::Builder::new().name("chat-output".to_owned()).spawn(watch);
    if watched.is_err() || gone.await.is_err() {
        future::pending().await
    }
}

#[cfg(not(unix))]
async fn closed() {
    future::pending().await
}

#[cfg(not(unix))]
async fn stopped() {
    if tokio::signal::ctrl_c().await.is_err() {
        future::pending().await
    }
}
