//! The user's bots: making one, whose token is shown once, listing and ending them.

use chat_protocol::{Token, terminal::SafeText};

use super::records;
use crate::{
    state::{Goal, LinkCard, LinkKind, Mode, Records, Source, State, Tone},
    update::{effect::Effect, request::Request},
};

/// Runs `/bot`; false if the draft shall stay.
pub(super) fn run(state: &mut State, argument: &str, effects: &mut Vec<Effect>) -> bool {
    let (action, name) = argument.split_once(char::is_whitespace).unwrap_or((argument, ""));
    let name = name.trim().trim_start_matches('@').to_owned();
    match (action, name.is_empty()) {
        ("" | "list", true) => records::open(state, Records::Bots, effects),
        ("add", false) => {
            state.mode = Mode::Link(LinkCard { kind: LinkKind::Bot, ticket: state.keys, ..LinkCard::default() });
            effects.push(Effect::Ask(state.keys, Request::Bot { name }));
        }
        ("end", false) => effects.push(Effect::Ask(state.keys, Request::EndBot { name })),
        _ => {
            state.notify(Tone::Bad, "usage: /bot add NAME, /bot list or /bot end NAME");
            return false;
        }
    }
    true
}

/// What the card says of a bot that was made. Its token is copied as well.
pub(super) fn made(name: String, token: &Token, effects: &mut Vec<Effect>) -> (String, String, String) {
    let token = SafeText::line(token.reveal()).to_string();
    effects.push(Effect::Copy(token.clone()));
    let good = format!("signs in {}; the token is copied, and shown this once", SafeText::line(&name));
    (name, token, good)
}

/// The server has ended a bot, or not.
pub(super) fn ended(state: &mut State, name: String, result: Result<(), String>) {
    if let Err(problem) = result {
        return state.notify_anywhere(Tone::Bad, problem);
    }
    let told = format!("{} has ended: its token is invalid now", SafeText::line(&name));
    if let Mode::List(list) = &mut state.mode
        && let Source::Records(Records::Bots, Some(known)) = &mut list.source
        && let Some(record) = known.iter_mut().find(|record| record.goal == Goal::Bot(name.clone()))
    {
        (record.is_ended, record.note) = (true, "ended".to_owned());
    }
    state.notify_anywhere(Tone::Plain, told);
}
