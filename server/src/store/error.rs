//! Why the store could not do something, as far as anyone branches on it.

use std::{path::PathBuf, sync::Arc};

use crate::access::Mute;

/// A refusal or failure of one operation. Nothing of it was stored.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// No such user.
    #[error("no such user")]
    NoUser,
    /// No such room, or none that the caller may know of.
    #[error("no such room")]
    NoRoom,
    /// No such message, or none that the caller may know of.
    #[error("no such message")]
    NoMessage,
    /// What a search goes on after is no message.
    #[error("no such message to go on after")]
    NoCursor,
    /// A filter of a search names nothing that the caller may know of.
    #[error("{filter}: {why}")]
    WrongFilter {
        /// As it was written.
        filter: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// What is answered is no message of that room.
    #[error("no such message in the room")]
    NoReply,
    /// A direct room has 1 to 8 people.
    #[error("too many people for a direct room")]
    TooManyPeople,
    /// A guest does not begin a direct room with a member.
    #[error("a guest began a direct room with a member")]
    GuestDirect,
    /// A member must wait before the next message.
    #[error("slow mode")]
    Slow(std::time::Duration),
    /// No such upload, or none that the caller may know of.
    #[error("no such upload")]
    NoUpload,
    /// An upload cannot be used as it is asked for; the text says why.
    #[error("{0}")]
    BadUpload(&'static str),
    /// A message carries the upload.
    #[error("the upload belongs to a message")]
    UsedUpload,
    /// The user's files would take more bytes than they may.
    #[error("too many bytes of one user")]
    TooManyBytes,
    /// A message says nothing and carries nothing.
    #[error("the message is blank")]
    Blank,
    /// No such report, or none that the user moderates.
    #[error("no such report")]
    NoReport,
    /// No such invite, or none of the user's.
    #[error("no such invite")]
    NoInvite,
    /// No such hook of the room.
    #[error("no such hook")]
    NoHook,
    /// A room has as many hooks as it may.
    #[error("too many hooks")]
    TooManyHooks,
    /// No such webhook that the user moderates.
    #[error("no such webhook")]
    NoWebhook,
    /// A room has as many webhooks as it may.
    #[error("too many webhooks")]
    TooManyWebhooks,
    /// No such bot of the user's.
    #[error("no such bot")]
    NoBot,
    /// A user has as many bots as they may.
    #[error("too many bots")]
    TooManyBots,
    /// A bot makes no bots.
    #[error("a bot that makes bots")]
    BotMaker,
    /// Somebody must stay who administers the server.
    #[error("the last administrator")]
    LastAdmin,
    /// In public rooms only admins act on an admin.
    #[error("an admin of the server")]
    AdminTarget,
    /// Nobody could follow a room's last moderator.
    #[error("the room's last moderator")]
    LastModerator,
    /// Nobody does this to themselves.
    #[error("the user themselves")]
    Oneself,
    /// The message's text is gone.
    #[error("the message was deleted")]
    Deleted,
    /// Only its author may do this to a message.
    #[error("somebody else's message")]
    NotAuthor,
    /// A message has as many kinds of reactions as it may.
    #[error("too many kinds of reactions")]
    TooManyReactions,
    /// A room has as many pinned messages as it may.
    #[error("too many pinned messages")]
    TooManyPins,
    /// No such session of that user.
    #[error("no such session")]
    NoSession,
    /// Only users may do this.
    #[error("a token is needed")]
    NoToken,
    /// The user is not a member of the room.
    #[error("not a member of the room")]
    NotMember,
    /// The user does not moderate the room.
    #[error("not a moderator of the room")]
    NotModerator,
    /// The user does not administer the server.
    #[error("not an administrator of the server")]
    NotAdmin,
    /// A moderator keeps the user out of the room.
    #[error("banned from the room")]
    Banned,
    /// A moderator keeps the one who is added out of the room.
    #[error("someone who is added is banned from the room")]
    TheyAreBanned,
    /// A moderator keeps the user from writing in the room.
    #[error("muted in the room")]
    Muted(Mute),
    /// Nothing is written in the room any more.
    #[error("the room is archived")]
    Archived,
    /// A direct room keeps its people, and has no moderators.
    #[error("the room is a direct one")]
    DirectRoom,
    /// The password is no longer the one that was checked.
    #[error("the password was changed meanwhile")]
    PasswordChanged,
    /// Guests have no other role until they have chosen a name.
    #[error("a guest has no other role")]
    Guest,
    /// The name, or one that looks like it, belongs to someone else.
    #[error("the name is taken")]
    NameTaken,
    /// The message id was used for something else.
    #[error("the id was used for another message")]
    IdConflict,
    /// An invalid code: wrong, already used or expired.
    #[error("invalid code")]
    BadCode,
    /// The lobby cannot be left.
    #[error("the lobby cannot be left")]
    Lobby,
    /// The user is a member of as many rooms as the limit allows.
    #[error("too many rooms")]
    TooManyRooms,
    /// Someone who is added is a member of as many rooms as the limit allows.
    #[error("too many rooms of someone who is added")]
    TheyHaveTooManyRooms,
    /// The user makes rooms faster than the limit allows.
    #[error("rooms are made too fast")]
    TooFast(std::time::Duration),
    /// The disk is full.
    #[error("the disk is full")]
    Full,
    /// Another process holds the database.
    #[error("the database is locked by another process")]
    Busy,
    /// The database cannot be reached, or lost the connection: what was asked for may have been stored.
    #[error("the database is out of reach: {0}")]
    Unavailable(Arc<str>),
    /// An earlier message of the same sender was refused and must come first.
    #[error("an earlier message was refused")]
    Withheld,
    /// The store is shutting down.
    #[error("the store is closed")]
    Closed,
    /// Anything else that the database says.
    #[error("database: {0}")]
    Database(Arc<dyn std::error::Error + Send + Sync>),
}

/// Why a data folder cannot be used; the text says what to do.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another server holds the lock.
    #[error("another chat-server uses {0}: stop it, or give this one its own folder with --data")]
    InUse(PathBuf),
    /// The folder or a file in it cannot be made or written.
    #[error("cannot write to {path}: {source}; give a folder that you may write to with --data")]
    NotWritable {
        /// What was to be written.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// Made by a newer version of the program.
    #[error("{path} was made by a newer chat-server (schema {found}, this one knows {known}): use that version")]
    TooNew {
        /// The database.
        path: PathBuf,
        /// Its schema.
        found: i32,
        /// Ours.
        known: i32,
    },
    /// Made by an older version of the program, and to be read only.
    #[error(
        "{path} was made by an older chat-server (schema {found}, this one knows {known}): start this server once, which brings it up to date"
    )]
    Outdated {
        /// The database.
        path: PathBuf,
        /// Its schema.
        found: i32,
        /// Ours.
        known: i32,
    },
    /// A file, but none of ours.
    #[error("{0} is not a database of chat-server; move it away or give another folder with --data")]
    NotOurs(PathBuf),
    /// What should be a file is something else.
    #[error("{path} cannot be used: {why}; move it away")]
    NotAFile {
        /// Which one.
        path: PathBuf,
        /// What it is.
        why: &'static str,
    },
    /// The tables are not those that the program made.
    #[error("{path} was altered by another program ({what}): use a backup from before that")]
    Altered {
        /// The database.
        path: PathBuf,
        /// What is missing, added or changed.
        what: String,
    },
    /// The database runs otherwise than durability needs.
    #[error("SQLite does not keep to `{pragma}`: {found}")]
    Pragma {
        /// What was asked for.
        pragma: &'static str,
        /// What it is.
        found: String,
    },
    /// A PostgreSQL server, or a database there, that cannot be used.
    #[error("{at}: {why}")]
    Postgres {
        /// Host, port and database.
        at: String,
        /// Why not, and what to do.
        why: String,
    },
    /// Anything else that the database says.
    #[error("cannot open {path}: {source}")]
    Database {
        /// Which.
        path: PathBuf,
        /// What it says.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The schema could not be brought up to date.
    #[error("cannot bring {path} up to date: {detail}")]
    Migration {
        /// The database.
        path: PathBuf,
        /// What the migration says.
        detail: String,
    },
}
