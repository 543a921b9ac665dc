//! Commands about the room on the screen and its people: adding, removing, muting, renaming, archiving, deleting.

use chat_protocol::{
    ModerationAction, Role, RoomChanges, RoomKind, RoomRole, Timestamp, UserSelector,
    api::{AdminUserPatch, NewModeration},
    terminal::SafeText,
};

use super::duration;
use crate::{
    keys::slash::Slash,
    state::{Room, State, Tone},
    update::{
        effect::Effect,
        request::{Deed, Request},
    },
};

/// The room on the screen, if it may have moderators. Where it cannot, the user is told: in a direct room, `direct`.
pub(super) fn moderated_room<'a>(state: &'a mut State, direct: &str) -> Option<&'a Room> {
    let room = state.rooms.base()?;
    let problem = match (room.gone, room.kind) {
        (true, _) => Some(room.gone_notice()),
        (_, RoomKind::Direct) => Some(direct.to_owned()),
        _ => None,
    };
    if let Some(problem) = problem {
        state.notify(Tone::Bad, problem);
        return None;
    }
    state.rooms.base()
}

/// Runs one of them; false if the draft shall stay.
pub(super) fn run(state: &mut State, slash: Slash, argument: &str, effects: &mut Vec<Effect>) -> bool {
    let direct = "a direct room has its people for ever and no moderators: /private NAME makes a room";
    let Some(room) = moderated_room(state, direct) else { return false };
    let id = room.id;
    let deed = match slash {
        Slash::DeleteRoom if argument.strip_prefix('#').unwrap_or(argument) != room.name.as_str() => {
            Err(format!("type /delete-room {} if you mean it: all that was said here goes for ever", room.name))
        }
        Slash::DeleteRoom => Ok(Deed::Delete),
        Slash::Rename | Slash::Archive | Slash::Unarchive | Slash::Slow => {
            return match changes(slash, argument) {
                Ok(changes) => {
                    effects.push(Effect::UpdateRoom { room: id, changes });
                    true
                }
                Err(problem) => {
                    state.notify(Tone::Bad, problem);
                    false
                }
            };
        }
        _ => deed(slash, argument, state.now.wall),
    };
    match deed {
        Ok(deed) => {
            effects.push(Effect::Ask(state.keys, Request::Moderate { room: id, deed }));
            true
        }
        Err(problem) => {
            state.notify(Tone::Bad, problem);
            false
        }
    }
}

/// What a command makes of the room. It waits for a connection like a message.
fn changes(slash: Slash, argument: &str) -> Result<RoomChanges, String> {
    let none = RoomChanges::default();
    Ok(match slash {
        Slash::Rename => {
            let name = argument.strip_prefix('#').unwrap_or(argument).to_owned();
            RoomChanges { name: Some(name), ..none }
        }
        Slash::Slow => {
            let seconds = argument.trim_end_matches('s').parse();
            let seconds = seconds.map_err(|_| "usage: /slow SECONDS, such as /slow 30; /slow 0 ends it".to_owned())?;
            RoomChanges { slow_seconds: Some(seconds), ..none }
        }
        _ => RoomChanges { archived: Some(slash == Slash::Archive), ..none },
    })
}

/// `/admin NAME admin|member|disable|enable`.
pub(super) fn admin(state: &mut State, argument: &str, effects: &mut Vec<Effect>) -> bool {
    let (name, change) = argument.split_once(char::is_whitespace).unwrap_or((argument, ""));
    let none = AdminUserPatch::default();
    let patch = match change.trim() {
        "admin" => AdminUserPatch { role: Some(Role::Admin), ..none },
        "member" => AdminUserPatch { role: Some(Role::Member), ..none },
        "disable" => AdminUserPatch { disabled: Some(true), ..none },
        "enable" => AdminUserPatch { disabled: Some(false), ..none },
        _ => {
            state.notify(Tone::Bad, "usage: /admin NAME admin, member, disable or enable");
            return false;
        }
    };
    let name = name.strip_prefix('@').unwrap_or(name).to_owned();
    effects.push(Effect::Ask(state.keys, Request::User { name, patch }));
    true
}

fn deed(slash: Slash, argument: &str, now: Timestamp) -> Result<Deed, String> {
    let action = match slash {
        Slash::Add | Slash::Kick => None,
        Slash::Ban => Some(ModerationAction::Ban),
        Slash::Unban => Some(ModerationAction::Unban),
        Slash::Mute => Some(ModerationAction::Mute),
        Slash::Unmute => Some(ModerationAction::Unmute),
        _ => Some(ModerationAction::Role),
    };
    let (name, rest) = argument.split_once(char::is_whitespace).unwrap_or((argument, ""));
    let name = name.strip_prefix('@').unwrap_or(name);
    let words = |text: &str| Some(SafeText::line(text.trim()).to_string()).filter(|words| !words.is_empty());
    let Some(action) = action else {
        let name = name.to_owned();
        return Ok(if slash == Slash::Add { Deed::Add(name) } else { Deed::Kick(name, words(rest)) });
    };
    let (first, after) = rest.trim().split_once(char::is_whitespace).unwrap_or((rest.trim(), ""));
    let ends = matches!(action, ModerationAction::Ban | ModerationAction::Mute);
    let (until, rest) = match duration::millis(first).filter(|_| ends) {
        Some(time) => (Some(Timestamp::from_millis(now.millis().saturating_add(time))), after),
        None => (None, rest),
    };
    let role = match (action, rest.trim()) {
        (ModerationAction::Role, "member") => Some(RoomRole::Member),
        (ModerationAction::Role, "moderator") => Some(RoomRole::Moderator),
        (ModerationAction::Role, ..) => return Err("usage: /role NAME moderator or member".to_owned()),
        _ => None,
    };
    let rest = if role.is_some() { "" } else { rest };
    let user = UserSelector::from(name);
    Ok(Deed::Act(NewModeration { id: None, action, user, until, reason: words(rest), role }))
}
