//! Finding messages: what is typed is asked for when it has not changed for a moment, what is found can be gone to, and
//! left again for where the user was.

mod completion;

use std::time::{Duration, Instant};

use chat_protocol::{MessageId, RoomId, api::SearchPage, search::Query};

use super::{navigate, past};
use crate::{
    keys::bindings::Action,
    state::{Asked, Mode, Origin, Search, State, Tone},
    text::editor::{Edit, Editor},
    update::{effect::Effect, request::Request},
};

/// A query is asked for when it has not changed for this long: a word is typed faster than it is searched for.
const PAUSE: Duration = Duration::from_millis(120);
/// Hits that a key for a page goes over.
const PAGE: usize = 5;
/// More hits are asked for when fewer than these are left below.
const AHEAD: usize = 20;

/// Opens the search as it was left, or closes it.
pub(super) fn toggle(state: &mut State, effects: &mut Vec<Effect>) {
    if matches!(state.mode, Mode::Search) {
        return close(state, effects);
    }
    open(state);
    state.search.is_earlier = !state.search.text().is_empty();
    if state.search.origin.is_none() && state.search.is_earlier {
        // What has been said since may fit.
        ask(state, effects);
    }
}

/// Opens the search with this query.
pub(super) fn open_with(state: &mut State, query: &str, effects: &mut Vec<Effect>) {
    open(state);
    (state.search.query, state.search.is_earlier) = (Editor::new(query), false);
    ask(state, effects);
}

fn open(state: &mut State) {
    state.mode = Mode::Search;
    state.completion = None;
}

/// Closes the search; who was at a hit is where they were before.
pub(super) fn close(state: &mut State, effects: &mut Vec<Effect>) {
    state.search.changed = None;
    state.search.completion = None;
    state.mode = Mode::Compose;
    go_back(state, effects);
}

/// Types or pastes into the query.
pub(super) fn insert(state: &mut State, text: &str) {
    if std::mem::take(&mut state.search.is_earlier) {
        state.search.query = Editor::default();
    }
    state.search.query.insert(&text.replace('\n', " "));
    changed(state);
}

/// Does what an action says in the open search.
pub(super) fn act(state: &mut State, action: Action, effects: &mut Vec<Effect>) {
    let last = state.search.hits.len().saturating_sub(1);
    let chosen = state.search.chosen;
    match action {
        Action::Above => choose(state, chosen.saturating_sub(1), effects),
        Action::Below => choose(state, (chosen + 1).min(last), effects),
        Action::PageUp => choose(state, chosen.saturating_sub(PAGE), effects),
        Action::PageDown => choose(state, (chosen + PAGE).min(last), effects),
        Action::Accept => accept(state, effects),
        Action::Complete => complete(state, 1),
        Action::CompleteBack => complete(state, -1),
        Action::Close => close(state, effects),
        Action::Edit(edit) => edit_query(state, edit),
        _ => {}
    }
}

/// Turns the wheel: as so many keys.
pub(super) fn wheel(state: &mut State, rows: i32) {
    let (steps, last) = (usize::try_from(rows.unsigned_abs()).unwrap_or(0), state.search.hits.len().saturating_sub(1));
    let search = &mut state.search;
    search.chosen = if rows < 0 { search.chosen.saturating_sub(steps) } else { (search.chosen + steps).min(last) };
}

/// Takes a hit that was clicked.
pub(super) fn take(state: &mut State, at: usize, effects: &mut Vec<Effect>) {
    state.search.chosen = at;
    accept(state, effects);
}

/// Takes a suggestion that was clicked.
pub(super) fn take_suggestion(state: &mut State, at: usize) {
    if let Some(completion) = &mut state.search.completion {
        (completion.chosen, completion.inserted) = (Some(at), false);
        put(state);
    }
}

fn edit_query(state: &mut State, edit: Edit) {
    state.search.is_earlier = false;
    if state.search.query.apply(edit, usize::MAX) {
        changed(state);
    } else {
        state.search.completion = completion::complete(state, false);
    }
}

fn changed(state: &mut State) {
    state.search.changed = Some(state.now.instant);
    state.search.problem = None;
    state.search.completion = completion::complete(state, false);
}

/// Puts the next suggestion into the query.
fn complete(state: &mut State, by: isize) {
    if state.search.completion.is_none() {
        state.search.completion = completion::complete(state, true);
    }
    let Some(completion) = &mut state.search.completion else { return };
    state.search.is_earlier = false;
    completion.next(by);
    put(state);
}

fn put(state: &mut State) {
    let Some(mut completion) = state.search.completion.take() else { return };
    let Some(item) = completion.chosen.and_then(|at| completion.items.get(at)) else { return };
    state.search.query.replace(completion.range.clone(), &item.insert);
    completion.range.end = completion.range.start + item.insert.len();
    completion.inserted = true;
    changed(state);
    if completion.items.len() > 1 {
        state.search.completion = Some(completion);
    }
}

/// Asks for a query that has not changed for a moment, and for hits that are about to be needed.
pub(super) fn ask_if_due(state: &mut State, effects: &mut Vec<Effect>) {
    if due(state).is_some_and(|due| state.now.instant >= due) {
        ask(state, effects);
    }
    read_on(state, effects);
}

/// When the query is to be asked for, if it changed.
pub(super) fn due(state: &State) -> Option<Instant> {
    state.search.changed.map(|changed| changed + PAUSE)
}

/// Asks for the newest hits of what is typed.
fn ask(state: &mut State, effects: &mut Vec<Effect>) {
    let is_open = state.connection.is_open();
    let Search { changed, asked, problem, .. } = &mut state.search;
    (*changed, *asked, *problem) = (None, None, None);
    let query = state.search.text().to_owned();
    if query.is_empty() {
        let search = &mut state.search;
        (search.hits, search.chosen, search.next, search.answered) = (Vec::new(), 0, None, None);
        return;
    }
    match query.parse::<Query>() {
        Err(wrong) => state.search.problem = Some(wrong.to_string()),
        Ok(_) if !is_open => {
            state.search.problem = Some("offline: the server has what was said; Enter asks again".to_owned());
        }
        Ok(_) => {
            state.search.asked = Some(Asked { query: query.clone(), before: None });
            effects.push(Effect::Ask(state.keys, Request::Search { query, before: None }));
        }
    }
}

/// Asks for older hits when the end of those that are here is near.
fn read_on(state: &mut State, effects: &mut Vec<Effect>) {
    let search = &mut state.search;
    let (Some(next), Some(query)) = (search.next, search.answered.clone()) else { return };
    let is_near = search.chosen + AHEAD >= search.hits.len();
    let is_wanted = search.onward.is_some() || matches!(state.mode, Mode::Search);
    if is_near && is_wanted && search.asked.is_none() && search.changed.is_none() && search.is_answered() {
        search.asked = Some(Asked { query: query.clone(), before: Some(next) });
        effects.push(Effect::Ask(state.keys, Request::Search { query, before: Some(next) }));
    }
}

/// The server has found something, or not. What it was asked before something else is of no interest any more.
pub(super) fn found(
    state: &mut State,
    query: String,
    before: Option<MessageId>,
    result: Result<SearchPage, String>,
    effects: &mut Vec<Effect>,
) {
    let search = &mut state.search;
    if search.asked.as_ref() != Some(&Asked { query: query.clone(), before }) {
        return;
    }
    search.asked = None;
    let onward = search.onward.take();
    match result {
        Ok(page) => {
            page.hits.iter().for_each(|hit| state.people.learn(&hit.message.author));
            (search.next, search.problem) = (page.next, None);
            if before.is_none() {
                (search.hits, search.chosen, search.answered) = (page.hits, 0, Some(query));
            } else {
                search.hits.extend(page.hits);
            }
            if onward.is_some_and(|ticket| state.awaits(ticket)) {
                step(state, true, effects);
            }
        }
        Err(problem) => {
            // Asking again is for the user.
            search.next = None;
            search.problem = Some(problem);
        }
    }
}

fn choose(state: &mut State, at: usize, effects: &mut Vec<Effect>) {
    state.search.chosen = at;
    read_on(state, effects);
}

/// Goes to the chosen hit; where the hits are those of another query, this one is asked for first.
fn accept(state: &mut State, effects: &mut Vec<Effect>) {
    if !state.search.is_answered() {
        let is_asked = state.search.asked.as_ref().is_some_and(|asked| asked.query == state.search.text());
        if !is_asked {
            ask(state, effects);
        }
        return;
    }
    go(state, state.search.chosen, effects);
}

/// Goes to a hit. False if that cannot be.
fn go(state: &mut State, at: usize, effects: &mut Vec<Effect>) -> bool {
    let Some(hit) = state.search.hits.get(at) else { return false };
    let (room, id, seq) = (hit.room, hit.message.id, hit.message.seq);
    if state.rooms.room(room).is_none_or(|room| room.gone) {
        let problem = "you are not in that room: /rooms lists those that you can join";
        state.search.problem = Some(problem.to_owned());
        return false;
    }
    let origin = state.search.origin.or_else(|| here(state));
    (state.search.chosen, state.search.changed, state.search.completion) = (at, None, None);
    state.mode = Mode::Compose;
    navigate::open(state, room, effects);
    past::go(state, id, seq, effects);
    state.search.origin = origin;
    let more = if state.search.next.is_some() { "+" } else { "" };
    let notice = format!("{} of {}{more} found · n older · N newer · Esc back", at + 1, state.search.hits.len());
    state.notify(Tone::Plain, notice);
    true
}

/// Where the user is.
fn here(state: &State) -> Option<Origin> {
    let base = state.rooms.base()?;
    Some(Origin { room: base.id, scroll: base.scroll, thread: state.rooms.thread().map(|thread| thread.first) })
}

/// Goes to the next older hit, or to the next newer one; false if the user is at none.
pub(super) fn step(state: &mut State, older: bool, effects: &mut Vec<Effect>) -> bool {
    if state.search.origin.is_none() {
        return false;
    }
    let at = state.search.chosen;
    let next = if older { Some(at + 1) } else { at.checked_sub(1) };
    match next.filter(|next| *next < state.search.hits.len()) {
        Some(next) => _ = go(state, next, effects),
        None if older && state.search.next.is_some() => {
            state.search.onward = Some(state.keys);
            read_on(state, effects);
            state.notify(Tone::Plain, "searching further…");
        }
        None => state.notify(Tone::Plain, if older { "this is the oldest hit" } else { "this is the newest hit" }),
    }
    true
}

/// Goes back to where the search began; false if the user is at no hit.
pub(super) fn go_back(state: &mut State, effects: &mut Vec<Effect>) -> bool {
    let Some(Origin { room, scroll, thread }) = state.search.origin.take() else { return false };
    state.rooms.close_past();
    navigate::open(state, room, effects);
    state.mode = Mode::Compose;
    state.completion = None;
    state.notice = None;
    put_back(state, room, scroll);
    if let Some(first) = thread.filter(|_| state.rooms.current_id() == Some(room)) {
        state.rooms.open_thread(first);
    }
    true
}

fn put_back(state: &mut State, room: RoomId, scroll: crate::state::Scroll) {
    if let Some(room) = state.rooms.room_mut(room) {
        room.scroll = scroll;
    }
}
