//! What a commit changed for those who listen, and where they are told.

use chat_protocol::{LogEntry, MessageId, RemovalReason, Room, RoomId, SessionId, User, UserId, UserRef};

use super::Marker;

/// One change that is committed. The writer hands them to the [`Sink`](super::Sink) in the order in which they
/// happened, so that nobody can be told of a change that was not made, or be told nothing of one that was: it does
/// not matter whether the request that asked for it is still there.
#[derive(Debug, Clone)]
#[expect(clippy::large_enum_variant, reason = "nearly all are `Logged`: a box would be one more allocation a message")]
pub enum Notice {
    /// An event was added to a room's log.
    Logged(LogEntry),
    /// A user became a member. Comes before their own `UserJoined`.
    Joined {
        /// Who.
        user: UserRef,
        /// The room as the user sees it, with the `last_seq` and `last_at` before their `UserJoined`.
        room: Box<Room>,
    },
    /// A user is no longer a member.
    Left {
        /// Who.
        user: UserId,
        /// Which room.
        room: RoomId,
        /// Why.
        why: RemovalReason,
        /// Who did it, if it was not they.
        by: Option<UserRef>,
        /// Why that one did it.
        reason: Option<String>,
    },
    /// These are people of a direct room, whether they have it in their list or not.
    DirectPeople {
        /// Which room.
        room: RoomId,
        /// Who.
        people: Vec<UserRef>,
    },
    /// Sessions ended: their tokens are no longer valid, and their connections must close.
    SessionsEnded {
        /// Whose.
        user: UserId,
        /// Which.
        sessions: Vec<SessionId>,
    },
    /// A user's name, display name, colour or role changed.
    UserChanged {
        /// As they now are; `online` is not set.
        user: Box<User>,
        /// The rooms that they are a member of.
        rooms: Vec<RoomId>,
    },
    /// A user changed their own settings of a room.
    RoomSettings {
        /// Whose.
        user: UserId,
        /// The room as they see it.
        room: Box<Room>,
    },
    /// A user ignores these now.
    Ignored {
        /// Whose list.
        user: UserId,
        /// All of them.
        users: Vec<UserId>,
    },
    /// A user follows a thread now, or no longer.
    ThreadFollowed {
        /// Who.
        user: UserId,
        /// The message that the thread began with.
        root: MessageId,
        /// Whether they do.
        following: bool,
    },
    /// A user's read position is where it was asked to be.
    ReadMarker {
        /// Whose.
        user: UserId,
        /// Where, and what that leaves unread.
        marker: Marker,
    },
    /// Events that were logged before now read differently: a name in them changed, or a message. What was kept of them
    /// elsewhere is out of date.
    Rewritten {
        /// Where; `None` for every room.
        room: Option<RoomId>,
    },
    /// Files may be deleted that no message carries any more.
    FilesFreed,
    /// A webhook was made, ended or disabled.
    Webhooks,
    /// What is unread changed for those who have not read up to a position.
    Recount {
        /// Where.
        room: RoomId,
        /// A message that is counted otherwise now.
        seq: u64,
    },
}

/// Where committed changes, and those of other processes, are told. Called in the order of the commits: it must not wait.
pub trait Sink: Send + Sync + 'static {
    /// These are on disk now, in the order in which they happened.
    fn committed(&self, notices: Vec<Notice>);
    /// Another process changed the database: users and sessions may no longer count.
    fn changed_elsewhere(&self);
}
