//! The lists to choose from: the palette, and the rooms of the server.

use std::cmp::Reverse;

use chat_protocol::{Message, MessageId, RoomId, UserId};

use super::emoji;
use nucleo_matcher::{
    Config, Matcher, Utf32Str,
    pattern::{AtomKind, CaseMatching, Normalization, Pattern},
};

use crate::{
    keys::{
        bindings::{self, Action, Place},
        slash,
    },
    layout::timeline::reply,
    state::{Choice, List, Mode, Pick, Pinned, PublicRoom, Record, Source, State, Ticket},
    text::editor::Editor,
    update::{effect::Effect, request::Request},
};

/// The most rows of a list; typing on narrows them down.
const OFFERED: usize = 100;
/// Rows of a page of records.
const PAGE: usize = 10;
/// Names stand before sentences that match as well.
const NAME_BONUS: u32 = 50;

pub(super) fn toggle_palette(state: &mut State) {
    let is_open = matches!(&state.mode, Mode::List(list) if matches!(list.source, Source::Palette));
    if is_open { state.mode = Mode::Compose } else { open(state, Source::Palette) }
}

pub(super) fn open_rooms(state: &mut State, effects: &mut Vec<Effect>) {
    open(state, Source::Rooms(None));
    effects.push(Effect::Ask(state.keys, Request::Rooms));
}

/// The rooms that the server listed, or why it did not: that stands in the list, which stays until the user closes it.
pub(super) fn rooms(state: &mut State, ticket: Ticket, rooms: Result<Vec<PublicRoom>, String>) {
    let list = match &mut state.mode {
        Mode::List(list) if list.ticket == ticket => Some(list),
        _ => None,
    };
    match (rooms, list) {
        (Ok(rooms), Some(list)) => list.source = Source::Rooms(Some(rooms)),
        (Err(problem), Some(list)) => list.problem = Some(problem),
        (_, None) => {}
    }
}

/// The pinned messages of a room.
pub(super) fn open_pins(state: &mut State, room: RoomId, effects: &mut Vec<Effect>) {
    open(state, Source::Pins(room, None));
    effects.push(Effect::Ask(state.keys, Request::Pins { room }));
}

/// The server has listed the pinned messages of a room, or not.
pub(super) fn pins(state: &mut State, room: RoomId, result: Result<&[Message], &String>) {
    let words =
        |message: &Message| Pinned { id: message.id, seq: message.seq, words: reply::said(&state.people, message) };
    let rows = result.map(|pins| pins.iter().map(words).collect());
    if let Mode::List(list) = &mut state.mode
        && let Source::Pins(of, pins) = &mut list.source
        && *of == room
    {
        match rows {
            Ok(rows) => *pins = Some(rows),
            Err(problem) => list.problem = Some(problem.clone()),
        }
    }
}

fn pinned(pinned: &Pinned) -> Choice {
    choice(Pick::Message { id: pinned.id, seq: pinned.seq }, pinned.words.clone(), "", String::new())
}

fn recorded((at, record): (usize, &Record)) -> Choice {
    choice(Pick::Record(at), record.text.clone(), &record.hint, record.note.clone())
}

/// Emojis to answer a message with.
pub(super) fn open_emojis(state: &mut State, of: MessageId) {
    open(state, Source::Emojis(of));
}

/// Opens a list.
pub(super) fn open(state: &mut State, source: Source) {
    let (query, choices, over) = (Editor::default(), Vec::new(), state.mode.selected());
    let list = List { source, query, choices, chosen: 0, ticket: state.keys, problem: None, older: None, over };
    state.mode = Mode::List(Box::new(list));
}

/// Another query: the best row is chosen.
fn begin_again(list: &mut List) {
    list.chosen = 0;
    list.choices.clear();
}

pub(super) fn insert(state: &mut State, text: &str) {
    if let Mode::List(list) = &mut state.mode {
        list.query.insert(&text.replace('\n', " "));
        begin_again(list);
    }
}

/// Does what an action says in the list; gives what was chosen by it, if it closes the list with a choice.
pub(super) fn act(state: &mut State, action: Action) -> Option<Pick> {
    refresh(state);
    let Mode::List(list) = &mut state.mode else { return None };
    let count = list.choices.len().max(1);
    match action {
        Action::Above if list.is_records() => list.chosen = list.chosen.saturating_sub(1),
        Action::Above => list.chosen = (list.chosen + count - 1) % count,
        Action::Below if list.is_records() => list.chosen = (list.chosen + 1).min(count - 1),
        Action::Below => list.chosen = (list.chosen + 1) % count,
        Action::Close => state.mode = Mode::Compose,
        Action::Accept => {
            let pick = list.choices.get(list.chosen)?.pick;
            let over = list.over.filter(|_| matches!(pick, Pick::Slash(_)));
            state.mode = over.map_or(Mode::Compose, |selected| Mode::Select { selected, from: None });
            return Some(pick);
        }
        Action::PageUp => list.chosen = list.chosen.saturating_sub(PAGE),
        Action::PageDown => list.chosen = (list.chosen + PAGE).min(count - 1),
        Action::Edit(edit) => {
            list.query.apply(edit, usize::MAX);
            begin_again(list);
        }
        _ => {}
    }
    None
}

/// Makes the rows of the list again: what it lists may have changed. What was chosen stays so, wherever it is now.
pub(super) fn refresh(state: &mut State) {
    let Mode::List(list) = &state.mode else { return };
    let query = list.query.text().to_owned();
    let candidates = match &list.source {
        Source::Palette if query.trim().is_empty() => recent(state),
        Source::Palette => everything(state),
        Source::Pins(_, pins) => pins.iter().flatten().map(pinned).collect(),
        Source::Emojis(of) => emoji::choices(state, *of, query.trim().is_empty()),
        Source::Rooms(rooms) => rooms.iter().flatten().map(public).collect(),
        Source::Records(_, records) => records.iter().flatten().enumerate().map(recorded).collect(),
    };
    let choices = if list.is_records() { candidates } else { best(candidates, &query) };
    if let Mode::List(list) = &mut state.mode {
        let chosen = list.choices.get(list.chosen).map(|choice| choice.pick);
        let same = chosen.and_then(|pick| choices.iter().position(|choice| choice.pick == pick));
        list.chosen = same.unwrap_or(list.chosen).min(choices.len().saturating_sub(1));
        list.choices = choices;
    }
}

fn choice(pick: Pick, text: String, hint: &str, note: String) -> Choice {
    Choice { pick, text, matched: Vec::new(), hint: hint.to_owned(), note, about: "" }
}

/// Without a query: the rooms, those visited last first, the one on the screen after them; then the commands.
fn recent(state: &State) -> Vec<Choice> {
    let mut rooms: Vec<_> = state.rooms.iter().collect();
    rooms.sort_by_key(|room| (Some(room.id) == state.rooms.current_id(), Reverse(room.visited)));
    rooms.into_iter().map(|room| room.id).filter_map(|id| room_choice(state, id)).chain(commands(state)).collect()
}

fn everything(state: &State) -> Vec<Choice> {
    let rooms = state.rooms.ids().iter().filter_map(|&id| room_choice(state, id));
    let people = state.people.all().filter(|(id, _)| *id != state.me).map(|(id, _)| person_choice(state, id));
    rooms.chain(people).chain(commands(state)).collect()
}

fn room_choice(state: &State, id: RoomId) -> Option<Choice> {
    let room = state.rooms.room(id)?;
    let note = match (room.mentions, room.unread) {
        (0, 0) => String::new(),
        (0, unread) => unread.to_string(),
        (mentions, unread) => format!("{mentions}@ {unread}"),
    };
    Some(choice(Pick::Open(id), room.label(), room.topic.as_str(), note))
}

fn person_choice(state: &State, id: UserId) -> Choice {
    choice(Pick::Mention(id), format!("@{}", state.people.name(id)), "mention", String::new())
}

fn public(room: &PublicRoom) -> Choice {
    let pick = if room.joined { Pick::Open(room.id) } else { Pick::Join(room.id) };
    let joined = if room.joined { "joined · " } else { "" };
    let members = if room.members == 1 { "member" } else { "members" };
    choice(pick, format!("#{}", room.name), &room.topic, format!("{joined}{} {members}", room.members))
}

fn commands(state: &State) -> Vec<Choice> {
    let keys = bindings::TABLE.iter().filter(|row| row.place == Place::Anywhere);
    let keys = keys.filter_map(|row| {
        let title = row.action.title()?;
        let shown = choice(Pick::Act(row.action), title.to_owned(), "", row.label(state.setup.extended_keys));
        Some(Choice { about: row.does, ..shown })
    });
    let slashes = slash::TABLE.iter().map(|row| {
        let shown = choice(Pick::Slash(row.slash), row.usage(), row.short, String::new());
        Choice { about: row.does, ..shown }
    });
    slashes.chain(keys).collect()
}

/// Whether the name of an emoji begins with the query: its other words are many.
fn begins_so(choice: &Choice, query: &str) -> bool {
    let name = choice.text.split_whitespace().nth(1);
    matches!(choice.pick, Pick::React(..)) && name.is_some_and(|name| name.starts_with(&query.to_lowercase()))
}

/// Those that match the query, the best first; all of them, in their order, if there is none.
///
/// Names are found by any of their letters in order, sentences only by their words: any letters in order
/// are in most sentences.
fn best(candidates: Vec<Choice>, query: &str) -> Vec<Choice> {
    let query = query.trim();
    if query.is_empty() {
        return candidates.into_iter().take(OFFERED).collect();
    }
    let mut matcher = Matcher::new(Config::DEFAULT);
    let pattern = |kind| Pattern::new(query, CaseMatching::Smart, Normalization::Smart, kind);
    let (letters, words) = (pattern(AtomKind::Fuzzy), pattern(AtomKind::Substring));
    let mut buffer = Vec::new();
    let mut found: Vec<(u32, Choice)> = Vec::new();
    for mut choice in candidates {
        let is_name = !matches!(choice.pick, Pick::Act(_));
        let mut indices = Vec::new();
        let text = Utf32Str::new(&choice.text, &mut buffer);
        let in_text = (if is_name { &letters } else { &words }).indices(text, &mut matcher, &mut indices);
        let score = match in_text {
            Some(score) => Some(score + if is_name { NAME_BONUS } else { 0 }),
            None => [choice.hint.as_str(), choice.about]
                .into_iter()
                .filter_map(|text| words.score(Utf32Str::new(text, &mut buffer), &mut matcher))
                .max()
                .map(|score| score / 2),
        };
        let Some(mut score) = score else { continue };
        if begins_so(&choice, query) {
            score += NAME_BONUS;
        }
        indices.sort_unstable();
        indices.dedup();
        choice.matched = indices.into_iter().filter_map(|index| usize::try_from(index).ok()).collect();
        found.push((score, choice));
    }
    found.sort_by_key(|(score, _)| Reverse(*score));
    found.into_iter().take(OFFERED).map(|(_, choice)| choice).collect()
}
