//! What happened in a room, in words: the same on the screen and in a pipe.

use chat_protocol::{LogEvent, ModerationAction, RoomChanges, RoomRole, Timestamp, UserRef, terminal::SafeText};
use jiff::tz::TimeZone;

use super::time;

/// What someone did at a time, to stand after their name. `name` gives the name of another user, safe for a terminal.
pub(crate) fn did(event: &LogEvent, at: Timestamp, zone: &TimeZone, name: impl Fn(&UserRef) -> String) -> String {
    match event {
        LogEvent::Message { .. } => "wrote a message".to_owned(),
        LogEvent::MessageEdited { .. } => "edited a message".to_owned(),
        LogEvent::MessageDeleted { .. } => "deleted a message".to_owned(),
        LogEvent::ReactionAdded { reaction, .. } => format!("reacted with {}", SafeText::line(&reaction.emoji)),
        LogEvent::ReactionRemoved { reaction, .. } => format!("took {} back", SafeText::line(&reaction.emoji)),
        LogEvent::MessagePinned { .. } => "pinned a message".to_owned(),
        LogEvent::MessageUnpinned { .. } => "unpinned a message".to_owned(),
        LogEvent::UserJoined { by: Some(by), .. } => format!("was added by {}", name(by)),
        LogEvent::UserJoined { .. } => "joined".to_owned(),
        LogEvent::UserLeft { .. } => "left".to_owned(),
        LogEvent::RoomUpdated { changes, .. } => changed(changes),
        LogEvent::Moderated { user, moderation, .. } => {
            let user = name(user);
            let did = match (moderation.action, moderation.role) {
                (ModerationAction::Kick, _) => format!("removed {user} from the room"),
                (ModerationAction::Ban, _) => format!("banned {user}"),
                (ModerationAction::Unban, _) => format!("ended the ban of {user}"),
                (ModerationAction::Mute, _) => format!("muted {user}"),
                (ModerationAction::Unmute, _) => format!("ended the mute of {user}"),
                (ModerationAction::Role, Some(RoomRole::Moderator)) => format!("made {user} a moderator"),
                (ModerationAction::Role, _) => format!("made {user} a member"),
            };
            let until = moderation.until.map(|until| format!(" until {}", time::until(until, at, zone)));
            let did = format!("{did}{}", until.unwrap_or_default());
            match &moderation.reason {
                Some(reason) => format!("{did}: {}", SafeText::line(reason)),
                None => did,
            }
        }
    }
}

/// What someone changed of a room; a new topic is to stand after it.
pub(crate) fn changed(changes: &RoomChanges) -> String {
    let RoomChanges { name, topic, archived, slow_seconds, retention_days, retention_keeps_pinned } = changes;
    let name = name.as_ref().map(|name| format!("named the room #{}", SafeText::line(name)));
    let archived =
        archived.map(|archived| if archived { "archived the room" } else { "opened the room again" }.to_owned());
    let slow = slow_seconds.map(|seconds| match seconds {
        0 => "ended slow mode".to_owned(),
        seconds => format!("set slow mode: a message every {seconds} s"),
    });
    let retention = retention_days.map(|days| match days {
        None => "set messages to be kept as long as the server keeps them".to_owned(),
        Some(0) => "set messages to be kept for ever".to_owned(),
        Some(1) => "set messages to be deleted after a day".to_owned(),
        Some(days) => format!("set messages to be deleted after {days} days"),
    });
    let pinned = retention_keeps_pinned.map(|keeps| {
        if keeps { "set pinned messages to stay" } else { "set pinned messages to be deleted as well" }.to_owned()
    });
    let topic =
        topic.as_ref().map(|topic| if topic.is_empty() { "cleared the topic" } else { "set the topic:" }.to_owned());
    let did: Vec<_> = [name, archived, slow, retention, pinned, topic].into_iter().flatten().collect();
    if did.is_empty() { "changed the room".to_owned() } else { did.join(", ") }
}
