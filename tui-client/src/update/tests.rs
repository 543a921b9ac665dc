//! What keys, the server and time do to the state.

mod attaching;
mod changing;
mod clicking;
mod connection;
mod dropping;
mod going;
mod late_answers;
mod left;
mod moderating;
mod notifying;
mod picturing;
mod preferences;
mod reading;
mod recording;
mod searching;
mod targets;
mod threads;
mod typing_ahead;
mod writing;

use crate::tests::scene::{Scene, room_id};

fn unread(scene: &Scene, room: &str) -> (u64, u64) {
    let room = scene.state.rooms.room(room_id(room)).unwrap();
    (room.unread, room.mentions)
}

fn current(scene: &Scene) -> String {
    scene.state.rooms.current().unwrap().label()
}

fn draft(scene: &Scene) -> &str {
    scene.state.rooms.current().unwrap().draft.text()
}
