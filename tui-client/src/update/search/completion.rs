//! Suggestions for the filters of a search: their names, and people, rooms, days and kinds for what they take.

use chat_protocol::{RoomKind, Timestamp};
use jiff::tz::TimeZone;

use crate::{
    state::{Completion, State, Suggestion},
    text::time,
};

/// The filters, each with what it takes.
const FILTERS: [(&str, &str); 6] = [
    ("from:", "who wrote it"),
    ("in:", "a room"),
    ("before:", "a day"),
    ("after:", "a day"),
    ("has:", "link, code, file"),
    ("is:", "pinned"),
];
const KINDS: [(&str, &str); 3] = [("link", ""), ("code", ""), ("file", "")];
const STATES: [(&str, &str); 1] = [("pinned", "")];
/// Days ago, and what they are called.
const DAYS: [(i64, &str); 5] =
    [(0, "today"), (1, "yesterday"), (7, "a week ago"), (30, "a month ago"), (365, "a year ago")];
/// Milliseconds.
const DAY: i64 = 24 * 60 * 60 * 1000;
/// The most suggestions; typing on narrows them down.
const SUGGESTED: usize = 20;

/// Suggestions for the word at the cursor of the query. Where nothing is written yet, all filters are suggested if they
/// were `asked` for.
pub(super) fn complete(state: &State, asked: bool) -> Option<Completion> {
    let query = &state.search.query;
    let before = &query.text()[..query.cursor()];
    let start =
        before.rfind(char::is_whitespace).map_or(0, |at| at + before[at..].chars().next().map_or(1, char::len_utf8));
    let word = before[start..].to_lowercase();
    let mut items = match word.split_once(':') {
        Some(("from", name)) => people(state, name),
        Some(("in", name)) => rooms(state, name),
        Some((filter @ ("before" | "after"), day)) => days(state.now.wall, filter, day),
        Some(("has", kind)) => named("has", &KINDS, kind),
        Some(("is", kind)) => named("is", &STATES, kind),
        Some(_) => Vec::new(),
        None if word.is_empty() && !asked => Vec::new(),
        None => filters(&word),
    };
    items.truncate(SUGGESTED);
    let is_done = matches!(&items[..], [only] if only.insert.trim_end() == word);
    let range = start..query.cursor();
    (!items.is_empty() && !is_done).then_some(Completion { range, items, chosen: None, inserted: false })
}

fn filters(word: &str) -> Vec<Suggestion> {
    let fitting = FILTERS.iter().filter(|(name, _)| name.starts_with(word));
    fitting.map(|(name, hint)| suggestion((*name).to_owned(), (*name).to_owned(), hint)).collect()
}

fn people(state: &State, name: &str) -> Vec<Suggestion> {
    let mut names: Vec<String> = state.people.all().map(|(_, person)| person.name.to_string()).collect();
    names.sort();
    fitting("from", names, name.trim_start_matches('@'))
}

fn rooms(state: &State, name: &str) -> Vec<Suggestion> {
    // A direct room is named after the one other person in it.
    let is_named = |room: &&crate::state::Room| !room.gone && (room.kind != RoomKind::Direct || room.other().is_some());
    let labels = state.rooms.iter().filter(is_named).map(crate::state::Room::label).collect();
    fitting("in", labels, name)
}

/// Names that begin with what is written, then those that have it within.
fn fitting(filter: &str, names: Vec<String>, written: &str) -> Vec<Suggestion> {
    let bare = |name: &str| name.trim_start_matches(['#', '@']).to_lowercase();
    let written = bare(written);
    let mut names: Vec<_> = names.into_iter().filter(|name| bare(name).contains(&written)).collect();
    names.sort_by_key(|name| !bare(name).starts_with(&written));
    names.into_iter().map(|name| of_filter(filter, &name, "")).collect()
}

/// Days as the server counts them: by UTC.
fn days(now: Timestamp, filter: &str, written: &str) -> Vec<Suggestion> {
    let day = |ago: i64| time::date(Timestamp::from_millis(now.millis() - ago * DAY), &TimeZone::UTC);
    let days = DAYS.iter().map(|(ago, name)| (day(*ago), *name));
    days.filter(|(day, name)| day.starts_with(written) || name.starts_with(written))
        .map(|(day, name)| of_filter(filter, &day, name))
        .collect()
}

fn named(filter: &str, values: &[(&str, &str)], written: &str) -> Vec<Suggestion> {
    let fitting = values.iter().filter(|(value, _)| value.starts_with(written));
    fitting.map(|(value, hint)| of_filter(filter, value, hint)).collect()
}

fn of_filter(filter: &str, value: &str, hint: &str) -> Suggestion {
    suggestion(format!("{filter}:{value} "), value.to_owned(), hint)
}

fn suggestion(insert: String, label: String, hint: &str) -> Suggestion {
    Suggestion { insert, label, hint: hint.to_owned() }
}
