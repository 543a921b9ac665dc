//! What the user does to a message that was said: replying, editing, deleting, reacting, pinning, marking as unread.

use chat_protocol::{Message, MessageId, RoomId, body::Body};

use super::{draft, emoji, list, scroll, send};
use crate::{
    keys::bindings::Action,
    state::{EntryKey, Mode, Room, State, Tone, Writing},
    text::editor::Editor,
    update::input::{Change, Effect, Request},
};

/// The message that is selected, if it is in the log and not deleted; else it is said why nothing can be done.
fn selected(state: &mut State) -> Option<Message> {
    let room = state.rooms.current()?;
    let message = match state.mode.selected()? {
        EntryKey::Logged(seq) => room.timeline.message(seq).filter(|message| !message.deleted).cloned(),
        EntryKey::Pending(_) => {
            state.notify(Tone::Plain, "this message is not sent yet: wait for it, or drop it (D)");
            return None;
        }
    };
    if message.is_none() {
        state.notify(Tone::Plain, "this is no message");
    }
    message
}

/// Begins an answer to the selected message.
pub(super) fn reply(state: &mut State) {
    let Some(message) = selected(state) else { return };
    if let Some(room) = state.rooms.current_mut() {
        if let Writing::Edit { draft, .. } = std::mem::take(&mut room.writing) {
            room.draft = draft;
        }
        room.writing = Writing::Reply(message.id);
    }
    state.mode = Mode::Compose;
}

/// Begins to edit the selected message.
pub(super) fn edit(state: &mut State) {
    let Some(message) = selected(state) else { return };
    if message.author.id != state.me {
        return state.notify(Tone::Plain, "only its author can edit a message");
    }
    begin(state, &message);
    state.mode = Mode::Compose;
}

/// Begins to edit the user's last message, if nothing is being written; false if there is nothing to do.
pub(super) fn edit_last(state: &mut State) -> bool {
    let Some(room) = state.rooms.current().filter(|room| room.draft.is_empty() && !room.gone) else { return false };
    if matches!(room.writing, Writing::Edit { .. }) {
        return false;
    }
    let me = state.me;
    let own = |message: &&Message| message.author.id == me && !message.deleted;
    let last = room.timeline.before(u64::MAX).find_map(|(_, entry)| entry.event.message().filter(own)).cloned();
    match last {
        Some(message) => {
            begin(state, &message);
            scroll::show_message(state, message.id);
        }
        None => state.notify(Tone::Plain, "there is no message of yours here to edit"),
    }
    true
}

fn begin(state: &mut State, message: &Message) {
    let Some(room) = state.rooms.current_mut() else { return };
    let text = room.not_edited.get(&message.id).unwrap_or(&message.body).clone();
    let written = std::mem::replace(&mut room.draft, Editor::new(text));
    let draft = match std::mem::take(&mut room.writing) {
        Writing::Edit { draft, .. } => draft,
        Writing::New | Writing::Reply(_) => written,
    };
    room.writing = Writing::Edit { message: message.id, draft };
    state.completion = None;
}

/// Gives up the reply or the edit; what was being written before comes back. False if there is none.
pub(super) fn drop_target(state: &mut State, effects: &mut Vec<Effect>) -> bool {
    let Some(room) = state.rooms.current_mut() else { return false };
    match std::mem::take(&mut room.writing) {
        Writing::New => return false,
        Writing::Reply(_) => {}
        Writing::Edit { draft, .. } => {
            room.draft = draft;
            draft::stop_typing(state, effects);
        }
    }
    state.completion = None;
    true
}

/// Asks for the new text of the message that is being edited; without a connection it stays as it is.
pub(super) fn submit_edit(state: &mut State, text: &str, effects: &mut Vec<Effect>) {
    let Some(room) = state.rooms.current() else { return };
    let Writing::Edit { message, .. } = room.writing else { return };
    let id = room.id;
    let body = match Body::parse(text, state.longest_body.unwrap_or(usize::MAX)) {
        Ok(body) => body,
        Err(error) => return state.notify(Tone::Bad, send::refusal(&error)),
    };
    let same = said(room, message).is_some_and(|message| message.body == body.as_str());
    if !same && !ask(state, id, message, Change::Edit(body.clone()), effects) {
        return;
    }
    if let Some(room) = state.rooms.current_mut().filter(|_| !same) {
        // Until the server has it, it is nowhere else.
        room.not_edited.insert(message, body.as_str().to_owned());
    }
    drop_target(state, effects);
}

/// Deletes the selected message when it is asked for twice: `Delete` an own one, `Drop` another's.
pub(super) fn delete(state: &mut State, action: Action, effects: &mut Vec<Effect>) {
    let Some(message) = selected(state) else { return };
    let Some(room) = state.rooms.current() else { return };
    let (id, own, moderates) = (room.id, message.author.id == state.me, room.is_moderated_by_me());
    let refusal = match action {
        Action::Delete if !own && moderates => "D deletes what others wrote",
        _ if !own && !moderates => "only its author and moderators can delete a message",
        _ => "",
    };
    if !refusal.is_empty() {
        return state.notify(Tone::Plain, refusal);
    }
    if state.transient.doomed.take() == Some((message.id, action)) {
        ask(state, id, message.id, Change::Delete, effects);
        return;
    }
    state.transient.doomed = Some((message.id, action));
    let key = if action == Action::Delete { "d" } else { "D" };
    state.notify(Tone::Bad, format!("{key} again deletes it for everyone, for ever; any other key keeps it"));
}

/// Offers emojis to answer the selected message with.
pub(super) fn pick_reaction(state: &mut State) {
    if let Some(message) = selected(state) {
        list::open_emojis(state, message.id);
    }
}

/// Answers a message with an emoji, or takes that back; it is selected again.
pub(super) fn react(state: &mut State, of: MessageId, emoji: &str, effects: &mut Vec<Effect>) {
    let Some(room) = state.rooms.current() else { return };
    let (id, place) = (room.id, room.timeline.place(of));
    let on = !emoji::is_own_reaction(state, of, emoji);
    if let Some(seq) = place {
        state.mode = Mode::Select { selected: EntryKey::Logged(seq), from: None };
    }
    ask(state, id, of, Change::React { emoji: emoji.to_owned(), on }, effects);
}

/// Pins the selected message, or takes that back.
pub(super) fn pin(state: &mut State, effects: &mut Vec<Effect>) {
    let Some(message) = selected(state) else { return };
    let Some(room) = state.rooms.current() else { return };
    let (id, on) = (room.id, !room.timeline.is_pinned(message.id));
    ask(state, id, message.id, Change::Pin(on), effects);
}

/// Makes the selected message and what follows unread, until the user comes again.
pub(super) fn mark_unread(state: &mut State, effects: &mut Vec<Effect>) {
    let Some(message) = selected(state) else { return };
    let Some(room) = state.rooms.current_mut() else { return };
    let (id, seq) = (room.id, message.seq.saturating_sub(1));
    room.read_seq = seq;
    room.stays_unread = true;
    room.divider = None;
    room.recount();
    room.divide();
    let notice = match room.unread {
        0 => "nothing of others follows: nothing is unread".to_owned(),
        count => format!("{count} unread from here on, until you come back"),
    };
    (state.transient.read, state.transient.read_sent) = (None, None);
    effects.push(Effect::MarkUnread { room: id, seq });
    state.notify(Tone::Plain, notice);
}

/// Asks the server to change a message; false if there is no connection.
fn ask(state: &mut State, room: RoomId, message: MessageId, change: Change, effects: &mut Vec<Effect>) -> bool {
    let closed = state.rooms.room(room).and_then(|room| room.closed(state.now.wall, &state.setup.zone));
    let problem = match closed {
        Some(problem) => Some(problem),
        None if !state.connection.is_open() => Some("not connected: try again when the connection is back".to_owned()),
        None => None,
    };
    if let Some(problem) = problem {
        state.notify(Tone::Bad, problem);
        return false;
    }
    effects.push(Effect::Ask(state.keys, Request::Change { room, message, change }));
    true
}

/// What the server said to a change; the message itself is told of by an event.
pub(super) fn answered(state: &mut State, room: RoomId, of: MessageId, change: &Change, result: Result<(), String>) {
    let Some(room) = state.rooms.room_mut(room) else { return };
    let tried = match change {
        Change::Edit(body) => {
            // A later edit may be on its way by now.
            let is_last = room.not_edited.get(&of).is_some_and(|text| text == body.as_str());
            if is_last && result.is_ok() {
                room.not_edited.remove(&of);
            }
            "the edit was not taken (e goes on with it)"
        }
        Change::Delete => "it was not deleted",
        Change::React { .. } => "the reaction was not taken",
        Change::Pin(true) => "it was not pinned",
        Change::Pin(false) => "it was not unpinned",
    };
    if let Err(problem) = result {
        state.notify_anywhere(Tone::Bad, format!("{tried}: {problem}"));
    }
}

fn said(room: &Room, id: MessageId) -> Option<&Message> {
    room.timeline.message(room.timeline.place(id)?)
}
