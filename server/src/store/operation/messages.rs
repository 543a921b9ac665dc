//! Storing each message once.

use std::time::Duration;

use chat_protocol::{
    Attachment, LogEntry, Message, MessageId, RoomId, RoomKind, RoomSelector, UploadId, UserId, UserRef, UserSelector,
    mention::{self, Mention},
};
use sha2::{Digest, Sha256};

use super::{Transaction, announce, files, follows, members, rooms};
use crate::{
    access::{Deed, Person},
    store::{
        NewMessageRow, Notice, Result, RowId, SentRow, StoreError,
        access::Access,
        steps::{Author, MessageHash},
    },
};

/// Names that mention everyone in a room.
const EVERYONE: [&str; 2] = ["here", "room"];
/// In larger rooms only moderators mention everyone.
const MOST_MENTIONED: u64 = 50;

/// Stores a message, or gives what was stored under its id before. Nothing is refused any more once something was
/// written: only one announcement, which is made after every check.
pub(in crate::store) fn send(tx: &mut dyn Transaction, new: NewMessageRow) -> Result<SentRow> {
    let author = tx.author(new.author)?;
    let room = find_room(tx, &new, &author)?;
    let new = NewMessageRow { room, ..new };
    let end = tx.log_end(&new.room)?;
    let hash = hash(end.place.id, &new);
    if !new.attachments.is_empty()
        && let Some(message) = sent_before(tx, new.id, new.author, &hash)?
    {
        // Its files belong to it by now.
        return Ok(SentRow { message, new: false });
    }
    let person = tx.writer(end.place.row, author.row)?;
    let granted = end.place.grant(person, Some(author.row), Deed::Write);
    if granted.is_err() || !author.announced {
        // What follows is for new messages only.
        if let Some(message) = sent_before(tx, new.id, new.author, &hash)? {
            return Ok(SentRow { message, new: false });
        }
    }
    let access = granted?;
    let thread = match new.reply_to {
        Some(answered) => Some(tx.thread_of(&access, answered)?.ok_or(StoreError::NoReply)?),
        None => None,
    };
    let attachments = match &*new.attachments {
        [] => vec![],
        ids => files::check(tx, author.row, ids)?,
    };
    if access.is_slow() && !access.moderates() {
        if let Some(message) = sent_before(tx, new.id, new.author, &hash)? {
            return Ok(SentRow { message, new: false });
        }
        check_slow_mode(tx, &access, author.row)?;
    }
    if !author.announced {
        tx.flush_caches()?;
        announce::announce(tx, author.row)?;
    }
    if access.kind() == RoomKind::Direct {
        let absent = tx.absent_people(&access)?;
        if !absent.is_empty() {
            if let Some(message) = sent_before(tx, new.id, new.author, &hash)? {
                return Ok(SentRow { message, new: false });
            }
            // It shows itself to those of its people who do not have it in their list.
            tx.flush_caches()?;
            absent.into_iter().try_for_each(|user| members::reopen(tx, &access, user))?;
        }
    }
    append(tx, &access, new, thread, attachments, &hash)
}

/// The room that a message is for, by its id. What is written to `@name` makes the direct room with that user, unless the
/// message is refused.
fn find_room(tx: &mut dyn Transaction, new: &NewMessageRow, author: &Author) -> Result<RoomSelector> {
    let room = &new.room;
    let name = match room {
        RoomSelector::Id(_) => return Ok(room.clone()),
        RoomSelector::Name(_) => return Ok(tx.find_room(room, Some(author.row))?.id.into()),
        RoomSelector::Direct(name) => name,
    };
    match tx.find_room(room, Some(author.row)) {
        Ok(place) if !matches!(tx.person(place.row, Some(author.row))?, Person::Outsider { .. }) => {
            return Ok(place.id.into());
        }
        Ok(_) | Err(StoreError::NoRoom) => {}
        Err(failure) => return Err(failure),
    }
    // Nothing was said there yet, so nothing can be answered there.
    if new.reply_to.is_some() {
        return Err(StoreError::NoReply);
    }
    if tx.find_message(new.id)?.is_some() || tx.find_command(new.id)?.is_some() {
        return Err(StoreError::IdConflict);
    }
    let other = tx.find_user(&UserSelector::Name(name.clone())).map_err(|_| StoreError::NoRoom)?;
    tx.flush_caches()?;
    let (access, _) = rooms::open_direct(tx, author.row, &[other], &new.limits)?;
    Ok(access.id().into())
}

/// A member who wrote a moment ago must wait.
fn check_slow_mode(tx: &mut dyn Transaction, access: &Access, author: RowId) -> Result<()> {
    let (seconds, last) = tx.slow_mode(access, author)?;
    let now = tx.now();
    let next = last.map(|last| last + Duration::from_secs(seconds.into()));
    match next.filter(|next| *next > now) {
        Some(next) => {
            Err(StoreError::Slow(Duration::from_millis(u64::try_from(next.millis() - now.millis()).unwrap_or(0))))
        }
        None => tx.note_message(access, author, now),
    }
}

/// Writes a message that may be: at the end of its room, unless it is there already.
fn append(
    tx: &mut dyn Transaction,
    access: &Access,
    new: NewMessageRow,
    thread: Option<MessageId>,
    attachments: Vec<Attachment>,
    hash: &MessageHash,
) -> Result<SentRow> {
    let end = tx.log_end(&new.room)?;
    let author = tx.author(new.author)?;
    let mentioned = mentioned(tx, access, &new.names)?;
    let mentions_room = mentions_room(tx, access, &new.names)?;
    let now = tx.now();
    // Time never runs backwards in a room, whatever the clock does.
    let at = end.last_at.map_or(now, |last| now.max(last));
    let message = Message {
        id: new.id,
        room: access.id(),
        seq: end.last_seq + 1,
        author: UserRef { id: new.author, name: author.name },
        body: new.body.into_string(),
        sent_at: at,
        edited_at: None,
        deleted: false,
        reply_to: new.reply_to,
        thread,
        replies: None,
        mentions: mention::users(&mentioned),
        mentioned,
        mentions_room,
        reactions: vec![],
        attachments,
        blocks: None,
    };
    if !tx.insert_message(access, author.row, &message, hash, end.messages + 1)? {
        let message = sent_before(tx, new.id, new.author, hash)?.ok_or(StoreError::IdConflict)?;
        return Ok(SentRow { message, new: false });
    }
    if let Some(root) = thread {
        follows::follow_by_writing(tx, access, author.row, root)?;
    }
    tx.notices().push(Notice::Logged(LogEntry::from(message.clone())));
    Ok(SentRow { message, new: true })
}

/// Whom these names in a message mention. Outside of public rooms only members: others do not know of the room.
pub(super) fn mentioned(tx: &mut dyn Transaction, access: &Access, names: &[(String, String)]) -> Result<Vec<Mention>> {
    let mut mentioned = tx.users_named(names)?;
    if access.kind() != RoomKind::Public {
        let is_member = |mention: &Mention| {
            let user = tx.user_row(mention.user)?;
            Ok(tx.person(access.row(), Some(user))?.is_member())
        };
        let members = mentioned.iter().map(is_member).collect::<Result<Vec<_>>>()?;
        let mut members = members.into_iter();
        mentioned.retain(|_| members.next() == Some(true));
    }
    Ok(mentioned)
}

/// Whether a message with these names mentions everyone in its room.
pub(super) fn mentions_room(tx: &mut dyn Transaction, access: &Access, names: &[(String, String)]) -> Result<bool> {
    let is_wanted = names.iter().any(|(_, canonical)| EVERYONE.contains(&canonical.as_str()));
    Ok(is_wanted && (access.moderates() || tx.room_size(access)? <= MOST_MENTIONED))
}

fn hash(room: RoomId, new: &NewMessageRow) -> MessageHash {
    hash_of(room, new.reply_to, new.body.as_str(), new.attachments.iter().copied())
}

/// What identifies a message beside its id: where, what, with which files, and in answer to what.
pub(in crate::store) fn hash_of(
    room: RoomId,
    reply_to: Option<MessageId>,
    body: &str,
    attachments: impl Iterator<Item = UploadId>,
) -> MessageHash {
    let mut hash = Sha256::new();
    hash.update(room.uuid().as_bytes());
    hash.update(reply_to.map_or([0; 16], |id| *id.uuid().as_bytes()));
    hash.update(body.as_bytes());
    for (number, id) in attachments.enumerate() {
        if number == 0 {
            // No text has this byte.
            hash.update([0xff]);
        }
        hash.update(id.uuid().as_bytes());
    }
    hash.finalize().into()
}

/// The message that was stored under this id before, if it is the same.
fn sent_before(tx: &mut dyn Transaction, id: MessageId, author: UserId, hash: &MessageHash) -> Result<Option<Message>> {
    match tx.find_message(id)? {
        None => Ok(None),
        Some((message, stored)) if message.author.id == author && stored == *hash => Ok(Some(message)),
        Some(_) => Err(StoreError::IdConflict),
    }
}
