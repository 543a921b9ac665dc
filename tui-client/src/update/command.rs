//! What the commands with a slash do. The table of them is [`crate::slash`].

use chat_protocol::{LOBBY, terminal::SafeText};

use super::{compose, list, open, quit, window};
use crate::{
    input::{Effect, Request},
    slash::Slash,
    state::{LinkCard, Mode, PasswordForm, State, Tone},
};

/// What clears a topic, as nothing shows it.
const NO_TOPIC: &str = "-";

/// Runs a command; false if the draft shall stay.
pub(super) fn run(state: &mut State, slash: Slash, argument: &str, effects: &mut Vec<Effect>) -> bool {
    match slash {
        Slash::Join => join(state, argument, effects),
        Slash::Part => return part(state, argument, effects),
        Slash::Rooms => list::open_rooms(state, effects),
        Slash::Topic => topic(state, argument, effects),
        Slash::Nick => {
            let name = argument.strip_prefix('@').unwrap_or(argument).to_owned();
            effects.push(Effect::Ask(Request::Nick { name }));
        }
        Slash::Me => {
            let body = action(state.my_name(), argument);
            return compose::say(state, &body, effects);
        }
        Slash::Link => {
            state.mode = Mode::Link(LinkCard::default());
            effects.push(Effect::Ask(Request::Link));
        }
        Slash::Password => state.mode = Mode::Password(Box::<PasswordForm>::default()),
        Slash::Help => window::toggle_help(state),
        Slash::Suspend => effects.push(Effect::Suspend),
        Slash::Quit => quit(state, effects),
    }
    true
}

/// An action is a message of one emphasised sentence, `*alice waves*`, so that every client shows it as it is meant.
/// Where the sentence has stars of its own, `_` marks it.
fn action(name: &str, what: &str) -> String {
    let mark = if what.contains('*') { '_' } else { '*' };
    format!("{mark}{name} {what}{mark}")
}

fn join(state: &mut State, argument: &str, effects: &mut Vec<Effect>) {
    let name = argument.strip_prefix('#').unwrap_or(argument);
    match state.rooms.find(name).map(|room| room.id) {
        Some(room) => open(state, room, effects),
        None => effects.push(Effect::Ask(Request::Join { name: name.to_owned() })),
    }
}

fn part(state: &mut State, argument: &str, effects: &mut Vec<Effect>) -> bool {
    let room = if argument.is_empty() { state.rooms.current() } else { state.rooms.find(argument) };
    match room {
        None => state.notify(Tone::Bad, format!("you are in no room {}", SafeText::line(argument))),
        Some(room) if room.name.as_str() == LOBBY => state.notify(Tone::Bad, "nobody can leave the lobby"),
        Some(room) => {
            effects.push(Effect::Ask(Request::Part { room: room.id }));
            return true;
        }
    }
    false
}

fn topic(state: &mut State, argument: &str, effects: &mut Vec<Effect>) {
    let Some(room) = state.rooms.current() else { return };
    if argument.is_empty() {
        let told = match room.topic.as_str() {
            "" => format!("{} has no topic: /topic TEXT sets one", room.label()),
            topic => format!("{}: {topic}", room.label()),
        };
        state.notify(Tone::Plain, told);
        return;
    }
    let topic = if argument == NO_TOPIC { String::new() } else { argument.to_owned() };
    effects.push(Effect::Ask(Request::Topic { room: room.id, topic }));
}

#[cfg(test)]
mod tests {
    use super::action;

    #[test]
    fn an_action_is_emphasised_whatever_is_in_it() {
        assert_eq!(action("alice", "waves"), "*alice waves*");
        assert_eq!(action("alice", "likes *this*"), "_alice likes *this*_");
    }
}
