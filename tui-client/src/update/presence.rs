//! Whether somebody is at this device: after ten minutes without a key nobody is, until the next one.

use std::time::{Duration, Instant};

use crate::{
    state::{State, Tone},
    update::effect::Effect,
};

/// Anyone who does nothing for so long is elsewhere.
const AWAY_AFTER: Duration = Duration::from_secs(10 * 60);

/// The user did something.
pub(super) fn active(state: &mut State, effects: &mut Vec<Effect>) {
    state.presence.last_key = state.now.instant;
    if !state.presence.by_hand {
        set(state, false, effects);
    }
}

/// Says that nobody is here, if it is time for that.
pub(super) fn check(state: &mut State, effects: &mut Vec<Effect>) {
    if due(state).is_some_and(|due| state.now.instant >= due) {
        set(state, true, effects);
    }
}

/// When nobody will have been here for long enough.
pub(super) fn due(state: &State) -> Option<Instant> {
    (!state.presence.is_away).then_some(state.presence.last_key + AWAY_AFTER)
}

/// `/away`: says it by hand, until the same again.
pub(super) fn toggle(state: &mut State, effects: &mut Vec<Effect>) {
    state.presence.by_hand = !state.presence.by_hand;
    let away = state.presence.by_hand;
    set(state, away, effects);
    let notice = if away { "others see that you are away: /away again ends it" } else { "you are here again" };
    state.notify(Tone::Plain, notice);
}

fn set(state: &mut State, away: bool, effects: &mut Vec<Effect>) {
    if state.presence.is_away != away {
        state.presence.is_away = away;
        effects.push(Effect::Away(away));
    }
}
