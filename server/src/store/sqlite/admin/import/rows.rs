//! Writes lines as rows of a database that nobody else uses. What is counted from them is made when all are there.

mod checks;

use std::collections::HashMap;

use chat_protocol::{
    LOBBY, MessageId, RoomId, RoomKind, Timestamp, UploadId, UserId,
    body::Body,
    emoji::Emoji,
    file,
    mention::Mention,
    name::{RoomName, UserName},
};
use rusqlite::{Connection, OptionalExtension as _, params};
use serde_json::Value;

use self::checks::{check_changes, color, emoji_or_nothing, line, media_type, text, text_or_nothing};
use crate::{
    files::FileHash,
    store::{
        RowId, StoreError,
        archive::{
            EventKind, EventRecord, FileRecord, FollowRecord, Header, IgnoreRecord, MemberRecord, MessageRecord,
            Record, Removed, RestrictionKind, RestrictionRecord, RoomRecord, UserRecord, VERSION,
        },
        operation::messages,
        sqlite::{log, mentions, message_row, rooms, rows},
    },
};

/// Why a line is not taken.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// What it says cannot be.
    #[error("{0}")]
    Wrong(String),
    /// The database does not take it.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<rusqlite::Error> for Refused {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::ConstraintViolation) => {
                Self::Wrong("the same id, name or position is there already".to_owned())
            }
            _ => Self::Store(error.into()),
        }
    }
}

fn wrong<T>(what: impl Into<String>) -> Result<T> {
    Err(Refused::Wrong(what.into()))
}

type Result<T> = std::result::Result<T, Refused>;

/// Takes lines, each of which names only what came before it.
pub struct Importer<'a> {
    pub(super) db: &'a Connection,
    users: HashMap<UserId, RowId>,
    rooms: HashMap<RoomId, RowId>,
    /// What was taken, as [`Taken`] counts it.
    pub(super) taken: Taken,
}

/// What an import has taken.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Taken {
    /// Users.
    pub users: u64,
    /// Rooms.
    pub rooms: u64,
    /// Messages, deleted ones included.
    pub messages: u64,
    /// Files, each once.
    pub files: u64,
    /// Files that messages name and that are not there.
    pub missing_files: u64,
}

impl<'a> Importer<'a> {
    pub(super) fn new(db: &'a Connection) -> rusqlite::Result<Self> {
        // What happened beside messages, until the log is written in its order.
        db.execute_batch(
            "CREATE TEMP TABLE entry (room INTEGER, seq INTEGER, at INTEGER, kind INTEGER, user INTEGER, message INTEGER,
                                      changes TEXT, actor INTEGER)",
        )?;
        Ok(Self { db, users: HashMap::new(), rooms: HashMap::new(), taken: Taken::default() })
    }

    /// Takes one line.
    ///
    /// # Errors
    /// When it names what is not there, or says what cannot be.
    pub fn put(&mut self, record: &Record) -> Result<()> {
        match record {
            Record::Export(Header { version }) => match *version {
                1..=VERSION => Ok(()),
                newer => wrong(format!("the export has format {newer}; this program reads up to {VERSION}: update it")),
            },
            Record::User(user) => self.put_user(user),
            Record::Room(room) => self.put_room(room),
            Record::Member(member) => self.put_member(member),
            Record::Restriction(restriction) => self.put_restriction(restriction),
            Record::Message(message) => self.put_message(message),
            Record::Event(event) => self.put_event(event),
            Record::Follow(follow) => self.put_follow(follow),
            Record::Ignore(ignore) => self.put_ignored(ignore),
        }
    }

    fn user(&self, id: UserId) -> Result<RowId> {
        self.users.get(&id).copied().map_or_else(|| wrong(format!("no user {id} stands before this line")), Ok)
    }

    fn room(&self, id: RoomId) -> Result<RowId> {
        self.rooms.get(&id).copied().map_or_else(|| wrong(format!("no room {id} stands before this line")), Ok)
    }

    fn message(&self, id: MessageId) -> Result<RowId> {
        let mut find = self.db.prepare_cached("SELECT id FROM message WHERE uuid = ?")?;
        let found = find.query_row([id.uuid()], |row| row.get(0)).optional()?;
        found.map_or_else(|| wrong(format!("no message {id} stands before this line")), Ok)
    }

    /// Whether a message was taken.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn has_message(&self, id: MessageId) -> std::result::Result<bool, StoreError> {
        let mut find = self.db.prepare_cached("SELECT 1 FROM message WHERE uuid = ?")?;
        Ok(find.exists([id.uuid()])?)
    }

    fn put_user(&mut self, user: &UserRecord) -> Result<()> {
        let name = UserName::parse(&user.name).or_else(|error| wrong(error.to_string()))?;
        let key = name.key();
        let status = user.status.as_ref();
        self.db
            .prepare_cached(
                "INSERT INTO user (uuid, name, canonical, skeleton, cased_skeleton, display_name, color, role, bot, disabled,
                                   status_text, status_emoji, status_until, created_at)
                 VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            )?
            .execute(params![
                user.id.uuid(),
                name.as_str(),
                key.canonical,
                key.skeleton,
                key.cased_skeleton,
                user.display_name.as_deref().map(line).transpose()?,
                user.color.as_deref().map(color).transpose()?,
                rows::role_text(user.role),
                user.bot,
                user.disabled,
                status.map(|status| line(&status.text)).transpose()?,
                status.map(|status| emoji_or_nothing(&status.emoji)).transpose()?,
                status.and_then(|status| status.until).map(Timestamp::millis),
                user.created_at.millis()
            ])?;
        self.users.insert(user.id, self.db.last_insert_rowid());
        self.taken.users += 1;
        Ok(())
    }

    fn put_room(&mut self, room: &RoomRecord) -> Result<()> {
        let key = match room.kind {
            // Found by its people, once they are known.
            RoomKind::Direct => None,
            RoomKind::Public | RoomKind::Private => Some(match room.name.as_str() {
                // Reserved: nobody takes it.
                LOBBY if room.kind == RoomKind::Public => chat_protocol::name::NameKey::of(LOBBY),
                name => RoomName::parse(name).or_else(|error| wrong(error.to_string()))?.key(),
            }),
        };
        let unique = |text: fn(&chat_protocol::name::NameKey) -> &str| match &key {
            Some(key) => rooms::unique(room.id, room.kind, text(key)),
            None => format!("@{}", room.id),
        };
        let name = if key.is_some() { room.name.as_str() } else { "" };
        if room.kind == RoomKind::Public && name == LOBBY {
            // Every database has one from its beginning.
            self.db.prepare_cached("DELETE FROM room WHERE canonical = ?")?.execute([LOBBY])?;
        }
        self.db
            .prepare_cached(
                "INSERT INTO room (uuid, name, canonical, skeleton, cased_skeleton, private_name, kind, topic, archived,
                                   slow_seconds, created_at, retention_days, retention_keeps_pinned)
                 VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            )?
            .execute(params![
                room.id.uuid(),
                name,
                unique(|key| &key.canonical),
                unique(|key| &key.skeleton),
                unique(|key| &key.cased_skeleton),
                key.as_ref().filter(|_| room.kind == RoomKind::Private).map(|key| &key.canonical),
                rooms::kind_text(room.kind),
                line(&room.topic)?,
                room.archived,
                room.slow_seconds,
                room.created_at.millis(),
                room.retention_days,
                room.retention_keeps_pinned
            ])?;
        self.rooms.insert(room.id, self.db.last_insert_rowid());
        self.taken.rooms += 1;
        Ok(())
    }

    fn put_member(&mut self, member: &MemberRecord) -> Result<()> {
        let removal = member.removal.map(|removed| match removed {
            Removed::Kicked => "kicked",
            Removed::Banned => "banned",
        });
        self.db
            .prepare_cached(
                "INSERT INTO member (room, user, joined, announced, moderator, since, read_seq, read_messages, read_sent,
                                     notify, favourite, hidden, removal, removed_by, removal_reason)
                 VALUES (?, ?, ?, ?, ?, ?, ?, 0, 0, ?, ?, ?, ?, ?, ?)",
            )?
            .execute(params![
                self.room(member.room)?,
                self.user(member.user)?,
                member.joined,
                member.announced,
                member.moderator,
                member.since,
                member.read_seq,
                member.notify.map(rows::notify_text),
                member.favourite,
                member.hidden,
                removal,
                member.removed_by.map(|by| self.user(by)).transpose()?,
                member.removal_reason.as_deref().map(line).transpose()?
            ])?;
        Ok(())
    }

    fn put_restriction(&mut self, restriction: &RestrictionRecord) -> Result<()> {
        let kind = match restriction.kind {
            RestrictionKind::Ban => "ban",
            RestrictionKind::Mute => "mute",
        };
        let (room, user) = (self.room(restriction.room)?, self.user(restriction.user)?);
        self.db
            .prepare_cached("INSERT INTO restriction (room, user, kind, until) VALUES (?, ?, ?, ?)")?
            .execute(params![room, user, kind, restriction.until.map(Timestamp::millis)])?;
        Ok(())
    }

    fn put_message(&mut self, message: &MessageRecord) -> Result<()> {
        let (room, author) = (self.room(message.room)?, self.user(message.author)?);
        if message.seq == 0 {
            return wrong("positions in a room begin with 1");
        }
        let body = match message.body.is_empty() && (message.deleted || !message.files.is_empty()) {
            true => Body::empty(),
            false => text(&message.body)?,
        };
        if message.deleted && !body.as_str().is_empty() {
            return wrong("a deleted message has no text");
        }
        let mentioned: Vec<Mention> =
            message.mentions.iter().map(|(name, user)| Mention { name: name.clone(), user: *user }).collect();
        for mention in &mentioned {
            chat_protocol::name::lookup(&mention.name).map_or_else(|| wrong("a mention is of no name"), |_| Ok(()))?;
        }
        let extras = if message.reactions.is_empty() { 0 } else { message_row::HAS_REACTIONS }
            | if message.files.is_empty() { 0 } else { message_row::HAS_FILES };
        self.db
            .prepare_cached(
                "INSERT INTO message (uuid, hash, room, seq, author, body, sent_at, edited_at, deleted, reply_to, mentioned,
                                      thread, mentions_room, extras)
                 VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            )?
            .execute(params![
                message.id.uuid(),
                hash(message),
                room,
                message.seq,
                author,
                body.as_str(),
                message.sent_at.millis(),
                message.edited_at.map(Timestamp::millis),
                message.deleted,
                message.reply_to.map(MessageId::uuid),
                mentions::mentions_to(&mentioned),
                message.thread.map(MessageId::uuid),
                message.mentions_room,
                extras
            ])?;
        self.taken.messages += 1;
        let row = self.db.last_insert_rowid();
        for edit in &message.edits {
            self.db
                .prepare_cached("INSERT INTO edit (message, written_at, seq, body) VALUES (?, ?, ?, ?)")?
                .execute(params![row, edit.at.millis(), edit.seq, text_or_nothing(&edit.body)?])?;
        }
        for reaction in &message.reactions {
            let emoji = Emoji::parse(&reaction.emoji).or_else(|error| wrong(error.to_string()))?;
            self.db
                .prepare_cached("INSERT INTO reaction_count (message, emoji, seq, count) VALUES (?, ?, ?, ?)")?
                .execute(params![row, emoji.as_str(), reaction.seq, reaction.people.len()])?;
            for (user, seq) in &reaction.people {
                self.db
                    .prepare_cached("INSERT INTO reaction (message, emoji, seq, user) VALUES (?, ?, ?, ?)")?
                    .execute(params![row, emoji.as_str(), seq, self.user(*user)?])?;
            }
        }
        if let Some(seq) = message.pinned {
            self.db.prepare_cached("INSERT INTO pin (room, seq, message) VALUES (?, ?, ?)")?.execute([
                room,
                i64::try_from(seq).unwrap_or(i64::MAX),
                row,
            ])?;
        }
        message.files.iter().try_for_each(|file| self.put_file(row, file))
    }

    fn put_file(&mut self, message: RowId, file: &FileRecord) -> Result<()> {
        let Some(hash) = FileHash::parse(&file.sha256) else { return wrong("a file has no SHA-256") };
        self.db
            .prepare_cached(
                "INSERT INTO upload (uuid, user, name, size, hash, type, width, height, preview, message, place)
                 VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            )?
            .execute(params![
                file.id.uuid(),
                self.user(file.user)?,
                file::clean_name(&file.name),
                file.size,
                hash.0,
                media_type(&file.media_type)?,
                file.width,
                file.height,
                file.preview.map(UploadId::uuid),
                message,
                file.place
            ])?;
        Ok(())
    }

    fn put_event(&mut self, event: &EventRecord) -> Result<()> {
        check_changes(event)?;
        let needs_message = !matches!(
            event.kind,
            EventKind::UserJoined | EventKind::UserLeft | EventKind::RoomUpdated | EventKind::Moderated
        );
        if needs_message != event.message.is_some() {
            return wrong("the event must name a message if it is about one, and else none");
        }
        self.db
            .prepare_cached(
                "INSERT INTO entry (room, seq, at, kind, user, message, changes, actor) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            )?
            .execute(params![
                self.room(event.room)?,
                event.seq,
                event.at.millis(),
                log::event_number(event.kind),
                self.user(event.user)?,
                event.message.map(|message| self.message(message)).transpose()?,
                event.changes.as_ref().map(Value::to_string),
                event.actor.map(|actor| self.user(actor)).transpose()?
            ])?;
        Ok(())
    }

    fn put_follow(&mut self, follow: &FollowRecord) -> Result<()> {
        self.message(follow.message)?;
        self.db
            .prepare_cached("INSERT INTO thread_follow (user, root, following) VALUES (?, ?, ?)")?
            .execute(params![self.user(follow.user)?, follow.message.uuid(), follow.following])?;
        Ok(())
    }

    fn put_ignored(&mut self, ignore: &IgnoreRecord) -> Result<()> {
        self.db
            .prepare_cached("INSERT INTO ignored (user, other) VALUES (?, ?)")?
            .execute([self.user(ignore.user)?, self.user(ignore.other)?])?;
        Ok(())
    }
}

/// As [`messages::hash`], of the text as it was first sent. That of a deleted message is gone: nothing has its hash.
fn hash(message: &MessageRecord) -> [u8; 32] {
    if message.deleted {
        return [0; 32];
    }
    let first = message.edits.first().map_or(&message.body, |edit| &edit.body);
    let files = message.files.iter().filter(|file| file.place.is_some()).map(|file| file.id);
    messages::hash_of(message.room, message.reply_to, first, files)
}
