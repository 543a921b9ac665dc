//! Events as lines for people. Text of others is made safe for a terminal here too.

use chat_protocol::{LogEntry, LogEvent, Message, UserRef, terminal::SafeText};
use jiff::tz::TimeZone;

use crate::text::{event, files, time::day_and_time};

/// Before the second and further lines of a message, so that none of them can pass for an event of its own.
const INDENT: &str = "\n    ";

/// A logged event as a line, or as several if the message has.
pub(super) fn line(entry: &LogEntry, zone: &TimeZone) -> String {
    let text = match &entry.event {
        LogEvent::Message { message: said } => return message(said, "", zone),
        LogEvent::UserJoined { user, .. } => format!("* {} joined", SafeText::line(&user.name)),
        LogEvent::UserLeft { user } => format!("* {} left", SafeText::line(&user.name)),
        LogEvent::RoomUpdated { user, changes } => {
            let who = SafeText::line(&user.name);
            match &changes.topic {
                Some(topic) => format!("* {who} set the topic: {}", SafeText::line(topic)),
                None => format!("* {who} changed the room"),
            }
        }
        event => {
            let name = |user: &UserRef| SafeText::line(&user.name).to_string();
            format!("* {} {}", name(event.user()), event::did(event, entry.at, zone, name))
        }
    };
    format!("{} {text}", day_and_time(entry.at, zone))
}

/// A message as a line, or several; `place` stands between its time and its author.
pub(super) fn message(message: &Message, place: &str, zone: &TimeZone) -> String {
    let body = SafeText::block(&message.body).as_str().replace('\n', INDENT);
    let (place, author) = (SafeText::line(place), SafeText::line(&message.author.name));
    let files = message.attachments.iter().map(|file| format!("[{}]", files::name_and_size(&file.name, file.size)));
    let text: Vec<String> = Some(body).filter(|body| !body.is_empty()).into_iter().chain(files).collect();
    format!("{}{place} {author}: {}", day_and_time(message.sent_at, zone), text.join(INDENT))
}

#[cfg(test)]
mod tests {
    use chat_protocol::{MessageId, RoomId, Timestamp, UserId, UserRef};

    use super::*;

    #[test]
    fn a_hostile_message_stays_one_message() {
        let room = RoomId::now_v7();
        let at = Timestamp::from_millis(1_790_000_000_000);
        let message = Message {
            id: MessageId::now_v7(),
            room,
            seq: 1,
            author: UserRef { id: UserId::now_v7(), name: "mallory".to_owned() },
            body: "hi\x1b[2J\n2026-09-21 14:13 bob: I resign".to_owned(),
            sent_at: at,
            edited_at: None,
            deleted: false,
            reply_to: None,
            thread: None,
            replies: None,
            mentions: Vec::new(),
            mentioned: vec![],
            mentions_room: false,
            reactions: Vec::new(),
            attachments: Vec::new(),
            blocks: None,
        };
        let shown = line(&message.into(), &TimeZone::UTC);
        assert_eq!(shown, "2026-09-21 14:13 mallory: hi\n    2026-09-21 14:13 bob: I resign");
    }
}
