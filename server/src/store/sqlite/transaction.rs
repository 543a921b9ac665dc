//! The steps of the rules on rooms, members, messages and the log. Each is SQL, which stands beside its table, or what the
//! writer's cache knows. Those on users, sessions, codes and marks are written as steps in their own files.

use chat_protocol::{
    LogEvent, Message, MessageId, RoomId, RoomSelector, Timestamp, UploadId, UserId, UserSelector, mention::Mention,
};

use super::{access, changes, engine::writer::Tx, files, log, members, message_row, messages, read, rows, users};
use crate::{
    access::Person,
    store::{
        Done, Notice, Result, RowId,
        access::{Access, Place},
        steps::{
            Author, Changes, Ended, EventRows, Log, LogEnd, Lookup, Members, MessageHash, Messages, SentMessage,
            Transaction, Upload,
        },
    },
};

impl Transaction for Tx<'_> {
    fn now(&self) -> Timestamp {
        self.now
    }

    fn notices(&mut self) -> &mut Vec<Notice> {
        &mut self.notices
    }

    fn flush_caches(&mut self) -> Result<()> {
        self.cache.flush(self.db)?;
        self.cache.clear();
        Ok(())
    }
}

impl Lookup for Tx<'_> {
    fn user_row(&self, id: UserId) -> Result<RowId> {
        rows::user_row(self.db, id)
    }

    fn find_user(&self, selector: &UserSelector) -> Result<RowId> {
        rows::find_user(self.db, selector)
    }

    fn find_sent(&self, id: MessageId) -> Result<Option<SentMessage>> {
        changes::find_sent(self.db, id)
    }

    fn find_upload(&self, id: UploadId) -> Result<Option<Upload>> {
        files::find(self.db, id)
    }

    fn find_room(&self, selector: &RoomSelector, user: Option<RowId>) -> Result<Place> {
        access::place(self.db, selector, user)
    }

    fn person(&self, room: RowId, user: Option<RowId>) -> Result<Person> {
        access::person(self.db, room, user)
    }
}

impl Members for Tx<'_> {
    fn writer(&mut self, room: RowId, user: RowId) -> Result<Person> {
        if let Some(person) = self.cache.writer(room, user) {
            return Ok(person);
        }
        let person = access::person(self.db, room, Some(user))?;
        // A mute may end by itself: who is muted is asked for again.
        if let Person::Member { muted: None, .. } = person {
            self.cache.keep_writer(room, user, person);
        }
        Ok(person)
    }

    fn rooms_of(&mut self, user: RowId) -> Result<Vec<RoomId>> {
        members::rooms_of(self.db, user)
    }

    fn count_rooms(&mut self, user: RowId) -> Result<u64> {
        members::count_rooms(self.db, user)
    }

    fn unannounced_room(&mut self, user: RowId) -> Result<Option<RoomId>> {
        members::unannounced_room(self.db, user)
    }

    fn insert_member(&mut self, access: &Access, user: RowId, announced: bool) -> Result<()> {
        members::insert(self.db, access, user, announced)
    }

    fn set_announced(&mut self, access: &Access, user: RowId) -> Result<()> {
        members::set_announced(self.db, access, user)
    }

    fn remove_member(&mut self, access: &Access, user: RowId, ended: &Ended<'_>) -> Result<()> {
        members::remove(self.db, access, user, ended)
    }

    fn change_member_count(&mut self, access: &Access, by: i64) -> Result<()> {
        members::change_count(self.db, access, by)
    }

    fn read_position(&mut self, access: &Access, user: RowId) -> Result<(u64, u64)> {
        read::position(self.db, access, user)
    }

    fn move_read_position(&mut self, access: &Access, user: RowId, from: u64, to: u64) -> Result<()> {
        read::move_to(self, access, user, (from, to))
    }
}

impl Messages for Tx<'_> {
    fn author(&mut self, id: UserId) -> Result<Author> {
        if let Some(author) = self.cache.author(id) {
            return Ok(author);
        }
        let author = users::author(self.db, id)?;
        self.cache.keep_author(id, author.clone());
        Ok(author)
    }

    fn users_named(&mut self, names: &[(String, String)]) -> Result<Vec<Mention>> {
        messages::users_named(self.db, names)
    }

    fn thread_of(&mut self, access: &Access, id: MessageId) -> Result<Option<MessageId>> {
        messages::thread_of(self.db, access, id)
    }

    fn room_size(&mut self, access: &Access) -> Result<u64> {
        messages::room_size(self.db, access)
    }

    fn find_message(&mut self, id: MessageId) -> Result<Option<(Message, MessageHash)>> {
        messages::find(self.db, id)
    }

    fn insert_message(
        &mut self,
        access: &Access,
        author: RowId,
        message: &Message,
        hash: &MessageHash,
        ordinal: u64,
    ) -> Result<bool> {
        messages::insert(self, access, author, message, hash, ordinal)
    }
}

impl Changes for Tx<'_> {
    fn find_command(&mut self, id: MessageId) -> Result<Option<(Done, MessageHash)>> {
        changes::find_command(self.db, id)
    }

    fn insert_command(&mut self, id: MessageId, hash: &MessageHash, access: &Access, seq: u64) -> Result<()> {
        changes::insert_command(self.db, id, hash, access, seq)
    }

    fn message(&mut self, access: &Access, row: RowId) -> Result<Message> {
        message_row::of(self.db, access, row)
    }

    fn insert_edit(&mut self, message: RowId, body: &str, written_at: Timestamp, seq: u64) -> Result<()> {
        changes::insert_edit(self.db, message, body, written_at, seq)
    }

    fn replace_text(&mut self, access: &Access, row: RowId, before: &Message, edited: &Message) -> Result<()> {
        changes::replace_text(self, access, row, before, edited)
    }

    fn erase(&mut self, access: &Access, row: RowId, before: &Message) -> Result<()> {
        changes::erase(self, access, row, before)
    }

    fn remove_reply(&mut self, root: MessageId, author: RowId) -> Result<()> {
        changes::remove_reply(self.db, root, author)
    }

    fn has_reacted(&mut self, message: RowId, emoji: &str, user: RowId) -> Result<bool> {
        changes::has_reacted(self.db, message, emoji, user)
    }

    fn count_reactions(&mut self, message: RowId, emoji: &str) -> Result<(u64, usize)> {
        changes::count_reactions(self.db, message, emoji)
    }

    fn insert_reaction(&mut self, message: RowId, emoji: &str, user: RowId, seq: u64) -> Result<()> {
        changes::insert_reaction(self.db, message, emoji, user, seq)
    }

    fn delete_reaction(&mut self, message: RowId, emoji: &str, user: RowId) -> Result<()> {
        changes::delete_reaction(self.db, message, emoji, user)
    }

    fn count_pins(&mut self, access: &Access, message: RowId) -> Result<(bool, u64)> {
        changes::count_pins(self.db, access, message)
    }

    fn insert_pin(&mut self, access: &Access, message: RowId, seq: u64) -> Result<()> {
        changes::insert_pin(self.db, access, message, seq)
    }

    fn delete_pin(&mut self, access: &Access, message: RowId) -> Result<()> {
        changes::delete_pin(self.db, access, message)
    }
}

impl Log for Tx<'_> {
    fn log_end(&mut self, room: &RoomSelector) -> Result<LogEnd> {
        if let RoomSelector::Id(id) = room
            && let Some(end) = self.cache.log_end(*id)
        {
            return Ok(end);
        }
        let place = access::place(self.db, room, None)?;
        if let Some(end) = self.cache.log_end(place.id) {
            return Ok(end);
        }
        let end = log::end(self.db, place)?;
        self.cache.keep_log_end(end);
        Ok(end)
    }

    fn append(&mut self, access: &Access, rows: EventRows, event: LogEvent) -> Result<u64> {
        log::append(self, access, rows, event)
    }
}
