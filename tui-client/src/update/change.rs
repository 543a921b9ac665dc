//! What the user does to a message that was said: replying, editing, deleting, reacting, pinning, marking as unread.

use chat_client::{Action, Delivery, Entry};
use chat_protocol::{Message, MessageId, RoomId, body::Body, emoji::Emoji, terminal::SafeText};

use super::{draft, emoji, list, scroll, send};
use crate::{
    keys::bindings,
    state::{EntryKey, Mode, Room, State, Tone, Writing, is_stuck},
    text::editor::Editor,
    update::effect::{Change, Effect},
};

/// The message that is selected, if it is in the log and not deleted; else it is said why nothing can be done.
pub(super) fn selected(state: &mut State) -> Option<Message> {
    let room = state.rooms.current()?;
    let message = match state.mode.selected()? {
        EntryKey::Logged(seq) => room.timeline.message(seq).cloned(),
        EntryKey::Pending(_) => {
            state.notify(Tone::Plain, "this message is not sent yet: wait for it, or drop it (D)");
            return None;
        }
    };
    match &message {
        None => state.notify(Tone::Plain, "this is no message"),
        Some(message) if message.deleted => state.notify(Tone::Plain, "this message is deleted"),
        Some(_) => return message,
    }
    None
}

/// Begins an answer to the selected message.
pub(super) fn reply(state: &mut State) {
    let Some(message) = selected(state) else { return };
    if let Some(room) = state.rooms.current_mut() {
        if let Some(draft) = std::mem::take(&mut room.writing).into_draft() {
            room.draft = draft;
        }
        room.writing = Writing::Reply(message.id);
    }
    state.mode = Mode::Compose;
}

/// Begins to edit the selected message, also one that still waits here.
pub(super) fn edit(state: &mut State) {
    if let Some(EntryKey::Pending(id)) = state.mode.selected() {
        begin(state, id);
    } else {
        let Some(message) = selected(state) else { return };
        if message.author.id != state.me {
            return state.notify(Tone::Plain, "only its author can edit a message");
        }
        begin(state, message.id);
    }
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
    let waiting = room.timeline.pending().last().map(|entry| entry.id);
    let said = || room.timeline.before(u64::MAX).find_map(|(_, entry)| entry.event.message().filter(own));
    match waiting.or_else(|| said().map(|message| message.id)) {
        Some(message) => {
            begin(state, message);
            scroll::show_message(state, message);
        }
        None => state.notify(Tone::Plain, "there is no message of yours here to edit"),
    }
    true
}

fn begin(state: &mut State, message: MessageId) {
    let Some(room) = state.rooms.current_mut() else { return };
    // Where an edit is on its way or was refused, it is gone on with.
    let last = room.timeline.commands().iter().rev().find(|entry| entry.action == Action::Edit { message });
    let waiting = last.or_else(|| room.timeline.pending_entry(message)).map(|entry| entry.body.clone());
    let Some(text) = waiting.or_else(|| said(room, message).map(|message| message.body.clone())) else { return };
    let written = std::mem::replace(&mut room.draft, Editor::new(text));
    let draft = std::mem::take(&mut room.writing).into_draft().unwrap_or(written);
    room.writing = Writing::Edit { message, draft };
    state.completion = None;
}

/// Begins to write about a message; what was being written comes back afterwards.
pub(super) fn write_about(state: &mut State, writing: impl FnOnce(Editor) -> Writing) {
    let Some(room) = state.rooms.current_mut() else { return };
    let written = std::mem::take(&mut room.draft);
    let draft = std::mem::take(&mut room.writing).into_draft().unwrap_or(written);
    room.writing = writing(draft);
    state.mode = Mode::Compose;
    state.completion = None;
}

/// Gives up the reply or the edit; what was being written before comes back. False if there is none.
pub(super) fn drop_target(state: &mut State, effects: &mut Vec<Effect>) -> bool {
    let Some(room) = state.rooms.current_mut() else { return false };
    let writing = std::mem::take(&mut room.writing);
    if matches!(writing, Writing::New) {
        return false;
    }
    if let Some(draft) = writing.into_draft() {
        room.draft = draft;
        draft::stop_typing(state, effects);
    }
    state.completion = None;
    true
}

/// Gives the message that is being edited its new text.
pub(super) fn submit_edit(state: &mut State, text: &str, effects: &mut Vec<Effect>) {
    let Some(room) = state.rooms.current() else { return };
    let Writing::Edit { message, .. } = room.writing else { return };
    let id = room.id;
    let body = match Body::parse(text, state.longest_body.unwrap_or(usize::MAX)) {
        Ok(body) => body,
        Err(error) => return state.notify(Tone::Bad, send::refusal(&error)),
    };
    let refused: Vec<_> = refused_edits(room, message).map(|entry| entry.id).collect();
    let same = refused.is_empty() && said(room, message).is_some_and(|message| message.body == body.as_str());
    if same || ask(state, id, message, Change::Edit(body), effects) {
        // The new text takes the place of those.
        effects.extend(refused.into_iter().map(Effect::Forget));
        drop_target(state, effects);
    }
}

/// The edits of a message that the server did not take.
fn refused_edits(room: &Room, message: MessageId) -> impl Iterator<Item = &Entry> {
    let edits = room.timeline.commands().iter().filter(move |entry| entry.action == Action::Edit { message });
    edits.filter(|entry| is_stuck(entry))
}

/// Deletes the selected message when it is asked for twice: `Delete` an own one, `Drop` another's.
pub(super) fn delete(state: &mut State, action: bindings::Action, effects: &mut Vec<Effect>) {
    let Some(message) = selected(state) else { return };
    let Some(room) = state.rooms.current() else { return };
    let (id, own, moderates) = (room.id, message.author.id == state.me, room.is_moderated_by_me());
    let refused: Vec<Entry> = refused_edits(room, message.id).cloned().collect();
    if action == bindings::Action::Drop && !refused.is_empty() {
        for entry in refused {
            effects.push(Effect::Forget(entry.id));
            forget(state, entry);
        }
        return;
    }
    let refusal = match action {
        bindings::Action::Delete if !own && moderates => "D deletes what others wrote",
        _ if !own && !moderates => "only its author and moderators can delete a message",
        _ => "",
    };
    if !refusal.is_empty() {
        return state.notify(Tone::Plain, refusal);
    }
    if state.transient.doomed == Some((message.id, action)) {
        keep(state);
        ask(state, id, message.id, Change::Delete, effects);
        return;
    }
    state.transient.doomed = Some((message.id, action));
    state.notify(Tone::Bad, warning(action));
}

/// Forgets that a message was asked to be deleted, and the warning of it.
pub(super) fn keep(state: &mut State) {
    if let Some((_, action)) = state.transient.doomed.take() {
        state.notice.take_if(|notice| notice.text == warning(action));
    }
}

/// What is told before the second key.
fn warning(action: bindings::Action) -> String {
    let key = if action == bindings::Action::Delete { "d" } else { "D" };
    format!("{key} again deletes it for everyone, for ever; any other key keeps it")
}

/// Offers emojis to answer the selected message with.
pub(super) fn pick_reaction(state: &mut State) {
    if let Some(message) = selected(state) {
        list::open_emojis(state, message.id);
    }
}

/// Answers a message with an emoji, or takes that back; it is selected again.
pub(super) fn react(state: &mut State, of: MessageId, emoji: &str, effects: &mut Vec<Effect>) {
    if let Some(seq) = state.rooms.current().and_then(|room| room.timeline.place(of)) {
        state.mode = Mode::Select { selected: EntryKey::Logged(seq), from: None };
    }
    toggle_reaction(state, of, emoji, effects);
}

/// The same, wherever the user is.
pub(super) fn toggle_reaction(state: &mut State, of: MessageId, emoji: &str, effects: &mut Vec<Effect>) {
    let Some(id) = state.rooms.current_id() else { return };
    let on = !emoji::is_own_reaction(state, of, emoji);
    match Emoji::parse(emoji) {
        Ok(emoji) => _ = ask(state, id, of, Change::React { emoji, on }, effects),
        Err(error) => state.notify(Tone::Bad, error.to_string()),
    }
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

/// Has a message changed as soon as the server can be reached; false if that cannot be.
pub(super) fn ask(
    state: &mut State,
    room: RoomId,
    message: MessageId,
    change: Change,
    effects: &mut Vec<Effect>,
) -> bool {
    let closed = state.rooms.room(room).and_then(|room| room.closed(state.now.wall, &state.setup.zone));
    if let Some(problem) = closed {
        state.notify(Tone::Bad, problem);
        return false;
    }
    effects.push(Effect::Change { room, message, change });
    true
}

/// A command got further. One that was refused is told of; an edit stays at its message, so that its text is not lost.
pub(super) fn went_further(state: &mut State, entry: Entry) {
    if let Delivery::Failed { detail, .. } | Delivery::Unsaved { detail } = &entry.state {
        let tried = match entry.action {
            Action::Edit { .. } => "an edit was refused (e goes on with it)",
            Action::Delete { .. } => "a message was not deleted",
            Action::React { .. } => "a reaction was refused",
            Action::Pin { .. } => "a pin was refused",
            Action::UpdateRoom { .. } | Action::Message => "the room was not changed",
        };
        state.notify_anywhere(Tone::Bad, format!("{tried}: {}", SafeText::line(detail)));
        if !matches!(entry.action, Action::Edit { .. }) {
            return forget(state, entry);
        }
    }
    restored(state, entry);
}

/// A command is on its way, or goes no further.
pub(super) fn restored(state: &mut State, entry: Entry) {
    if let Some(room) = state.rooms.room_mut(entry.room) {
        room.timeline.set_command(entry.clone());
    }
    if let Some(thread) = state.rooms.thread_in(entry.room) {
        thread.room_mut().timeline.set_command(entry);
    }
}

/// A command is no longer on its way.
fn forget(state: &mut State, entry: Entry) {
    restored(state, Entry { state: Delivery::Withdrawn, ..entry });
}

fn said(room: &Room, id: MessageId) -> Option<&Message> {
    room.timeline.message(room.timeline.place(id)?)
}
