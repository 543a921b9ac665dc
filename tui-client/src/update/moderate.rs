//! Commands about the room on the screen and its people: adding, removing, muting, renaming, archiving, deleting.

use chat_protocol::{
    ModerationAction, RoomChanges, RoomKind, RoomRole, Timestamp, UserSelector, api::NewModeration, terminal::SafeText,
};

use crate::{
    keys::slash::Slash,
    state::{State, Tone},
    update::input::{Deed, Effect, Request},
};

/// Runs one of them; false if the draft shall stay.
pub(super) fn run(state: &mut State, slash: Slash, argument: &str, effects: &mut Vec<Effect>) -> bool {
    let Some(room) = state.rooms.base() else { return false };
    if room.gone {
        let notice = room.gone_notice();
        state.notify(Tone::Bad, notice);
        return false;
    }
    if room.kind == RoomKind::Direct {
        state.notify(Tone::Bad, "a direct room has its people for ever and no moderators: /private NAME makes a room");
        return false;
    }
    let id = room.id;
    let deed = match slash {
        Slash::DeleteRoom if argument.strip_prefix('#').unwrap_or(argument) != room.name.as_str() => {
            Err(format!("type /delete-room {} if you mean it: all that was said here goes for ever", room.name))
        }
        Slash::DeleteRoom => Ok(Deed::Delete),
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

fn deed(slash: Slash, argument: &str, now: Timestamp) -> Result<Deed, String> {
    let changes = RoomChanges::default();
    let action = match slash {
        Slash::Rename => {
            let name = argument.strip_prefix('#').unwrap_or(argument).to_owned();
            return Ok(Deed::Change(RoomChanges { name: Some(name), ..changes }));
        }
        Slash::Archive => return Ok(Deed::Change(RoomChanges { archived: Some(true), ..changes })),
        Slash::Unarchive => return Ok(Deed::Change(RoomChanges { archived: Some(false), ..changes })),
        Slash::Slow => {
            let seconds = argument.trim_end_matches('s').parse();
            let seconds = seconds.map_err(|_| "usage: /slow SECONDS, such as /slow 30; /slow 0 ends it".to_owned())?;
            return Ok(Deed::Change(RoomChanges { slow_seconds: Some(seconds), ..changes }));
        }
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
    let (until, rest) = match millis(first).filter(|_| ends) {
        Some(time) => (Some(Timestamp::from_millis(now.millis().saturating_add(time))), after),
        None => (None, rest),
    };
    let role = (action == ModerationAction::Role).then_some(RoomRole::Moderator);
    let user = UserSelector::from(name);
    Ok(Deed::Act(NewModeration { id: None, action, user, until, reason: words(rest), role }))
}

/// A time such as `30m`, `2h` or `7d`.
fn millis(text: &str) -> Option<i64> {
    const MINUTE: i64 = 60_000;
    let unit = match text.chars().last()? {
        'm' => MINUTE,
        'h' => 60 * MINUTE,
        'd' => 24 * 60 * MINUTE,
        _ => return None,
    };
    text[..text.len() - 1].parse::<u32>().ok().map(|count| i64::from(count) * unit)
}
