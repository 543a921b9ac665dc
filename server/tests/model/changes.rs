//! Messages are changed after they were sent: other texts, deletion, reactions, pins. Each command is sent twice.

use chat_protocol::MessageId;
use proptest::sample::Index;
use serde_json::json;

use crate::{
    plan::{Change, OWNERS, ROOMS},
    record::Due,
    world::World,
};

impl World {
    /// Someone changes a message, of their own where only its author may.
    pub(crate) fn change_message(&mut self, device: usize, nth: &Index, change: Change) {
        self.look();
        let user = OWNERS[device];
        let is_authors = matches!(change, Change::Edit | Change::Delete);
        let may_change = |(id, (room, _)): &(&MessageId, &(usize, u64))| {
            self.record.rooms[*room].members.contains(&user) && (!is_authors || self.record.said[*id].user == user)
        };
        let mut all: Vec<MessageId> = self.record.stored.iter().filter(may_change).map(|(id, _)| *id).collect();
        all.sort();
        if all.is_empty() {
            return;
        }
        let id = *nth.get(&all);
        let (room, seq) = self.record.stored[&id];
        self.record.changes += 1;
        let text = format!("text {}", self.record.changes);
        let due = self.record.due_of(user, room, seq, change, &text);
        // The tombstone stays as it is; deleting it again is no error.
        let wanted = match change {
            Change::Delete => 204,
            _ if self.record.message(room, seq).deleted => 400,
            Change::Edit => 200,
            _ => 204,
        };
        self.record.rooms[room].due.extend(due);
        let command = MessageId::now_v7();
        self.carry_out(user, id, command, change, &text, wanted);
        self.look();
        self.carry_out(user, id, command, change, &text, wanted);
        self.look();
        self.check_unread(room);
    }

    fn carry_out(&self, user: usize, id: MessageId, command: MessageId, change: Change, text: &str, wanted: u16) {
        let person = self.person(user);
        let (message, named) = (format!("/api/messages/{id}"), json!({ "id": command }));
        self.runtime.block_on(async {
            loop {
                let answer = match change {
                    Change::Edit => person.patch(&message, json!({ "id": command, "body": text })).await,
                    Change::Delete => person.delete_json(&message, named.clone()).await,
                    Change::React { emoji, on: true } => {
                        person.put_json(&format!("{message}/reactions/{emoji}"), named.clone()).await
                    }
                    Change::React { emoji, on: false } => {
                        person.delete_json(&format!("{message}/reactions/{emoji}"), named.clone()).await
                    }
                    Change::Pin { on: true } => person.put_json(&format!("{message}/pin"), named.clone()).await,
                    Change::Pin { on: false } => person.delete_json(&format!("{message}/pin"), named.clone()).await,
                };
                if answer.status != 429 {
                    answer.is(wanted);
                    return;
                }
                tokio::task::yield_now().await;
            }
        });
    }

    /// What is unread is what the log says, for everyone of whom it is known how far they have read.
    fn check_unread(&self, room: usize) {
        let of_room = &self.record.rooms[room];
        for (user, read) in of_room.read.iter().filter(|(user, _)| of_room.members.contains(user)) {
            let told = self.runtime.block_on(self.person(*user).room(ROOMS[room]));
            let unread = self.record.unread(*user, room, *read, of_room.log.len());
            assert_eq!(told.unread, Some(unread), "exact after every change: {} read {read}", ROOMS[room]);
        }
    }
}

impl crate::record::Record {
    /// The events that must come of a change, in their order.
    fn due_of(&self, user: usize, room: usize, seq: u64, change: Change, text: &str) -> Vec<Due> {
        let message = self.message(room, seq);
        let is_pinned = self.rooms[room].pins.contains(&message.id);
        let (id, own) = (message.id, self.people[user].id);
        match change {
            Change::Delete if message.deleted => vec![],
            Change::Delete if is_pinned => vec![Due::Pinned(user, id, false), Due::Deleted(user, id)],
            Change::Delete => vec![Due::Deleted(user, id)],
            _ if message.deleted => vec![],
            Change::Edit => vec![Due::Edited(user, id, text.to_owned())],
            Change::Pin { on } if on == is_pinned => vec![],
            Change::Pin { on } => vec![Due::Pinned(user, id, on)],
            Change::React { emoji, on } => {
                let reaction = message.reactions.iter().find(|reaction| reaction.emoji == emoji);
                let has = reaction.is_some_and(|reaction| reaction.users.iter().any(|other| other.id == own));
                let count = reaction.map_or(0, |reaction| reaction.count);
                let count = if on { count + 1 } else { count.saturating_sub(1) };
                if has == on { vec![] } else { vec![Due::Reacted(user, id, emoji, on, count)] }
            }
        }
    }
}
