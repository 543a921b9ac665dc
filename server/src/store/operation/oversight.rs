//! Reports of messages, to those who moderate the room.

use chat_protocol::{MessageId, UserId, api::Report};

use super::{Transaction, access, find_message};
use crate::{
    access::Deed,
    store::{Result, StoreError, steps::Audited},
};

/// Reports listed at once.
const LISTED: usize = 100;

/// Tells the moderators of a room of a message.
pub(in crate::store) fn report(
    tx: &mut dyn Transaction,
    user: UserId,
    message: MessageId,
    reason: Option<&str>,
) -> Result<()> {
    let (access, sent) = find_message(tx, Some(user), message)?;
    let user = tx.user_row(user)?;
    tx.insert_report(&access, user, sent.row, reason)
}

/// The reports that somebody moderates, the oldest first; an empty list for everyone else.
pub(in crate::store) fn reports(tx: &mut dyn Transaction, moderator: UserId) -> Result<Vec<Report>> {
    let user = tx.user_row(moderator)?;
    let mut reports = Vec::new();
    for room in tx.reported_rooms()? {
        if let Ok(access) = access(tx, &room.into(), user, Deed::Moderate) {
            reports.extend(tx.reports(&access, LISTED)?);
        }
    }
    reports.sort_unstable_by_key(|report| report.id);
    reports.truncate(LISTED);
    Ok(reports)
}

/// Closes a report. One that somebody does not moderate is not there for them.
pub(in crate::store) fn close_report(tx: &mut dyn Transaction, moderator: UserId, id: u64) -> Result<()> {
    let user = tx.user_row(moderator)?;
    let room = tx.report_room(id)?.ok_or(StoreError::NoReport)?;
    let access = access(tx, &room.into(), user, Deed::Moderate).map_err(|_| StoreError::NoReport)?;
    tx.delete_report(id)?;
    let (actor, access) = (Some(user), Some(&access));
    tx.insert_audit(&Audited { actor, action: "report_closed", user: None, access, detail: None })
}
