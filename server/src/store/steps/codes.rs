//! Codes that people pass on: invites, and links for one more device. The store knows their SHA-256.

use chat_protocol::{RoomId, Timestamp, api};

use crate::store::{Result, RowId};

/// What is kept of a code.
pub(in crate::store) type CodeHash = [u8; 32];

/// An invite that exists; whether it can be used is for a rule to say.
#[derive(Debug, Clone)]
pub(in crate::store) struct Invite {
    pub(in crate::store) uses_left: u32,
    pub(in crate::store) expires_at: Timestamp,
    /// Who made it; `None` was the operator at the shell.
    pub(in crate::store) maker: Option<RowId>,
    /// Rooms that the newcomer joins.
    pub(in crate::store) rooms: Vec<RoomId>,
}

/// A link code that exists; likewise.
#[derive(Debug, Clone, Copy)]
pub(in crate::store) struct LinkCode {
    /// Whom it signs in.
    pub(in crate::store) user: RowId,
    pub(in crate::store) expires_at: Timestamp,
}

/// The steps on codes.
pub(in crate::store) trait Codes {
    /// The invite of a code.
    fn find_invite(&mut self, code: &CodeHash) -> Result<Option<Invite>>;
    /// Makes an invite. Gives the number by which people name it.
    fn insert_invite(&mut self, code: &CodeHash, invite: &Invite) -> Result<u64>;
    /// The invites that can still be used, the newest first; of one maker, or of all.
    fn invites(&self, maker: Option<RowId>) -> Result<Vec<api::Invite>>;
    /// Ends an invite of one maker, or of anyone; false if there is none.
    fn delete_invite(&mut self, number: u64, maker: Option<RowId>) -> Result<bool>;
    /// Changes how many users may still be made with an invite.
    fn set_invite_uses(&mut self, code: &CodeHash, left: u32) -> Result<()>;

    /// The link of a code.
    fn find_link_code(&mut self, code: &CodeHash) -> Result<Option<LinkCode>>;
    /// Makes a link code, in place of the one that the user has. It goes with the session that made it, if one did.
    fn put_link_code(&mut self, code: &CodeHash, link: LinkCode, session: Option<RowId>) -> Result<()>;
    /// Removes the link code of a user, if there is one.
    fn delete_link_code(&mut self, user: RowId) -> Result<()>;
}
