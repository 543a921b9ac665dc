//! Suggestions for the word at the cursor: names of people and rooms, commands.

use super::{duration, emoji};
use crate::{
    keys::slash::{self, Argument, Word},
    state::{Completion, State, Suggestion},
};

/// Bytes. A longer word is not a name: nothing is suggested for it.
const LONGEST_WORD: usize = 256;
/// Letters after a colon from which on emojis are suggested: fewer may be a smiley.
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
    if let Some(of) = argument(before, start) {
        let items = arguments(state, of, before);
        return suggest(items, word, start..room.draft.cursor());
    }
    let sigil = word.chars().next().filter(|_| word.len() <= LONGEST_WORD)?;
    let query = word[sigil.len_utf8()..].to_lowercase();
    let items = match sigil {
        '@' => people(state, &query),
        '#' => rooms(state, &query),
        ':' if query.chars().count() >= EMOJI_FROM => emoji::suggestions(&query),
        '/' if start == 0 && !query.contains('/') => commands(&query),
        _ => return None,
    };
    suggest(items, word, start..room.draft.cursor())
}

fn suggest(mut items: Vec<Suggestion>, word: &str, range: std::ops::Range<usize>) -> Option<Completion> {
    items.truncate(SUGGESTED);
    let is_done = matches!(&items[..], [only] if only.insert.trim_end() == word);
    (!items.is_empty() && !is_done).then_some(Completion { range, items, chosen: None, inserted: false })
}

/// What the word that begins there is, if it follows a command that says so.
fn argument(before: &str, start: usize) -> Option<Word> {
    let line = before.strip_prefix('/').filter(|line| !line.contains('\n') && start > 0)?;
    let (name, _) = line.split_once(' ')?;
    let row = slash::TABLE.iter().find(|row| row.names.contains(&name.to_lowercase().as_str()))?;
    let at = before[..start].split_whitespace().count().checked_sub(1)?;
    row.slash.words().get(at).copied()
}

fn arguments(state: &State, of: Word, before: &str) -> Vec<Suggestion> {
    let word = before.rsplit(char::is_whitespace).next().unwrap_or_default();
    let query = word.to_lowercase();
    let named = |words: &[(&str, &str)]| {
        let fitting = words.iter().filter(|(word, _)| word.starts_with(&query));
        let suggestion = |(word, hint): &(&str, &str)| Suggestion {
            insert: format!("{word} "),
            label: (*word).to_owned(),
            hint: (*hint).to_owned(),
        };
        fitting.map(suggestion).collect()
    };
    match of {
        Word::Person => anyone(state, query.trim_start_matches('@')),
        Word::Bot => bots(state, before, query.trim_start_matches('@')),
        Word::Room => rooms(state, query.trim_start_matches('#')),
        Word::Emoji => emoji::suggestions(query.trim_start_matches(':')),
        Word::Time => named(&duration::OFFERED),
        Word::Of(words) => named(words),
    }
}

/// The people of the room, then everyone else who is known: who is to be added is in no room yet.
fn anyone(state: &State, query: &str) -> Vec<Suggestion> {
    let mut found = people(state, query);
    let others = state
        .people
        .all()
        .filter(|(id, _)| *id != state.me)
        .map(|(_, person)| (person.name.to_string(), String::new()));
    let mut others = matching('@', query, others);
    others.retain(|other| found.iter().all(|known| known.insert != other.insert));
    others.sort_by(|a, b| a.label.cmp(&b.label));
    found.extend(others);
    found
}

/// The bots that are known, where one is to be ended: one that is made has a new name.
fn bots(state: &State, before: &str, query: &str) -> Vec<Suggestion> {
    if before.split_whitespace().nth(1) != Some("end") {
        return Vec::new();
    }
    let bots = state.people.all().filter(|(_, person)| person.bot);
    let mut found = matching('@', query, bots.map(|(_, bot)| (bot.name.to_string(), String::new())));
    found.sort_by(|a, b| a.label.cmp(&b.label));
    found
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
