//! Emojis by their names: to complete `:name:` in a text, and to answer a message with.

use std::sync::LazyLock;

use chat_protocol::MessageId;

use crate::state::{Choice, Pick, State, Suggestion};

/// What people answer with most, offered first.
const USUAL: [&str; 8] = ["👍", "❤️", "😂", "🎉", "👀", "🙏", "😢", "✅"];

/// Each emoji with the words that find it: made when it is first asked for.
static WORDS: LazyLock<Vec<(&'static str, String)>> = LazyLock::new(|| {
    let words = |emoji: &'static emojis::Emoji| {
        let codes: Vec<&str> = emoji.shortcodes().collect();
        (emoji.as_str(), format!("{} {}", codes.join(" "), emoji.name()))
    };
    emojis::iter().map(words).collect()
});

/// Emojis whose names begin with the query, then those that hold it.
pub(super) fn suggestions(query: &str) -> Vec<Suggestion> {
    let query = query.trim_end_matches(':');
    let mut found: Vec<(bool, &str, &str)> = emojis::iter()
        .flat_map(|emoji| emoji.shortcodes().map(move |code| (emoji.as_str(), code)))
        .filter(|(_, code)| code.contains(query))
        .map(|(emoji, code)| (!code.starts_with(query), code, emoji))
        .collect();
    found.sort_by_key(|(within, code, _)| (*within, code.len()));
    let suggestion = |(_, code, emoji): (bool, &str, &str)| Suggestion {
        insert: format!("{emoji} "),
        label: format!(":{code}:"),
        hint: emoji.to_owned(),
    };
    found.into_iter().map(suggestion).collect()
}

/// What a message can be answered with: without a query the user's own answers and the usual ones first.
pub(super) fn choices(state: &State, of: MessageId, is_short: bool) -> Vec<Choice> {
    let choice = |emoji: &'static str, words: &'static str| {
        let own = is_own_reaction(state, of, emoji);
        Choice {
            pick: Pick::React(of, emoji),
            text: format!("{emoji}  {words}"),
            matched: Vec::new(),
            note: if own { "take back".to_owned() } else { String::new() },
            hint: String::new(),
            about: "",
        }
    };
    let all = || WORDS.iter().map(|(emoji, words)| (*emoji, words.as_str()));
    if !is_short {
        return all().map(|(emoji, words)| choice(emoji, words)).collect();
    }
    let first = |emoji: &&str| is_own_reaction(state, of, emoji) || USUAL.contains(emoji);
    let mut chosen: Vec<_> = all().filter(|(emoji, _)| first(emoji)).collect();
    let rank = |emoji: &str| USUAL.iter().position(|usual| *usual == emoji).unwrap_or(USUAL.len());
    chosen.sort_by_key(|(emoji, _)| (!is_own_reaction(state, of, emoji), rank(emoji)));
    let rest = all().filter(|(emoji, _)| !first(emoji));
    chosen.into_iter().chain(rest).map(|(emoji, words)| choice(emoji, words)).collect()
}

/// Whether the user has answered a message with this emoji.
pub(super) fn is_own_reaction(state: &State, of: MessageId, emoji: &str) -> bool {
    // It may be in the room beside the thread.
    let rooms = [state.rooms.current(), state.rooms.base()];
    let mut timelines = rooms.into_iter().flatten().map(|room| &room.timeline);
    let message = timelines.find_map(|timeline| timeline.message(timeline.place(of)?));
    let reactions = message.map_or(&[][..], |message| &message.reactions);
    reactions.iter().any(|reaction| reaction.emoji == emoji && reaction.users.iter().any(|user| user.id == state.me))
}
