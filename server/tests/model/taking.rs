//! What a device makes of what it is told, and what it holds the server to while it does.

use std::time::Duration;

use chat_protocol::{Cursor, Epoch, Event, Room, RoomId, follow};

use crate::{
    device::{Answer, Device, Marker},
    held::Held,
};

/// Events of the newest page.
const PAGE: u64 = 20;

impl Device {
    pub(crate) async fn take(&mut self, event: &Event) {
        if let Some(entry) = event.logged() {
            let held = self
                .rooms
                .get_mut(&entry.room)
                .unwrap_or_else(|| panic!("an event of a room that one is not in: {event:?}"));
            held.take(entry.clone(), !self.names_changed);
        }
        let viewer = self.viewer();
        self.views.values_mut().for_each(|room| _ = follow(room, event, &viewer));
        match event {
            Event::Welcome { epoch, rooms, followed_threads, .. } => {
                self.welcome(*epoch, rooms);
                self.greeting.as_mut().expect("greeted").followed_threads.clone_from(followed_threads);
            }
            Event::Reset { room, last_seq, at, why } => {
                assert!(!self.is_live(), "promise 4: an open connection is never reset: {event:?}");
                self.greeting.as_mut().expect("greeted").resets.insert(*room, *why);
                let held = self.newest_page(*room, *last_seq).await;
                assert_eq!(held.cursor().at, *at, "promise 6: a Reset tells where to go on");
                self.rooms.insert(*room, held);
            }
            Event::Live {} => self.live(),
            Event::RoomAdded { room } => {
                self.rooms.insert(room.id, Held::after(place(room)));
                self.views.insert(room.id, room.clone());
            }
            Event::RoomRemoved { room_id, .. } => {
                self.rooms.remove(room_id);
                self.views.remove(room_id);
            }
            Event::Ack { id, room, seq } => {
                self.outbox.answered(*id);
                self.answers.push(Answer::Stored { id: *id, room: *room, seq: *seq });
            }
            Event::Error { id: Some(id), code, retry_after_ms, .. } if code.is_wait() => {
                self.outbox.put_off(*id, Duration::from_millis(retry_after_ms.unwrap_or_default()));
            }
            Event::Error { id: Some(id), code, .. } => {
                self.outbox.answered(*id);
                self.answers.push(Answer::Refused { id: *id, code: *code });
            }
            Event::Error { .. } => panic!("nothing was asked that could be refused: {event:?}"),
            Event::ReadMarker { room, seq, unread, mentions } => {
                self.marker = Some(event.clone());
                let after = self.rooms[room].cursor().seq;
                self.markers.push(Marker { room: *room, seq: *seq, unread: *unread, mentions: *mentions, after });
            }
            Event::Draining { .. } => self.told.0 = true,
            _ => {}
        }
    }

    fn welcome(&mut self, epoch: Epoch, rooms: &[Room]) {
        self.epoch = Some(epoch);
        for room in rooms {
            self.rooms.entry(room.id).or_insert_with(|| Held::after(place(room)));
        }
        self.views = rooms.iter().map(|room| (room.id, room.clone())).collect();
        self.greeting.as_mut().expect("greeted").rooms = rooms.to_vec();
    }

    fn live(&mut self) {
        let greeting = self.greeting.as_mut().expect("greeted");
        greeting.live = true;
        for room in &greeting.rooms {
            let reached = self.rooms[&room.id].cursor().seq;
            assert!(
                reached >= room.last_seq,
                "promise 4: Live, but #{} stands at {reached} of {}",
                room.name,
                room.last_seq
            );
        }
    }

    async fn newest_page(&self, room: RoomId, last: u64) -> Held {
        let after = last.saturating_sub(PAGE);
        let page = self.person.client.events(room, after, PAGE).await;
        let mut held = Held::after(Cursor { seq: after, at: None });
        for event in page.events.into_iter().filter(|entry| entry.seq <= last) {
            held.take(event, true);
        }
        assert_eq!(held.cursor().seq, last, "promise 4: the newest page reaches to the end told");
        held
    }
}

/// A room's end, as a cursor.
fn place(room: &Room) -> Cursor {
    Cursor { seq: room.last_seq, at: room.last_at }
}
