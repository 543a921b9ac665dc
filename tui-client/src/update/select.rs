//! Choosing a message, and what can be done with it.

use std::ops::RangeInclusive;

use chat_client::{Delivery, Entry};
use chat_protocol::{LogEntry, MessageId, UserId, body::Body};

use super::{change, files, of_message, past, pictures, preferences, scroll, search, targets, thread};
use crate::{
    keys::bindings::Action,
    state::{EntryKey, Mode, State, Tone, is_stuck},
    update::effect::Effect,
};

/// Begins to select: at the newest message that failed, else at the lowest one on the screen.
pub(super) fn enter(state: &mut State) {
    let Some(room) = state.rooms.current() else { return };
    let failed = room.timeline.newest_failed().map(EntryKey::Pending);
    let lowest = state.timeline_view.rows.iter().rev().find(|row| row.index >= 0).map(|row| row.key);
    if let Some(selected) = failed.or(lowest) {
        state.mode = Mode::Select { selected, from: None };
        scroll::reveal(state, selected);
    }
}

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
        Action::NextMention if search::step(state, true, effects) => {}
        Action::PreviousMention if search::step(state, false, effects) => {}
        Action::NextMention => mention(state, true),
        Action::PreviousMention => mention(state, false),
        Action::Range => toggle_range(state),
        Action::Copy => copy(state, effects),
        Action::Open | Action::CopyLink | Action::CopyCode => targets::act(state, action, effects),
        Action::SaveFiles => files::save_selected(state, effects),
        Action::Thread => thread::open(state),
        Action::Reply => change::reply(state),
        Action::EditMessage => change::edit(state),
        Action::Delete | Action::Drop if waiting(state).is_none() => change::delete(state, action, effects),
        Action::React => change::pick_reaction(state),
        Action::Pictures => pictures::toggle(state),
        Action::Pin => change::pin(state, effects),
        Action::MarkUnread => change::mark_unread(state, effects),
        Action::Mute => preferences::toggle_mute(state, effects),
        Action::Answered => answered(state),
        Action::Retry if waiting(state).is_none() => of_message::begin_report(state),
        Action::Retry => retry(state, effects),
        Action::Follow => of_message::toggle_follow(state, effects),
        Action::Edits => of_message::edits(state, effects),
        Action::Delete | Action::Drop => drop_failed(state, effects),
        Action::Escape if state.mode.range().is_some() => toggle_range(state),
        Action::Escape if search::go_back(state, effects) => {}
        Action::Escape if past::leave(state) || thread::leave(state) => {}
        Action::Compose => {
            state.search.stay();
            leave(state);
        }
        Action::Escape => leave(state),
        _ => {}
    }
}

fn select(state: &mut State, key: Option<EntryKey>) {
    if let Some(key) = key {
        let key = scroll::start_of(state, key);
        state.mode.select(key);
        scroll::reveal(state, key);
    }
}

/// Goes to the next message; within one that is taller than the screen, further down or up.
fn step(state: &mut State, by: i32) {
    let Some(key) = state.mode.selected() else { return };
    if scroll::within(state, key, by) {
        return;
    }
    let next = scroll::neighbour(state, key, by);
    select(state, next);
}

/// Goes half a page further.
fn half_page(state: &mut State, direction: i32) {
    let Some(key) = state.mode.selected() else { return };
    if !scroll::within(state, key, direction) {
        let further = scroll::half_page_from(state, key, direction);
        select(state, further);
    }
}

fn mention(state: &mut State, forward: bool) {
    let (Some(EntryKey::Logged(seq)), Some(room)) = (state.mode.selected(), state.rooms.current()) else { return };
    let me = state.me;
    let is_for_me = |entry: &LogEntry| entry.event.message().is_some_and(|message| message.mentions(me));
    let found = if forward {
        room.timeline.after(seq).find(|(_, logged)| is_for_me(logged)).map(|(seq, _)| seq)
    } else {
        room.timeline.before(seq).find(|(_, logged)| is_for_me(logged)).map(|(seq, _)| seq)
    };
    match found {
        Some(seq) => select(state, Some(EntryKey::Logged(seq))),
        None => state.notify(Tone::Plain, "no other message here mentions you"),
    }
}

/// Selects the message that the selected one answers.
fn answered(state: &mut State) {
    let Some(room) = state.rooms.current() else { return };
    let answers = match state.mode.selected() {
        Some(EntryKey::Pending(id)) => room.timeline.pending_entry(id).and_then(|entry| entry.reply_to),
        Some(EntryKey::Logged(seq)) => room.timeline.message(seq).and_then(|message| message.reply_to),
        None => None,
    };
    match answers.map(|id| room.timeline.place(id)) {
        Some(Some(seq)) => select(state, Some(EntryKey::Logged(seq))),
        Some(None) => state.notify(Tone::Plain, "what it answers is further up: g loads older messages"),
        None => state.notify(Tone::Plain, "this message answers none"),
    }
}

/// Begins a range at the message that is selected, or ends it.
fn toggle_range(state: &mut State) {
    if let Mode::Select { selected, from } = &mut state.mode {
        *from = if from.is_some() { None } else { Some(*selected) };
    }
}

/// Copies the source of what is selected. Where several people talk, each message begins with a name.
fn copy(state: &mut State, effects: &mut Vec<Effect>) {
    let Some(key) = state.mode.selected() else { return };
    let range = state.mode.range();
    let messages = messages(state, range.clone().unwrap_or(key..=key));
    if messages.is_empty() {
        return state.notify(Tone::Plain, if range.is_some() { "there is no message" } else { "this is no message" });
    }
    let named = messages.iter().any(|(author, _)| *author != messages[0].0);
    let source = |(author, body): &(UserId, String)| match named {
        true => format!("{}: {body}", state.people.name(*author)),
        false => body.clone(),
    };
    let text = messages.iter().map(source).collect::<Vec<_>>().join("\n");
    let notice = if messages.len() == 1 { "copied".to_owned() } else { format!("{} messages copied", messages.len()) };
    effects.push(Effect::Copy(text));
    state.notify(Tone::Plain, notice);
    if range.is_some() {
        toggle_range(state);
    }
}

/// Who wrote the messages of a range, and what.
fn messages(state: &State, range: RangeInclusive<EntryKey>) -> Vec<(UserId, String)> {
    let Some(timeline) = state.rooms.current().map(|room| &room.timeline) else { return Vec::new() };
    let entries = std::iter::successors(Some(*range.start()), |key| timeline.next(*key));
    let message = |key| match key {
        EntryKey::Pending(id) => timeline.pending_entry(id).map(|entry| (state.me, entry.body.clone())),
        EntryKey::Logged(seq) => {
            let message = timeline.message(seq).filter(|message| !message.deleted)?;
            Some((message.author.id, message.body.clone()))
        }
    };
    entries.take_while(|key| key <= range.end()).filter_map(message).collect()
}

/// The message on its way that is selected.
fn waiting(state: &State) -> Option<&Entry> {
    match state.mode.selected()? {
        EntryKey::Pending(id) => state.rooms.current()?.timeline.pending_entry(id),
        EntryKey::Logged(_) => None,
    }
}

fn retry(state: &mut State, effects: &mut Vec<Effect>) {
    let Some(entry) = waiting(state).filter(|entry| is_stuck(entry)) else {
        return state.notify(Tone::Plain, "only a message that was not sent can be sent again");
    };
    let Entry { id, room, body, reply_to, files, state: delivery, .. } = entry.clone();
    if let Some(left) = state.rooms.current().filter(|room| room.gone) {
        let notice = match left.unknown {
            true => left.gone_notice(),
            false => format!("/join {} first, then R sends it; y copies it", left.name),
        };
        return state.notify(Tone::Bad, notice);
    }
    if matches!(delivery, Delivery::Unsaved { .. }) && !files.is_empty() {
        // Only the user knows where it is.
        state.notify(Tone::Bad, "its file is not kept here: D, then /file again");
    } else if matches!(delivery, Delivery::Unsaved { .. }) {
        // The outbox never had it: it is written as a new one.
        match Body::parse(&body, usize::MAX) {
            Ok(body) => {
                effects.push(Effect::Send { room, body, reply_to });
                remove(state, id);
            }
            Err(error) => state.notify(Tone::Bad, error.to_string()),
        }
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
