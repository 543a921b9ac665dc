//! Messages are changed after they were sent: other texts, deletion, reactions, pins; threads are followed.

use chat_protocol::{Command, ErrorCode, Message, MessageId};
use proptest::sample::Index;
use serde_json::json;

use crate::{
    device::{Answer, Device},
    plan::{Change, OWNERS, PEOPLE, Path},
    world::World,
};

impl World {
    /// Someone changes a message, of their own where only its author may.
    pub(crate) fn change_message(&mut self, device: usize, nth: &Index, recent: bool, change: Change, path: Path) {
        self.look();
        let user = OWNERS[device];
        let is_authors = matches!(change, Change::Edit | Change::Delete);
        let room_of_new = nth.index(self.record.rooms.len());
        let found = match path {
            Path::Behind => None,
            _ => self.record.pick_stored(nth, recent, |id, room| {
                self.record.rooms[room].members.contains(&user) && (!is_authors || self.record.said[id].user == user)
            }),
        };
        // Who has said nothing yet does so first.
        let message = found.unwrap_or_else(|| {
            let room = if matches!(path, Path::Behind) { room_of_new } else { 0 };
            let id = self.record.say(user, device, room, "x".repeat(10));
            self.devices[device].outbox.push(id, self.record.command(id));
            id
        });
        let room = self.record.said[&message].room;
        self.record.texts += 1;
        // It mentions others than before.
        let text = match nth.index(3) {
            0 => format!("text {}", self.record.texts),
            1 => format!("text {} for @{}", self.record.texts, self.record.people[self.record.texts % PEOPLE].name),
            _ => format!("text {} for @room", self.record.texts),
        };
        let by_device = (!matches!(path, Path::Rest)).then_some(device);
        let id = self.record.ask(user, by_device, room, message, change, text);
        match path {
            Path::Rest if found.is_some() => self.change_over_rest(user, id),
            Path::Rest | Path::Socket => {
                self.put_in_outbox(device, id);
                if self.is_there(device) {
                    self.flush(device);
                }
            }
            Path::Hurry | Path::Behind => {
                self.put_in_outbox(device, id);
                if self.is_there(device) {
                    // A line that breaks is found when the device comes back.
                    _ = self.runtime.block_on(self.devices[device].hurry());
                }
            }
        }
        self.look();
        self.see_changed(message);
    }

    /// A command that was carried out is sent once more.
    pub(crate) fn redo(&mut self, device: usize, nth: &Index) {
        self.look();
        let user = OWNERS[device];
        let done =
            self.record.asked.iter().filter(|(_, asked)| asked.user == user && self.record.is_done_and_alone(asked));
        let done: Vec<MessageId> =
            done.map(|(id, _)| *id).filter(|id| !self.devices.iter().any(|device| device.outbox.holds(*id))).collect();
        if done.is_empty() || !self.is_there(device) {
            return;
        }
        let id = *nth.get(&done);
        self.record.asked.get_mut(&id).expect("asked").turn = None;
        self.put_in_outbox(device, id);
        self.flush(device);
    }

    fn put_in_outbox(&mut self, device: usize, id: MessageId) {
        let command = self.command_of(id);
        self.devices[device].outbox.push(id, command);
    }

    fn command_of(&self, id: MessageId) -> Command {
        let asked = &self.record.asked[&id];
        let message_id = asked.message;
        match asked.change {
            Change::Edit => Command::EditMessage { id, message_id, body: asked.text.clone() },
            Change::Delete => Command::DeleteMessage { id, message_id },
            Change::React { emoji, on } => Command::React { id, message_id, emoji: emoji.to_owned(), on },
            Change::Pin { on } => Command::Pin { id, message_id, on },
        }
    }

    /// Over REST it is the same command: sent again on a socket, it is answered alike, and told where it stands.
    fn change_over_rest(&mut self, user: usize, id: MessageId) {
        let status = self.request_change(user, id);
        let is_quiet = self.devices.iter().all(|device| device.outbox.is_empty());
        let mut again = Device::new(self.record.people[user].clone());
        again.outbox.push(id, self.command_of(id));
        let server = self.url();
        self.runtime.block_on(async {
            again.connect(&server, false, None).await.expect("a whole line");
            again.flush().await.expect("a whole line");
        });
        for answer in again.answers.drain(..) {
            let wanted = match answer {
                Answer::Stored { .. } => [200, 204].contains(&status),
                Answer::Refused { code: ErrorCode::BadRequest, .. } => status == 400,
                Answer::Refused { .. } => [403, 404].contains(&status),
            };
            assert!(wanted || !is_quiet, "promise 3: {status} over REST, {answer:?} on a socket");
            self.record.answer(answer);
        }
    }

    fn request_change(&self, user: usize, id: MessageId) -> u16 {
        let person = self.person(user);
        let asked = &self.record.asked[&id];
        let (message, named) = (format!("/api/messages/{}", asked.message), json!({ "id": id }));
        self.runtime.block_on(async {
            loop {
                let answer = match asked.change {
                    Change::Edit => person.patch(&message, json!({ "id": id, "body": asked.text })).await,
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
                    return answer.status;
                }
                tokio::task::yield_now().await;
            }
        })
    }

    /// A message is shown as it now is, by itself and to anyone who comes back from before it or its changes.
    fn see_changed(&mut self, id: MessageId) {
        let Some((room, seq)) = self.record.stored.get(&id).copied() else { return };
        let before = self.record.rooms[room].log.len();
        let path = format!("/api/messages/{id}");
        let shown: Message = self.runtime.block_on(self.person(PEOPLE).get(&path)).is(200).read();
        self.look();
        if self.record.rooms[room].log.len() == before {
            assert_eq!(shown, *self.record.message(room, seq), "a message is shown as it now is");
        }
        let seen = |other: usize| {
            let end = self.record.rooms[other].log.len();
            if other == room { usize::try_from(seq).unwrap() - 1 } else { end }
        };
        let seen: Vec<usize> = (0..self.record.rooms.len()).map(seen).collect();
        self.come_back_from(&seen);
    }

    /// Someone follows the thread of a message, or leaves it.
    pub(crate) fn follow(&mut self, user: usize, nth: &Index, on: bool) {
        self.look();
        let is_member = |_: &MessageId, room: usize| self.record.rooms[room].members.contains(&user);
        let Some(id) = self.record.pick_stored(nth, false, is_member) else { return };
        let (room, root) = (self.record.stored[&id].0, self.record.root_of(id));
        let (person, path) = (self.person(user), format!("/api/messages/{id}/follow"));
        self.runtime.block_on(async {
            let answer = if on { person.put(&path).await } else { person.delete(&path).await };
            answer.is(204);
        });
        self.record.rooms[room].follows.insert((user, root), on);
    }
}
