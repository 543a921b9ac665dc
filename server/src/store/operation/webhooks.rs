//! Making and ending outgoing webhooks, for those who moderate the room; and what a webhook may read.

use chat_protocol::{LogEntry, RoomSelector, UserId, WebhookId, api::Webhook};

use super::{Transaction, access, find_room, log};
use crate::{
    access::Deed,
    store::{
        NewWebhookRow, Notice, PageSize, Result, StoreError, WebhookProgress, WebhookReading,
        steps::{Audited, Lookup, Reading, WebhookRow},
    },
};

/// Webhooks that one room may have.
const MOST: usize = 20;
/// What an event takes beside its text, for the size of a page.
const ENVELOPE: usize = 512;

/// Whether someone may make a webhook of a room: asked before anything is done with its address.
pub(in crate::store) fn may_make(db: &dyn Lookup, maker: UserId, room: &RoomSelector) -> Result<()> {
    find_room(db, room, Some(maker), Deed::Moderate).map(drop)
}

/// Makes a webhook. It sends what happens from now on.
pub(in crate::store) fn create(
    tx: &mut dyn Transaction,
    maker: UserId,
    room: &RoomSelector,
    new: &NewWebhookRow,
) -> Result<Webhook> {
    let by = tx.user_row(maker)?;
    let access = access(tx, room, by, Deed::Moderate)?;
    if tx.webhooks(&access)?.len() >= MOST {
        return Err(StoreError::TooManyWebhooks);
    }
    let end = tx.log_end(&access.id().into())?.last_seq;
    tx.insert_webhook(&access, by, new, end)?;
    tx.notices().push(Notice::Webhooks);
    let (actor, access) = (Some(by), Some(&access));
    tx.insert_audit(&Audited { actor, action: "webhook_created", user: None, access, detail: None })?;
    let made = access.map(|access| tx.webhooks(access)).transpose()?.unwrap_or_default();
    made.into_iter().find(|webhook| webhook.id == new.id).ok_or(StoreError::NoWebhook)
}

/// The webhooks of the rooms that somebody moderates, by room, the oldest first; an empty list for everyone else.
pub(in crate::store) fn list(tx: &mut dyn Transaction, moderator: UserId) -> Result<Vec<Webhook>> {
    let user = tx.user_row(moderator)?;
    let mut webhooks = Vec::new();
    for room in tx.webhook_rooms()? {
        if let Ok(access) = access(tx, &room.into(), user, Deed::Moderate) {
            webhooks.extend(tx.webhooks(&access)?);
        }
    }
    Ok(webhooks)
}

/// Ends a webhook. One that somebody does not moderate is not there for them.
pub(in crate::store) fn end(tx: &mut dyn Transaction, moderator: UserId, id: WebhookId) -> Result<()> {
    let user = tx.user_row(moderator)?;
    let (room, _) = tx.webhook_owner(id)?.ok_or(StoreError::NoWebhook)?;
    let access = access(tx, &room.into(), user, Deed::Moderate).map_err(|_| StoreError::NoWebhook)?;
    tx.delete_webhook(id)?;
    tx.notices().push(Notice::Webhooks);
    let (actor, access) = (Some(user), Some(&access));
    tx.insert_audit(&Audited { actor, action: "webhook_ended", user: None, access, detail: None })
}

/// Notes how far webhooks have come.
pub(in crate::store) fn note(tx: &mut dyn Transaction, progress: &[WebhookProgress]) -> Result<()> {
    progress.iter().try_for_each(|progress| tx.note_webhook(progress))
}

/// Has a webhook send nothing any more. It stays in the list, so that its moderators see why.
pub(in crate::store) fn disable(tx: &mut dyn Transaction, id: WebhookId, why: &str) -> Result<()> {
    let Some((room, maker)) = tx.webhook_owner(id)? else { return Ok(()) };
    if !tx.disable_webhook(id, why)? {
        return Ok(());
    }
    tx.notices().push(Notice::Webhooks);
    let maker = tx.user_row(maker)?;
    // Its maker may not see the room any more: this notes what became of it, and gives them nothing.
    let access = tx.find_room(&room.into(), None)?.for_maker(maker);
    let (user, access, detail) = (Some(maker), Some(&access), Some(why));
    tx.insert_audit(&Audited { actor: None, action: "webhook_disabled", user, access, detail })
}

/// Reads on from a position for a webhook, as its maker may read the room now.
pub(in crate::store) fn read(db: &dyn Reading, id: WebhookId, after: u64, size: PageSize) -> Result<WebhookReading> {
    let Some(webhook) = db.active_webhook(id)? else { return Ok(WebhookReading::Gone) };
    if webhook.is_disabled {
        return Ok(WebhookReading::Forbidden);
    }
    let access = match find_room(db, &webhook.room.into(), Some(webhook.maker), Deed::Moderate) {
        Ok(access) => access,
        Err(StoreError::NoRoom | StoreError::NotMember | StoreError::NotModerator) => {
            return Ok(WebhookReading::Forbidden);
        }
        Err(failure) => return Err(failure),
    };
    let size_of = |entry: LogEntry| {
        let length = entry.event.carried().map_or(0, |message| message.body.len()) + ENVELOPE;
        (entry, length)
    };
    let entries = log::entries_after(db, &access, after, size, size_of)?;
    let WebhookRow { url, secret, events, .. } = webhook;
    Ok(WebhookReading::Page { url, secret, events, entries })
}
