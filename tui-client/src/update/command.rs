//! What the commands with a slash do. The table of them is [`crate::keys::slash`].

use chat_protocol::{LOBBY, RoomChanges, RoomId, RoomKind, api::NewInvite, body::Body, name, terminal::SafeText};

use super::{
    bots, clipboard, duration, hooks, list, moderate, navigate, of_message, overlay, pictures, preferences, presence,
    records, retention, search, send, webhooks,
};
use crate::{
    keys::slash::Slash,
    state::{LinkCard, LinkKind, Mode, PasswordForm, Records, State, Tone},
    update::{effect::Effect, request::Request},
};

/// What clears a topic, as nothing shows it.
const NO_TOPIC: &str = "-";

/// Runs a command; false if the draft shall stay.
pub(super) fn run(state: &mut State, slash: Slash, argument: &str, effects: &mut Vec<Effect>) -> bool {
    match slash {
        Slash::Join => join(state, argument, effects),
        Slash::Part => return part(state, argument, effects),
        Slash::Rooms => list::open_rooms(state, effects),
        Slash::Search => search::open_with(state, argument, effects),
        Slash::Topic => return topic(state, argument, effects),
        Slash::Msg => return direct(state, argument, effects),
        Slash::Private => {
            let name = argument.strip_prefix('#').unwrap_or(argument).to_owned();
            effects.push(Effect::Ask(state.keys, Request::MakePrivate { name }));
        }
        Slash::Add
        | Slash::Kick
        | Slash::Ban
        | Slash::Unban
        | Slash::Mute
        | Slash::Unmute
        | Slash::Slow
        | Slash::Rename
        | Slash::Archive
        | Slash::Unarchive
        | Slash::Role
        | Slash::DeleteRoom => return moderate::run(state, slash, argument, effects),
        Slash::Pin
        | Slash::Unpin
        | Slash::Thread
        | Slash::Follow
        | Slash::Unfollow
        | Slash::Edits
        | Slash::Reactions
        | Slash::Save
        | Slash::Open
        | Slash::Report => {
            return of_message::run(state, slash, argument, effects);
        }
        Slash::Reports => records::open(state, Records::Reports, effects),
        Slash::Invites => records::open(state, Records::Invites, effects),
        Slash::Audit => records::open(state, Records::Audit, effects),
        Slash::Hook | Slash::HookSecret | Slash::Hooks => return hooks::run(state, slash, argument, effects),
        Slash::Retention => return retention::run(state, argument, effects),
        Slash::Webhook => return webhooks::run(state, argument, effects),
        Slash::Bot => return bots::run(state, argument, effects),
        Slash::Invite => return invite(state, argument, effects),
        Slash::Admin => return moderate::admin(state, argument, effects),
        Slash::FoldReplies => preferences::fold_replies(state, effects),
        Slash::Pictures => return pictures::set(state, argument, effects),
        Slash::Pins => return preferences::pins(state, effects),
        Slash::Notify => return preferences::notify(state, argument, effects),
        Slash::Favourite => return preferences::favourite(state, effects),
        Slash::Hide => return preferences::hide(state, effects),
        Slash::Ignore => preferences::ignore(state, argument, true, effects),
        Slash::Unignore => preferences::ignore(state, argument, false, effects),
        Slash::Status => return preferences::status(state, argument, effects),
        Slash::Away => presence::toggle(state, effects),
        Slash::Notifications => return preferences::notifications(state, argument, effects),
        Slash::Nick => {
            let name = argument.strip_prefix('@').unwrap_or(argument).to_owned();
            effects.push(Effect::Ask(state.keys, Request::Nick { name }));
        }
        Slash::File => return send::file(state, argument, effects),
        Slash::Paste => clipboard::read(state, effects),
        Slash::Me => {
            let body = action(state.my_name(), argument);
            return send::message(state, &body, effects);
        }
        Slash::Link => {
            state.mode = Mode::Link(LinkCard { ticket: state.keys, ..LinkCard::default() });
            effects.push(Effect::Ask(state.keys, Request::Link));
        }
        Slash::Password => state.mode = Mode::Password(Box::<PasswordForm>::default()),
        Slash::Help => overlay::toggle_help(state),
        Slash::Suspend => effects.push(Effect::Suspend),
        Slash::Quit => {
            // The command itself is no draft to keep.
            if let Some(room) = state.rooms.current_mut() {
                room.draft.take();
            }
            navigate::quit(state, effects);
        }
    }
    true
}

/// An action is a message of one emphasised sentence, `*alice waves*`, so that every client shows it as it is meant.
/// Where the sentence has stars of its own, `_` marks it.
fn action(name: &str, what: &str) -> String {
    let mark = if what.contains('*') { '_' } else { '*' };
    format!("{mark}{name} {what}{mark}")
}

/// Goes to the direct room with someone, and says something there. What is said before the server was asked which room that
/// is waits in the outbox.
fn direct(state: &mut State, argument: &str, effects: &mut Vec<Effect>) -> bool {
    let (name, text) = argument.split_once(char::is_whitespace).unwrap_or((argument, ""));
    let (name, text) = (name.strip_prefix('@').unwrap_or(name).to_owned(), text.trim());
    let body = match Body::parse(text, state.longest_body.unwrap_or(usize::MAX)) {
        Ok(body) => Some(body),
        Err(_) if text.is_empty() => None,
        Err(error) => {
            state.notify(Tone::Bad, error.to_string());
            return false;
        }
    };
    let known = state.rooms.iter().find(|room| !room.gone && room.is_direct_with(&name)).map(|room| room.id);
    match (known, body) {
        (Some(room), body) => {
            // The command itself is no draft to keep.
            if let Some(current) = state.rooms.current_mut() {
                current.draft.take();
            }
            navigate::open(state, room, effects);
            effects.extend(body.map(|body| Effect::Send { room, body, reply_to: None }));
        }
        (None, body) if state.connection.is_open() => {
            let text = body.map(Body::into_string).unwrap_or_default();
            effects.push(Effect::Ask(state.keys, Request::Direct { name, text }));
        }
        (None, _) if name::lookup(&name).is_none() => {
            state.notify(Tone::Bad, format!("{} is no name", SafeText::line(&name)));
            return false;
        }
        (None, Some(body)) => {
            let told = format!("it goes to @{} when the server is back", SafeText::line(&name));
            effects.push(Effect::SendDirect { name, body });
            state.notify(Tone::Plain, told);
        }
        (None, None) => {
            let name = SafeText::line(&name);
            let how = format!("offline: /msg @{name} TEXT waits here, and goes out when the server is back");
            state.notify(Tone::Bad, how);
            return false;
        }
    }
    true
}

/// Makes an invite, which lets a newcomer into the room on the screen.
fn invite(state: &mut State, argument: &str, effects: &mut Vec<Effect>) -> bool {
    let mut invite = NewInvite::default();
    for word in argument.split_whitespace() {
        match (word.parse(), duration::millis(word)) {
            (Ok(uses), _) if uses > 0 => invite.uses = Some(uses),
            (_, Some(time)) if time > 0 => invite.expires_in = u64::try_from(time / 1000).ok(),
            _ => {
                state.notify(Tone::Bad, "usage: /invite [USES] [TIME], such as /invite 5 2d");
                return false;
            }
        }
    }
    let room = state.rooms.base().filter(|room| room.kind != RoomKind::Direct && !room.gone);
    // Everyone is in the lobby.
    invite.rooms = room.filter(|room| room.name.as_str() != LOBBY).map(|room| room.id).into_iter().collect();
    state.mode = Mode::Link(LinkCard { kind: LinkKind::Invite, ticket: state.keys, ..LinkCard::default() });
    effects.push(Effect::Ask(state.keys, Request::Invite(invite)));
    true
}

fn join(state: &mut State, argument: &str, effects: &mut Vec<Effect>) {
    let name = argument.strip_prefix('#').unwrap_or(argument);
    match state.rooms.find(name).filter(|room| !room.gone).map(|room| room.id) {
        Some(room) => navigate::open(state, room, effects),
        None => effects.push(Effect::Ask(state.keys, Request::Join { name: name.to_owned() })),
    }
}

fn part(state: &mut State, argument: &str, effects: &mut Vec<Effect>) -> bool {
    let room = if argument.is_empty() { state.rooms.current() } else { state.rooms.find(argument) };
    match room {
        None => state.notify(Tone::Bad, format!("you are in no room {}", SafeText::line(argument))),
        Some(room) if room.gone => return close(state, room.id, effects),
        Some(room) if room.name.as_str() == LOBBY => state.notify(Tone::Bad, "nobody can leave the lobby"),
        Some(room) => {
            let room = room.id;
            state.transient.leave = Some((room, state.keys));
            effects.push(Effect::Ask(state.keys, Request::Part { room }));
            return true;
        }
    }
    false
}

/// Closes the page of a room that the user is no longer in, if nothing would be lost by that.
fn close(state: &mut State, id: RoomId, effects: &mut Vec<Effect>) -> bool {
    let is_current = state.rooms.current_id() == Some(id);
    let Some(room) = state.rooms.room_mut(id) else { return false };
    let unsent = room.timeline.pending().len();
    if unsent > 0 || (!is_current && !room.draft.is_empty()) {
        let (what, how) = match (is_current, unsent) {
            (false, _) => ("what you wrote there was not sent", "go there and send or drop it first"),
            (true, 1) => ("a message here was not sent", "copy (y) or drop (D) it first"),
            (true, _) => ("messages here were not sent", "copy (y) or drop (D) them first"),
        };
        state.notify(Tone::Bad, format!("{what}: {how}"));
        return false;
    }
    room.draft.take();
    effects.push(Effect::SaveDraft { room: id, text: String::new() });
    match state.rooms.neighbour(1).filter(|neighbour| is_current && *neighbour != id) {
        Some(neighbour) => {
            state.transient.draft = None;
            navigate::open(state, neighbour, effects);
        }
        None => state.rooms.depart(id),
    }
    true
}

fn topic(state: &mut State, argument: &str, effects: &mut Vec<Effect>) -> bool {
    let Some(room) = state.rooms.current() else { return false };
    if room.gone {
        let notice = room.gone_notice();
        state.notify(Tone::Bad, notice);
        return false;
    }
    if argument.is_empty() {
        let notice = match room.topic.as_str() {
            "" => format!("{} has no topic: /topic TEXT sets one", room.label()),
            topic => format!("{}: {topic}", room.label()),
        };
        state.notify(Tone::Plain, notice);
        return true;
    }
    let topic = if argument == NO_TOPIC { String::new() } else { argument.to_owned() };
    effects.push(Effect::UpdateRoom {
        room: room.id,
        changes: RoomChanges { topic: Some(topic), ..RoomChanges::default() },
    });
    true
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
