//! How each step is taken.

use chat_protocol::{Command, ErrorCode, MessageId};
use proptest::sample::Index;
use serde_json::{Value, json};

use crate::{
    asked::Asked,
    device::{Answer, Device, Lost},
    plan::{OWNERS, PEOPLE, ROOMS, Step, Volume, Wording},
    promises,
    record::{Due, Known, Mentioned, Said},
    world::World,
};

/// Connections of a crowd.
const CROWD: usize = 4;

impl World {
    /// Takes one step, and looks at everything.
    pub(crate) fn take(&mut self, step: Step) {
        match step {
            Step::Connect { device, narrow, cut } => {
                self.online[device] = true;
                self.connect(device, narrow, cut);
            }
            Step::CutLater { device, cut } => self.devices[device].cut_later(cut),
            Step::Go { device, silent } => {
                self.online[device] = false;
                let line = self.devices[device].go();
                self.silent.extend(line.filter(|_| silent));
            }
            Step::Say { device, room, bytes, wording } => {
                self.type_worded(device, room, bytes, &wording);
                if self.is_there(device) {
                    self.flush(device);
                }
            }
            Step::Hurry { device, room, count } => {
                self.type_in(device, room, count, 20);
                if self.is_there(device) {
                    // A line that breaks is found when the device comes back.
                    _ = self.runtime.block_on(self.devices[device].hurry());
                }
            }
            Step::Together { room, each } => self.together(room, each),
            Step::Resend { device, nth, rest } => self.resend(device, &nth, rest),
            Step::Reuse { device, nth } => self.reuse(device, &nth),
            Step::Redo { device, nth } => self.redo(device, &nth),
            Step::Change { device, nth, recent, change, path } => {
                self.change_message(device, &nth, recent, change, path);
            }
            Step::Follow { user, nth, on } => self.follow(user, &nth, on),
            Step::Join { user, room } => self.join(user, room),
            Step::Leave { user, room } => self.leave(user, room),
            Step::Topic { user, room } => self.set_topic(user, room),
            Step::Rename { user } => self.rename(user),
            Step::SignOut { user, how } => self.sign_out(user, how),
            Step::Read { device, room, but } => self.read(device, room, but),
            Step::Flood { room, volume } => self.flood(room, volume),
            Step::CatchUp { device } => {
                if self.is_there(device) {
                    self.catch_up(device);
                    if self.devices.iter().all(|device| device.outbox.is_empty()) && self.is_there(device) {
                        self.settle(device);
                    }
                }
            }
            Step::Restart(end) => self.restart(end),
            Step::Keep(way) => self.keep(way),
            Step::PutBack { nth, way, after, meanwhile } => {
                self.put_back(&nth, way, after);
                // Everyone else comes back with their next step.
                if let Some(room) = meanwhile {
                    self.flood(room, Volume::Some);
                }
            }
        }
        self.look();
        self.come_back_anywhere();
    }

    /// Someone types: it waits on their device from now on.
    fn type_in(&mut self, device: usize, room: usize, count: usize, bytes: usize) {
        for _ in 0..count {
            let id = self.record.say(OWNERS[device], device, room, "x".repeat(bytes));
            self.devices[device].outbox.push(id, self.record.command(id));
        }
    }

    /// The same, and it mentions someone or answers something.
    fn type_worded(&mut self, device: usize, room: usize, bytes: usize, wording: &Wording) {
        self.look();
        let mut body = "x".repeat(bytes);
        let mentioned = wording.mentioned.map(|user| {
            let everyone = user == PEOPLE;
            let name = if everyone { "room" } else { &self.record.people[user].name };
            body = format!("@{name} {body}");
            if everyone { Mentioned::Everyone } else { Mentioned::User(user) }
        });
        let answers = wording.answers.as_ref().and_then(|nth| self.record.pick_stored(nth, false, |_, at| at == room));
        let id = self.record.say(OWNERS[device], device, room, body);
        let said = self.record.said.get_mut(&id).expect("just said");
        (said.mentioned, said.reply_to) = (mentioned, answers);
        self.devices[device].outbox.push(id, self.record.command(id));
    }

    fn together(&mut self, room: usize, each: usize) {
        for device in 0..OWNERS.len() {
            self.type_in(device, room, each, 30);
            self.is_there(device);
        }
        let there = self.devices.iter_mut().filter(|device| device.is_connected());
        // A line that breaks is found when the device comes back.
        self.runtime.block_on(async { futures_util::future::join_all(there.map(Device::flush)).await });
    }

    /// One of the messages that a device's user has said, in any room.
    fn pick(&self, device: usize, nth: &Index) -> Option<MessageId> {
        let of_user = |id: &&MessageId| {
            let said = &self.record.said[*id];
            said.user == OWNERS[device]
                && said.answer != Known::Refused
                && !self.devices.iter().any(|device| device.outbox.holds(**id))
        };
        let all: Vec<_> = self.record.said.keys().filter(of_user).collect();
        (!all.is_empty()).then(|| **nth.get(&all))
    }

    fn resend(&mut self, device: usize, nth: &Index, rest: bool) {
        self.look();
        let Some(id) = self.pick(device, nth) else { return };
        if !rest && !self.is_there(device) {
            return;
        }
        let said = self.record.said.get_mut(&id).expect("it was said");
        if said.answer == Known::Unknown {
            // A history that was put back has lost it: now it stands later than what was said after it.
            said.turn = None;
        }
        if rest {
            self.resend_over_rest(device, id);
        } else {
            self.devices[device].outbox.push(id, self.record.command(id));
            self.flush(device);
        }
    }

    fn resend_over_rest(&mut self, device: usize, id: MessageId) {
        let said = &self.record.said[&id];
        let (known, room) = (said.answer, self.record.setting.rooms[said.room]);
        let message = json!({ "id": id, "room": room, "body": said.body, "reply_to": said.reply_to });
        let answer = self.post_patiently(device, message);
        self.record.answer(match answer.status {
            400 => Answer::Refused { id, code: ErrorCode::BadRequest },
            403 => Answer::Refused { id, code: ErrorCode::Forbidden },
            status => {
                assert!(known == Known::Unknown || status == 200, "promise 3: it was stored before");
                assert!(matches!(status, 200 | 201), "{}", answer.text);
                let message: chat_protocol::Message = answer.read();
                Answer::Stored { id: message.id, room: message.room, seq: message.seq }
            }
        });
    }

    fn reuse(&mut self, device: usize, nth: &Index) {
        self.look();
        let Some(id) = self.pick(device, nth) else { return };
        if self.record.said[&id].answer == Known::Unknown {
            return;
        }
        let commands = self.record.asked.iter().filter(|(_, asked)| self.record.place_of(asked).is_some());
        let ids: Vec<MessageId> = commands.map(|(id, _)| *id).chain([id]).collect();
        let id = *nth.get(&ids);
        let answer = self.post_patiently(device, json!({ "id": id, "room": "lobby", "body": "something else" }));
        assert_eq!(answer.status, 409, "promise 3: an id is used once");
    }

    /// Posts a message over REST, again where that was too fast.
    fn post_patiently(&self, device: usize, message: Value) -> chat_testing::Answer {
        let client = self.devices[device].person.client.at(self.url());
        self.runtime.block_on(async {
            loop {
                let answer = client.post("/api/messages", message.clone()).await;
                if answer.status != 429 {
                    return answer;
                }
                tokio::task::yield_now().await;
            }
        })
    }

    fn join(&mut self, user: usize, room: usize) {
        if self.record.rooms[room].members.insert(user) {
            self.record.rooms[room].due.push_back(Due::Joined(user));
            // It may have been refused, and the refusal lost with its line: sent again, it stands later than what was
            // said after it.
            let unheard = |said: &&mut Said| (said.user, said.room, said.answer) == (user, room, Known::Unknown);
            self.record.said.values_mut().filter(unheard).for_each(|said| said.turn = None);
            let own = |asked: &&mut Asked| (asked.user, asked.room) == (user, room);
            self.record.asked.values_mut().filter(own).for_each(|asked| asked.turn = None);
        }
        self.runtime.block_on(self.person(user).join(ROOMS[room]));
    }

    fn leave(&mut self, user: usize, room: usize) {
        if self.record.rooms[room].members.remove(&user) {
            self.record.rooms[room].due.push_back(Due::Left(user));
        }
        self.runtime.block_on(self.person(user).leave(ROOMS[room]));
    }

    fn set_topic(&mut self, user: usize, room: usize) {
        if !self.record.rooms[room].members.contains(&user) {
            return;
        }
        let topic = format!("topic {}", self.record.rooms[room].log.len());
        if self.record.rooms[room].topic != topic {
            self.record.rooms[room].topic.clone_from(&topic);
            self.record.rooms[room].due.push_back(Due::Topic(user, topic.clone()));
        }
        self.runtime.block_on(self.person(user).set_topic(ROOMS[room], &topic));
    }

    /// Someone has read a room: the marker comes back, moved forward only, with what is unread after it.
    fn read(&mut self, device: usize, room: usize, but: u64) {
        let user = OWNERS[device];
        if !self.record.rooms[room].members.contains(&user) || !self.is_there(device) {
            return;
        }
        self.look();
        let known = self.record.rooms[room].log.len();
        let seq = (known as u64).saturating_sub(but);
        let before = self.record.rooms[room].read.remove(&user);
        let id = self.record.setting.rooms[room];
        let command = Command::Read { room: id.into(), seq, back: false };
        self.devices[device].marker = None;
        let server = self.url();
        let (devices, record) = (&mut self.devices[device], &mut self.record);
        let marked: Result<(), Lost> = self.runtime.block_on(async {
            devices.send(&command).await?;
            loop {
                devices.next().await?;
                let Some(marker) = devices.marker.take() else { continue };
                let chat_protocol::Event::ReadMarker { room: of, seq: at, .. } = marker else { continue };
                record.read_on(&server).await;
                let wanted = before.map_or(at.max(seq), |before| before.max(seq));
                // One of an earlier moment may have been waiting.
                if of == id && promises::read_up_to(record, user, room, wanted, known, &marker) {
                    record.rooms[room].read.insert(user, wanted);
                    return Ok(());
                }
            }
        });
        // A line that breaks is found when the device comes back; how far was read is unknown then.
        _ = marked;
    }

    /// Nobody reads while a crowd talks: what does not fit is found in the log later.
    fn flood(&mut self, room: usize, volume: Volume) {
        let (count, bytes) = match volume {
            Volume::Some => (40, 100),
            Volume::Many => (600, 300),
            Volume::Long => (110, 14_000),
            Volume::TooMany => (2_050, 10),
        };
        let mut crowd = self.crowd(CROWD);
        for i in 0..count {
            let body = "x".repeat(bytes);
            let number = OWNERS.len();
            let id = self.record.say(PEOPLE, number, room, body);
            self.record.said.get_mut(&id).expect("just said").turn = None;
            crowd[i % CROWD].outbox.push(id, self.record.command(id));
        }
        let server = self.url();
        self.runtime.block_on(async {
            let talk = crowd.iter_mut().map(async |device| {
                device.connect(&server, false, None).await.expect("a whole line");
                device.flush().await.expect("promise 5: slow readers are nobody else's matter");
            });
            futures_util::future::join_all(talk).await;
        });
        for device in crowd {
            device.answers.iter().for_each(|answer| self.record.answer(*answer));
        }
    }
}
