//! A bot that reminds. Make it with `/bot add remind`, then run it with the token that is shown:
//! `CHAT_TOKEN=cht_… cargo run -p chat-client --example reminder_bot -- http://localhost:3000`, and write to it alone: `/msg @remind remind me in 10m to stretch`, `/msg @remind remind #ops at 17:00 to deploy`. An ⏰ at the request says that
//! the bot has it. Editing the request changes the reminder, deleting it takes the reminder back. They are kept in a file.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use anyhow::Context as _;
use chat_client::{Account, Accounts, ApiError, Bot, Client, Credential, ServerUrl, SignIn, sign_in};
use chat_protocol::{ErrorCode, LogEvent, Message, MessageId, RoomId, RoomKind, Token, UserId, emoji::Emoji};
use jiff::{SignedDuration, Timestamp, ToSpan as _, civil::Time, tz::TimeZone};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

const HELP: &str = "Write `remind me in 10m to stretch`, or `remind #ops at 17:00 to deploy`.";

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let server = env::args().nth(1).unwrap_or_else(|| "http://localhost:3000".to_owned());
    let token = env::var("CHAT_TOKEN").context("CHAT_TOKEN is missing: /bot add remind shows a token")?;
    let request = SignIn {
        server: ServerUrl::parse(&server)?,
        name: None,
        credential: Credential::Token(Token::new(token)),
        invite: None,
        insecure: false,
        client: "reminder-bot/1.0".to_owned(),
    };
    let account = sign_in(&Accounts::open_default()?, request).await?;
    run(account, ".".into()).await
}

/// Reminds until the session ends. What it needs to go on is kept in a folder.
pub(crate) async fn run(account: Account, folder: PathBuf) -> anyhow::Result<()> {
    let me = account.user.id;
    let mut reminders = Reminders::read(folder.join("reminders.json"))?;
    let mut bot = Bot::start(account, folder.join("reminder_bot.json"))?;
    loop {
        let entry = tokio::select! {
            entry = bot.next() => entry?,
            () = reminders.next_is_due() => {
                reminders.say_what_is_due(bot.client())?;
                continue;
            }
        };
        let Some(entry) = entry else { return Ok(()) };
        let is_direct = bot.room(entry.room).is_some_and(|room| room.kind == RoomKind::Direct);
        match entry.event {
            LogEvent::Message { message } | LogEvent::MessageEdited { message, .. }
                if is_direct && message.author.id != me && !message.deleted =>
            {
                let asked_at = Timestamp::from_millisecond(entry.at.millis())?;
                take(bot.client(), &mut reminders, &message, asked_at).await?;
            }
            LogEvent::MessageDeleted { target, .. } => _ = reminders.drop(target.message_id)?,
            _ => {}
        }
    }
}

/// Takes a request, or says what one looks like.
async fn take(client: &Client, reminders: &mut Reminders, message: &Message, at: Timestamp) -> anyhow::Result<()> {
    let had_one = reminders.drop(message.id)?;
    let asked = match Asked::parse(&message.body, at, &TimeZone::system()) {
        Some(asked) => asked,
        None => {
            if had_one {
                client.react(message.room, message.id, clock()?, false);
            }
            client.answer(message, HELP)?;
            return Ok(());
        }
    };
    let room = match &asked.room {
        None => message.room,
        Some(name) => match room_of(client, name, message.author.id).await {
            Ok(room) => room,
            Err(error) => {
                client.answer(message, &format!("I cannot write in #{name} for you: {error}"))?;
                return Ok(());
            }
        },
    };
    let who = asked.room.is_some().then(|| message.author.name.clone());
    reminders.add(Reminder { request: message.id, room, who, text: asked.text, due: asked.due })?;
    client.react(message.room, message.id, clock()?, true);
    Ok(())
}

/// The room of this name, if the one who asks is in it, too: the bot is nobody's way into rooms of others.
async fn room_of(client: &Client, name: &str, asks: UserId) -> Result<RoomId, String> {
    let found = async {
        client.api().join(name).await?;
        let room = client.api().room(name).await?;
        Ok::<_, ApiError>((room.id, client.api().members(room.id, false).await?))
    };
    match found.await {
        Ok((room, members)) if members.iter().any(|member| member.id == asks) => Ok(room),
        Err(error) if error.code() != Some(ErrorCode::NotFound) => Err(error.to_string()),
        _ => Err("you are not in such a room".to_owned()),
    }
}

fn clock() -> anyhow::Result<Emoji> {
    Ok(Emoji::parse("⏰")?)
}

/// What a request asks for.
#[derive(Debug, PartialEq)]
struct Asked {
    /// The name of the room, where it is not the one in which it is asked.
    room: Option<String>,
    due: Timestamp,
    text: String,
}

impl Asked {
    /// `remind me|#ROOM in DURATION|at HH:MM [to] TEXT`; times are those of this machine's zone.
    fn parse(body: &str, at: Timestamp, zone: &TimeZone) -> Option<Self> {
        let (first, rest) = body.trim().split_once(' ')?;
        let (whom, rest) = rest.trim_start().split_once(' ')?;
        let (how, rest) = rest.trim_start().split_once(' ')?;
        let (when, text) = rest.trim_start().split_once(' ')?;
        let text = text.trim_start().strip_prefix("to ").unwrap_or(text).trim();
        let due = match how {
            "in" => at.checked_add(when.parse::<SignedDuration>().ok().filter(|time| time.is_positive())?).ok()?,
            "at" => next(Time::strptime("%H:%M", when).ok()?, at, zone)?,
            _ => return None,
        };
        let room = if whom == "me" { None } else { Some(whom.strip_prefix('#')?.to_owned()) };
        let understood = first.eq_ignore_ascii_case("remind") && !text.is_empty();
        understood.then(|| Self { room, due, text: text.to_owned() })
    }
}

/// When it is this time of day next.
fn next(time: Time, after: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
    let now = after.to_zoned(zone.clone());
    let today = now.with().time(time).build().ok()?;
    let next = if today > now { today } else { now.checked_add(1.day()).ok()?.with().time(time).build().ok()? };
    Some(next.timestamp())
}

/// Something to be said later.
#[derive(Debug, Serialize, Deserialize)]
struct Reminder {
    /// The message that asks for it.
    request: MessageId,
    /// Where it is said.
    room: RoomId,
    /// Whom it is for, where others read it.
    who: Option<String>,
    text: String,
    due: Timestamp,
}

impl Reminder {
    /// The same each time, so that it is said once also by a bot that crashed before it could write that down.
    fn id(&self) -> MessageId {
        Uuid::new_v5(&self.request.uuid(), &self.due.as_millisecond().to_be_bytes()).into()
    }
}

/// All that is to be said, kept in a file.
struct Reminders {
    file: PathBuf,
    all: Vec<Reminder>,
}

impl Reminders {
    fn read(file: PathBuf) -> anyhow::Result<Self> {
        let all = match fs::read(&file) {
            Ok(bytes) => serde_json::from_slice(&bytes)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            Err(error) => return Err(error.into()),
        };
        Ok(Self { file, all })
    }

    /// Writes a new file and puts it in the place of the old one, so that none is ever half written.
    fn write(&self) -> anyhow::Result<()> {
        let new: &Path = &self.file.with_extension("new");
        fs::write(new, serde_json::to_vec(&self.all)?)?;
        fs::rename(new, &self.file)?;
        Ok(())
    }

    fn add(&mut self, reminder: Reminder) -> anyhow::Result<()> {
        self.all.push(reminder);
        self.write()
    }

    /// Drops the one that a message asked for; false where there is none.
    fn drop(&mut self, request: MessageId) -> anyhow::Result<bool> {
        let before = self.all.len();
        self.all.retain(|reminder| reminder.request != request);
        let dropped = self.all.len() < before;
        if dropped {
            self.write()?;
        }
        Ok(dropped)
    }

    async fn next_is_due(&self) {
        match self.all.iter().map(|reminder| reminder.due).min() {
            Some(due) => tokio::time::sleep(Duration::try_from(due.duration_since(now())).unwrap_or_default()).await,
            None => std::future::pending().await,
        }
    }

    fn say_what_is_due(&mut self, client: &Client) -> anyhow::Result<()> {
        let now = now();
        for reminder in self.all.iter().filter(|reminder| reminder.due <= now) {
            let (text, reply_to) = match &reminder.who {
                Some(who) => (format!("@{who} wanted this to be said now: {}", reminder.text), None),
                None => (format!("⏰ {}", reminder.text), Some(reminder.request)),
            };
            client.send_once(reminder.id(), reminder.room, &text, reply_to)?;
        }
        self.all.retain(|reminder| reminder.due > now);
        self.write()
    }
}

fn now() -> Timestamp {
    Timestamp::try_from(SystemTime::now()).unwrap_or(Timestamp::UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(body: &str) -> Option<(Option<String>, String, String)> {
        let zone = TimeZone::UTC;
        let asked = Asked::parse(body, "2026-03-01T16:30:00Z".parse().unwrap(), &zone)?;
        Some((asked.room, asked.due.to_string(), asked.text))
    }

    #[test]
    fn requests_are_understood() {
        let ops = || Some("ops".to_owned());
        for (body, room, due, text) in [
            ("remind me in 10m to stretch", None, "2026-03-01T16:40:00Z", "stretch"),
            ("Remind me in 1h30m tea", None, "2026-03-01T18:00:00Z", "tea"),
            ("remind #ops at 17:00 to deploy  0.3", ops(), "2026-03-01T17:00:00Z", "deploy  0.3"),
            ("remind #ops at 16:30 to deploy", ops(), "2026-03-02T16:30:00Z", "deploy"),
        ] {
            assert_eq!(asked(body), Some((room, due.to_owned(), text.to_owned())), "{body}");
        }
        for body in
            ["", "remind me", "remind me in 10m", "remind me in -1m to x", "remind me at 25:00 x", "hi me in 1m x"]
        {
            assert_eq!(asked(body), None, "{body}");
        }
    }
}
