//! What keys, the server and time do to the state.

mod attaching;
mod changing;
mod clicking;
mod clipping;
mod commanding;
mod connection;
mod dropping;
mod going;
mod late_answers;
mod left;
mod moderating;
mod notifying;
mod picturing;
mod preferences;
mod programs;
mod reading;
mod recording;
mod searching;
mod targets;
mod threads;
mod typing_ahead;
mod writing;

use chat_protocol::MessageId;

use super::{
    effect::{Change, Effect},
    input::{Answer, Fetched},
    request::Request,
};
use crate::{
    state::Ticket,
    tests::scene::{Scene, room_id},
};

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

/// What the server is asked for first.
fn asked(scene: &Scene) -> Option<&Request> {
    scene.effects.iter().find_map(|effect| match effect {
        Effect::Ask(_, request) => Some(request),
        _ => None,
    })
}

/// The message that is changed first, and how.
fn changed(scene: &Scene) -> Option<(MessageId, &Change)> {
    scene.effects.iter().find_map(|effect| match effect {
        Effect::Change { message, change, .. } => Some((*message, change)),
        _ => None,
    })
}

/// The server answers with what it keeps a record of.
fn fetched(scene: &mut Scene, ticket: Ticket, fetched: Fetched) {
    scene.answer(Answer::Records(ticket, Ok(fetched)));
}
