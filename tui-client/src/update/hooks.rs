//! Incoming hooks of the room on the screen: making one, giving it another address, opening the list of them.

use chat_protocol::RoomKind;

use super::records;
use crate::{
    keys::slash::Slash,
    state::{LinkCard, LinkKind, Mode, Records, State, Tone},
    update::input::{Effect, Request},
};

/// Runs a command; false if the draft shall stay.
pub(super) fn run(state: &mut State, slash: Slash, argument: &str, effects: &mut Vec<Effect>) -> bool {
    let Some(room) = state.rooms.base() else { return false };
    if room.gone {
        let notice = room.gone_notice();
        state.notify(Tone::Bad, notice);
        return false;
    }
    if room.kind == RoomKind::Direct {
        state.notify(Tone::Bad, "a direct room has no hooks: go to another room");
        return false;
    }
    let room = room.id;
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
