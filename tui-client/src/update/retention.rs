//! How long the messages of the room on the screen are kept: `/retention` tells it, and lets administrators set it.

use chat_protocol::RoomChanges;

use super::{duration, moderate};
use crate::{
    state::{State, Tone},
    update::{effect::Effect, request::Request},
};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// Runs the command; false if the draft shall stay.
pub(super) fn run(state: &mut State, argument: &str, effects: &mut Vec<Effect>) -> bool {
    if argument.is_empty() {
        let Some(room) = state.rooms.base().filter(|room| !room.gone).map(|room| room.id) else { return false };
        effects.push(Effect::Ask(state.keys, Request::Retention { room }));
        return true;
    }
    let direct = "a direct room keeps its messages as long as the server does";
    let Some(room) = moderate::moderated_room(state, direct).map(|room| room.id) else { return false };
    match changes(argument) {
        Some(changes) => {
            effects.push(Effect::UpdateRoom { room, changes });
            true
        }
        None => {
            state.notify(Tone::Bad, "usage: /retention 90d, off or default, then keep-pinned or delete-pinned");
            false
        }
    }
}

/// `90d|off|default` and perhaps `keep-pinned|delete-pinned`.
fn changes(argument: &str) -> Option<RoomChanges> {
    let mut words = argument.split_whitespace();
    let days = match words.next()? {
        "off" => Some(0),
        "default" => None,
        time => Some(days(time)?),
    };
    let keeps_pinned = match words.next() {
        None => None,
        Some("keep-pinned") => Some(true),
        Some("delete-pinned") => Some(false),
        Some(_) => return None,
    };
    let is_end = words.next().is_none();
    is_end.then(|| RoomChanges {
        retention_days: Some(days),
        retention_keeps_pinned: keeps_pinned,
        ..RoomChanges::default()
    })
}

/// Whole days, at least one.
fn days(time: &str) -> Option<u32> {
    let millis = duration::millis(time)?;
    (millis > 0 && millis % DAY_MS == 0).then(|| u32::try_from(millis / DAY_MS).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_words_and_slips_are_told_apart() {
        let set = |days, pinned| {
            Some(RoomChanges { retention_days: Some(days), retention_keeps_pinned: pinned, ..RoomChanges::default() })
        };
        for (argument, wanted) in [
            ("90d", set(Some(90), None)),
            ("2w keep-pinned", set(Some(14), Some(true))),
            ("48h", set(Some(2), None)),
            ("off", set(Some(0), None)),
            ("default delete-pinned", set(None, Some(false))),
        ] {
            assert_eq!(changes(argument), wanted, "{argument}");
        }
        for slip in ["90", "0d", "36h", "never", "90d pinned", "90d keep-pinned now", "-1d"] {
            assert_eq!(changes(slip), None, "{slip}");
        }
    }
}
