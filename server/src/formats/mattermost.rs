//! Mattermost's bulk export: one JSON object a line; in a ZIP, its files stand beside that in `data/`.

use std::{
    fs::File,
    io::{BufRead, BufReader, Read as _},
    path::Path,
};

use chat_protocol::{RoomKind, file::MAX_ATTACHMENTS};
use serde::Deserialize;

use super::{
    Report, Result,
    archive::Archive,
    at,
    attached::Attached,
    moving::{self, Moving, Person, Place, Said},
    not_taken,
};
use crate::{files::Files, store::admin::Importer};

/// The longest line: a message with all its replies.
const LONGEST_LINE: u64 = 256 * 1024 * 1024;

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Line {
    Version,
    Channel {
        channel: Channel,
    },
    User {
        user: User,
    },
    Post {
        post: Post,
    },
    DirectChannel,
    DirectPost {
        direct_post: Post,
    },
    #[serde(other)]
    Other,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Channel {
    team: String,
    name: String,
    #[serde(rename = "type")]
    kind: String,
    header: String,
    delete_at: i64,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct User {
    username: String,
    nickname: String,
    first_name: String,
    last_name: String,
    teams: Option<Vec<Team>>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Team {
    name: String,
    channels: Option<Vec<Joined>>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Joined {
    name: String,
}

/// A message, or an answer to one.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Post {
    team: String,
    channel: String,
    channel_members: Option<Vec<String>>,
    user: String,
    #[serde(rename = "type")]
    kind: Option<String>,
    message: String,
    create_at: i64,
    edit_at: Option<i64>,
    reactions: Option<Vec<Reaction>>,
    replies: Option<Vec<Post>>,
    attachments: Option<Vec<Attachment>>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Reaction {
    user: String,
    emoji_name: String,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Attachment {
    path: String,
}

/// What the lines say. Rooms come before users, and name nobody; posts come in no order.
#[derive(Default)]
struct Lines {
    channels: Vec<Channel>,
    users: Vec<User>,
    posts: Vec<Post>,
}

/// Where the files are, if they are anywhere.
type Source<'a> = Option<(Archive, Attached<'a>)>;

/// Takes everything that has a place here.
pub(super) fn take(path: &Path, importer: &mut Importer<'_>, _: &Files, report: &mut Report) -> Result<()> {
    let lines = read_lines(BufReader::new(File::open(path).map_err(at(path))?), path)?;
    take_lines(lines, None, importer, report)
}

/// The same, with the files that are in the archive.
pub(super) fn take_zip(
    mut archive: Archive,
    lines: &str,
    importer: &mut Importer<'_>,
    stored: &Files,
    report: &mut Report,
) -> Result<()> {
    let read = archive.read_with(lines, |from| read_lines(BufReader::new(from), lines.as_ref()))?;
    take_lines(read.unwrap_or_default(), Some((archive, Attached::new(stored))), importer, report)
}

fn read_lines(mut from: impl BufRead, path: &Path) -> Result<Lines> {
    let Lines { mut channels, mut users, mut posts } = Lines::default();
    let (mut line, mut number) = (Vec::new(), 0_u64);
    loop {
        line.clear();
        number += 1;
        if (&mut from).take(LONGEST_LINE).read_until(b'\n', &mut line).map_err(at(path))? == 0 {
            break;
        }
        if line.trim_ascii().is_empty() {
            continue;
        }
        match serde_json::from_slice(&line).or_else(|error| not_taken(format!("line {number}: {error}")))? {
            Line::Channel { channel } => channels.push(channel),
            Line::User { user } => users.push(user),
            Line::Post { post } | Line::DirectPost { direct_post: post } => posts.push(post),
            Line::Version | Line::DirectChannel | Line::Other => {}
        }
    }
    Ok(Lines { channels, users, posts })
}

fn take_lines(lines: Lines, mut source: Source<'_>, importer: &mut Importer<'_>, report: &mut Report) -> Result<()> {
    let Lines { channels, users, posts } = lines;
    let mut moving = Moving::new(importer, "mattermost")?;
    for user in &users {
        let full = format!("{} {}", user.first_name, user.last_name);
        let display_name = if user.nickname.is_empty() { full.trim() } else { &user.nickname };
        moving.person(&Person { key: &user.username, name: &user.username, display_name, bot: false })?;
    }
    for channel in &channels {
        let key = room_key(&channel.team, &channel.name);
        let is_in = |user: &&User| {
            let teams = user.teams.iter().flatten().filter(|team| team.name == channel.team);
            teams.flat_map(|team| team.channels.iter().flatten()).any(|joined| joined.name == channel.name)
        };
        let people: Vec<String> = users.iter().filter(is_in).map(|user| user.username.clone()).collect();
        moving.room(&Place {
            key: &key,
            name: &channel.name,
            kind: if channel.kind == "P" { RoomKind::Private } else { RoomKind::Public },
            topic: &channel.header,
            archived: channel.delete_at > 0,
            created_at: 0,
            people: &people,
        })?;
    }
    let mut said = Vec::new();
    for (number, post) in posts.into_iter().enumerate() {
        read(&mut moving, &mut source, post, number, &mut said)?;
    }
    said.sort_by_key(|said| said.at);
    said.iter().try_for_each(|said| moving.say(said))?;
    moving.finish(report)
}

fn room_key(team: &str, channel: &str) -> String {
    format!("{team}/{channel}")
}

/// Reads a post and its replies.
fn read(
    moving: &mut Moving<'_, '_>,
    source: &mut Source<'_>,
    mut post: Post,
    number: usize,
    said: &mut Vec<Said>,
) -> Result<()> {
    let room = match post.channel_members.take() {
        None => room_key(&post.team, &post.channel),
        Some(mut people) => {
            people.sort_unstable();
            people.dedup();
            let key = format!("@{}", people.join(","));
            let created_at = post.create_at;
            let (name, topic, kind, archived) = ("", "", RoomKind::Direct, false);
            moving.room(&Place { key: &key, name, kind, topic, archived, created_at, people: &people })?;
            key
        }
    };
    let replies = post.replies.take().unwrap_or_default();
    let (root, began) = (number.to_string(), post.create_at);
    let mut add = |moving: &mut Moving<'_, '_>, post: Post, key: String, thread| -> Result<()> {
        if post.kind.as_deref().is_some_and(|kind| kind.starts_with("system_")) {
            moving.leave_out("lines that say who joined or left, or how a room was changed");
            return Ok(());
        }
        let (mut body, mut files) = (post.message, Vec::new());
        for file in post.attachments.into_iter().flatten() {
            let name = file.path.rsplit('/').next().unwrap_or_default();
            let may_take = files.len() < MAX_ATTACHMENTS && moving.takes(&post.user, &room);
            if let Some(taken) = take_file(source.as_mut().filter(|_| may_take), &file.path, name)? {
                files.push(taken);
                continue;
            }
            moving.leave_out(
                "files that are not in a ZIP with the export, or too many (their names stand in their messages)",
            );
            body += if body.is_empty() { "" } else { "\n" };
            body += name;
        }
        let mut reactions: Vec<(String, Vec<String>)> = Vec::new();
        for reaction in post.reactions.into_iter().flatten() {
            match reactions.iter_mut().find(|(name, _)| *name == reaction.emoji_name) {
                Some((_, people)) => people.push(reaction.user),
                None => reactions.push((reaction.emoji_name, vec![reaction.user])),
            }
        }
        let edited_at = post.edit_at.filter(|at| *at > 0);
        let names = chat_protocol::mention::names(&body);
        let mentions =
            names.iter().filter_map(|name| moving.known(name).map(|(user, _)| (name.clone(), user))).collect();
        let (room, at) = (room.clone(), post.create_at);
        said.push(Said {
            key,
            room,
            author: post.user,
            at,
            body,
            mentions,
            edited_at,
            thread,
            reactions,
            files,
            ..Said::default()
        });
        Ok(())
    };
    add(moving, post, root.clone(), None)?;
    for (number, reply) in replies.into_iter().enumerate() {
        add(moving, reply, format!("{root}.{number}"), Some((root.clone(), began)))?;
    }
    Ok(())
}

/// The bytes of a file, from where Mattermost puts them: `data/` and the path that the line says, or that alone.
fn take_file(source: Option<&mut (Archive, Attached<'_>)>, path: &str, name: &str) -> Result<Option<moving::File>> {
    let Some((archive, attached)) = source else { return Ok(None) };
    let entries = [format!("data/{path}"), path.to_owned()];
    match entries.iter().find(|entry| archive.has(entry)) {
        Some(entry) => attached.take(archive, entry, name),
        None => Ok(None),
    }
}
