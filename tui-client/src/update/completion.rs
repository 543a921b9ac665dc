//! Suggestions for the word at the cursor: names of people and rooms, commands.

use super::emoji;
use crate::{
    keys::slash::{self, Argument},
    state::{Completion, State, Suggestion},
};

/// Bytes. A longer word is not a name: nothing is suggested for it.
const LONGEST_WORD: usize = 256;
/// Letters after a colon from which on emojis are suggested: smileys and times are none.
const EMOJI_FROM: usize = 2;
/// The most suggestions; typing on narrows them down.
const SUGGESTED: usize = 100;

/// Suggestions for the word at the cursor.
pub(super) fn complete(state: &State) -> Option<Completion> {
    let room = state.rooms.current()?;
    let before = &room.draft.text()[..room.draft.cursor()];
    let start =
        before.rfind(char::is_whitespace).map_or(0, |at| at + before[at..].chars().next().map_or(1, char::len_utf8));
    let word = &before[start..];
    let sigil = word.chars().next().filter(|_| word.len() <= LONGEST_WORD)?;
    let query = word[sigil.len_utf8()..].to_lowercase();
    let mut items = match sigil {
        '@' => people(state, &query),
        '#' => rooms(state, &query),
        ':' if query.chars().count() >= EMOJI_FROM => emoji::suggestions(&query),
        '/' if start == 0 && !query.contains('/') => commands(&query),
        _ => return None,
    };
    items.truncate(SUGGESTED);
    let is_done = matches!(&items[..], [only] if only.insert.trim_end() == word);
    (!items.is_empty() && !is_done).then_some(Completion {
        range: start..room.draft.cursor(),
        items,
        chosen: None,
        inserted: false,
    })
}

fn people(state: &State, query: &str) -> Vec<Suggestion> {
    let Some(room) = state.rooms.base() else { return Vec::new() };
    let found = room.members.sorted(&state.people).into_iter().filter(|&user| user != state.me).map(|user| {
        let hint = if room.members.is_here(user) { "online" } else { "" };
        (state.people.name(user).to_owned(), hint.to_owned())
    });
    matching('@', query, found)
}

fn rooms(state: &State, query: &str) -> Vec<Suggestion> {
    matching('#', query, state.rooms.iter().map(|room| (room.name.as_str().to_owned(), room.topic.as_str().to_owned())))
}

fn commands(query: &str) -> Vec<Suggestion> {
    let rows = slash::TABLE.iter().filter(|row| row.names.iter().any(|name| name.starts_with(query)));
    rows.map(|row| {
        let space = if row.argument == Argument::None { "" } else { " " };
        Suggestion { insert: format!("/{}{space}", row.names[0]), label: row.usage(), hint: row.short.to_owned() }
    })
    .collect()
}

/// Names that begin with the query, then those that hold it.
fn matching(sigil: char, query: &str, names: impl Iterator<Item = (String, String)>) -> Vec<Suggestion> {
    let mut found: Vec<_> = names.filter(|(name, _)| name.to_lowercase().contains(query)).collect();
    found.sort_by_key(|(name, _)| !name.to_lowercase().starts_with(query));
    found
        .into_iter()
        .map(|(name, hint)| Suggestion { insert: format!("{sigil}{name} "), label: format!("{sigil}{name}"), hint })
        .collect()
}
