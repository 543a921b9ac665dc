//! What follows when all that waited is taken in: the rows on the screen, what has been read by that, what is kept, and
//! when to look again.

use std::time::{Duration, Instant};

use chat_protocol::RoomId;

use super::{list, scroll};
use crate::{
    state::TimelineView,
    state::{Connection, Mode, State, geometry::Geometry},
    text,
    update::input::Effect,
};

/// A draft is kept when it has not been for this long; no more than that is lost if the machine stops.
const DRAFT_DELAY: Duration = Duration::from_secs(1);
/// Read positions go out this often at most.
const READ_INTERVAL: Duration = Duration::from_millis(500);
/// The countdown to the next attempt changes each second.
const COUNTDOWN: Duration = Duration::from_secs(1);

/// Lays out the screen and does what is due. To be called before drawing, again after each answer that is there at once.
///
/// A room that comes to the screen for the first time asks for its cached messages first, and for nothing else: a start
/// reads those of one room, however many there are.
pub(crate) fn before_draw(state: &mut State) -> Vec<Effect> {
    if let Some(room) = state.rooms.current_mut()
        && std::mem::take(&mut room.cached)
    {
        return vec![Effect::ReadCached(room.id)];
    }
    let mut effects = Vec::new();
    // The messages take back its rows.
    state.notice.take_if(|notice| notice.until.is_some_and(|until| state.now.instant >= until));
    state.layouts.begin();
    state.longest_name = longest_name(state);
    keep_selection(state);
    arrange(state);
    send_focus(state, &mut effects);
    mark_read(state, &mut effects);
    scroll::load_older(state, &mut effects);
    if state.later.draft.is_some_and(|(_, since)| state.now.instant >= since + DRAFT_DELAY) {
        save_draft(state, &mut effects);
    }
    list::refresh(state);
    effects
}

/// When something is due next, if nothing comes in before.
pub(crate) fn wake(state: &State) -> Option<Instant> {
    let now = state.now.instant;
    let countdown = match state.connection {
        Connection::Offline { retry_at, .. } if retry_at > now => {
            let left = retry_at - now;
            let within = Duration::from_nanos(u64::from(left.subsec_nanos()));
            Some(now + if within.is_zero() { COUNTDOWN } else { within })
        }
        _ => None,
    };
    let draft = state.later.draft.map(|(_, since)| since + DRAFT_DELAY);
    let notice = state.notice.as_ref().and_then(|notice| notice.until);
    let read = state.later.read.and(state.later.read_sent).map(|(_, _, at)| at + READ_INTERVAL);
    [countdown, draft, notice, read].into_iter().flatten().min()
}

/// The draft on the screen changed.
pub(super) fn draft_changed(state: &mut State) {
    let Some(room) = state.rooms.current_id() else { return };
    if state.later.draft.is_none_or(|(other, _)| other != room) {
        state.later.draft = Some((room, state.now.instant));
    }
}

/// Keeps the draft that changed, now.
pub(super) fn save_draft(state: &mut State, effects: &mut Vec<Effect>) {
    if let Some((room, _)) = state.later.draft.take()
        && let Some(found) = state.rooms.room(room)
    {
        effects.push(Effect::SaveDraft { room, text: found.draft.text().to_owned() });
    }
}

/// Where the selected message is gone, the newest one is selected.
fn keep_selection(state: &mut State) {
    let (Some(key), Some(room)) = (super::selected(state), state.rooms.current()) else { return };
    let newest = room.timeline.last().filter(|_| !room.timeline.has(key));
    if let Some(newest) = newest {
        let newest = scroll::start_of(state, newest);
        state.mode.select(newest);
    }
}

fn arrange(state: &mut State) {
    let follow = !matches!(state.mode, Mode::Select { .. });
    let arranged = scroll::layout(state, |layout, _| layout.arrange(follow));
    match arranged {
        Some((view, scroll)) => {
            if let Some(room) = state.rooms.current_mut() {
                room.scroll = scroll;
            }
            state.timeline_view = view;
        }
        None => state.timeline_view = TimelineView::default(),
    }
}

/// The cells of the longest name of the people of the room on the screen.
fn longest_name(state: &State) -> usize {
    let Some(room) = state.rooms.current() else { return 0 };
    room.members.listed.iter().map(|&user| text::width(state.directory.name(user))).max().unwrap_or(0)
}

fn send_focus(state: &mut State, effects: &mut Vec<Effect>) {
    let current = state.rooms.current().filter(|room| !room.gone).map(|room| room.id);
    if let Some(room) = current.filter(|_| current != state.later.focus) {
        state.later.focus = current;
        effects.push(Effect::Focus(room));
    }
}

/// The newest event that the user sees, if there is an unread message up to there.
fn unread_on_screen(state: &State) -> Option<u64> {
    let Geometry { messages, .. } = state.geometry();
    let sees = state.focused && messages.height > 0 && matches!(state.mode, Mode::Compose | Mode::Select { .. });
    let room = state.rooms.current()?;
    let newest = state.timeline_view.newest.filter(|_| sees && !room.awaits_unread())?;
    (newest > room.read_seq
        && (room.unread > 0 || room.others_after(room.read_seq, state.me).any(|(seq, _)| seq <= newest)))
    .then_some(newest)
}

fn mark_read(state: &mut State, effects: &mut Vec<Effect>) {
    let me = state.me;
    if let (Some(newest), Some(id)) = (unread_on_screen(state), state.rooms.current_id()) {
        if state.later.read.is_some_and(|(room, _)| room != id) {
            send_read(state, effects);
        }
        state.later.read = Some((id, newest));
        if let Some(room) = state.rooms.current_mut() {
            room.read_seq = newest;
            if room.timeline.last_seq() == Some(newest) {
                room.marker(newest, 0, 0);
            }
            room.recount(me);
        }
    }
    if state.later.read_sent.is_none_or(|(_, _, at)| state.now.instant >= at + READ_INTERVAL) {
        send_read(state, effects);
    }
}

/// Sends what has been read.
pub(super) fn send_read(state: &mut State, effects: &mut Vec<Effect>) {
    if let Some((room, seq)) = state.later.read.take() {
        state.later.read_sent = Some((room, seq, state.now.instant));
        effects.push(Effect::Read { room, seq });
    }
}

/// Whether a read position that the server sends is older than what was sent to it since: its answer is on the way.
pub(super) fn is_outdated(state: &State, room: RoomId, seq: u64) -> bool {
    /// An answer is not longer on the way than this, or the connection is gone.
    const ON_THE_WAY: Duration = Duration::from_secs(5);
    let due = state.later.read.is_some_and(|(other, known)| other == room && known > seq);
    let sent = state
        .later
        .read_sent
        .is_some_and(|(other, known, at)| other == room && known > seq && state.now.instant < at + ON_THE_WAY);
    due || sent
}
