//! What follows when all that waited is taken in: the rows on the screen, what has been read by that, what is kept, and
//! when to look again.

use std::time::{Duration, Instant};

use super::{draft, list, past, pictures, presence, read_position, scroll, search};
use crate::{
    state::TimelineView,
    state::{Connection, Mode, State, Ticket},
    text,
    update::{effect::Effect, request::Request},
};

/// The countdown to the next attempt changes each second.
const COUNTDOWN: Duration = Duration::from_secs(1);

/// Lays out the screen and does what is due. To be called before drawing, again after each answer that is there at once.
///
/// A room that comes to the screen for the first time asks for its cached messages first, and for nothing else: a start
/// reads those of one room, however many there are.
pub(crate) fn before_draw(state: &mut State) -> Vec<Effect> {
    if let Some(room) = state.rooms.base_mut()
        && std::mem::take(&mut room.cached)
    {
        return vec![Effect::ReadCached(room.id)];
    }
    let mut effects = Vec::new();
    // The messages take back its rows.
    state.notice.take_if(|notice| notice.until.is_some_and(|until| state.now.instant >= until));
    state.layouts.begin();
    state.pictures.begin();
    state.longest_name = longest_name(state);
    keep_selection(state);
    arrange(state);
    arrange_base(state);
    pictures::load(state, &mut effects);
    ask_for_thread(state, &mut effects);
    send_focus(state, &mut effects);
    ask_for_pins(state, &mut effects);
    read_position::mark(state, &mut effects);
    scroll::load_older(state, &mut effects);
    past::load_newer(state, &mut effects);
    search::ask_if_due(state, &mut effects);
    draft::save_if_due(state, &mut effects);
    presence::check(state, &mut effects);
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
    let notice = state.notice.as_ref().and_then(|notice| notice.until);
    let due = [draft::due(state), search::due(state), read_position::due(state), presence::due(state)];
    due.into_iter().chain([countdown, notice]).flatten().min()
}

/// Where the selected message is gone, the newest one is selected.
fn keep_selection(state: &mut State) {
    let (Some(key), Some(room)) = (state.mode.selected(), state.rooms.current()) else { return };
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

/// The room beside an open thread goes on as it would without.
fn arrange_base(state: &mut State) {
    state.base_view = TimelineView::default();
    if let Some((view, scroll)) = scroll::layout_base(state) {
        if let Some(room) = state.rooms.base_mut() {
            room.scroll = scroll;
        }
        state.base_view = view;
    }
}

/// Asks for the messages of a thread that was opened, or of which the history is another now.
fn ask_for_thread(state: &mut State, effects: &mut Vec<Effect>) {
    let is_open = state.connection.is_open();
    let Some(room) = state.rooms.base().filter(|room| is_open && !room.gone).map(|room| room.id) else { return };
    if let Some(thread) = state.rooms.thread_in(room).filter(|thread| !thread.asked) {
        thread.asked = true;
        let first = thread.first;
        effects.push(Effect::Ask(Ticket::default(), Request::Thread { room, first, before: None }));
    }
}

/// The cells of the longest name of the people of the room on the screen.
fn longest_name(state: &State) -> usize {
    let Some(room) = state.rooms.base() else { return 0 };
    room.members.listed.iter().map(|&user| text::width(&state.people.label(user))).max().unwrap_or(0)
}

/// The first time that a room with pins is on the screen, the server says which messages they are.
fn ask_for_pins(state: &mut State, effects: &mut Vec<Effect>) {
    if !state.connection.is_open() {
        return;
    }
    if let Some(room) = state.rooms.base_mut().filter(|room| room.pins > 0 && !room.gone && !room.knows_pins) {
        room.knows_pins = true;
        effects.push(Effect::Ask(Ticket::default(), Request::Pins { room: room.id }));
    }
}

fn send_focus(state: &mut State, effects: &mut Vec<Effect>) {
    let current = state.rooms.current().filter(|room| !room.gone).map(|room| room.id);
    if let Some(room) = current.filter(|_| current != state.transient.focus) {
        state.transient.focus = current;
        effects.push(Effect::Focus(room));
    }
}
