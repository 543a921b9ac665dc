//! Commands about one message: the one that is selected, else the one that is being answered, else the newest one here.

use chat_protocol::{Message, MessageId, terminal::SafeText};

use super::{change, files, records, thread};
use crate::{
    keys::slash::Slash,
    state::{EntryKey, Records, State, Tone, Writing},
    update::{
        effect::{Change, Effect},
        request::Request,
    },
};

/// Runs one of them; false if the draft shall stay.
pub(super) fn run(state: &mut State, slash: Slash, argument: &str, effects: &mut Vec<Effect>) -> bool {
    if matches!(slash, Slash::Save | Slash::Open) {
        let has_files = |message: &Message| !message.attachments.is_empty();
        let message = target(state, has_files).filter(has_files);
        return files::run(state, slash, message, argument, effects);
    }
    let Some(message) = target(state, |_| true) else {
        state.notify(Tone::Bad, "there is no message here yet");
        return false;
    };
    let room = message.room;
    let is_pinned = state.rooms.current().is_some_and(|room| room.timeline.is_pinned(message.id));
    match slash {
        Slash::Pin | Slash::Unpin if is_pinned == (slash == Slash::Pin) => {
            let notice = if is_pinned { "it is pinned already" } else { "it is not pinned: /pins lists what is" };
            state.notify(Tone::Plain, notice);
            return false;
        }
        Slash::Pin => _ = change::ask(state, room, message.id, Change::Pin(true), effects),
        Slash::Unpin => _ = change::ask(state, room, message.id, Change::Pin(false), effects),
        Slash::Report => return report(state, &message, argument, effects),
        Slash::Edits => records::open(state, Records::Edits(message.id), effects),
        Slash::Reactions => records::open(state, Records::Reactions(message.id), effects),
        Slash::Thread => thread::open_at(state, message.thread.unwrap_or(message.id)),
        _ => follow(state, message.thread.unwrap_or(message.id), slash == Slash::Follow, effects),
    }
    true
}

/// Follows the thread of the selected message, or no longer.
pub(super) fn toggle_follow(state: &mut State, effects: &mut Vec<Effect>) {
    let Some(message) = change::selected(state) else { return };
    let first = message.thread.unwrap_or(message.id);
    let on = !state.followed.contains(&first);
    follow(state, first, on, effects);
}

/// Opens the earlier texts of the selected message.
pub(super) fn edits(state: &mut State, effects: &mut Vec<Effect>) {
    let Some(message) = change::selected(state) else { return };
    records::open(state, Records::Edits(message.id), effects);
}

/// Begins a report of the selected message: what is written next is the reason.
pub(super) fn begin_report(state: &mut State) {
    let Some(message) = change::selected(state) else { return };
    if message.author.id == state.me {
        return state.notify(Tone::Plain, "this is your own message: d deletes it");
    }
    change::write_about(state, |draft| Writing::Report { message: message.id, draft });
}

/// Tells the moderators of a message; false if the draft shall stay.
pub(super) fn report(state: &mut State, message: &Message, reason: &str, effects: &mut Vec<Effect>) -> bool {
    if message.author.id == state.me {
        state.notify(Tone::Bad, "that is your own message: answer (r) or select the one that you mean");
        return false;
    }
    send_report(state, message.id, reason, effects);
    true
}

/// The same for messages of anyone.
pub(super) fn send_report(state: &State, message: MessageId, reason: &str, effects: &mut Vec<Effect>) {
    let reason = Some(SafeText::line(reason.trim()).to_string()).filter(|reason| !reason.is_empty());
    effects.push(Effect::Ask(state.keys, Request::Report { message, reason }));
}

fn follow(state: &State, thread: MessageId, on: bool, effects: &mut Vec<Effect>) {
    effects.push(Effect::Ask(state.keys, Request::Follow { thread, on }));
}

/// The message that is selected, else the one that is answered, else the newest one that is of this kind.
fn target(state: &State, kind: impl Fn(&Message) -> bool) -> Option<Message> {
    let room = state.rooms.current()?;
    let selected = match state.mode.selected() {
        Some(EntryKey::Logged(seq)) => room.timeline.message(seq),
        _ => None,
    };
    let answered = || match room.writing {
        Writing::Reply(id) => room.timeline.message(room.timeline.place(id)?),
        _ => None,
    };
    let newest = || {
        room.timeline
            .before(u64::MAX)
            .find_map(|(_, entry)| entry.event.message().filter(|message| !message.deleted && kind(message)))
    };
    selected.or_else(answered).or_else(newest).filter(|message| !message.deleted).cloned()
}
