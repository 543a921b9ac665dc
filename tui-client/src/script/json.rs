//! Events as JSON for programs. A terminal that it is shown on does nothing with it: what is no plain character is
//! escaped, which is the same to any parser.

use std::fmt::Write as _;

use serde::Serialize;

/// An event as one line.
pub(super) fn line(event: &impl Serialize) -> serde_json::Result<String> {
    let json = serde_json::to_string(event)?;
    let mut line = String::with_capacity(json.len());
    for c in json.chars() {
        if is_meddling(c) {
            // Writing to a string does not fail; all of these have four digits.
            _ = write!(line, "\\u{:04x}", u32::from(c));
        } else {
            line.push(c);
        }
    }
    Ok(line)
}

/// What JSON lets stand as it is, and terminals or line readers act on: C1 controls, marks of direction, line separators.
fn is_meddling(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use chat_protocol::{Event, LogEntry, LogEvent, RoomChanges, RoomId, Timestamp, UserId, UserRef};

    use super::*;

    #[test]
    fn nothing_in_it_is_an_order_to_a_terminal_and_all_of_it_is_there() {
        let topic = "\u{1b}[31m \u{9b}31m \u{7f} \u{202e}gpj.exe \u{2028} \u{200f} née 日本 👩🏽";
        let user = UserRef { id: UserId::now_v7(), name: "mallory".to_owned() };
        let (room, at) = (RoomId::now_v7(), Timestamp::from_millis(0));
        let event = Event::Logged(LogEntry {
            room,
            seq: 1,
            at,
            event: LogEvent::RoomUpdated {
                changes: RoomChanges { topic: Some(topic.to_owned()), ..RoomChanges::default() },
                user,
            },
        });
        let line = line(&event).unwrap();
        assert!(!line.contains(is_meddling), "{line:?}");
        assert!(line.contains("née 日本 👩🏽"), "{line}");
        assert_eq!(serde_json::from_str::<Event>(&line).unwrap(), event);
    }
}
