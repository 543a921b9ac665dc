//! Reads the few fields of a frame that matter, without parsing the rest of it.
//!
//! The server's JSON has no spaces between tokens, and a quotation mark inside a text is escaped: so `"seq":` is never
//! part of what someone said. The first is the event's own, or the same number in its message.

use memchr::memmem::Finder;

use crate::message::{MARK, intended_of_mark};

/// What a frame says, as far as a load generator cares.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Heard<'a> {
    /// A logged event.
    Logged {
        /// Where.
        room: &'a [u8],
        /// Its position.
        seq: u64,
        /// When it was meant to be sent, if we sent it.
        intended: Option<u64>,
    },
    /// Our message is on disk.
    Ack {
        /// Its id.
        id: &'a [u8],
        /// Where.
        room: &'a [u8],
        /// Its position.
        seq: u64,
    },
    /// The answer to `Hello`.
    Welcome,
    /// Everything missed has been sent.
    Live,
    /// A room must be loaded again.
    Reset,
    /// A command was refused.
    Error,
    /// Anything else.
    Other,
}

/// Finds the fields.
#[derive(Debug)]
pub(crate) struct Scanner {
    kind: Finder<'static>,
    room: Finder<'static>,
    seq: Finder<'static>,
    at: Finder<'static>,
    id: Finder<'static>,
    mark: Finder<'static>,
}

impl Scanner {
    pub(crate) fn new() -> Self {
        Self {
            kind: Finder::new(br#""type":""#),
            room: Finder::new(br#""room":""#),
            seq: Finder::new(br#""seq":"#),
            at: Finder::new(br#""at":""#),
            id: Finder::new(br#""id":""#),
            mark: Finder::new(MARK),
        }
    }

    /// What this frame says.
    pub(crate) fn scan<'a>(&self, text: &'a [u8]) -> Heard<'a> {
        self.try_scan(text).unwrap_or(Heard::Other)
    }

    fn try_scan<'a>(&self, text: &'a [u8]) -> Option<Heard<'a>> {
        let heard = match string(&self.kind, text)? {
            b"Ack" => Heard::Ack {
                id: string(&self.id, text)?,
                room: string(&self.room, text)?,
                seq: number(&self.seq, text)?,
            },
            b"Welcome" => Heard::Welcome,
            b"Live" => Heard::Live,
            b"Reset" => Heard::Reset,
            b"Error" => Heard::Error,
            b"Message" => Heard::Logged {
                room: string(&self.room, text)?,
                seq: number(&self.seq, text)?,
                intended: self.mark.find(text).and_then(|at| intended_of_mark(&text[at..])),
            },
            _ => {
                self.at.find(text)?;
                Heard::Logged { room: string(&self.room, text)?, seq: number(&self.seq, text)?, intended: None }
            }
        };
        Some(heard)
    }
}

fn string<'a>(key: &Finder<'_>, text: &'a [u8]) -> Option<&'a [u8]> {
    let value = &text[key.find(text)? + key.needle().len()..];
    value.get(..memchr::memchr(b'"', value)?)
}

fn number(key: &Finder<'_>, text: &[u8]) -> Option<u64> {
    let value = &text[key.find(text)? + key.needle().len()..];
    let digits = value.iter().take_while(|byte| byte.is_ascii_digit());
    digits.fold(None, |value, digit| Some(value.unwrap_or(0) * 10 + u64::from(digit - b'0')))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scan(text: &str) -> String {
        format!("{:?}", Scanner::new().scan(text.as_bytes()))
    }

    #[test]
    fn events_of_a_log_are_known_by_their_fields() {
        let scanner = Scanner::new();
        let message = br#"{"type":"Message","room":"r","seq":42,"at":"t","message":{"id":"i","room":"r","seq":42,"body":"bench:00000000000000ffxx \"seq\":7"}}"#;
        assert_eq!(scanner.scan(message), Heard::Logged { room: b"r", seq: 42, intended: Some(255) });
        let joined = br#"{"type":"UserJoined","room":"r","seq":43,"at":"t","user":{"id":"u","name":"n"}}"#;
        assert_eq!(scanner.scan(joined), Heard::Logged { room: b"r", seq: 43, intended: None });
        let unknown = br#"{"at":"t","room":"r","seq":44,"type":"Later"}"#;
        assert_eq!(scanner.scan(unknown), Heard::Logged { room: b"r", seq: 44, intended: None });
        let foreign = br#"{"type":"Message","room":"r","seq":42,"at":"t","message":{"body":"hello"}}"#;
        assert_eq!(scanner.scan(foreign), Heard::Logged { room: b"r", seq: 42, intended: None });
    }

    #[test]
    fn answers_are_not_events() {
        let ack = br#"{"type":"Ack","id":"i","room":"r","seq":42}"#;
        assert_eq!(Scanner::new().scan(ack), Heard::Ack { id: b"i", room: b"r", seq: 42 });
        assert_eq!(scan(r#"{"type":"ReadMarker","room":"r","seq":42,"unread":0,"mentions":0}"#), "Other");
        assert_eq!(scan(r#"{"type":"Presence","room":"r","online":1,"changes":[]}"#), "Other");
        assert_eq!(scan(r#"{"type":"Reset","room":"r","last_seq":42,"at":"t","why":"too_far"}"#), "Reset");
        assert_eq!(scan(r#"{"type":"Live"}"#), "Live");
        assert_eq!(scan("[]"), "Other");
    }
}
