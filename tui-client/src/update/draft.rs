//! What is being written: when it is saved, and what the others see of it.

use std::time::{Duration, Instant};

use crate::{state::State, update::effect::Effect};

/// A draft is kept when it has not been for this long; no more than that is lost if the machine stops.
const DRAFT_DELAY: Duration = Duration::from_secs(1);

/// The draft on the screen changed.
pub(super) fn changed(state: &mut State) {
    let Some(room) = state.rooms.current_id() else { return };
    if state.transient.draft.is_none_or(|(other, _)| other != room) {
        state.transient.draft = Some((room, state.now.instant));
    }
}

/// Keeps the draft that changed, now.
pub(super) fn save(state: &mut State, effects: &mut Vec<Effect>) {
    if let Some((room, _)) = state.transient.draft.take()
        && let Some(text) = state.rooms.kept_draft(room).map(str::to_owned)
    {
        effects.push(Effect::SaveDraft { room, text });
    }
}

/// Keeps the draft if it has not been kept for long enough.
pub(super) fn save_if_due(state: &mut State, effects: &mut Vec<Effect>) {
    if due(state).is_some_and(|due| state.now.instant >= due) {
        save(state, effects);
    }
}

/// When the draft is to be kept, if it changed.
pub(super) fn due(state: &State) -> Option<Instant> {
    state.transient.draft.map(|(_, since)| since + DRAFT_DELAY)
}

/// The user does not write any more.
pub(super) fn stop_typing(state: &mut State, effects: &mut Vec<Effect>) {
    if let Some(room) = state.transient.typing.take() {
        effects.push(Effect::StoppedTyping(room));
    }
}
