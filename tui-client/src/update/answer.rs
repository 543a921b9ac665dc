//! What the server answered over REST, or the disk.

use chat_protocol::{api::MessagesPage, terminal::SafeText};

use super::{event, list, open, scroll, window};
use crate::{
    input::{Answer, Effect},
    state::{Mode, Older, PublicRoom, State, Tone},
};

pub(super) fn take(state: &mut State, answer: Answer, effects: &mut Vec<Effect>) {
    match answer {
        Answer::Cached { room, messages } => event::page(state, room, messages, true),
        Answer::Older { room, result } => older(state, room, result),
        Answer::Joined(Ok((room, made))) => {
            if made {
                state
                    .notify(Tone::Plain, format!("made #{}: /topic says what it is about", SafeText::line(&room.name)));
            }
            if state.rooms.room(room.id).is_some() {
                open(state, room.id, effects);
            } else {
                state.later.open = Some(room.id);
            }
        }
        Answer::Done(Ok(told)) if told.is_empty() => {}
        Answer::Done(Ok(told)) => state.notify(Tone::Plain, told),
        Answer::Joined(Err(problem)) | Answer::Done(Err(problem)) => state.notify(Tone::Bad, problem),
        Answer::Rooms(Ok(rooms)) => {
            let rooms = rooms.into_iter().map(|room| PublicRoom {
                id: room.id,
                name: SafeText::line(&room.name).to_string(),
                topic: SafeText::line(&room.topic).to_string(),
                members: room.members,
                joined: room.joined,
            });
            list::rooms(state, rooms.collect());
        }
        Answer::Rooms(Err(problem)) | Answer::Link(Err(problem)) => {
            if matches!(state.mode, Mode::List(_) | Mode::Link(_)) {
                state.mode = Mode::Compose;
            }
            state.notify(Tone::Bad, problem);
        }
        Answer::Link(Ok((code, url))) => window::link(state, &code, &url),
        Answer::Password(result) => window::password(state, result),
        Answer::NotSent { room, body, reason } => {
            if let Some(room) = state.rooms.room_mut(room).filter(|room| room.draft.is_empty()) {
                room.draft.insert(&body);
            }
            state.notify(Tone::Bad, format!("not sent: {reason}"));
        }
    }
}

fn older(state: &mut State, id: chat_protocol::RoomId, result: Result<MessagesPage, String>) {
    let Some(room) = state.rooms.room_mut(id) else { return };
    match result {
        Ok(page) => {
            room.older = Older::Idle;
            event::page(state, id, page.messages, page.has_more_before);
            let found = state.rooms.room_mut(id).is_some_and(|room| {
                let after =
                    if room.unread > 0 { room.read_seq } else { room.divider.map_or(0, |divider| divider.after) };
                let found = room.seeks_unread && room.timeline.covers_after(after);
                room.seeks_unread &= !found;
                found
            });
            if found && state.rooms.current_id() == Some(id) {
                scroll::first_unread(state);
            }
        }
        Err(problem) => {
            room.older = Older::Failed;
            room.seeks_unread = false;
            state.notify(Tone::Bad, format!("older messages did not come: {problem}"));
        }
    }
}
