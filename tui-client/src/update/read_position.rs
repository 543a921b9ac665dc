//! What the user has read, and when the server is told.

use std::time::{Duration, Instant};

use chat_protocol::RoomId;

use crate::{
    state::{Mode, State, geometry::Geometry},
    update::effect::Effect,
};

/// Read positions go out this often at most.
const READ_INTERVAL: Duration = Duration::from_millis(500);

/// The newest event that the user sees, if there is an unread message up to there.
fn unread_on_screen(state: &State) -> Option<u64> {
    let Geometry { messages, .. } = state.geometry();
    if state.rooms.is_covered() || state.rooms.current().is_some_and(|room| room.stays_unread) {
        return None;
    }
    let sees = state.focused && messages.height > 0 && matches!(state.mode, Mode::Compose | Mode::Select { .. });
    let room = state.rooms.current()?;
    let newest = state.timeline_view.newest.filter(|_| sees && !room.awaits_unread())?;
    (newest > room.read_seq && (room.unread > 0 || room.others_after(room.read_seq).any(|(seq, _)| seq <= newest)))
        .then_some(newest)
}

/// Marks as read what is on the screen.
pub(super) fn mark(state: &mut State, effects: &mut Vec<Effect>) {
    if let (Some(newest), Some(id)) = (unread_on_screen(state), state.rooms.current_id()) {
        if state.transient.read.is_some_and(|(room, _)| room != id) {
            send(state, effects);
        }
        state.transient.read = Some((id, newest));
        if let Some(room) = state.rooms.current_mut() {
            room.read_seq = newest;
            if room.timeline.last_seq() == Some(newest) {
                room.marker(newest, 0, 0);
            }
            room.recount();
        }
    }
    if state.transient.read_sent.is_none_or(|(_, _, at)| state.now.instant >= at + READ_INTERVAL) {
        send(state, effects);
    }
}

/// Sends what has been read.
pub(super) fn send(state: &mut State, effects: &mut Vec<Effect>) {
    if let Some((room, seq)) = state.transient.read.take() {
        state.transient.read_sent = Some((room, seq, state.now.instant));
        effects.push(Effect::Read { room, seq });
    }
}

/// Whether a read position that the server sends is older than what was sent to it since: its answer is on the way.
pub(super) fn is_outdated(state: &State, room: RoomId, seq: u64) -> bool {
    /// An answer is not longer on the way than this, or the connection is gone.
    const ON_THE_WAY: Duration = Duration::from_secs(5);
    let due = state.transient.read.is_some_and(|(other, known)| other == room && known > seq);
    let sent = state
        .transient
        .read_sent
        .is_some_and(|(other, known, at)| other == room && known > seq && state.now.instant < at + ON_THE_WAY);
    due || sent
}

/// When the position that waits is to be sent, if one waits.
pub(super) fn due(state: &State) -> Option<Instant> {
    state.transient.read.and(state.transient.read_sent).map(|(_, _, at)| at + READ_INTERVAL)
}
