//! Slack's export: a ZIP with lists of people and rooms, and a folder for each room with a file for each day.

mod text;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chat_protocol::{RoomKind, file::MAX_ATTACHMENTS};
use serde::{Deserialize, de::DeserializeOwned};

use super::{
    Report, Result,
    archive::Archive,
    attached::Attached,
    moving::{Moving, Person, Place, Said},
    not_taken,
};
use crate::{files::Files, store::admin::Importer};

#[derive(Deserialize, Default)]
#[serde(default)]
struct User {
    id: String,
    name: String,
    is_bot: bool,
    profile: Profile,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Profile {
    real_name: String,
    display_name: String,
    name: String,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Channel {
    id: String,
    name: String,
    created: i64,
    is_archived: bool,
    members: Vec<String>,
    topic: Topic,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Topic {
    value: String,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Message {
    subtype: Option<String>,
    ts: String,
    user: Option<String>,
    bot_id: Option<String>,
    username: Option<String>,
    user_profile: Option<Profile>,
    bot_profile: Option<Profile>,
    text: String,
    thread_ts: Option<String>,
    edited: Option<Edited>,
    reactions: Vec<Reaction>,
    files: Vec<File>,
    attachments: Vec<Attachment>,
}

#[derive(Deserialize)]
struct Edited {
    ts: String,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Reaction {
    name: String,
    users: Vec<String>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct File {
    id: String,
    name: Option<String>,
    title: Option<String>,
    url_private: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Attachment {
    fallback: Option<String>,
}

/// The lists of rooms: their file, who may find them, and whether their folder is called by their name.
const LISTS: [(&str, RoomKind); 4] = [
    ("channels.json", RoomKind::Public),
    ("groups.json", RoomKind::Private),
    ("dms.json", RoomKind::Direct),
    ("mpims.json", RoomKind::Direct),
];

/// Where everything of the export is.
struct Source<'a> {
    archive: Archive,
    attached: Attached<'a>,
    /// The names in the archive of files that a tool put there, by their ids.
    files: HashMap<String, String>,
    /// The names of rooms, by their ids.
    channels: HashMap<String, String>,
}

/// Takes everything that has a place here.
pub(super) fn take(
    mut archive: Archive,
    importer: &mut Importer<'_>,
    stored: &Files,
    report: &mut Report,
) -> Result<()> {
    if !archive.has("users.json") || !archive.has("channels.json") {
        return not_taken("the ZIP has no users.json and channels.json: it is not an export of Slack");
    }
    let mut moving = Moving::new(importer, "slack")?;
    for user in list::<User>(&mut archive, "users.json")? {
        let display_name =
            if user.profile.display_name.is_empty() { &user.profile.real_name } else { &user.profile.display_name };
        moving.person(&Person { key: &user.id, name: &user.name, display_name, bot: user.is_bot })?;
    }
    let days = days(&archive);
    let mut folders = HashMap::new();
    let mut channels = HashMap::new();
    for (file, kind) in LISTS {
        for channel in list::<Channel>(&mut archive, file)? {
            let folder = if file == "dms.json" { channel.id.clone() } else { channel.name.clone() };
            let is_empty = !days.values().any(|folders| folders.contains(&folder));
            if kind == RoomKind::Direct && is_empty {
                moving.leave_out("direct rooms in which nothing was said");
                continue;
            }
            moving.room(&Place {
                key: &channel.id,
                name: if file == "dms.json" { "" } else { &channel.name },
                kind,
                topic: &channel.topic.value,
                archived: channel.is_archived,
                created_at: channel.created.saturating_mul(1000),
                people: &channel.members,
            })?;
            channels.insert(channel.id.clone(), channel.name.clone());
            folders.insert(folder, channel.id);
        }
    }
    let files = archive.names().filter_map(|name| Some((file_id(&name)?.to_owned(), name))).collect();
    let mut source = Source { archive, attached: Attached::new(stored), files, channels };
    for (day, places) in &days {
        take_day(&mut source, &mut moving, day, places, &folders)?;
    }
    moving.finish(report)
}

/// Takes what was said on a day, in all rooms in the order of time.
fn take_day(
    source: &mut Source<'_>,
    moving: &mut Moving<'_, '_>,
    day: &str,
    places: &BTreeSet<String>,
    folders: &HashMap<String, String>,
) -> Result<()> {
    let mut said = Vec::new();
    for folder in places {
        let Some(room) = folders.get(folder) else {
            moving.leave_out("days of rooms that no list names");
            continue;
        };
        for message in list::<Message>(&mut source.archive, &format!("{folder}/{day}.json"))? {
            said.extend(read(source, moving, room, message)?);
        }
    }
    said.sort_by(|one, other| (one.at, &one.key).cmp(&(other.at, &other.key)));
    said.iter().try_for_each(|said| moving.say(said))
}

/// What a message says here; nothing if it only tells of the room.
fn read(source: &mut Source<'_>, moving: &mut Moving<'_, '_>, room: &str, message: Message) -> Result<Option<Said>> {
    match message.subtype.as_deref() {
        Some("channel_join" | "channel_leave" | "group_join" | "group_leave" | "bot_add" | "bot_remove") => {
            moving.leave_out("lines that say who joined or left");
            return Ok(None);
        }
        Some(other) if other.starts_with("channel_") || other.starts_with("group_") || other == "pinned_item" => {
            moving.leave_out("lines that say how a room was changed");
            return Ok(None);
        }
        Some("tombstone") => {
            moving.leave_out("messages that were deleted");
            return Ok(None);
        }
        _ => {}
    }
    let Some(at) = millis(&message.ts) else {
        moving.leave_out("messages without a time");
        return Ok(None);
    };
    let Some(author) = author(moving, &message)? else {
        moving.leave_out("messages without an author");
        return Ok(None);
    };
    let mut body = text::read(&message.text, moving, &source.channels);
    if body.text.trim().is_empty() {
        body.text =
            message.attachments.iter().filter_map(|card| card.fallback.as_deref()).collect::<Vec<_>>().join("\n");
    }
    let mut files = Vec::new();
    for file in &message.files {
        let entry = source.files.get(&file.id).filter(|_| files.len() < MAX_ATTACHMENTS && moving.takes(&author, room));
        if let Some(entry) = entry {
            let named = file.name.as_deref().unwrap_or(entry);
            if let Some(taken) = source.attached.take(&mut source.archive, entry, named)? {
                files.push(taken);
                continue;
            }
        }
        moving.leave_out("files that are not in the export (the links to them stand in their messages)");
        let name = file.title.as_deref().or(file.name.as_deref()).unwrap_or("file");
        body.text += if body.text.is_empty() { "" } else { "\n" };
        body.text += &file.url_private.as_deref().map_or_else(|| name.to_owned(), |url| format!("{name}: {url}"));
    }
    if message.subtype.as_deref() == Some("me_message") {
        body.text = format!("_{}_", body.text);
    }
    let thread = message.thread_ts.filter(|root| *root != message.ts);
    Ok(Some(Said {
        key: message.ts,
        room: room.to_owned(),
        author,
        at,
        body: body.text,
        mentions: body.mentions,
        mentions_room: body.mentions_room,
        edited_at: message.edited.and_then(|edited| millis(&edited.ts)),
        thread: thread.and_then(|root| millis(&root).map(|at| (root, at))),
        reactions: message
            .reactions
            .into_iter()
            .map(|reaction| (reaction.name.split("::").next().unwrap_or_default().to_owned(), reaction.users))
            .collect(),
        files,
    }))
}

/// The key of who wrote a message; programs and people that no list names are taken now.
fn author(moving: &mut Moving<'_, '_>, message: &Message) -> Result<Option<String>> {
    if let Some(user) = message.user.as_ref().filter(|user| !user.is_empty()) {
        if moving.known(user).is_none() {
            let named = message.user_profile.as_ref().or(message.bot_profile.as_ref());
            let name = named.map_or(user, |profile| &profile.name);
            let name = if name.is_empty() { user } else { name };
            moving.person(&Person { key: user, name, display_name: "", bot: message.bot_id.is_some() })?;
        }
        return Ok(Some(user.clone()));
    }
    let profile = message.bot_profile.as_ref().map(|profile| &profile.name);
    let Some(name) = message.username.as_ref().or(profile).filter(|name| !name.is_empty()) else { return Ok(None) };
    let key = format!("bot {name}");
    moving.person(&Person { key: &key, name, display_name: name, bot: true })?;
    Ok(Some(key))
}

/// A time such as `1700000000.000200`.
fn millis(ts: &str) -> Option<i64> {
    let (seconds, fraction) = ts.split_once('.').unwrap_or((ts, ""));
    let digits: String = fraction.chars().chain("000".chars()).take(3).collect();
    let (seconds, millis): (i64, i64) = (seconds.parse().ok()?, digits.parse().ok()?);
    seconds.checked_mul(1000)?.checked_add(millis).filter(|at| *at > 0)
}

/// A file that holds a list; none where there is no such file.
fn list<T: DeserializeOwned>(archive: &mut Archive, name: &str) -> Result<Vec<T>> {
    let Some(bytes) = archive.read(name)? else { return Ok(Vec::new()) };
    serde_json::from_slice(&bytes).or_else(|error| not_taken(format!("{name}: {error}")))
}

/// For each day, the folders that have a file for it, such as `general/2026-11-01.json`.
fn days(archive: &Archive) -> BTreeMap<String, BTreeSet<String>> {
    let mut days: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    for name in archive.names() {
        let Some((folder, file)) = name.split_once('/') else { continue };
        let Some(day) = file.strip_suffix(".json").filter(|day| is_day(day)) else { continue };
        days.entry(day.to_owned()).or_default().insert(folder.to_owned());
    }
    days
}

fn is_day(text: &str) -> bool {
    text.len() == 10
        && text.bytes().enumerate().all(|(at, b)| if at == 4 || at == 7 { b == b'-' } else { b.is_ascii_digit() })
}

/// Slack's id of a file that a tool put into the export: `__uploads/F123/name`, or `room/attachments/F123-name`.
fn file_id(name: &str) -> Option<&str> {
    let uploads = name.strip_prefix("__uploads/").and_then(|rest| rest.split_once('/'));
    let attachments = || name.split_once("/attachments/").and_then(|(_, rest)| rest.split_once('-'));
    let (id, rest) = uploads.or_else(attachments)?;
    (!id.is_empty() && !rest.is_empty()).then_some(id)
}
