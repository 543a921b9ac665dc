//! What is done to a message after it was sent: another text, deletion, reactions, pins.

use chat_protocol::{LogEvent, Message, MessageId, ReactionChange, UserId, api::Edit, mention};

use super::{
    Transaction, announce,
    commands::{self, Kind},
    find_message, find_sent, messages,
};
use crate::{
    access::Deed,
    store::{
        Change, Done, NewChange, Notice, Result, RowId, StoreError,
        access::Access,
        steps::{Audited, EventRows, MessageHash, Reading, SentMessage},
    },
};

/// Kinds of reactions that a message may have.
const MOST_REACTIONS: usize = 20;
/// Messages that may be pinned in a room.
const MOST_PINS: u64 = 100;

/// The earlier texts of a message, the first one first, for its author or a moderator.
pub(in crate::store) fn edits(db: &dyn Reading, reader: UserId, id: MessageId) -> Result<Vec<Edit>> {
    let (access, sent) = find_message(db, Some(reader), id)?;
    if access.user() != Some(sent.author) && !access.moderates() {
        return Err(StoreError::NotAuthor);
    }
    db.edits(sent.row)
}

/// Carries out a change, or gives how it was answered before.
pub(in crate::store) fn change(tx: &mut dyn Transaction, new: NewChange) -> Result<Done> {
    let user = tx.user_row(new.user)?;
    let hash = hash(&new);
    if let Some(done) = commands::done_before(tx, new.id, &hash)? {
        return Ok(done);
    }
    let message = find_sent(tx, Some(user), new.message)?;
    let person = tx.person(message.place.row, Some(user))?;
    let grant = |deed| message.place.grant(person, Some(user), deed);
    grant(Deed::Read).map_err(|_| StoreError::NoMessage)?;
    let is_author = message.author == user;
    let deed = match &new.change {
        Change::Edit { .. } => Deed::Edit,
        Change::Delete if is_author => Deed::Delete,
        Change::Delete => Deed::Moderate,
        Change::React { .. } => Deed::React,
        Change::Pin { .. } => Deed::Pin,
    };
    let access = grant(deed)?;
    let changing = Changing { access, user, message };
    let seq = match new.change {
        Change::Edit { .. } if !is_author => return Err(StoreError::NotAuthor),
        Change::Edit { body, names } => changing.edit(tx, body.into_string(), &names)?,
        Change::Delete => changing.delete(tx)?,
        Change::React { emoji, on } => changing.react(tx, emoji, on)?,
        Change::Pin { on } => changing.pin(tx, on)?,
    };
    match seq {
        Some(seq) => {
            tx.insert_command(new.id, &hash, &access, seq)?;
            Ok(Done { room: access.id(), seq })
        }
        None => Ok(Done { room: access.id(), seq: tx.room(&access)?.last_seq }),
    }
}

/// Deletes a message in the name of its author.
pub(super) fn delete(tx: &mut dyn Transaction, access: Access, message: SentMessage) -> Result<()> {
    Changing { access, user: message.author, message }.delete(tx).map(drop)
}

/// One message, and who changes it. Each change gives the position of its event, or `None` where there was nothing to do.
struct Changing {
    access: Access,
    user: RowId,
    message: SentMessage,
}

impl Changing {
    fn edit(&self, tx: &mut dyn Transaction, body: String, names: &[(String, String)]) -> Result<Option<u64>> {
        self.check_text()?;
        let before = tx.message(&self.access, self.message.row)?;
        if body.is_empty() && before.attachments.is_empty() {
            return Err(StoreError::Blank);
        }
        if before.body == body {
            return Ok(None);
        }
        let mentioned = messages::mentioned(tx, &self.access, names)?;
        let end = tx.room(&self.access)?;
        let edited_at = end.last_at.map_or(tx.now(), |last| tx.now().max(last));
        let edited = Message {
            body,
            edited_at: Some(edited_at),
            mentions: mention::users(&mentioned),
            mentioned,
            mentions_room: messages::mentions_room(tx, &self.access, names)?,
            ..before.clone()
        };
        let event = |user| LogEvent::MessageEdited { message: edited.clone(), user };
        let seq = self.append(tx, event, true)?;
        let written_at = before.edited_at.unwrap_or(before.sent_at);
        tx.insert_edit(self.message.row, &before.body, written_at, seq)?;
        tx.replace_text(&self.access, self.message.row, &before, &edited)?;
        if (&before.mentions, before.mentions_room) != (&edited.mentions, edited.mentions_room) {
            self.recount(tx);
        }
        Ok(Some(seq))
    }

    fn delete(&self, tx: &mut dyn Transaction) -> Result<Option<u64>> {
        if self.message.deleted {
            return Ok(None);
        }
        let before = tx.message(&self.access, self.message.row)?;
        self.unpin(tx)?;
        let target = self.message.target;
        let seq = self.append(tx, |user| LogEvent::MessageDeleted { target, user }, true)?;
        tx.erase(&self.access, self.message.row, &before)?;
        if !before.attachments.is_empty() {
            tx.notices().push(Notice::FilesFreed);
        }
        if let Some(root) = before.thread {
            tx.remove_reply(root, self.message.author)?;
        }
        self.recount(tx);
        if self.message.author != self.user {
            let (actor, user, access) = (Some(self.user), Some(self.message.author), Some(&self.access));
            tx.insert_audit(&Audited { actor, action: "message_deleted", user, access, detail: None })?;
        }
        Ok(Some(seq))
    }

    fn react(&self, tx: &mut dyn Transaction, emoji: String, on: bool) -> Result<Option<u64>> {
        self.check_text()?;
        let message = self.message.row;
        if tx.has_reacted(message, &emoji, self.user)? == on {
            return Ok(None);
        }
        let (count, kinds) = tx.count_reactions(message, &emoji)?;
        if on && count == 0 && kinds >= MOST_REACTIONS {
            return Err(StoreError::TooManyReactions);
        }
        let target = self.message.target;
        let count = if on { count + 1 } else { count.saturating_sub(1) };
        let reaction = ReactionChange { emoji: emoji.clone(), count };
        let event = |user| match on {
            true => LogEvent::ReactionAdded { target, reaction, user },
            false => LogEvent::ReactionRemoved { target, reaction, user },
        };
        let seq = self.append(tx, event, false)?;
        if on {
            tx.insert_reaction(message, &emoji, self.user, seq)?;
        } else {
            tx.delete_reaction(message, &emoji, self.user)?;
        }
        Ok(Some(seq))
    }

    fn pin(&self, tx: &mut dyn Transaction, on: bool) -> Result<Option<u64>> {
        self.check_text()?;
        if !on {
            return self.unpin(tx);
        }
        let (is_pinned, count) = tx.count_pins(&self.access, self.message.row)?;
        if is_pinned {
            return Ok(None);
        }
        if count >= MOST_PINS {
            return Err(StoreError::TooManyPins);
        }
        let target = self.message.target;
        let seq = self.append(tx, |user| LogEvent::MessagePinned { target, user }, false)?;
        tx.insert_pin(&self.access, self.message.row, seq)?;
        Ok(Some(seq))
    }

    fn unpin(&self, tx: &mut dyn Transaction) -> Result<Option<u64>> {
        let (is_pinned, _) = tx.count_pins(&self.access, self.message.row)?;
        if !is_pinned {
            return Ok(None);
        }
        let target = self.message.target;
        let seq = self.append(tx, |user| LogEvent::MessageUnpinned { target, user }, false)?;
        tx.delete_pin(&self.access, self.message.row)?;
        Ok(Some(seq))
    }

    fn check_text(&self) -> Result<()> {
        if self.message.deleted { Err(StoreError::Deleted) } else { Ok(()) }
    }

    /// Logs what the user does to the message. What `rewrites` makes events of before read otherwise.
    fn append(
        &self,
        tx: &mut dyn Transaction,
        event: impl FnOnce(chat_protocol::UserRef) -> LogEvent,
        rewrites: bool,
    ) -> Result<u64> {
        announce::announce(tx, self.user)?;
        if rewrites {
            tx.notices().push(Notice::Rewritten { room: Some(self.access.id()) });
        }
        let event = event(tx.user_ref(self.user)?);
        let rows = EventRows { message: Some(self.message.row), ..EventRows::from(self.user) };
        tx.append(&self.access, rows, event)
    }

    fn recount(&self, tx: &mut dyn Transaction) {
        let (room, seq) = (self.access.id(), self.message.target.message_seq);
        tx.notices().push(Notice::Recount { room, seq });
    }
}

fn hash(new: &NewChange) -> MessageHash {
    let (kind, content) = match &new.change {
        Change::Edit { body, .. } => (Kind::Edit, body.as_str()),
        Change::Delete => (Kind::Delete, ""),
        Change::React { emoji, on: true } => (Kind::React, emoji.as_str()),
        Change::React { emoji, on: false } => (Kind::Unreact, emoji.as_str()),
        Change::Pin { on: true } => (Kind::Pin, ""),
        Change::Pin { on: false } => (Kind::Unpin, ""),
    };
    commands::hash(kind, new.user, new.message.uuid(), content.as_bytes())
}
