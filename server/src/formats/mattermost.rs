//! Mattermost's bulk export: one JSON object a line.

use std::{
    fs::File,
    io::{BufRead as _, BufReader, Read as _},
    path::Path,
};

use chat_protocol::RoomKind;
use serde::Deserialize;

use super::{
    Report, Result, at,
    moving::{Moving, Person, Place, Said},
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

/// Takes everything that has a place here.
pub(super) fn take(path: &Path, importer: &mut Importer<'_>, _: &Files, report: &mut Report) -> Result<()> {
    let mut from = BufReader::new(File::open(path).map_err(at(path))?);
    let mut moving = Moving::new(importer, "mattermost")?;
    // Rooms come before users in the file, and name nobody; posts come in no order.
    let (mut channels, mut users, mut posts) = (Vec::new(), Vec::new(), Vec::new());
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
        read(&mut moving, post, number, &mut said)?;
    }
    said.sort_by_key(|said| said.at);
    said.iter().try_for_each(|said| moving.say(said))?;
    moving.finish(report)
}

fn room_key(team: &str, channel: &str) -> String {
    format!("{team}/{channel}")
}

/// Reads a post and its replies.
fn read(moving: &mut Moving<'_, '_>, mut post: Post, number: usize, said: &mut Vec<Said>) -> Result<()> {
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
    let mut add = |moving: &mut Moving<'_, '_>, post: Post, key: String, thread| {
        if post.kind.as_deref().is_some_and(|kind| kind.starts_with("system_")) {
            moving.leave_out("lines that say who joined or left, or how a room was changed");
            return;
        }
        let mut body = post.message;
        for file in post.attachments.into_iter().flatten() {
            moving.leave_out("files (their names stand in their messages)");
            body += if body.is_empty() { "" } else { "\n" };
            body += file.path.rsplit('/').next().unwrap_or_default();
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
            ..Said::default()
        });
    };
    add(moving, post, root.clone(), None);
    for (number, reply) in replies.into_iter().enumerate() {
        add(moving, reply, format!("{root}.{number}"), Some((root.clone(), began)));
    }
    Ok(())
}
