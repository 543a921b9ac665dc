//! The commands that are sent: each says, in its id, and in its body if it has one, when it was meant to be sent.

use std::{
    cell::Cell,
    io::Write as _,
    time::{SystemTime, UNIX_EPOCH},
};

use crate::prose;

/// How a body of ours begins; 16 hexadecimal digits of the clock follow.
pub(crate) const MARK: &[u8] = b"bench:";
/// The mark and the digits.
const STAMP_LENGTH: usize = MARK.len() + 16;
/// An id holds this many bits of the clock, nearly five hours, and as many of a counter as are left.
const CLOCK_BITS: u32 = 44;
const COUNTER_BITS: u32 = 62 - CLOCK_BITS;

/// What someone sends again and again.
#[derive(Debug, Clone)]
pub(crate) enum What {
    /// One more message.
    Message,
    /// One more message, with words to search for: the text with this number, then the next one.
    Prose(Cell<u64>),
    /// Another text for the message with this id.
    Edit(String),
    /// A reaction to it, added and taken back in turn.
    React {
        /// The message's id.
        message: String,
        /// Whether it is there.
        on: Cell<bool>,
    },
}

/// Writes commands, each with an id of its own.
#[derive(Debug)]
pub(crate) struct Writer {
    counter: u64,
    body_bytes: usize,
    text: Vec<u8>,
    prose: String,
}

impl Writer {
    /// Bodies get this long, or as long as the stamp.
    pub(crate) fn new(body_bytes: usize) -> Self {
        Self { counter: 0, body_bytes: body_bytes.max(STAMP_LENGTH), text: Vec::new(), prose: String::new() }
    }

    /// The command that says something in a room, or changes what was said there.
    pub(crate) fn write(&mut self, what: &What, room: &str, intended: u64) -> &[u8] {
        self.counter += 1;
        self.text.clear();
        let id = id(intended, self.counter);
        // Writing to memory cannot fail.
        match what {
            What::Message | What::Prose(_) => {
                _ = write!(self.text, r#"{{"type":"Message","id":"{id}","room":"{room}","body":""#)
            }
            What::Edit(message) => {
                _ = write!(self.text, r#"{{"type":"EditMessage","id":"{id}","message_id":"{message}","body":""#);
            }
            What::React { message, on } => {
                on.set(!on.get());
                let on = on.get();
                _ = write!(
                    self.text,
                    r#"{{"type":"React","id":"{id}","message_id":"{message}","emoji":"👍","on":{on}}}"#
                );
                return &self.text;
            }
        }
        let body = self.text.len();
        self.text.extend_from_slice(MARK);
        _ = write!(self.text, "{intended:016x}");
        if let What::Prose(number) = what {
            self.prose.clear();
            prose::write(number.replace(number.get() + 1), &mut self.prose);
            self.text.extend_from_slice(self.prose.as_bytes());
        } else {
            self.text.resize(body + self.body_bytes, b'x');
        }
        self.text.extend_from_slice(br#""}"#);
        &self.text
    }
}

/// A UUID of version 7: the time of day, this process, the intended moment, a counter.
fn id(intended: u64, counter: u64) -> String {
    let millis = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis() as u64 & 0xffff_ffff_ffff;
    let process = std::process::id() & 0xfff;
    let tail = (intended & ((1 << CLOCK_BITS) - 1)) << COUNTER_BITS | counter & ((1 << COUNTER_BITS) - 1) | 1 << 63;
    format!(
        "{:08x}-{:04x}-7{process:03x}-{:04x}-{:012x}",
        millis >> 16,
        millis & 0xffff,
        tail >> 48,
        tail & 0xffff_ffff_ffff
    )
}

/// When the message with this id was meant to be sent.
pub(crate) fn intended_of_id(id: &[u8], now: u64) -> Option<u64> {
    let tail = hex(id.get(19..23)?)? << 48 | hex(id.get(24..36)?)?;
    let clock = (tail & !(1 << 63)) >> COUNTER_BITS;
    // The id has the lower bits only; the rest is that of now.
    Some(now - (now.wrapping_sub(clock) & ((1 << CLOCK_BITS) - 1)).min(now))
}

/// When the message with this mark was meant to be sent.
pub(crate) fn intended_of_mark(from_mark: &[u8]) -> Option<u64> {
    hex(from_mark.get(MARK.len()..STAMP_LENGTH)?)
}

fn hex(digits: &[u8]) -> Option<u64> {
    digits.iter().try_fold(0_u64, |value, digit| Some(value << 4 | u64::from(char::from(*digit).to_digit(16)?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_says_when_it_was_meant() {
        let mut writer = Writer::new(100);
        for intended in [0, 1, 123_456_789_012, (1 << 50) + 5] {
            let text = writer.write(&What::Message, "room", intended).to_vec();
            let json: serde_json::Value = serde_json::from_slice(&text).unwrap();
            let (id, body) = (json["id"].as_str().unwrap(), json["body"].as_str().unwrap());
            assert_eq!(intended_of_id(id.as_bytes(), intended + 5_000_000), Some(intended), "{id}");
            assert_eq!(intended_of_mark(body.as_bytes()), Some(intended));
            assert_eq!(body.len(), 100);
        }
    }

    #[test]
    fn an_edit_says_when_it_was_meant_and_a_reaction_is_taken_back_each_second_time() {
        let mut writer = Writer::new(100);
        let edit: serde_json::Value = serde_json::from_slice(writer.write(&What::Edit("m".into()), "room", 7)).unwrap();
        assert_eq!((&edit["type"], &edit["message_id"]), (&"EditMessage".into(), &"m".into()));
        assert_eq!(intended_of_mark(edit["body"].as_str().unwrap().as_bytes()), Some(7));
        let react = What::React { message: "m".to_owned(), on: Cell::new(false) };
        for on in [true, false, true] {
            let command: serde_json::Value = serde_json::from_slice(writer.write(&react, "room", 7)).unwrap();
            assert_eq!((&command["type"], &command["on"]), (&"React".into(), &on.into()));
        }
    }

    #[test]
    fn no_id_is_used_twice() {
        let ids: std::collections::HashSet<_> = (0..1_000).map(|counter| id(7, counter)).collect();
        assert_eq!(ids.len(), 1_000);
        assert!(ids.iter().all(|id| id.len() == 36 && &id[14..15] == "7" && &id[19..20] >= "8" && &id[19..20] <= "b"));
    }
}
