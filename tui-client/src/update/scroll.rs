//! Moving through a room's timeline.

use chat_client::Page;
use chat_protocol::MessageId;

use crate::{
    layout::timeline::TimelineLayout,
    state::TimelineView,
    state::{Connection, EntryKey, Mode, Older, Scroll, State, Ticket, Tone, geometry::Geometry},
    update::{effect::Effect, request::Request},
};

/// Rows of the page before that stay on the screen, to find one's place.
const OVERLAP: i32 = 2;

/// Gives the room on the screen to `with`, ready to be laid out.
pub(super) fn layout<T>(
    state: &mut State,
    with: impl FnOnce(&mut TimelineLayout<'_>, &TimelineView) -> T,
) -> Option<T> {
    let geometry = state.geometry();
    let (messages, columns) = geometry.active();
    let Geometry { breadth, .. } = geometry;
    let room = state.rooms.current()?;
    let mut layout = TimelineLayout {
        room,
        people: &state.people,
        me: state.me,
        setup: &state.setup,
        now: state.now,
        folds_replies: state.preferences.folds_replies,
        saving: &state.saving,
        frame: state.pictures.frame(state.preferences.pictures, state.size.height),
        breadth,
        columns,
        height: usize::from(messages.height),
        layouts: &mut state.layouts,
    };
    Some(with(&mut layout, &state.timeline_view))
}

fn set(state: &mut State, scroll: Option<Scroll>) {
    if let (Some(room), Some(scroll)) = (state.rooms.current_mut(), scroll) {
        room.scroll = scroll;
    }
}

fn page_rows(state: &State) -> i32 {
    i32::from(state.geometry().active().0.height)
}

/// Scrolls the messages by rows: down, or up if negative.
pub(super) fn by(state: &mut State, rows: i32) {
    if let Some(room) = state.rooms.current_mut().filter(|room| room.older == Older::Failed) {
        room.older = Older::Idle;
    }
    let moved = layout(state, |layout, view| {
        let top = view.rows.first()?;
        if rows > 0 && view.at_end {
            return None;
        }
        Some(layout.anchor(top.key, top.index + rows))
    });
    set(state, moved.flatten());
}

pub(super) fn page(state: &mut State, pages: i32) {
    by(state, pages * (page_rows(state) - OVERLAP).max(1));
    carry_selection(state);
}

/// While selecting, what is selected stays on the screen.
fn carry_selection(state: &mut State) {
    let Mode::Select { selected, .. } = state.mode else { return };
    let arranged = layout(state, |layout, _| layout.arrange(false).0);
    let Some(view) = arranged else { return };
    if !view.rows.iter().any(|row| row.key == selected)
        && let (Some(first), Some(last)) = (view.rows.first(), view.rows.last())
    {
        let key = if selected < first.key { first.key } else { last.key };
        state.mode.select(key);
    }
}

/// Scrolls to the newest entry, and follows.
pub(super) fn live_end(state: &mut State) {
    state.rooms.close_past();
    set(state, Some(Scroll::Live));
    if matches!(state.mode, Mode::Select { .. }) {
        let last = state.rooms.current().and_then(|room| room.timeline.last());
        if let Some(last) = last {
            let last = start_of(state, last);
            state.mode.select(last);
        }
    }
}

/// Scrolls to the first unread message, or to the line above what was new; older messages are loaded until it is there.
pub(super) fn first_unread(state: &mut State) {
    let Some(room) = state.rooms.current_mut() else { return };
    if room.divider.is_none() {
        room.divide();
    }
    let after = match room.divider {
        _ if room.unread > 0 => room.read_seq,
        Some(divider) => divider.after,
        None => {
            state.notify(Tone::Plain, "nothing is unread here");
            return;
        }
    };
    if !room.timeline.covers_after(after) {
        room.seeks_unread = true;
        return;
    }
    let target = room.others_after(after).next().map(|(seq, _)| EntryKey::Logged(seq));
    let scroll = target.and_then(|key| {
        layout(state, |layout, _| {
            let first = layout.first_row(key);
            layout.anchor(key, first)
        })
    });
    set(state, scroll);
}

/// Scrolls as little as is needed to show an entry.
pub(super) fn reveal(state: &mut State, key: EntryKey) {
    let scroll = layout(state, |layout, view| layout.reveal(view, key));
    set(state, scroll.flatten());
}

/// Scrolls so that an entry stands in the upper third, with what is around it.
pub(super) fn centre(state: &mut State, key: EntryKey) {
    let above = page_rows(state) / 3;
    let scroll = layout(state, |layout, _| layout.anchor(key, -above));
    set(state, scroll);
}

/// Scrolls as little as is needed to show a message of the log.
pub(super) fn show_message(state: &mut State, id: MessageId) {
    if let Some(seq) = state.rooms.current().and_then(|room| room.timeline.place(id)) {
        reveal(state, EntryKey::Logged(seq));
    }
}

/// Scrolls within an entry that is taller than what is shown of it; false if there is nothing to scroll.
pub(super) fn within(state: &mut State, key: EntryKey, direction: i32) -> bool {
    let half = (page_rows(state) / 2).max(1);
    let hidden = layout(state, |layout, view| layout.hidden(view, key)).flatten();
    let more = hidden.map_or(0, |(above, below)| if direction < 0 { above } else { below });
    if more > 0 {
        by(state, direction * more.min(half));
    }
    more > 0
}

/// The entry that is half a page above or below, or the last one on the way.
pub(super) fn half_page_from(state: &mut State, key: EntryKey, direction: i32) -> Option<EntryKey> {
    let half = usize::try_from(page_rows(state) / 2).unwrap_or(0).max(1);
    layout(state, |layout, _| layout.away(key, direction, half))
}

/// The entry above or below.
pub(super) fn neighbour(state: &mut State, key: EntryKey, direction: i32) -> Option<EntryKey> {
    layout(state, |layout, _| if direction < 0 { layout.up(key) } else { layout.down(key) }).flatten()
}

/// The entry that stands for this one: the first of a run of comings and goings.
pub(super) fn start_of(state: &mut State, key: EntryKey) -> EntryKey {
    layout(state, |layout, _| layout.start(key)).unwrap_or(key)
}

/// Asks for older messages if the top is near, or if the way to the first unread one leads there.
pub(super) fn load_older(state: &mut State, effects: &mut Vec<Effect>) {
    let near = usize::from(state.geometry().active().0.height);
    let connected = matches!(state.connection, Connection::Connected { .. });
    let above = state.timeline_view.above;
    let Some(room) = state.rooms.current_mut() else { return };
    let (from, complete) = room.timeline.beginning();
    let Some(before) = from.filter(|_| !complete) else { return };
    if connected
        && room.older == Older::Idle
        && (room.seeks_unread || room.seeks.is_some() || room.awaits_unread() || above < near)
    {
        room.older = Older::Loading;
        let (room, before) = (room.id, before);
        effects.push(Effect::Ask(
            Ticket::default(),
            match (state.rooms.past(), state.rooms.thread()) {
                (Some(past), _) => Request::Past { room, around: past.around, page: Page::Before(before) },
                (None, Some(thread)) => Request::Thread { room, first: thread.first, before: Some(before) },
                (None, None) => Request::Older { room, before },
            },
        ));
    }
}

/// Lays out the room beside an open thread.
pub(super) fn layout_base(state: &mut State) -> Option<(TimelineView, Scroll)> {
    let Geometry { breadth, columns, messages, thread, .. } = state.geometry();
    let room = state.rooms.base().filter(|_| thread.width > 0)?;
    let mut layout = TimelineLayout {
        room,
        people: &state.people,
        me: state.me,
        setup: &state.setup,
        now: state.now,
        folds_replies: state.preferences.folds_replies,
        saving: &state.saving,
        frame: state.pictures.frame(state.preferences.pictures, state.size.height),
        breadth,
        columns,
        height: usize::from(messages.height),
        layouts: &mut state.layouts,
    };
    Some(layout.arrange(true))
}
