//! What moderators and administrators do beside the rooms: reports, users, invites, the audit.

use std::time::Duration;

use chat_protocol::{
    MessageId, Role, User, UserSelector,
    api::{AdminUserPatch, AuditEntry, Invite, NewInvite, Report},
    body::Line,
};

use super::{
    Caller, Chat, Error, Origin, Result,
    accounts::now,
    secret::{self, SecretHash},
};

/// Longest reason of a report, in characters.
const REASON: usize = 250;
/// How long an invite lasts unless its maker says otherwise: a week.
const INVITE_LASTS: Duration = Duration::from_secs(7 * 24 * 60 * 60);
/// The longest that it may: a year.
const INVITE_LASTS_AT_MOST: u64 = 365 * 24 * 60 * 60;
/// People whom one invite may let in.
const MOST_USES: u32 = 10_000;
/// Rooms that one invite may name.
const MOST_ROOMS: usize = 50;

impl Chat {
    /// Tells a room's moderators of a message.
    ///
    /// # Errors
    /// `not_found`, `bad_request`, `rate_limited`.
    pub async fn report(
        &self,
        caller: &Caller,
        origin: &Origin,
        message: MessageId,
        reason: Option<&str>,
    ) -> Result<()> {
        let reason = reason.map(|reason| Line::parse(reason, REASON)).transpose()?.filter(|reason| !reason.is_empty());
        self.may_tell(caller, origin)?;
        Ok(self.store().report(caller.user, message, reason.map(Line::into_string)).await?)
    }

    /// The reports that the caller moderates.
    ///
    /// # Errors
    /// When the log does not answer.
    pub async fn reports(&self, caller: &Caller) -> Result<Vec<Report>> {
        Ok(self.store().reports(caller.user).await?)
    }

    /// Closes a report.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn close_report(&self, caller: &Caller, id: u64) -> Result<()> {
        Ok(self.store().close_report(caller.user, id).await?)
    }

    /// The audit before an entry, the newest first.
    ///
    /// # Errors
    /// `forbidden` for all but administrators.
    pub async fn audit(&self, caller: &Caller, before: Option<u64>, limit: usize) -> Result<Vec<AuditEntry>> {
        must_be_admin(caller)?;
        Ok(self.store().audit(caller.user, before, limit).await?)
    }

    /// Changes what a user may do on the server.
    ///
    /// # Errors
    /// `not_found`; `forbidden` for all but administrators, and for the last one of them.
    pub async fn administer(&self, caller: &Caller, user: UserSelector, patch: AdminUserPatch) -> Result<User> {
        must_be_admin(caller)?;
        if patch == AdminUserPatch::default() {
            return Err(Error::bad_request("nothing to change: give `role` or `disabled`"));
        }
        self.store().administer(caller.user, user.clone(), patch).await?;
        self.known(user).await
    }

    /// Makes an invite. Gives it with its code, which is shown this once.
    ///
    /// # Errors
    /// `forbidden` unless the caller may invite, and for rooms to which they may not add anyone; `bad_request`.
    pub async fn create_invite(&self, caller: &Caller, origin: &Origin, new: NewInvite) -> Result<(Invite, String)> {
        self.may_invite(caller)?;
        self.may_tell(caller, origin)?;
        let uses = new.uses.unwrap_or(1);
        if !(1..=MOST_USES).contains(&uses) {
            return Err(Error::bad_request(format!("`uses` is a number from 1 to {MOST_USES}")));
        }
        if new.expires_in.is_some_and(|seconds| !(1..=INVITE_LASTS_AT_MOST).contains(&seconds)) {
            return Err(Error::bad_request(format!(
                "`expires_in` is a number of seconds, at most {INVITE_LASTS_AT_MOST}"
            )));
        }
        if new.rooms.len() > MOST_ROOMS {
            return Err(Error::bad_request(format!("an invite names at most {MOST_ROOMS} rooms")));
        }
        let code = secret::new_code()?;
        let expires_at = now() + new.expires_in.map_or(INVITE_LASTS, Duration::from_secs);
        let hash = *SecretHash::of_code(&code).as_bytes();
        let id = self.store().create_invite(caller.user, hash, uses, expires_at, new.rooms.clone()).await?;
        let by = Some(self.me(caller).await?.to_ref());
        let invite =
            Invite { id, code: None, url: None, qr: Vec::new(), uses_left: uses, expires_at, by, rooms: new.rooms };
        Ok((invite, code))
    }

    /// Invites that can still be used: an administrator's list has all of them.
    ///
    /// # Errors
    /// `forbidden` unless the caller may invite.
    pub async fn invites(&self, caller: &Caller) -> Result<Vec<Invite>> {
        self.may_invite(caller)?;
        Ok(self.store().invites(caller.user, caller.role == Role::Admin).await?)
    }

    /// Ends an invite.
    ///
    /// # Errors
    /// `not_found`; `forbidden` unless the caller may invite.
    pub async fn end_invite(&self, caller: &Caller, id: u64) -> Result<()> {
        self.may_invite(caller)?;
        Ok(self.store().end_invite(caller.user, id, caller.role == Role::Admin).await?)
    }

    fn may_invite(&self, caller: &Caller) -> Result<()> {
        match caller.role {
            Role::Admin => Ok(()),
            Role::Member if self.shared.member_invites => Ok(()),
            _ => Err(Error::forbidden("on this server only administrators make invites: ask one")),
        }
    }
}

fn must_be_admin(caller: &Caller) -> Result<()> {
    if caller.role == Role::Admin { Ok(()) } else { Err(Error::forbidden("this is for administrators")) }
}
