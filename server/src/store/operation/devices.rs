//! Which tokens, sessions and passwords count.

use std::time::Duration;

use chat_protocol::{SessionId, Timestamp, UserId, UserSelector};

use crate::store::{
    Identity, Result, StoreError,
    steps::{CodeHash, Credentials, Device, Mark, Snapshot},
};

/// A token ends when it was not used for so long.
const UNUSED: Duration = Duration::from_secs(400 * 24 * 60 * 60);

/// Who a token speaks for.
pub(in crate::store) fn identify(db: &dyn Snapshot, token: &CodeHash, now: Timestamp) -> Result<Option<Identity>> {
    let Some(device) = db.device_of_token(token)?.filter(counts) else { return Ok(None) };
    let is_long_ago = |time| time <= now - UNUSED;
    // A jump of the clock tells nothing of the time before: it counts from there on.
    let is_expired = is_long_ago(device.last_used_at) && db.marked_at(Mark::Unused)?.is_none_or(is_long_ago);
    let Device { session, user, role, last_used_at, .. } = device;
    Ok(Some(Identity { user, session, role, last_used_at, is_expired }))
}

/// The device of a session. `NoSession` when it has ended.
pub(in crate::store) fn find(db: &dyn Snapshot, session: SessionId) -> Result<Device> {
    db.device(session)?.filter(counts).ok_or(StoreError::NoSession)
}

/// Which of these sessions have ended.
pub(in crate::store) fn ended(db: &dyn Snapshot, sessions: Vec<SessionId>) -> Result<Vec<SessionId>> {
    let mut ended = Vec::new();
    for session in sessions {
        if !db.device(session)?.as_ref().is_some_and(counts) {
            ended.push(session);
        }
    }
    Ok(ended)
}

/// The hash of a user's password. `None` for an unknown or disabled user and for one without.
pub(in crate::store) fn password(db: &dyn Snapshot, user: &UserSelector) -> Result<Option<(UserId, String)>> {
    let user = match db.find_user(user) {
        Err(StoreError::NoUser) => return Ok(None),
        found => found?,
    };
    let Credentials { user, password, is_disabled } = db.credentials(user)?;
    Ok(password.filter(|_| !is_disabled).map(|hash| (user, hash)))
}

const fn counts(device: &Device) -> bool {
    !device.is_disabled
}
