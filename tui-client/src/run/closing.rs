//! The end: the client is closed, and what it could not keep is printed, so that no text is lost.

use chat_client::{Client, Closed, Delivery, Update};
use chat_protocol::terminal::SafeText;

use super::{Sources, now};
use crate::{
    program::{
        failure::{Failure, Kind, print_notice},
        output,
    },
    state::{Room, State},
    update::{self, input::Input},
};

/// Closes the client, and tells what waits, and what could not be kept on disk.
///
/// # Errors
/// When something that the user wrote is kept nowhere but in what was printed.
pub(super) async fn close(client: Client, state: &mut State, mut sources: Sources, name: &str) -> Result<(), Failure> {
    let closed = client.close().await;
    // What came after the last picture.
    while let Ok(answer) = sources.answered.try_recv() {
        update::update(state, now(), Input::Answer(answer));
    }
    while let Some(update) = sources.updates.try_next() {
        if let Update::Storage(notice) = &update {
            sources.notices.push(notice.clone());
        }
        update::update(state, now(), Input::Client(Box::new(update)));
    }
    for entry in &closed.unsaved {
        update::update(state, now(), Input::Client(Box::new(Update::Outbox(entry.clone()))));
    }
    let lost = last_words(state, &closed);
    for line in &lost {
        print_notice(line);
    }
    for notice in &sources.notices {
        print_notice(&notice.to_string());
    }
    if let Some(line) = waiting(closed.waiting.len(), name) {
        // Nobody may be there to read it any more.
        _ = output::write_error(format!("{}\n", SafeText::line(&line)).as_bytes());
    }
    if lost.is_empty() {
        return Ok(());
    }
    Err(Failure::new(Kind::Failed, "what you wrote above could not be saved: copy it from here"))
}

/// The texts that are nowhere on disk, each after a line that says what it is.
fn last_words(state: &State, closed: &Closed) -> Vec<String> {
    let mut lines = Vec::new();
    for room in state.rooms.iter() {
        for entry in room.timeline.pending() {
            let saving = entry.state == Delivery::Saving && !closed.waiting.contains(&entry.id);
            if saving || matches!(entry.state, Delivery::Unsaved { .. }) {
                lines.push(format!("not sent to {}, and not saved:\n{}", room.label(), entry.body));
            }
        }
    }
    for room in state.rooms.iter() {
        let open = state.rooms.thread().into_iter().flat_map(|thread| thread.draft_in(room.id));
        for draft in room.thread_drafts.values().chain(open).filter(|draft| !draft.is_empty()) {
            lines.push(format!("the draft in a thread of {} is not saved:\n{}", room.label(), draft.text()));
        }
    }
    for (room, text) in &closed.drafts {
        let label = state.rooms.room(*room).map_or_else(|| "a room".to_owned(), Room::label);
        lines.push(format!("the draft in {label} is not saved:\n{text}"));
    }
    if let Some(why) = closed.why.as_ref().filter(|_| !lines.is_empty()) {
        lines.insert(0, why.clone());
    }
    lines
}

/// Says that something the user wrote is still to be sent.
fn waiting(count: usize, name: &str) -> Option<String> {
    let waits = match count {
        0 => return None,
        1 => "1 message waits and goes".to_owned(),
        count => format!("{count} messages wait and go"),
    };
    Some(format!("{waits} out when {name} starts next"))
}
