//! Rooms as someone may use them: a room that was found, and the proof that someone may do something with it.

use chat_protocol::{RoomId, RoomKind};

use super::{Result, RowId, StoreError};
use crate::access::{self, Deed, Person, Refusal, Standing};

/// A room that exists. What may be done with it is not known yet.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub(super) row: RowId,
    pub(super) id: RoomId,
    pub(super) kind: RoomKind,
    pub(super) is_lobby: bool,
    /// Whether nothing can be written there any more.
    pub(super) archived: bool,
    /// Whether members must wait between their messages.
    pub(super) is_slow: bool,
}

/// The proof that someone may do something with a room. What concerns a room takes it; only [`Place::grant`] makes one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Access {
    place: Place,
    is_member: bool,
    moderates: bool,
    user: Option<RowId>,
}

impl Place {
    /// For who has just made the room, or is one of the people of a direct one: nothing is in their way.
    pub(super) const fn for_maker(self, user: RowId) -> Access {
        Access { place: self, is_member: true, moderates: true, user: Some(user) }
    }

    /// Asks whether a person with this row may do something; `None` has no token.
    pub(super) fn grant(self, person: Person, user: Option<RowId>, deed: Deed) -> Result<Access> {
        let standing = Standing { kind: self.kind, is_lobby: self.is_lobby, archived: self.archived, person };
        access::check(standing, deed)?;
        let is_member = matches!(person, Person::Member { .. });
        Ok(Access { place: self, is_member, moderates: standing.moderates(), user })
    }
}

impl Access {
    /// The room's row.
    pub(super) const fn row(&self) -> RowId {
        self.place.row
    }

    /// The room's id.
    pub(super) const fn id(&self) -> RoomId {
        self.place.id
    }

    /// Who may find the room and come in.
    pub(super) const fn kind(&self) -> RoomKind {
        self.place.kind
    }

    /// Whether members must wait between their messages.
    pub(super) const fn is_slow(&self) -> bool {
        self.place.is_slow
    }

    /// Whether it is the lobby.
    pub(super) const fn is_lobby(&self) -> bool {
        self.place.is_lobby
    }

    /// Whether the asker was a member when it was granted.
    pub(super) const fn is_member(&self) -> bool {
        self.is_member
    }

    /// Whether the asker moderated the room when it was granted.
    pub(super) const fn moderates(&self) -> bool {
        self.moderates
    }

    /// The same room as another one sees it whom this concerns.
    pub(super) const fn for_user(&self, user: RowId) -> Self {
        Self { user: Some(user), ..*self }
    }

    /// The asker's row; `None` has no token.
    pub(super) const fn user(&self) -> Option<RowId> {
        self.user
    }
}

impl From<Refusal> for StoreError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Hidden => Self::NoRoom,
            Refusal::NotMember => Self::NotMember,
            Refusal::NotModerator => Self::NotModerator,
            Refusal::Banned => Self::Banned,
            Refusal::Muted(mute) => Self::Muted(mute),
            Refusal::Archived => Self::Archived,
            Refusal::Direct => Self::DirectRoom,
            Refusal::Admin => Self::AdminTarget,
            Refusal::Lobby => Self::Lobby,
            Refusal::NotAdmin => Self::NotAdmin,
            Refusal::NoToken => Self::NoToken,
        }
    }
}
