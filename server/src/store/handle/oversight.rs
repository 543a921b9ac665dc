//! Reports, the audit and invites: what moderators and administrators look up.

use chat_protocol::{
    MessageId, RoomId, Timestamp, UserId, UserSelector,
    api::{AdminUserPatch, AuditEntry, Invite, Report},
};

use super::Store;
use crate::store::{Result, operation, steps::CodeHash};

impl Store {
    /// Tells the moderators of a room of a message.
    ///
    /// # Errors
    /// `NoMessage`.
    pub async fn report(&self, user: UserId, message: MessageId, reason: Option<String>) -> Result<()> {
        self.write(move |tx| operation::oversight::report(tx, user, message, reason.as_deref())).await
    }

    /// The reports that somebody moderates, the oldest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn reports(&self, moderator: UserId) -> Result<Vec<Report>> {
        self.write(move |tx| operation::oversight::reports(tx, moderator)).await
    }

    /// Closes a report.
    ///
    /// # Errors
    /// `NoReport` when there is none that the user moderates.
    pub async fn close_report(&self, moderator: UserId, id: u64) -> Result<()> {
        self.write(move |tx| operation::oversight::close_report(tx, moderator, id)).await
    }

    /// The audit before an entry, the newest first, as an administrator may see it.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn audit(&self, reader: UserId, before: Option<u64>, limit: usize) -> Result<Vec<AuditEntry>> {
        self.write(move |tx| {
            let reader = tx.user_row(reader)?;
            tx.audit(reader, before, limit)
        })
        .await
    }

    /// Changes what a user may do on the server.
    ///
    /// # Errors
    /// `NoUser`, `Guest`, `LastAdmin`.
    pub async fn administer(&self, by: UserId, user: UserSelector, patch: AdminUserPatch) -> Result<()> {
        self.write(move |tx| operation::admin::change(tx, by, &user, patch)).await
    }

    /// Makes an invite.
    ///
    /// # Errors
    /// `NoRoom`, `NotMember` for rooms to which the maker may not add anyone.
    pub async fn create_invite(
        &self,
        maker: UserId,
        code: CodeHash,
        uses: u32,
        expires_at: Timestamp,
        rooms: Vec<RoomId>,
    ) -> Result<u64> {
        self.write(move |tx| operation::codes::create_invite(tx, maker, &code, uses, expires_at, rooms)).await
    }

    /// Invites that can still be used: all of them, or those of one maker.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn invites(&self, reader: UserId, all: bool) -> Result<Vec<Invite>> {
        self.write(move |tx| operation::codes::invites(tx, reader, all)).await
    }

    /// Ends an invite, of anyone or of its maker alone.
    ///
    /// # Errors
    /// `NoInvite`.
    pub async fn end_invite(&self, user: UserId, number: u64, all: bool) -> Result<()> {
        self.write(move |tx| operation::codes::end_invite(tx, user, number, all)).await
    }
}
