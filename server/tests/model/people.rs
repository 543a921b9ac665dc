//! People take other names, and sign their devices out.

use chat_protocol::Cursor;
use serde_json::json;

use crate::{
    held::Held,
    plan::SignOut,
    promises,
    setting::{ask, url},
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
        let before = self.record.people[user].token.clone();
        let sound: Vec<_> = self.devices.iter().map(|device| device.is_sound()).collect();
        let token = self.runtime.block_on(async {
            let address = self.server.as_ref().expect("it runs").address;
            let code = ask(self.http.post(url(address, "link-codes")).bearer_auth(&before)).await;
            let new = json!({ "link_code": code["code"] });
            let signed_in = ask(self.http.post(url(address, "sessions")).json(&new)).await;
            signed_in["token"].as_str().expect("a token").to_owned()
        });
        self.record.people[user].token.clone_from(&token);
        let concerned = |device: &crate::device::Device| device.person.user == user;
        self.devices.iter_mut().filter(|device| concerned(device)).for_each(|device| device.server_ends = true);
        match how {
            SignOut::ByList => self.end_other_sessions(user),
            SignOut::ByPassword => {
                let (old, new) = (self.record.people[user].password.clone(), format!("password of {token}"));
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
            device.person.token.clone_from(&token);
        }
        let me = self.http.get(url(self.address(), "users/me")).bearer_auth(before);
        let answer = self.runtime.block_on(me.send()).unwrap();
        assert_eq!(answer.status(), 401, "a token that was signed out is invalid");
    }

    fn end_other_sessions(&self, user: usize) {
        let token = &self.record.people[user].token;
        self.runtime.block_on(async {
            let sessions = ask(self.http.get(url(self.address(), "sessions")).bearer_auth(token)).await;
            for session in sessions.as_array().expect("a list").iter().filter(|session| session["current"] == false) {
                let path = format!("sessions/{}", session["id"].as_str().expect("an id"));
                ask(self.http.delete(url(self.address(), &path)).bearer_auth(token)).await;
            }
        });
    }

    fn change(&self, user: usize, change: serde_json::Value) {
        let request = self.http.patch(url(self.address(), "users/me")).json(&change);
        self.runtime.block_on(ask(request.bearer_auth(&self.record.people[user].token)));
    }

    /// Memory is the log: who comes back now is told what a page of the log tells, wherever it is taken from.
    pub(crate) fn come_back_anywhere(&mut self) {
        MISSED.into_iter().for_each(|missed| self.come_back_after(missed));
    }

    fn come_back_after(&mut self, missed: usize) {
        let mut returning = self.crowd(1).pop().expect("one");
        returning.epoch = Some(self.record.epoch);
        for (id, room) in self.record.setting.rooms.iter().zip(&self.record.rooms) {
            let after = room.log.len().saturating_sub(missed);
            let last = after.checked_sub(1).map(|last| room.log[last].cursor());
            let cursor = last.unwrap_or(Cursor { seq: 0, at: None });
            returning.rooms.insert(*id, Held::after(cursor));
        }
        let address = self.address();
        self.runtime.block_on(async {
            returning.connect(address, false, None).await.expect("a whole line");
            self.record.read_on(address).await;
        });
        promises::the_same_for_everyone(&returning, &self.record);
    }
}
