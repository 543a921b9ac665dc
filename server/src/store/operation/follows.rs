//! Following threads: replies in them notify.

use chat_protocol::{MessageId, UserId};

use super::{Transaction, find_message};
use crate::{
    access::Deed,
    store::{Notice, Result, RowId, access::Access},
};

/// Has a user follow the thread of a message, or leave it.
pub(in crate::store) fn set_following(
    tx: &mut dyn Transaction,
    user: UserId,
    message: MessageId,
    on: bool,
) -> Result<()> {
    let (access, sent) = find_message(tx, Some(user), message)?;
    let row = tx.user_row(user)?;
    sent.place.grant(tx.person(access.row(), Some(row))?, Some(row), Deed::Follow)?;
    let root = tx.thread_of(&access, message)?.unwrap_or(message);
    if tx.set_following(row, root, on)? {
        tx.notices().push(Notice::ThreadFollowed { user, root, following: on });
    }
    Ok(())
}

/// Who writes in a thread follows it, and with the first reply of someone else so does the one whose message began it.
pub(super) fn follow_by_writing(
    tx: &mut dyn Transaction,
    access: &Access,
    author: RowId,
    root: MessageId,
) -> Result<()> {
    if !tx.follow(author, root)? {
        return Ok(());
    }
    notify(tx, author, root)?;
    let Some(first) = tx.find_sent(root)? else { return Ok(()) };
    let begun_by = first.author;
    if tx.person(access.row(), Some(begun_by))?.is_member() && tx.follow(begun_by, root)? {
        notify(tx, begun_by, root)?;
    }
    Ok(())
}

fn notify(tx: &mut dyn Transaction, user: RowId, root: MessageId) -> Result<()> {
    let user = tx.user_ref(user)?.id;
    tx.notices().push(Notice::ThreadFollowed { user, root, following: true });
    Ok(())
}
