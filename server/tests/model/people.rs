//! People take other names, and sign their devices out.

use chat_protocol::{Cursor, api::Session};
use serde_json::json;

use crate::{
    held::Held,
    plan::{PEOPLE, SignOut},
    promises,
    world::World,
};

/// Close code of a device that was signed out.
const SIGNED_OUT: u16 = 4403;
/// Events of each room that one who comes back has missed: as many as are in memory, or more.
const MISSED: [usize; 4] = [1, 2, 5, 20];

impl World {
    /// Someone takes another name: from now on the log tells everything under it.
    pub(crate) fn rename(&mut self, user: usize) {
        self.look();
        self.renames += 1;
        let name = format!("{}-{}", self.record.setting.people[user].name, self.renames);
        self.change(user, json!({ "name": name }));
        self.record.rename(user, &name);
        for device in &mut self.devices {
            device.names_changed = true;
            device.rooms.values_mut().for_each(Held::age);
            if device.person.user == user {
                device.person.name.clone_from(&name);
            }
        }
    }

    /// Someone signs in once more, and signs their other devices out.
    pub(crate) fn sign_out(&mut self, user: usize, how: SignOut) {
        let before = self.person(user);
        let sound: Vec<_> = self.devices.iter().map(|device| device.is_sound()).collect();
        let client = self.runtime.block_on(before.another_device());
        self.record.people[user].client = client.clone();
        let concerned = |device: &crate::device::Device| device.person.user == user;
        self.devices.iter_mut().filter(|device| concerned(device)).for_each(|device| device.server_ends = true);
        match how {
            SignOut::ByList => self.end_other_sessions(user),
            SignOut::ByPassword => {
                let (old, new) = (self.record.people[user].password.clone(), format!("password of {}", client.token));
                self.change(user, json!({ "password": new, "current_password": old }));
                self.record.people[user].password = Some(new);
            }
        }
        for (device, sound) in self.devices.iter_mut().zip(sound).filter(|(device, _)| concerned(device)) {
            let was_connected = device.is_connected();
            self.runtime.block_on(device.read_to_end());
            if was_connected && sound {
                assert_eq!(device.told.1, Some(SIGNED_OUT), "a device that is signed out is told");
            }
            device.person.client = client.clone();
        }
        let answer = self.runtime.block_on(before.get("/api/users/me"));
        assert_eq!(answer.status, 401, "a token that was signed out is invalid");
    }

    fn end_other_sessions(&self, user: usize) {
        let person = self.person(user);
        self.runtime.block_on(async {
            let sessions: Vec<Session> = person.get("/api/sessions").await.is(200).read();
            for session in sessions.iter().filter(|session| !session.current) {
                person.delete(&format!("/api/sessions/{}", session.id)).await.is(204);
            }
        });
    }

    fn change(&self, user: usize, change: serde_json::Value) {
        self.runtime.block_on(self.person(user).patch("/api/users/me", change)).is(200);
    }

    /// Memory is the log: who comes back now is told what a page of the log tells, wherever it is taken from.
    pub(crate) fn come_back_anywhere(&mut self) {
        MISSED.into_iter().for_each(|missed| self.come_back_after(missed));
    }

    fn come_back_after(&mut self, missed: usize) {
        let ends: Vec<_> = self.record.rooms.iter().map(|room| room.log.len().saturating_sub(missed)).collect();
        self.come_back_from(&ends);
    }

    /// Someone comes back who has seen so many events of each room.
    pub(crate) fn come_back_from(&mut self, seen: &[usize]) {
        let mut returning = self.crowd(1).pop().expect("one");
        returning.epoch = Some(self.record.epoch);
        for ((id, room), after) in self.record.setting.rooms.iter().zip(&self.record.rooms).zip(seen) {
            let after = *after;
            let last = after.checked_sub(1).map(|last| room.log[last].cursor());
            let cursor = last.unwrap_or(Cursor { seq: 0, at: None });
            returning.rooms.insert(*id, Held::after(cursor));
        }
        let server = self.url();
        let before = self.record.ends(PEOPLE);
        self.runtime.block_on(async {
            returning.connect(&server, false, None).await.expect("a whole line");
            self.record.read_on(&server).await;
        });
        if before == self.record.ends(PEOPLE) {
            promises::the_same_just_now(&returning, &self.record);
            promises::coming_back(PEOPLE, returning.greeting.as_ref().expect("greeted"), &self.record);
        } else {
            // What was under way has come meanwhile.
            promises::the_same_for_everyone(&returning, &self.record);
        }
    }
}
