//! Making and ending outgoing webhooks, for those who moderate the room; and what a webhook may read.

use chat_protocol::{RoomId, RoomSelector, UserId, WebhookId, api::Webhook};

use super::{Transaction, access, find_room};
use crate::{
    access::Deed,
    store::{
        NewWebhookRow, Notice, Result, StoreError, WebhookProgress,
        access::Access,
        steps::{Audited, Lookup},
    },
};

/// Webhooks that one room may have.
const MOST: usize = 20;

/// Whether someone may make a webhook of a room: asked before anything is done with its address.
pub(in crate::store) fn may_make(db: &impl Lookup, maker: UserId, room: &RoomSelector) -> Result<()> {
    find_room(db, room, Some(maker), Deed::Moderate).map(drop)
}

/// Makes a webhook. It sends what happens from now on.
pub(in crate::store) fn create(
    tx: &mut impl Transaction,
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
pub(in crate::store) fn list(tx: &mut impl Transaction, moderator: UserId) -> Result<Vec<Webhook>> {
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
pub(in crate::store) fn end(tx: &mut impl Transaction, moderator: UserId, id: WebhookId) -> Result<()> {
    let user = tx.user_row(moderator)?;
    let (room, _) = tx.webhook_owner(id)?.ok_or(StoreError::NoWebhook)?;
    let access = access(tx, &room.into(), user, Deed::Moderate).map_err(|_| StoreError::NoWebhook)?;
    tx.delete_webhook(id)?;
    tx.notices().push(Notice::Webhooks);
    let (actor, access) = (Some(user), Some(&access));
    tx.insert_audit(&Audited { actor, action: "webhook_ended", user: None, access, detail: None })
}

/// Notes how far webhooks have come.
pub(in crate::store) fn note(tx: &mut impl Transaction, progress: &[WebhookProgress]) -> Result<()> {
    progress.iter().try_for_each(|progress| tx.note_webhook(progress))
}

/// Has a webhook send nothing any more. It stays in the list, so that its moderators see why.
pub(in crate::store) fn disable(tx: &mut impl Transaction, id: WebhookId, why: &str) -> Result<()> {
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

/// The room of a webhook, as long as its maker moderates it.
pub(in crate::store) fn reader(db: &impl Lookup, maker: UserId, room: RoomId) -> Result<Access> {
    find_room(db, &room.into(), Some(maker), Deed::Moderate)
}
