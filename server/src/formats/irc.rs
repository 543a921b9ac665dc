//! Logs of programs for IRC: weechat's and irssi's, a file or a folder of them. They are text, so what looks like a line of
//! them is one. Times have no zone and are taken as UTC.

use std::{
    collections::BTreeSet,
    fs::{self, File},
    io::{BufRead as _, BufReader, Read as _},
    path::{Path, PathBuf},
};

use chat_protocol::{RoomKind, Timestamp};

use super::{
    Report, Result, at,
    moving::{Moving, Person, Place, Said},
};
use crate::{files::Files, store::admin::Importer};

/// The longest line: IRC's are far shorter.
const LONGEST_LINE: u64 = 1024 * 1024;
/// Folders below the one that is given.
const DEPTH: usize = 4;
/// How the names of weechat's logs end.
pub(super) const WEECHAT: &str = "weechatlog";
/// How irssi's logs begin.
pub(super) const IRSSI: &str = "--- Log opened ";

/// Which program wrote a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Writer {
    Weechat,
    Irssi,
}

/// What a line says.
#[derive(Debug, PartialEq, Eq)]
enum Read {
    /// Somebody said something: who, when, what.
    Said(String, i64, String),
    /// Nothing but a time.
    Time,
    /// Who joined or left, and other notices.
    Notice,
    /// A line in another form.
    Unknown,
}

pub(super) fn take_weechat(place: &Path, importer: &mut Importer<'_>, _: &Files, report: &mut Report) -> Result<()> {
    take(place, Writer::Weechat, importer, report)
}

pub(super) fn take_irssi(place: &Path, importer: &mut Importer<'_>, _: &Files, report: &mut Report) -> Result<()> {
    take(place, Writer::Irssi, importer, report)
}

fn take(place: &Path, writer: Writer, importer: &mut Importer<'_>, report: &mut Report) -> Result<()> {
    let mut moving = Moving::new(importer, "irc")?;
    let mut said = Vec::new();
    for path in logs(place, writer)? {
        read_log(&path, place, writer, &mut moving, &mut said)?;
    }
    said.sort_by_key(|said: &Said| said.at);
    said.iter().try_for_each(|said| moving.say(said))?;
    moving.finish(report)
}

/// The logs at a place, in the order of their names. Links are not followed.
pub(super) fn files_below(place: &Path) -> Result<Vec<PathBuf>> {
    fn walk(path: &Path, depth: usize, found: &mut Vec<PathBuf>) -> Result<()> {
        let kind = fs::symlink_metadata(path).map_err(at(path))?;
        if kind.is_file() {
            found.push(path.to_owned());
        } else if kind.is_dir() && depth > 0 {
            for entry in fs::read_dir(path).map_err(at(path))? {
                walk(&entry.map_err(at(path))?.path(), depth - 1, found)?;
            }
        }
        Ok(())
    }
    let mut found = Vec::new();
    walk(place, DEPTH, &mut found)?;
    found.sort_unstable();
    Ok(found)
}

fn logs(place: &Path, writer: Writer) -> Result<Vec<PathBuf>> {
    let mut found = files_below(place)?;
    let extension = |path: &Path| path.extension().map(|extension| extension.to_string_lossy().into_owned());
    found.retain(|path| match writer {
        Writer::Weechat => extension(path).as_deref() == Some(WEECHAT),
        Writer::Irssi => path == place || extension(path).as_deref() == Some("log"),
    });
    Ok(found)
}

/// The name of a log's room, and who may find it: a channel begins with `#`, all else is between two.
fn room_of(path: &Path) -> (String, RoomKind) {
    let name = path.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    match name.rsplit_once('#') {
        Some((_, channel)) => (channel.to_owned(), RoomKind::Public),
        None => (name.rsplit('.').next().unwrap_or(&name).to_owned(), RoomKind::Private),
    }
}

fn read_log(
    path: &Path,
    place: &Path,
    writer: Writer,
    moving: &mut Moving<'_, '_>,
    said: &mut Vec<Said>,
) -> Result<()> {
    let key = path.strip_prefix(place).unwrap_or(path).to_string_lossy().into_owned();
    // A single file is called the same wherever it stands.
    let key = if key.is_empty() { path.file_name().unwrap_or_default().to_string_lossy().into_owned() } else { key };
    let (mut messages, mut nicks) = (Vec::new(), BTreeSet::new());
    let mut from = BufReader::new(File::open(path).map_err(at(path))?);
    let (mut line, mut number, mut day) = (Vec::new(), 0_u64, None);
    loop {
        line.clear();
        number += 1;
        if (&mut from).take(LONGEST_LINE).read_until(b'\n', &mut line).map_err(at(path))? == 0 {
            break;
        }
        let text = String::from_utf8_lossy(&line);
        let text = text.trim_end_matches(['\n', '\r']);
        let read = match writer {
            Writer::Weechat => weechat(text),
            Writer::Irssi => irssi(text, &mut day),
        };
        match read {
            Read::Said(nick, at, body) => {
                nicks.insert(nick.clone());
                messages.push(Said {
                    key: number.to_string(),
                    room: key.clone(),
                    author: nick,
                    at,
                    body,
                    ..Said::default()
                });
            }
            Read::Time => {}
            Read::Notice => moving.leave_out("lines that say who joined or left, and other notices"),
            Read::Unknown => moving.leave_out("lines that are not of a log"),
        }
    }
    for nick in &nicks {
        moving.person(&Person { key: nick, name: nick, display_name: "", bot: false })?;
    }
    let (name, kind) = room_of(path);
    let people: Vec<String> = nicks.into_iter().collect();
    let created_at = messages.first().map_or(0, |first| first.at);
    moving.room(&Place { key: &key, name: &name, kind, topic: "", archived: false, created_at, people: &people })?;
    said.append(&mut messages);
    Ok(())
}

/// The name of somebody, without the sign of their rights in the channel.
fn nick(text: &str) -> Option<String> {
    let nick = text.trim().trim_start_matches(['@', '+', '%', '&', '~']);
    (!nick.is_empty() && !nick.contains(char::is_whitespace)).then(|| nick.to_owned())
}

/// `2026-11-01 10:00:00`, TAB, who, TAB, what.
fn weechat(line: &str) -> Read {
    let mut parts = line.splitn(3, '\t');
    let (Some(time), Some(prefix), Some(text)) = (parts.next(), parts.next(), parts.next()) else {
        return Read::Unknown;
    };
    let Some(at) = time.split_once(' ').and_then(|(date, time)| moment(date, time)) else { return Read::Unknown };
    match prefix.trim() {
        "-->" | "<--" | "--" | "=!=" | "" => Read::Notice,
        "*" => action(text, at),
        name => nick(name).map_or(Read::Unknown, |nick| Read::Said(nick, at, plain(text))),
    }
}

/// `10:00 <@alice> what`, after a line that tells the day.
fn irssi(line: &str, day: &mut Option<String>) -> Read {
    if let Some(rest) = line.strip_prefix("--- ") {
        let words: Vec<&str> = rest.split_whitespace().collect();
        let date = match words[..] {
            ["Log", "opened", _, month, date, _, year] | ["Day", "changed", _, month, date, year] => {
                month_number(month).map(|month| format!("{year}-{month:02}-{date:0>2}"))
            }
            _ => None,
        };
        *day = date.or_else(|| day.take());
        return Read::Time;
    }
    let Some((time, rest)) = line.split_once(' ') else { return Read::Unknown };
    let time = if time.len() == 5 { format!("{time}:00") } else { time.to_owned() };
    let Some(at) = day.as_deref().and_then(|day| moment(day, &time)) else { return Read::Unknown };
    if rest.starts_with("-!-") || rest.starts_with('-') {
        return Read::Notice;
    }
    if let Some(text) = rest.trim_start().strip_prefix("* ") {
        return action(text, at);
    }
    let said = rest.strip_prefix('<').and_then(|rest| rest.split_once('>'));
    match said.and_then(|(name, text)| Some((nick(name)?, text))) {
        Some((nick, text)) => Read::Said(nick, at, plain(text.strip_prefix(' ').unwrap_or(text))),
        None => Read::Unknown,
    }
}

/// `alice waves`.
fn action(text: &str, at: i64) -> Read {
    let Some((name, what)) = text.trim_start().split_once(' ') else { return Read::Unknown };
    nick(name).map_or(Read::Unknown, |nick| Read::Said(nick, at, format!("_{}_", plain(what))))
}

/// Without the characters by which IRC marks colours and styles.
fn plain(text: &str) -> String {
    /// Up to two digits after it are a colour, and after a comma the one behind.
    const COLOR: char = '\u{3}';
    let mut parts = text.split(COLOR);
    let mut plain = parts.next().unwrap_or_default().to_owned();
    let digits = |text: &str| text.bytes().take(2).take_while(u8::is_ascii_digit).count();
    for part in parts {
        let rest = &part[digits(part)..];
        let behind = rest.strip_prefix(',').filter(|after| rest.len() < part.len() && digits(after) > 0);
        plain += behind.map_or(rest, |after| &after[digits(after)..]);
    }
    plain.replace(|c: char| c.is_control() && c != '\t', "")
}

fn moment(date: &str, time: &str) -> Option<i64> {
    format!("{date}T{time}Z").parse::<Timestamp>().ok().map(Timestamp::millis)
}

fn month_number(name: &str) -> Option<usize> {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    MONTHS.iter().position(|month| *month == name).map(|at| at + 1)
}
