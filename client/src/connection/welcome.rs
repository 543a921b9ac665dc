//! The server's first word: who one is, in which rooms, and what one may send.

use std::{cmp::Reverse, sync::atomic::Ordering, time::Instant};

use chat_protocol::{Epoch, Limits, Room, RoomId, User};

use super::{Connection, Request, session::Session};
use crate::{Status, store::Change};

impl Connection {
    pub(super) fn welcome(&mut self, session: &mut Session, user: &User, epoch: Epoch, rooms: &[Room]) {
        let now = Instant::now();
        session.welcomed = true;
        self.live.store(true, Ordering::Relaxed);
        self.know_me(user);
        let fresh = self.cursors.welcome(epoch, rooms);
        self.store.change(Change::Welcome { epoch, user: user.clone(), rooms: rooms.to_vec() });
        self.activity.welcome(rooms, now);
        for room in rooms {
            if room.read_seq.is_some_and(|seq| self.activity.confirmed(room.id, seq)) {
                self.store.change(Change::Read { room: room.id, wanted: None });
            }
        }
        if self.options.pages {
            self.want_pages(rooms, &fresh);
        }
        // Other processes of this account may have ended, and left something to send.
        if let Some(back) = self.back.upgrade() {
            self.store.adopt(move |rows, left| {
                let _ = back.send(Request::Adopted { rows, left });
            });
        }
    }

    /// Asks for the newest messages of rooms that are not cached: what is on the screen first, then the liveliest.
    pub(super) fn want_pages(&mut self, rooms: &[Room], fresh: &[RoomId]) {
        let mut wanted: Vec<&Room> =
            rooms.iter().filter(|room| fresh.contains(&room.id) || !self.pages.has(room.id)).collect();
        wanted.sort_by_key(|room| Reverse(room.last_at));
        for room in wanted {
            self.pages.want(room.id);
        }
        let first = self.options.first_room.as_deref().map(|name| name.trim_start_matches('#'));
        let is_first = |room: &&Room| {
            first.is_some_and(|first| room.name.eq_ignore_ascii_case(first) || room.id.to_string() == first)
        };
        if let Some(room) = rooms.iter().find(is_first) {
            self.pages.first(&[room.id]);
        }
        self.pages.first(self.activity.focused());
        self.pages.resume();
    }

    pub(super) fn know_me(&mut self, user: &User) {
        if self.me != *user {
            self.me = user.clone();
            self.store.change(Change::User { user: user.clone() });
        }
        if self.account.user.name != user.name {
            self.account.user = user.clone();
            let account = self.account.clone();
            tokio::task::spawn_blocking(move || account.keep_user());
        }
    }

    pub(super) fn limit(&self, session: &mut Session, limits: &Limits) {
        self.max_body.store(limits.longest_body(), Ordering::Relaxed);
        session.frame_bytes = limits.largest_frame();
    }

    pub(super) fn tell_progress(&mut self) {
        let (done, total) = self.cursors.progress();
        if total > 0 {
            self.updates.status(Status::CatchingUp { done, total });
        }
    }
}
