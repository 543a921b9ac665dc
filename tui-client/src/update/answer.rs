//! What the server answered over REST, or the disk.

use chat_protocol::{Room, api::MessagesPage, body::Body, terminal::SafeText};

use super::{
    bots, clipboard, dropped, event, files, list, overlay, past, pictures, records, scroll, search, thread, webhooks,
};
use crate::{
    layout::timeline::reply,
    state::{Older, PublicRoom, State, Ticket, Tone},
    update::{effect::Effect, input::Answer},
};

pub(super) fn apply(state: &mut State, answer: Answer, effects: &mut Vec<Effect>) {
    match answer {
        Answer::Cached { room, messages } if messages.is_empty() => {
            // Nobody has said anything there, or the disk does not know: the server is asked.
            if let Some(room) = state.rooms.room_mut(room) {
                room.begin_at_end();
            }
        }
        Answer::Cached { room, messages } => event::page(state, room, messages, true),
        Answer::Older { room, result } => older(state, room, result),
        Answer::Joined(ticket, Ok((room, made))) => {
            if state.rooms.room(room.id).is_some_and(|room| !room.gone) {
                event::joined(state, room.id, ticket, effects);
            } else {
                state.transient.open = Some((room.id, ticket));
            }
            if made {
                // Its empty page says what to do there.
                state.notify_anywhere(Tone::Plain, format!("made #{}", SafeText::line(&room.name)));
            }
        }
        Answer::Done(Ok(notice)) if notice.is_empty() => {}
        Answer::Left(Ok(())) => {}
        Answer::Left(Err(problem)) => {
            state.transient.leave = None;
            state.notify_anywhere(Tone::Bad, problem);
        }
        Answer::Done(Ok(notice)) => state.notify_anywhere(Tone::Plain, notice),
        Answer::Joined(_, Err(problem)) | Answer::Done(Err(problem)) => state.notify_anywhere(Tone::Bad, problem),
        Answer::Rooms(ticket, Ok(rooms)) => {
            let rooms = rooms.into_iter().map(|room| PublicRoom {
                id: room.id,
                name: SafeText::line(&room.name).to_string(),
                topic: SafeText::line(&room.topic).to_string(),
                members: room.members,
                joined: room.joined,
            });
            list::rooms(state, ticket, Ok(rooms.collect()));
        }
        Answer::Rooms(ticket, Err(problem)) => list::rooms(state, ticket, Err(problem)),
        Answer::Link(ticket, result) => overlay::link(state, ticket, result),
        Answer::Password(ticket, result) => overlay::password(state, ticket, result),
        Answer::Direct(ticket, text, result) => direct(state, ticket, &text, result, effects),
        Answer::Thread { room, first, result } => thread::page(state, room, first, result),
        Answer::Past { room, around, page, result } => past::page(state, room, around, page, result),
        Answer::Search { query, before, result } => search::found(state, query, before, result, effects),
        Answer::Records(ticket, result) => records::fetched(state, ticket, result),
        Answer::Ended { records: of, id, result } => records::ended(state, of, id, result),
        Answer::Invite(ticket, result) => overlay::invite(state, ticket, result),
        Answer::Hook(ticket, result) => overlay::hook(state, ticket, result, effects),
        Answer::EndedHook { hook, result } => records::ended_hook(state, hook, result),
        Answer::Webhook(ticket, result) => overlay::webhook(state, ticket, result, effects),
        Answer::EndedWebhook(result) => webhooks::ended(state, result),
        Answer::Bot(ticket, result) => overlay::bot(state, ticket, result, effects),
        Answer::EndedBot { name, result } => bots::ended(state, name, result),
        Answer::Pins { room, result } => {
            for message in result.iter().flatten() {
                state.people.learn(&message.author);
            }
            list::pins(state, room, result.as_deref());
            if let Some(room) = state.rooms.room_mut(room) {
                // Without an answer, pins are told of by their events alone.
                if let Ok(pins) = result {
                    room.timeline.set_pinned(pins.iter().map(|message| message.id));
                    room.newest_pin = pins.first().map(|pin| (pin.id, reply::first_words(pin)));
                }
            }
        }
        Answer::Dropped { ticket, path, size, pasted } => dropped::offer(state, ticket, path, size, pasted),
        Answer::Clipboard(ticket, result) => clipboard::answered(state, ticket, result),
        Answer::Saving { file, bytes } => state.saving.came(file, bytes),
        Answer::Saved { wanted, paths, result } => files::saved(state, &wanted, paths, result),
        Answer::Picture { picture, result } => pictures::loaded(state, picture, result),
        Answer::Cell(cell) => state.pictures.cell = cell,
        Answer::Outbox(entry) => super::outbox(state, entry),
    }
}

/// A direct room is there: it comes to the screen as one that was joined does, and what was to be said there is said.
fn direct(state: &mut State, ticket: Ticket, text: &str, result: Result<Box<Room>, String>, effects: &mut Vec<Effect>) {
    match result {
        Ok(room) => {
            if state.rooms.room(room.id).is_none() {
                let seen = state.rooms.seen(&room);
                state.rooms.add(seen);
                state.rooms.sort();
            }
            if let Ok(body) = Body::parse(text, state.longest_body.unwrap_or(usize::MAX)) {
                effects.push(Effect::Send { room: room.id, body, reply_to: None });
            }
            event::joined(state, room.id, ticket, effects);
        }
        Err(problem) if text.is_empty() => state.notify_anywhere(Tone::Bad, problem),
        // What was written is nowhere else.
        Err(problem) => state.alert(Tone::Bad, format!("{problem}: not said was: {}", SafeText::line(text))),
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
            (room.seeks_unread, room.seeks) = (false, None);
            state.notify(Tone::Bad, format!("cannot load older messages: {problem}"));
        }
    }
}
