//! Choosing a message, and what can be done with it.

use chat_client::{Delivery, Entry};
use chat_protocol::MessageId;

use super::{scroll, selected, targets};
use crate::{
    bindings::Action,
    input::Effect,
    state::{EntryKey, Mode, State, Tone, What, is_stuck},
};

/// Begins to browse: at the newest message that failed, else at the lowest one on the screen.
pub(super) fn enter(state: &mut State) {
    let Some(room) = state.rooms.current() else { return };
    let failed = room.timeline.newest_failed().map(EntryKey::Pending);
    let lowest = state.timeline_view.rows.iter().rev().find(|row| row.index >= 0).map(|row| row.key);
    if let Some(selected) = failed.or(lowest) {
        state.mode = Mode::Browse { selected };
        scroll::reveal(state, selected);
    }
}

/// Ends browsing.
pub(super) fn leave(state: &mut State) {
    state.mode = Mode::Compose;
}

pub(super) fn act(state: &mut State, action: Action, effects: &mut Vec<Effect>) {
    match action {
        Action::Older => step(state, -1),
        Action::Newer => step(state, 1),
        Action::Oldest => select(state, state.rooms.current().and_then(|room| room.timeline.first())),
        Action::Newest => select(state, state.rooms.current().and_then(|room| room.timeline.last())),
        Action::HalfUp => half_page(state, -1),
        Action::HalfDown => half_page(state, 1),
        Action::NextMention => mention(state, true),
        Action::PreviousMention => mention(state, false),
        Action::Copy => copy(state, effects),
        Action::Open | Action::CopyLink | Action::CopyCode => targets::act(state, action, effects),
        Action::Retry => retry(state, effects),
        Action::Drop => drop_failed(state, effects),
        Action::Compose => leave(state),
        _ => {}
    }
}

fn select(state: &mut State, key: Option<EntryKey>) {
    if let Some(key) = key {
        let key = scroll::start_of(state, key);
        state.mode = Mode::Browse { selected: key };
        scroll::reveal(state, key);
    }
}

/// Goes to the next message; within one that is taller than the screen, further down or up.
fn step(state: &mut State, by: i32) {
    let Some(key) = selected(state) else { return };
    if scroll::within(state, key, by) {
        return;
    }
    let next = scroll::neighbour(state, key, by);
    select(state, next);
}

/// Goes half a page further.
fn half_page(state: &mut State, direction: i32) {
    let Some(key) = selected(state) else { return };
    if !scroll::within(state, key, direction) {
        let further = scroll::half_page_from(state, key, direction);
        select(state, further);
    }
}

fn mention(state: &mut State, forward: bool) {
    let (Some(EntryKey::Logged(seq)), Some(room)) = (selected(state), state.rooms.current()) else { return };
    let me = state.me;
    let is_for_me = |what: &What| matches!(what, What::Message(message) if message.mentions.contains(&me));
    let found = if forward {
        room.timeline.after(seq).find(|(_, logged)| is_for_me(&logged.what)).map(|(seq, _)| seq)
    } else {
        room.timeline.before(seq).find(|(_, logged)| is_for_me(&logged.what)).map(|(seq, _)| seq)
    };
    match found {
        Some(seq) => select(state, Some(EntryKey::Logged(seq))),
        None => state.notify(Tone::Plain, "no other message here mentions you"),
    }
}

fn copy(state: &mut State, effects: &mut Vec<Effect>) {
    let (Some(key), Some(room)) = (selected(state), state.rooms.current()) else { return };
    let body = match key {
        EntryKey::Pending(id) => room.timeline.pending_entry(id).map(|entry| entry.body.clone()),
        EntryKey::Logged(seq) => room.timeline.logged(seq).and_then(|logged| match &logged.what {
            What::Message(message) => Some(message.body.clone()),
            _ => None,
        }),
    };
    match body {
        Some(body) => {
            effects.push(Effect::Copy(body));
            state.notify(Tone::Plain, "copied");
        }
        None => state.notify(Tone::Plain, "this is no message"),
    }
}

/// The message on its way that is selected.
fn waiting(state: &State) -> Option<&Entry> {
    match selected(state)? {
        EntryKey::Pending(id) => state.rooms.current()?.timeline.pending_entry(id),
        EntryKey::Logged(_) => None,
    }
}

fn retry(state: &mut State, effects: &mut Vec<Effect>) {
    let Some(entry) = waiting(state).filter(|entry| is_stuck(entry)) else {
        return state.notify(Tone::Plain, "only a message that was not sent can be sent again");
    };
    let Entry { id, room, body, state: delivery, .. } = entry.clone();
    if let Some(left) = state.rooms.current().filter(|room| room.gone) {
        let told = format!("/join {} first, then R sends it; y copies it", left.name);
        return state.notify(Tone::Bad, told);
    }
    if matches!(delivery, Delivery::Unsaved { .. }) {
        // The outbox never had it: it is written as a new one.
        effects.push(Effect::Send { room, body });
        remove(state, id);
    } else {
        effects.push(Effect::Retry(id));
    }
}

fn drop_failed(state: &mut State, effects: &mut Vec<Effect>) {
    let Some(id) = waiting(state).filter(|entry| entry.state != Delivery::Sending).map(|entry| entry.id) else {
        return state.notify(Tone::Plain, "only a message that was not sent can be dropped");
    };
    effects.push(Effect::Forget(id));
    remove(state, id);
}

/// Takes a message on its way off the screen; its neighbour is selected.
fn remove(state: &mut State, id: MessageId) {
    let key = EntryKey::Pending(id);
    let neighbour = scroll::neighbour(state, key, 1).or_else(|| scroll::neighbour(state, key, -1));
    if let Some(room) = state.rooms.current_mut() {
        room.timeline.remove_pending(id);
    }
    match neighbour {
        Some(key) => select(state, Some(key)),
        None => leave(state),
    }
}
