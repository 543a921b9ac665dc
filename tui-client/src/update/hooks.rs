//! Incoming hooks of the room on the screen: making one, giving it another address, opening the list of them.

use super::{moderate, records};
use crate::{
    keys::slash::Slash,
    state::{LinkCard, LinkKind, Mode, Records, State},
    update::{effect::Effect, request::Request},
};

/// Runs a command; false if the draft shall stay.
pub(super) fn run(state: &mut State, slash: Slash, argument: &str, effects: &mut Vec<Effect>) -> bool {
    let direct = "a direct room has no hooks: go to another room";
    let Some(room) = moderate::moderated_room(state, direct).map(|room| room.id) else { return false };
    if slash == Slash::Hooks {
        records::open(state, Records::Hooks(room), effects);
        return true;
    }
    let name = argument.strip_prefix('@').unwrap_or(argument).to_owned();
    state.mode = Mode::Link(LinkCard { kind: LinkKind::Hook, ticket: state.keys, ..LinkCard::default() });
    let replaces = slash == Slash::HookSecret;
    effects.push(Effect::Ask(state.keys, Request::Hook { room, name, replaces }));
    true
}
